{
    "name": "Customer Portal: Freight",
    "summary": "Freight of orders that are changed in the customer portal",
    "version": "19.0.1.0.0",
    "category": "Sales/Sales",
    "license": "LGPL-3",
    "author": "The customer_portal developers",
    "icon": "/customer_portal/static/description/icon.png",
    "depends": ["customer_portal", "delivery"],
    "demo": ["demo/freight.xml"],
    "auto_install": True,
}
