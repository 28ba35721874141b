{
    "name": "Sales Force – Manufacturing",
    "summary": "Quotation control that knows what made-to-order products cost",
    "version": "19.0.1.0.0",
    "category": "Sales/CRM",
    "author": "CRM Suite contributors",
    "website": "https://crm-suite.example",
    "license": "LGPL-3",
    "depends": ["crm_sfa", "sale_mrp", "mrp_account"],
    "auto_install": True,
}
