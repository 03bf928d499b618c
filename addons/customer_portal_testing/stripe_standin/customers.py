"""Customers."""

from .parameters import ADDRESS, EXPAND, PAGE, SHIPPING, Shape, period, table, text
from .payment_methods import detach
from .routing import Page, Route
from .store import is_within

FIELDS = {
    "address": ADDRESS,
    "description": text,
    "email": text,
    "metadata": table,
    "name": text,
    "phone": text,
    "shipping": SHIPPING,
}
SHAPE = Shape(**FIELDS, **EXPAND)


def create(account, values):
    """Make a customer."""
    empty = {name: {} if name == "metadata" else None for name in FIELDS}
    customer = account.store.add(
        "customer",
        {
            **empty,
            "balance": 0,
            "currency": None,
            "default_source": None,
            "delinquent": False,
            "invoice_settings": {
                "custom_fields": None,
                "default_payment_method": None,
                "footer": None,
                "rendering_options": None,
            },
            "preferred_locales": [],
            "tax_exempt": "none",
            **_own(values),
        },
    )
    account.tell("customer.created", customer)
    return customer


def _own(values):
    return {name: value for name, value in values.items() if name != "expand"}


def _update(account, values, customer_id):
    customer = account.store.get("customer", customer_id)
    metadata = customer["metadata"] | values.pop("metadata", {})
    customer.update(_own(values))
    customer["metadata"] = {key: value for key, value in metadata.items() if value}
    account.tell("customer.updated", customer)
    return customer


def _retrieve(account, _values, customer_id):
    customer = account.store.get("customer", customer_id, "customer")
    if customer.get("deleted"):
        return {"id": customer["id"], "object": "customer", "deleted": True}
    return customer


def _delete(account, _values, customer_id):
    customer = account.store.get("customer", customer_id)
    for method in account.store.all("payment_method", customer=customer_id):
        detach(account, method)
    account.tell("customer.deleted", customer)
    customer["deleted"] = True
    return {"id": customer_id, "object": "customer", "deleted": True}


def _list(account, values):
    rows = [
        row
        for row in account.store.all("customer")
        if not row.get("deleted")
        and values.get("email") in (None, row["email"])
        and is_within(row["created"], values.get("created"))
    ]
    return Page(*account.store.cut_page(rows, values))


def _list_methods(account, values, customer_id):
    account.store.get("customer", customer_id, "customer")
    wanted = {"customer": customer_id}
    if values.get("type"):
        wanted["type"] = values["type"]
    rows = account.store.all("payment_method", **wanted)
    return Page(*account.store.cut_page(rows, values))


ROUTES = [
    Route("POST", "customers", create, SHAPE),
    Route("GET", "customers", _list, Shape(created=period, email=text, **PAGE)),
    Route("GET", "customers/{}", _retrieve, Shape(**EXPAND)),
    Route("POST", "customers/{}", _update, SHAPE),
    Route("DELETE", "customers/{}", _delete, Shape()),
    Route(
        "GET",
        "customers/{}/payment_methods",
        _list_methods,
        Shape(type=text, **PAGE),
    ),
]
