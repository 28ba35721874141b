{
    "name": "Sales Force",
    "summary": "Territories, action norms, quotas, commissions and field sales",
    "version": "19.0.1.0.0",
    "category": "Sales/CRM",
    "author": "CRM Suite contributors",
    "website": "https://crm-suite.example",
    "license": "LGPL-3",
    "application": True,
    "depends": ["crm_base", "calendar", "resource"],
    "data": [
        "security/crm_sfa_groups.xml",
        "security/sfa_approval_groups.xml",
        "security/sfa_announcement_groups.xml",
        "security/ir.model.access.csv",
        # root menu, under which the topics hang theirs
        "views/crm_sfa_menus.xml",
        # customers, categories, account team
        "data/sfa_customer_category_data.xml",
        "data/sfa_account_role_data.xml",
        "views/sfa_customer_category_views.xml",
        "views/sfa_account_views.xml",
        # territories
        # stage gates, cost gate
        "security/sfa_approval_security.xml",
        "security/sfa_stage_security.xml",
        "data/sfa_approval_data.xml",
        "views/sfa_approval_views.xml",
        "views/sfa_stage_views.xml",
        "views/crm_sfa_gate_menus.xml",
        "security/sfa_report_security.xml",
        "views/sfa_pipeline_report_views.xml",
        # norms, schedule, actions
        # announcements
        "security/sfa_announcement_security.xml",
        "data/sfa_announcement_cron.xml",
        "views/sfa_announcement_views.xml",
    ],
    "assets": {
        "web.assets_backend": ["crm_sfa/static/src/**/*"],
        "web.assets_tests": ["crm_sfa/static/tests/tours/**/*"],
    },
}
