{
    "name": "Customer Service",
    "summary": "Tickets, service levels, complaints and knowledge",
    "version": "19.0.1.0.0",
    "category": "Services/Customer Service",
    "author": "CRM Suite contributors",
    "website": "https://crm-suite.example",
    "license": "LGPL-3",
    "application": True,
    "depends": ["crm_base"],
    "data": [
        "security/crm_service_groups.xml",
        "views/crm_service_menus.xml",
    ],
}
