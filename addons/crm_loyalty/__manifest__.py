{
    "name": "Loyalty",
    "summary": "Members, tiers, points ledger and stored value",
    "version": "19.0.1.0.0",
    "category": "Sales/Loyalty",
    "author": "CRM Suite contributors",
    "website": "https://crm-suite.example",
    "license": "LGPL-3",
    "application": True,
    "depends": ["crm_base", "sale_loyalty"],
    "data": [
        "security/crm_loyalty_groups.xml",
        "security/ir.model.access.csv",
        "views/crm_loyalty_menus.xml",
    ],
    "post_init_hook": "post_init_hook",
    "uninstall_hook": "uninstall_hook",
}
