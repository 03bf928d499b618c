{
    "name": "Customer Portal: Electronic invoices",
    "summary": "UBL and Factur-X of invoices in the customer portal",
    "version": "19.0.1.0.0",
    "category": "Accounting/Accounting",
    "license": "LGPL-3",
    "author": "The customer_portal developers",
    "icon": "/customer_portal/static/description/icon.png",
    "depends": ["customer_portal", "account_edi_ubl_cii"],
    "data": ["views/invoice_page_templates.xml"],
    "auto_install": True,
}
