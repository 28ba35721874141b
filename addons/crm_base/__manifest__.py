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
        # origin, demand, credit, collection
        "security/crm_collection_security.xml",
        "security/crm_demand_report_security.xml",
        "data/crm_collection_data.xml",
        "views/account_move_origin_views.xml",
        "views/crm_collection_views.xml",
        "views/crm_demand_report_views.xml",
        "views/res_config_settings_credit_views.xml",
        "views/sale_order_credit_views.xml",
        # sales history
        "security/crm_history_security.xml",
        "data/crm_history_data.xml",
        "views/crm_history_import_views.xml",
        "views/crm_history_order_views.xml",
        # order to cash
        "data/sale_order_cron.xml",
        "views/sale_order_views.xml",
        "views/sale_order_portal_templates.xml",
        "views/crm_lead_views.xml",
        # customer facts
        # customer page
        "views/res_partner_page_views.xml",
        # menus
        "views/crm_base_menus.xml",
        "views/crm_erp_menus.xml",
    ],
    "post_init_hook": "post_init_hook",
    "uninstall_hook": "uninstall_hook",
    "assets": {
        "web.assets_backend": ["crm_base/static/src/**/*"],
        "web.assets_frontend": [
            "crm_base/static/src/order_tracking/order_tracking.scss",
        ],
        "web.assets_tests": ["crm_base/static/tests/tours/**/*"],
        "web.assets_unit_tests": ["crm_base/static/tests/**/*.test.js"],
    },
}
