{
    "name": "Loyalty",
    "summary": "Members, tiers, points ledger and stored value",
    "version": "19.0.1.0.0",
    "category": "Sales/Loyalty",
    "author": "CRM Suite contributors",
    "website": "https://crm-suite.example",
    "license": "LGPL-3",
    "application": True,
    "depends": ["crm_base", "sale_loyalty"],
    "data": [
        "security/crm_loyalty_groups.xml",
        "security/ir.model.access.csv",
        "security/loyalty_ledger_security.xml",
        "data/loyalty_card_cron.xml",
        "views/loyalty_ledger_views.xml",
        "views/loyalty_card_views.xml",
        "views/loyalty_adjustment_views.xml",
        "views/res_config_settings_views.xml",
        # portal, limits, usage
        "security/loyalty_portal_security.xml",
        "views/loyalty_portal_templates.xml",
        "views/loyalty_limit_views.xml",
        "views/loyalty_alert_views.xml",
        # menus
        "views/crm_loyalty_menus.xml",
    ],
    "assets": {
        "web.assets_frontend": ["crm_loyalty/static/src/portal/**/*"],
        "web.assets_tests": ["crm_loyalty/static/tests/tours/**/*"],
    },
    "post_init_hook": "post_init_hook",
    "uninstall_hook": "uninstall_hook",
}
