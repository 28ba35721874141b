{
    "name": "Customer Service – Live Chat",
    "summary": "A ticket out of a conversation, with everything that was said",
    "version": "19.0.1.0.0",
    "category": "Services/Customer Service",
    "author": "CRM Suite contributors",
    "website": "https://crm-suite.example",
    "license": "LGPL-3",
    "depends": ["crm_service", "im_livechat"],
    "auto_install": True,
    "assets": {
        "web.assets_backend": ["crm_service_livechat/static/src/**/*"],
    },
}
