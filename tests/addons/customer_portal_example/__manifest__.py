{
    "name": "Customer Portal: Example",
    "summary": "A section of its own, for the tests: what each seam looks like",
    "version": "19.0.1.0.0",
    "category": "Sales/Sales",
    "license": "LGPL-3",
    "author": "The customer_portal developers",
    "depends": ["customer_portal"],
    "data": [
        "security/ir.model.access.csv",
        "security/portal_example_security.xml",
        "data/portal_example_data.xml",
        "views/example_templates.xml",
        "views/navigation_templates.xml",
    ],
}
