"""Requests that Odoo runs again, because somebody else was quicker.

`run_twice` lets each request do all its work, write it to the database and then fail,
so that Odoo rolls it back and runs it again; `AccessCase` does so with every route
that changes something, and compares.
"""

import re
import weakref
from contextlib import contextmanager
from unittest.mock import patch

from odoo.exceptions import ConcurrencyError
from odoo.http import Request

# What differs from one answer to the next: ids, keys, times.
VARYING = re.compile(
    r"(?<=csrf_token: )\S+|(?<=nonce=\")[\w-]+|[\w-]{40,}|[0-9a-f]{16,}|\d+(-\d+)?"
)
# Tables of Odoo in which a change of the portal leaves something.
CORE_TABLES = (
    "account_move",
    "account_move_line",
    "account_partial_reconcile",
    "account_payment",
    "ir_attachment",
    "mail_activity",
    "mail_followers",
    "mail_mail",
    "mail_message",
    "mail_notification",
    "payment_token",
    "payment_transaction",
    "res_partner",
    "res_partner_bank",
    "res_users",
    "sale_order",
    "sale_order_line",
)


@contextmanager
def run_twice():
    """Run each request to its end, fail to serialize there, and run it again."""
    serve = Request._serve_ir_http
    begun = weakref.WeakSet()

    def serve_twice(request, rule, args):
        answer = serve(request, rule, args)
        if request in begun:
            return answer
        begun.add(request)
        request.env.cr.flush()
        raise ConcurrencyError("somebody else was quicker")

    with (
        patch.object(Request, "_serve_ir_http", serve_twice),
        patch("odoo.service.model.random.uniform", lambda *_args: 0),
        patch("odoo.service.model._logger.info"),
    ):
        yield


@contextmanager
def undone(env):
    """Take back what is written inside."""
    savepoint = env.cr.savepoint()
    try:
        yield
    finally:
        env.cr.clear()
        savepoint.close(rollback=True)
        env.invalidate_all()
        env.registry.clear_all_caches()


def describe(answer):
    """Return what an answer says, without what differs each time."""
    cookies = answer.raw.headers.getlist("Set-Cookie")
    return (
        answer.status_code,
        VARYING.sub("#", answer.headers.get("Location", "")),
        sorted(cookie.partition("=")[0] for cookie in cookies),
        VARYING.sub("#", answer.text)
        if answer.headers.get("Content-Type", "").startswith(("text/", "application/j"))
        else "",
    )


def count_rows(env):
    """Return {table: number of rows}, of what a change of the portal may touch."""
    tables = {
        model._table
        for model in env.registry.values()
        if model._auto and not model._abstract
    } - {"portal_rate_limit"}  # in a test its own transaction is undone too
    names = sorted(
        name for name in tables if name.startswith("portal_") or name in CORE_TABLES
    )
    env.flush_all()
    env.cr.execute(
        " UNION ALL ".join(
            f"SELECT '{name}', count(*) FROM {name}"  # noqa: S608  # tables of models
            for name in names
        )
    )
    return dict(env.cr.fetchall())


@contextmanager
def watch_counters(env):
    """Give the list of what is counted inside: of people, addresses and all.

    What is counted of a record is forgotten with a record that was taken back.
    """
    add = type(env["portal.rate.limit"])._add
    hits = []

    def watch(cr, kind, key, *args):
        if key.startswith(("user:", "address:", "all")):
            hits.append((kind, key))
        return add(cr, kind, key, *args)

    with patch.object(type(env["portal.rate.limit"]), "_add", staticmethod(watch)):
        yield hits
