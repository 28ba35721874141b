{
    "name": "CRM Base – Manufacturing",
    "summary": "Order tracking that knows production and kits",
    "version": "19.0.1.0.0",
    "category": "Sales/CRM",
    "author": "CRM Suite contributors",
    "website": "https://crm-suite.example",
    "license": "LGPL-3",
    "depends": ["crm_base", "sale_mrp"],
    "data": ["views/sale_order_portal_templates.xml"],
    "auto_install": True,
    "post_init_hook": "post_init_hook",
}
