{
    "name": "Customer Service – Loyalty",
    "summary": "Points and vouchers as remedies of complaints",
    "version": "19.0.1.0.0",
    "category": "Services/Customer Service",
    "author": "CRM Suite contributors",
    "website": "https://crm-suite.example",
    "license": "LGPL-3",
    "depends": ["crm_service", "crm_loyalty"],
    "data": [
        "security/ir.model.access.csv",
        "views/service_remedy_views.xml",
    ],
    "auto_install": True,
}
