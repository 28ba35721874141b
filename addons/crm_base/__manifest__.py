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
    "external_dependencies": {"python": ["phonenumbers", "python-stdnum"]},
    "post_init_hook": "post_init_hook",
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
        # customer facts
        "security/crm_relation_security.xml",
        "data/crm_relation_type_data.xml",
        "data/crm_lifecycle_cron.xml",
        "views/crm_relation_views.xml",
        "views/crm_lifecycle_views.xml",
        "views/res_partner_facts_views.xml",
        "views/res_config_settings_views.xml",
        "views/crm_facts_menus.xml",
        # customer page
        # menus
        "views/crm_base_menus.xml",
        "views/crm_erp_menus.xml",
    ],
    "assets": {
        "web.assets_backend": ["crm_base/static/src/**/*"],
        "web.assets_tests": ["crm_base/static/tests/tours/**/*"],
        "web.assets_unit_tests": ["crm_base/static/tests/**/*.test.js"],
    },
}
