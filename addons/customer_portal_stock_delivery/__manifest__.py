{
    "name": "Customer Portal: Tracking",
    "summary": "Tracking links of deliveries in the customer portal",
    "version": "19.0.1.0.0",
    "category": "Sales/Sales",
    "license": "LGPL-3",
    "author": "The customer_portal developers",
    "icon": "/customer_portal/static/description/icon.png",
    "depends": ["customer_portal_stock", "stock_delivery"],
    "demo": ["demo/tracking.xml"],
    "auto_install": True,
}
