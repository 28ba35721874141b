{
    "name": "Call Centre",
    "summary": "Calls, queues and screen pop on a real telephone exchange",
    "version": "19.0.1.0.0",
    "category": "Services/Call Centre",
    "author": "CRM Suite contributors",
    "website": "https://crm-suite.example",
    "license": "LGPL-3",
    "application": True,
    "depends": ["crm_base", "bus", "phone_validation"],
    "data": [
        "security/crm_cti_groups.xml",
        "security/ir.model.access.csv",
        # exchange
        "security/cti_exchange_security.xml",
        "views/crm_cti_menus.xml",
        # desk
        "security/cti_desk_security.xml",
        "data/cti_desk_data.xml",
        "wizard/cti_task_drop_views.xml",
        "views/cti_agent_views.xml",
        "views/cti_desk_choice_views.xml",
        "views/cti_task_views.xml",
        "views/cti_dial_views.xml",
        "views/cti_desk_menus.xml",
    ],
    "assets": {
        "web.assets_backend": [
            "crm_cti/static/src/desk/**/*",
            "crm_cti/static/src/phone/**/*",
        ],
        "web.assets_unit_tests": ["crm_cti/static/tests/*.test.js"],
        "web.assets_tests": ["crm_cti/static/tests/tours/**/*"],
    },
}
