{
    "name": "Loyalty",
    "summary": "Members, tiers, points ledger and stored value",
    "version": "19.0.1.0.0",
    "category": "Sales/Loyalty",
    "author": "CRM Suite contributors",
    "website": "https://crm-suite.example",
    "license": "LGPL-3",
    "application": True,
    "depends": ["crm_base"],
    "data": [
        "security/crm_loyalty_groups.xml",
        "views/crm_loyalty_menus.xml",
    ],
}
