{
    "name": "CRM Base – Delivery",
    "summary": "The carrier's tracking link on the order's progress line",
    "version": "19.0.1.0.0",
    "category": "Sales/CRM",
    "author": "CRM Suite contributors",
    "website": "https://crm-suite.example",
    "license": "LGPL-3",
    "depends": ["crm_base", "stock_delivery"],
    "auto_install": True,
}
