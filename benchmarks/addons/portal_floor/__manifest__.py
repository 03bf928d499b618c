{
    "name": "Floors of the benchmark",
    "summary": "Two routes that nothing can be faster than; never installed by users",
    "version": "19.0.1.0.0",
    "category": "Hidden",
    "license": "LGPL-3",
    "author": "The customer_portal developers",
    "depends": ["account"],
}
