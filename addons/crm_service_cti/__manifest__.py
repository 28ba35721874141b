{
    "name": "Customer Service – Call Centre",
    "summary": "Tickets out of calls",
    "version": "19.0.1.0.0",
    "category": "Services/Customer Service",
    "author": "CRM Suite contributors",
    "website": "https://crm-suite.example",
    "license": "LGPL-3",
    "depends": ["crm_service", "crm_cti"],
    "auto_install": True,
}
