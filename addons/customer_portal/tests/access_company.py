"""Rows of `test_access` for addresses and company data."""

LOGIN = "login"

GET_ROWS = {
    "/my/addresses/<int:address_id>/orders": (LOGIN, 404, 404, 200),
    "/my/company/change": (LOGIN, 200, 200, 200),
    "/my/company/changes/<int:company_change_id>": (LOGIN, 404, 404, 200),
    "/my/company/contacts": (LOGIN, 200, 200, 200),
}
POST_ROWS = {
    "/my/addresses/export": (LOGIN, 200, 200, 200),
    "/my/addresses/<int:address_id>/default": (LOGIN, 404, 404, "/my/addresses"),
    "/my/addresses/<int:address_id>/archive": (LOGIN, 404, 404, "/my/addresses*"),
    "/my/addresses/<int:address_id>/restore": (LOGIN, 404, 404, "/my/addresses*"),
    "/my/addresses/<int:address_id>/orders": (LOGIN, 404, 404, "/my/addresses*"),
    "/my/company/change": (LOGIN, 422, 422, 422),
    "/my/company/changes/<int:company_change_id>/withdraw": (
        LOGIN,
        404,
        404,
        "/my/company/changes/<company_change>*",
    ),
    "/my/company/contacts": (LOGIN, 200, 200, 200),
    "/my/company/contacts/<int:function_id>/remove": (
        LOGIN,
        404,
        404,
        "/my/company/contacts*",
    ),
}
PARAMETERS = {
    "/my/addresses": [
        "search",
        "filterby",
        "sortby",
        "limit",
        "after",
        "before",
        "company",
        "notice",
        "address",
    ],
    "/my/address": [
        "partner_id",
        "address_type",
        "use_delivery_as_billing",
        "callback",
        "customer_id",
        "partner_sudo",
    ],
    "/my/company": ["company", "notice"],
    "/my/company/change": ["company"],
    "/my/company/contacts": ["company", "notice"],
}
# {route: from a hostile value to the fields of its form}
FORMS = {
    "/my/company/change": lambda value: dict.fromkeys(
        (
            "request_key",
            "company",
            "name",
            "vat",
            "street",
            "country_id",
            "state_id",
            "acc_number",
            "acc_holder_name",
            "effective_date",
            "note",
        ),
        value,
    ),
    "/my/company/contacts": lambda value: {
        "company": value,
        "function": "invoices",
        "email": value,
        "name": value,
    },
}


def create_records(cls):
    """Create what the rows of this file are about, of the head office."""
    cls.address = cls.env["res.partner"].create(
        {"name": "Yard", "type": "delivery", "parent_id": cls.customer.id}
    )
    cls.company_change = (
        cls.env["portal.company.change"]
        .sudo()
        .create({"partner_id": cls.customer.id, "effective_date": cls.today})
    )
    cls.function = cls.env["portal.contact.function"].create(
        {
            "partner_id": cls.customer.id,
            "function": "invoices",
            "contact_id": cls.address.id,
        }
    )
