{
    "name": "Customer Analytics",
    "summary": "Customer value, churn, baskets and forecasts",
    "version": "19.0.1.0.0",
    "category": "Sales/Analytics",
    "author": "CRM Suite contributors",
    "website": "https://crm-suite.example",
    "license": "LGPL-3",
    "application": True,
    "depends": ["crm_base"],
    "data": [
        "security/crm_analytics_groups.xml",
        "views/crm_analytics_menus.xml",
    ],
}
