{
    "name": "Customer Portal: Support with Stock",
    "summary": "Tickets about deliveries and serial numbers, and returns of goods",
    "version": "19.0.1.0.0",
    "category": "Sales/Sales",
    "license": "LGPL-3",
    "author": "The customer_portal developers",
    "icon": "/customer_portal/static/description/icon.png",
    "depends": ["customer_portal_stock", "customer_portal_support"],
    "data": [
        "data/portal_ticket_type_data.xml",
        "views/portal_ticket_views.xml",
        "views/ticket_document_templates.xml",
    ],
    "auto_install": True,
}
