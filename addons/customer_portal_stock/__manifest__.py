{
    "name": "Customer Portal: Stock",
    "summary": "Deliveries of the customer portal: status, slips, documents of lots",
    "version": "19.0.1.2.0",
    "category": "Sales/Sales",
    "license": "LGPL-3",
    "author": "The customer_portal developers",
    "icon": "/customer_portal/static/description/icon.png",
    "depends": ["customer_portal", "sale_stock"],
    "data": [
        "security/stock_picking_security.xml",
        "data/portal_notification_event_data.xml",
        "views/delivery_slip_templates.xml",
        "views/delivery_templates.xml",
        "views/res_config_settings_views.xml",
        "views/stock_picking_views.xml",
        "views/portal_document_views.xml",
    ],
    "demo": ["demo/deliveries.xml"],
    "assets": {
        "web.assets_backend": [
            "customer_portal_stock/static/src/backend/*.js",
        ],
    },
    "auto_install": True,
}
