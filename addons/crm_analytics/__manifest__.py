{
    "name": "Customer Analytics",
    "summary": "Customer value, churn, baskets and forecasts",
    "version": "19.0.1.0.0",
    "category": "Sales/Analytics",
    "author": "CRM Suite contributors",
    "website": "https://crm-suite.example",
    "license": "LGPL-3",
    "application": True,
    "depends": ["crm_base"],
    "external_dependencies": {"python": ["numpy", "scipy"]},
    "data": [
        "security/crm_analytics_groups.xml",
        "security/ir.model.access.csv",
        "security/mining_security.xml",
        "data/mining_cron.xml",
        "views/mining_fact_views.xml",
        "views/mining_month_views.xml",
        "views/mining_stale_views.xml",
        # analyses and their runs
        "views/mining_customer_views.xml",
        "views/mining_score_views.xml",
        "views/mining_pair_views.xml",
        "views/mining_offer_views.xml",
        # profit
        "views/mining_activity_rate_views.xml",
        "views/mining_profit_views.xml",
        # receivables and stock
        "views/mining_stock_views.xml",
        "views/mining_run_views.xml",
        "views/mining_model_views.xml",
        "views/mining_dashboard_views.xml",
        # menus
        "views/crm_analytics_menus.xml",
        # dashboard
        "views/crm_board_views.xml",
    ],
    "assets": {
        "web.assets_backend": ["crm_analytics/static/src/**/*"],
        "web.assets_tests": ["crm_analytics/static/tests/tours/**/*"],
        "web.assets_unit_tests": ["crm_analytics/static/tests/**/*.test.js"],
    },
    "post_init_hook": "post_init_hook",
    "uninstall_hook": "uninstall_hook",
}
