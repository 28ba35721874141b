{
    "name": "Sales Force",
    "summary": "Territories, action norms, quotas, commissions and field sales",
    "version": "19.0.1.0.0",
    "category": "Sales/CRM",
    "author": "CRM Suite contributors",
    "website": "https://crm-suite.example",
    "license": "LGPL-3",
    "application": True,
    "depends": ["crm_base", "calendar", "resource", "web_hierarchy"],
    "data": [
        "security/crm_sfa_groups.xml",
        "security/ir.model.access.csv",
        # root menu, under which the topics hang theirs
        "views/crm_sfa_menus.xml",
        # customers, categories, account team
        # territories
        "security/sfa_territory_security.xml",
        "security/sfa_authority_security.xml",
        "data/sfa_territory_cron.xml",
        "views/sfa_territory_rule_views.xml",
        "views/sfa_territory_member_views.xml",
        "views/sfa_territory_assignment_views.xml",
        "views/sfa_territory_views.xml",
        "views/sfa_territory_run_views.xml",
        "views/sfa_lead_assignment_views.xml",
        "views/sfa_handover_views.xml",
        "views/res_partner_territory_views.xml",
        "views/sale_territory_views.xml",
        "views/res_config_settings_territory_views.xml",
        "views/sfa_territory_menus.xml",
        # stage gates, cost gate
        # norms, schedule, actions
        "security/sfa_norm_security.xml",
        "security/sfa_action_security.xml",
        "data/sfa_norm_data.xml",
        "data/sfa_schedule_cron.xml",
        "data/sfa_norm_templates.xml",
        "views/mail_activity_plan_views.xml",
        "views/mail_activity_views.xml",
        "views/sfa_schedule_views.xml",
        "views/sfa_action_report_views.xml",
        # announcements
    ],
}
