"""The balance: each movement of money, its fee, and the payouts that empty it."""

from .errors import Refusal
from .parameters import PAGE, Shape, period, text
from .routing import Page, Route
from .store import is_within

WAITING_DAYS = 2  # until money of a charge can be paid out
ARRIVAL_DAYS = 1

CATEGORIES = {
    "adjustment": "dispute",
    "payment": "charge",
    "payment_refund": "refund",
    "payment_failure_refund": "refund_failure",
    "refund_failure": "refund_failure",
}


def book(account, kind, amount, source, fee=0, *, is_at_once=False):
    """Book a movement, and return it.

    :param amount: in the smallest unit, negative for what leaves
    :param source: the object that it is of
    :param fee: positive for what Stripe keeps
    """
    now = account.clock.now()
    details = {"amount": fee, "currency": source["currency"], "type": "stripe_fee"}
    details |= {"application": None, "description": "Stripe processing fees"}
    return account.store.add(
        "balance_transaction",
        {
            "amount": amount,
            "available_on": now + (0 if is_at_once else WAITING_DAYS * 86400),
            "balance_type": "payments",
            "currency": source["currency"],
            "description": source.get("description"),
            "exchange_rate": None,
            "fee": fee,
            "fee_details": [details] if fee else [],
            "net": amount - fee,
            "reporting_category": CATEGORIES.get(kind, kind),
            "source": source["id"],
            "status": "available" if is_at_once else "pending",
            "type": kind,
        },
        payout=None,
    )


def pay_out(account, currency):
    """Pay out what is available in a currency, as Stripe does by itself each day.

    :return: the payout, or None where there is nothing
    """
    rows = [
        row
        for row in account.store.all("balance_transaction", currency=currency)
        if not account.store.hidden(row)["payout"]
        and row["available_on"] <= account.clock.now()
    ]
    amount = sum(row["net"] for row in rows)
    if amount <= 0:
        return None
    payout = account.store.add("payout", _prepare_payout(account, amount, currency))
    own = book(account, "payout", -amount, payout, is_at_once=True)
    payout["balance_transaction"] = own["id"]
    for row in [*rows, own]:
        row["status"] = "available"
        account.store.hidden(row)["payout"] = payout["id"]
    account.tell("payout.created", payout)
    account.clock.call_in(ARRIVAL_DAYS, lambda: _arrive(account, payout))
    return payout


def _prepare_payout(account, amount, currency):
    return {
        "amount": amount,
        "application_fee": None,
        "application_fee_amount": None,
        "arrival_date": account.clock.now() + ARRIVAL_DAYS * 86400,
        "automatic": True,
        "balance_transaction": None,
        "currency": currency,
        "description": "STRIPE PAYOUT",
        "destination": None,
        "failure_balance_transaction": None,
        "failure_code": None,
        "failure_message": None,
        "metadata": {},
        "method": "standard",
        "original_payout": None,
        "reconciliation_status": "in_progress",
        "reversed_by": None,
        "source_type": "card",
        "statement_descriptor": None,
        "status": "in_transit",
        "type": "bank_account",
    }


def _arrive(account, payout):
    if payout["status"] != "in_transit":
        return
    payout["status"] = "paid"
    account.tell("payout.paid", payout)
    payout["reconciliation_status"] = "completed"
    account.tell("payout.reconciliation_completed", payout)


def fail_payout(account, payout):
    """Let the bank give a payout back."""
    back = book(account, "payout_failure", payout["amount"], payout, is_at_once=True)
    payout.update(
        status="failed",
        failure_balance_transaction=back["id"],
        failure_code="account_closed",
        failure_message="The bank account has been closed.",
    )
    account.tell("payout.failed", payout)


def _list_movements(account, values):
    rows = account.store.all("balance_transaction")
    if payout := values.get("payout"):
        if account.store.get("payout", payout, "payout")["automatic"] is False:
            raise Refusal(400, "Only automatic payouts have their movements.")
        rows = [row for row in rows if account.store.hidden(row)["payout"] == payout]
    for name in ("currency", "source", "type"):
        if values.get(name):
            rows = [row for row in rows if row[name] == values[name]]
    rows = [row for row in rows if is_within(row["created"], values.get("created"))]
    for row in rows:
        if row["available_on"] <= account.clock.now():
            row["status"] = "available"
    return Page(*account.store.cut_page(rows, values))


def _list_payouts(account, values):
    rows = [
        row
        for row in account.store.all("payout")
        if is_within(row["created"], values.get("created"))
        and values.get("status") in (None, row["status"])
    ]
    return Page(*account.store.cut_page(rows, values))


ROUTES = [
    Route.retrieving("balance_transactions", "balance_transaction"),
    Route.retrieving("payouts", "payout"),
    Route(
        "GET",
        "balance_transactions",
        _list_movements,
        Shape(
            created=period, currency=text, payout=text, source=text, type=text, **PAGE
        ),
    ),
    Route("GET", "payouts", _list_payouts, Shape(created=period, status=text, **PAGE)),
]
