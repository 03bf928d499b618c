{
    "name": "Customer Portal: Knowledge with Stock",
    "summary": "Help for the owners of a lot or serial number",
    "version": "19.0.1.0.0",
    "category": "Sales/Sales",
    "license": "LGPL-3",
    "author": "The customer_portal developers",
    "icon": "/customer_portal/static/description/icon.png",
    "depends": ["customer_portal_knowledge", "customer_portal_stock"],
    "data": [
        "views/portal_help_views.xml",
    ],
    "auto_install": True,
}
