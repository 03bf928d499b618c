"""A seller that takes money at the stand-in for Stripe, and what its books say."""

from types import SimpleNamespace

import stripe
from people import find_by_name

SECRET = "whsec_live"
PARAMETER = "customer_portal_testing.stripe_api_base"
METHODS = ("card", "sepa_direct_debit")


def open_at_stripe(administrator, standin):
    """Let the seller take money at the stand-in; return the way to pay by card."""
    provider = find_by_name(administrator, "payment.payment_provider_stripe")
    methods = administrator.execute(
        "payment.method",
        "search",
        [("code", "in", METHODS), ("active", "in", [True, False])],
        0,  # offset
        None,  # limit
        "code",
    )
    administrator.execute(
        "payment.provider",
        "write",
        [provider],
        {
            "allow_tokenization": True,
            "is_published": True,
            "payment_method_ids": [(6, 0, methods)],
            "state": "test",
            "stripe_publishable_key": "pk_test_1",
            "stripe_secret_key": "sk_test_1",
            "stripe_webhook_secret": SECRET,
        },
    )
    administrator.execute("payment.method", "write", methods, {"active": True})
    administrator.execute("ir.config_parameter", "set_param", PARAMETER, standin.url)
    return {"provider_id": provider, "payment_method_id": methods[0]}


def close_at_stripe(administrator, server, way):
    """Let the seller take no money at Stripe, and forget whom this one knew."""
    with server.connect() as connection, connection.cursor() as cursor:
        cursor.execute("DELETE FROM portal_stripe_customer")
        cursor.execute(
            "UPDATE payment_token SET active = FALSE WHERE provider_id = %s",
            [way["provider_id"]],
        )
    administrator.execute("ir.config_parameter", "set_param", PARAMETER, "")
    administrator.execute(
        "payment.provider", "write", [way["provider_id"]], {"state": "disabled"}
    )


def save_card(administrator, standin, login, way):
    """Return the id of a saved card of a person."""
    client = stripe.StripeClient("sk_test_1", base_addresses={"api": standin.url}).v1
    customer = client.customers.create({"name": "Alder Works"}).id
    card = {"number": "4242424242424242", "exp_month": 12, "exp_year": 2040}
    saved = client.payment_methods.create({"type": "card", "card": card}).id
    client.payment_methods.attach(saved, {"customer": customer})
    return administrator.execute(
        "payment.token",
        "create",
        {
            **way,
            "partner_id": find_person(administrator, login),
            "payment_details": "4242",
            "provider_ref": customer,
            "stripe_payment_method": saved,
        },
    )


def find_person(administrator, login):
    """Return the id of the contact who signs in so."""
    [user] = administrator.execute(
        "res.users", "search_read", [("login", "=", login)], ["partner_id"]
    )
    return user["partner_id"][0]


def run(administrator, *names):
    """Do what scheduled actions do."""
    for name in names:
        action = find_by_name(administrator, name)
        administrator.execute("ir.cron", "method_direct_trigger", [action])


def find_charges(standin, remittance):
    """Return what was charged for a remittance, in the smallest unit."""
    return [
        one["amount"]
        for one in standin.find("charge", status="succeeded")
        if one["description"].startswith(remittance)
    ]


def read_paid(server, invoice):
    """Return [(amount of a payment that is booked)] of an invoice, and what is open."""
    with server.connect() as connection, connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT payment.amount
              FROM account_payment payment
              JOIN account_move entry ON entry.id = payment.move_id
              JOIN payment_transaction attempt
                ON attempt.id = payment.payment_transaction_id
              JOIN portal_remittance_line line
                ON line.remittance_id = attempt.portal_remittance_id
             WHERE line.move_id = %s AND entry.state = 'posted'
            """,
            [invoice],
        )
        amounts = [float(amount) for (amount,) in cursor.fetchall()]
        cursor.execute(
            "SELECT amount_residual FROM account_move WHERE id=%s", [invoice]
        )
        [(left,)] = cursor.fetchall()
    return amounts, float(left)


def read_remittance(server, remittance):
    """Return name and state of a remittance."""
    with server.connect() as connection, connection.cursor() as cursor:
        cursor.execute(
            "SELECT name, state FROM portal_remittance WHERE id = %s", [remittance]
        )
        [(name, state)] = cursor.fetchall()
    return SimpleNamespace(name=name, state=state)
