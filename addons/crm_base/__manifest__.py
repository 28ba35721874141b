{
    "name": "CRM Base",
    "summary": "One customer, one page: order tracking, timeline, identity, consent",
    "version": "19.0.1.0.0",
    "category": "Sales/CRM",
    "author": "CRM Suite contributors",
    "website": "https://crm-suite.example",
    "license": "LGPL-3",
    "depends": [
        "sale_crm",
        "sale_stock",
        "sale_margin",
        "account",
        "portal",
        "phone_validation",
        "utm",
        "rating",
    ],
    "data": [
        "security/crm_base_groups.xml",
        "security/ir.model.access.csv",
        # order to cash
        "data/sale_order_cron.xml",
        "views/sale_order_views.xml",
        "views/sale_order_portal_templates.xml",
        "views/crm_lead_views.xml",
        # customer facts
        # customer page
        # menus
        "views/crm_base_menus.xml",
    ],
    "post_init_hook": "post_init_hook",
    "assets": {
        "web.assets_backend": ["crm_base/static/src/**/*"],
        "web.assets_frontend": [
            "crm_base/static/src/order_tracking/order_tracking.scss",
        ],
        "web.assets_tests": ["crm_base/static/tests/tours/**/*"],
        "web.assets_unit_tests": ["crm_base/static/tests/**/*.test.js"],
    },
}
