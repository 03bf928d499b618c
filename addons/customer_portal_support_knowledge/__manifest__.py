{
    "name": "Customer Portal: Support with Knowledge",
    "summary": "Articles from solved tickets, and tickets from the pages of help",
    "version": "19.0.1.0.0",
    "category": "Sales/Sales",
    "license": "LGPL-3",
    "author": "The customer_portal developers",
    "icon": "/customer_portal/static/description/icon.png",
    "depends": ["customer_portal_knowledge", "customer_portal_support"],
    "data": [
        "security/ir.model.access.csv",
        "views/portal_help_draft_views.xml",
        "views/portal_ticket_views.xml",
        "views/portal_help_article_views.xml",
    ],
    "post_init_hook": "post_init_hook",
    "auto_install": True,
}
