{
    "name": "Customer Portal: Testing",
    "summary": "A stand-in for Stripe, for tests and for trying; never for production",
    "version": "19.0.1.0.0",
    "category": "Hidden/Tools",
    "license": "LGPL-3",
    "author": "The customer_portal developers",
    "icon": "/customer_portal/static/description/icon.png",
    "depends": ["customer_portal_stripe"],
    "data": ["views/payment_templates.xml"],
}
