{
    "name": "Customer Service",
    "summary": "Tickets, service levels, complaints and knowledge",
    "version": "19.0.1.0.0",
    "category": "Services/Customer Service",
    "author": "CRM Suite contributors",
    "website": "https://crm-suite.example",
    "license": "LGPL-3",
    "application": True,
    "depends": ["crm_base", "resource"],
    "data": [
        "security/crm_service_groups.xml",
        "security/ir.model.access.csv",
        "security/service_ticket_security.xml",
        "data/service_ticket_sequence.xml",
        "views/service_ticket_views.xml",
        "views/service_team_views.xml",
        # channels
        "security/service_channel_security.xml",
        "wizard/service_ticket_merge_views.xml",
        "data/service_ticket_template.xml",
        "data/service_team_cron.xml",
        "views/service_macro_views.xml",
        "views/service_agent_views.xml",
        "views/service_ticket_channel_views.xml",
        "views/service_team_channel_views.xml",
        # menus
        "views/crm_service_menus.xml",
    ],
    "assets": {
        "web.assets_tests": ["crm_service/static/tests/tours/**/*"],
    },
}
