"""The list of events, and the addresses that hear of them."""

from .errors import Refusal
from .parameters import EXPAND, PAGE, Shape, period, table, text, texts
from .routing import Page, Route
from .store import is_within, make_secret


def _list(account, values):
    rows = account.get_events()
    if values.get("type"):
        start, star, _rest = values["type"].partition("*")
        rows = [
            row
            for row in rows
            if row["type"] == start or (star and row["type"].startswith(start))
        ]
    if values.get("types"):
        rows = [row for row in rows if row["type"] in values["types"]]
    rows = [row for row in rows if is_within(row["created"], values.get("created"))]
    return Page(*account.store.cut_page(rows, values))


def _retrieve(account, _values, event_id):
    event = account.store.get("event", event_id, "id")
    if event not in account.get_events():
        raise Refusal(404, f"No such event: '{event_id}'", code="resource_missing")
    return event


def _add_endpoint(account, values):
    secret = f"whsec_{make_secret(32)}"
    endpoint = account.store.add(
        "webhook_endpoint",
        {
            "api_version": values.get("api_version"),
            "application": None,
            "description": values.get("description"),
            "enabled_events": values["enabled_events"],
            "metadata": values.get("metadata", {}),
            "status": "enabled",
            "url": values["url"],
        },
    )
    added = account.webhooks.add(values["url"], [secret], values["enabled_events"])
    account.store.hidden(endpoint)["endpoint"] = added
    return {**endpoint, "secret": secret}  # shown once


def _delete_endpoint(account, _values, endpoint_id):
    endpoint = account.store.get("webhook_endpoint", endpoint_id)
    hidden = account.store.hidden(endpoint)
    if hidden.get("endpoint") in account.webhooks.endpoints:
        account.webhooks.endpoints.remove(hidden["endpoint"])
    return {"id": endpoint_id, "object": "webhook_endpoint", "deleted": True}


ROUTES = [
    Route(
        "GET",
        "events",
        _list,
        Shape(created=period, type=text, types=texts, **PAGE),
    ),
    Route("GET", "events/{}", _retrieve, Shape(**EXPAND)),
    Route(
        "POST",
        "webhook_endpoints",
        _add_endpoint,
        Shape(
            ("enabled_events", "url"),
            api_version=text,
            description=text,
            enabled_events=texts,
            metadata=table,
            url=text,
            **EXPAND,
        ),
    ),
    Route.listing("webhook_endpoints", "webhook_endpoint", has_period=False),
    Route.retrieving("webhook_endpoints", "webhook_endpoint"),
    Route("DELETE", "webhook_endpoints/{}", _delete_endpoint, Shape()),
]
