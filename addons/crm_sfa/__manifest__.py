{
    "name": "Sales Force",
    "summary": "Territories, action norms, quotas, commissions and field sales",
    "version": "19.0.1.0.0",
    "category": "Sales/CRM",
    "author": "CRM Suite contributors",
    "website": "https://crm-suite.example",
    "license": "LGPL-3",
    "application": True,
    "depends": ["crm_base"],
    "data": [
        "security/crm_sfa_groups.xml",
        "views/crm_sfa_menus.xml",
    ],
}
