"""A server is killed between the money and the books; nothing is lost or doubled."""

import time
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal

import pytest
import requests
from people import Person, Refused, connect, find_by_name, make_invoice, sign_in

from bootstrap.serve import Server, find_free_port

CUSTOMER = "customer_portal.alder_works"
PAYER = "payable@alder.example"


@pytest.fixture
def doomed(live_server):
    """Return a second server of the same database, to be killed."""
    return Server(
        live_server.databases,
        live_server.database,
        find_free_port(),
        "doomed",
        options=("--max-cron-threads", "0"),
    )


def kill(server):
    """SIGKILL: nothing is ended in order."""
    server.process.kill()
    server.process.wait()


def test_money_is_booked_once_though_the_server_was_killed(
    live_server, doomed, accounting, administrator, way
):
    invoice = make_invoice(accounting, CUSTOMER, 77.0, 2)
    with doomed:
        payer = Person(doomed.url, PAYER)
        reference = payer.begin(payer.choose({invoice: 77.0}), way)
        payer.call(
            "/payment/demo/simulate_payment",
            reference=reference,
            payment_details="",
            simulated_state="done",
        )
        kill(doomed)  # the page never asked for the result

    assert read_books(live_server, reference) == ("done", None)
    booking = find_by_name(administrator, "payment.cron_post_process_payment_tx")
    for _twice in range(2):
        administrator.execute("ir.cron", "method_direct_trigger", [booking])

    assert read_books(live_server, reference) == ("done", Decimal(77))
    [row] = accounting.execute("account.move", "read", [invoice], ["amount_residual"])
    assert row["amount_residual"] == 0


def read_books(server, reference):
    """Return the state of an attempt, and the sum of the payments that book it."""
    with server.connect() as connection, connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT attempt.state, SUM(payment.amount)
              FROM payment_transaction attempt
         LEFT JOIN account_payment payment
                ON payment.payment_transaction_id = attempt.id
             WHERE attempt.reference = %s
          GROUP BY attempt.state
            """,
            [reference],
        )
        [row] = cursor.fetchall()
    return row


def test_charge_during_which_the_server_was_killed_waits_to_be_verified(
    live_server, doomed, accounting, administrator, way
):
    """The card may have been charged: nobody pays again until somebody has looked."""
    invoice = make_invoice(accounting, CUSTOMER, 78.0, 2)
    with doomed:
        payer = Person(doomed.url, PAYER)
        remittance = payer.choose({invoice: 78.0})
        card = save_card(administrator, way)
        with live_server.connect() as connection, connection.cursor() as cursor:
            # Where the provider's answer is written down: the charge waits there.
            cursor.execute("BEGIN; LOCK TABLE portal_payment_claim")
            with ThreadPoolExecutor(1) as pool:
                charge = pool.submit(
                    payer.call,
                    f"/my/pay/{remittance}/transaction",
                    **way,
                    token_id=card,
                    flow="token",
                )
                while not is_waiting(live_server, "portal_payment_claim"):
                    assert not charge.done(), charge.result()
                    time.sleep(0.1)
                kill(doomed)
                with pytest.raises(requests.ConnectionError):
                    charge.result()
            cursor.execute("ROLLBACK")
    [(attempt, *outcome)] = read_attempts(live_server, remittance)
    assert outcome == ["draft", True]

    payer = sign_in(live_server.url, PAYER)
    with pytest.raises(Refused):
        payer.choose({invoice: 78.0})
    with live_server.connect() as connection, connection.cursor() as cursor:
        cursor.execute(
            "UPDATE payment_transaction SET create_date = create_date - interval '1 h'"
            " WHERE id = %s",
            [attempt],
        )
    booking = find_by_name(administrator, "customer_portal.cron_remittances")
    administrator.execute("ir.cron", "method_direct_trigger", [booking])
    assert read_attempts(live_server, remittance) == [(attempt, "pending", True)]
    with pytest.raises(Refused):
        payer.choose({invoice: 78.0})

    accounting.execute("payment.transaction", "action_was_not_paid", [attempt])
    payer.pay({invoice: 78.0}, way)
    [row] = accounting.execute("account.move", "read", [invoice], ["amount_residual"])
    assert row["amount_residual"] == 0


def test_people_are_told_once_though_the_server_was_killed(
    live_server, doomed, accounting, administrator
):
    invoices = post_news(live_server, accounting)
    job = find_by_name(administrator, "customer_portal.cron_news")
    with doomed, live_server.connect() as connection, connection.cursor() as cursor:
        system = connect(doomed, "admin", "admin")
        cursor.execute("BEGIN; LOCK TABLE portal_notice")
        with ThreadPoolExecutor(1) as pool:
            telling = pool.submit(
                system.execute, "ir.cron", "method_direct_trigger", [job]
            )
            while not is_waiting(live_server, "portal_notice"):
                assert not telling.done(), telling.result()
                time.sleep(0.1)
            kill(doomed)
            with pytest.raises(OSError):
                telling.result()
        cursor.execute("ROLLBACK")

    assert read_told(live_server, invoices) == {}
    for _twice in range(2):
        administrator.execute("ir.cron", "method_direct_trigger", [job])
    told = read_told(live_server, invoices)
    assert {invoice for invoice, _user in told} == {*invoices}
    assert {*told.values()} == {1}


def test_people_are_told_once_by_two_at_the_same_time(
    live_server, accounting, administrator
):
    invoices = post_news(live_server, accounting)
    job = find_by_name(administrator, "customer_portal.cron_news")
    [other] = administrator.execute("ir.cron", "copy", [job])
    with (
        ThreadPoolExecutor(2) as pool,
        live_server.connect() as connection,
        connection.cursor() as cursor,
    ):
        cursor.execute("BEGIN; LOCK TABLE portal_notice")
        tellings = [
            pool.submit(
                connect(live_server, "admin", "admin").execute,
                "ir.cron",
                "method_direct_trigger",
                [one],
            )
            for one in (job, other)
        ]
        # One holds the rows and waits; the other leaves them out, and is done.
        while not any(telling.done() for telling in tellings):
            time.sleep(0.1)
        assert read_told_states(live_server, invoices) == {"waiting"}
        cursor.execute("ROLLBACK")
        for telling in tellings:
            telling.result()
    administrator.execute("ir.cron", "unlink", [other])

    told = read_told(live_server, invoices)
    assert {invoice for invoice, _user in told} == {*invoices}
    assert {*told.values()} == {1}
    assert read_told_states(live_server, invoices) == {"told"}


@pytest.mark.parametrize("table", ["portal_reminder_line", "mail_mail"])
def test_reminders_are_sent_once_by_two_at_the_same_time(
    live_server, accounting, administrator, table
):
    """While one makes them, and while one sends them."""
    address = f"{table}@elm.example"
    customer = administrator.execute(
        "res.partner", "create", {"name": "Elm", "is_company": True, "email": address}
    )
    make_invoice(accounting, customer, 88.0, days_overdue=8)
    schedules = administrator.execute("portal.reminder.schedule", "search", [])
    usual = {"needs_approval": True, "only_working_days": True}
    at_once = dict.fromkeys(usual, False)
    administrator.execute("portal.reminder.schedule", "write", schedules, at_once)
    accounting.execute("portal.reminder", "action_look_now")
    job = find_by_name(administrator, "customer_portal.cron_reminders")
    [other] = administrator.execute("ir.cron", "copy", [job])
    with (
        ThreadPoolExecutor(2) as pool,
        live_server.connect() as connection,
        connection.cursor() as cursor,
    ):
        cursor.execute("BEGIN; LOCK TABLE " + table)
        runs = [
            pool.submit(
                connect(live_server, "admin", "admin").execute,
                "ir.cron",
                "method_direct_trigger",
                [one],
            )
            for one in (job, other)
        ]
        # One holds the rows and waits; the other leaves them out, and is done.
        while not any(run.done() for run in runs):
            time.sleep(0.1)
        cursor.execute("ROLLBACK")
        for run in runs:
            run.result()
    administrator.execute("ir.cron", "unlink", [other])
    administrator.execute("portal.reminder.schedule", "write", schedules, usual)

    [reminder] = accounting.execute(
        "portal.reminder", "search_read", [("partner_id", "=", customer)], ["state"]
    )
    assert reminder["state"] == "sent"
    mails = administrator.execute(
        "mail.mail", "search_count", [("email_to", "ilike", address)]
    )
    assert mails == 1


def post_news(server, accounting):
    """Post invoices of which people are to be told now; return their ids."""
    invoices = [make_invoice(accounting, CUSTOMER, 79.0) for _number in range(3)]
    with server.connect() as connection, connection.cursor() as cursor:
        cursor.execute("UPDATE portal_news SET tell_on = tell_on - interval '1 h'")
    return invoices


def read_told(server, invoices):
    """Return {(invoice, user): how often the user was told} of what is committed."""
    with server.connect() as connection, connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT invoice.id, notice.user_id, count(*)
              FROM unnest(%s) AS invoice(id)
              JOIN portal_notice notice
                ON notice.res_model = 'account.move'
               AND notice.res_ids @> to_jsonb(invoice.id)
          GROUP BY invoice.id, notice.user_id
            """,
            [invoices],
        )
        return {(invoice, user): count for invoice, user, count in cursor.fetchall()}


def read_told_states(server, invoices):
    with server.connect() as connection, connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT DISTINCT state FROM portal_news
             WHERE code = 'invoice_issued' AND res_id = ANY(%s)
            """,
            [invoices],
        )
        return {state for [state] in cursor.fetchall()}


def save_card(administrator, way):
    """Save a card of the payer; return its id."""
    [user] = administrator.execute(
        "res.users", "search_read", [("login", "=", PAYER)], ["partner_id"]
    )
    return administrator.execute(
        "payment.token",
        "create",
        {
            **way,
            "partner_id": user["partner_id"][0],
            "provider_ref": "saved",
            "payment_details": "4242",
            "demo_simulated_state": "done",
        },
    )


def is_waiting(server, table):
    """Return whether somebody waits for a table that a test has locked."""
    with server.connect() as connection, connection.cursor() as cursor:
        cursor.execute(
            "SELECT FROM pg_locks WHERE relation = %s::regclass AND NOT granted",
            [table],
        )
        return cursor.rowcount > 0


def read_attempts(server, remittance):
    """Return [(id, state, whether the outcome is unknown)] of what is committed."""
    with server.connect() as connection, connection.cursor() as cursor:
        cursor.execute(
            "SELECT id, state, outcome_unknown FROM payment_transaction"
            " WHERE portal_remittance_id = %s",
            [remittance],
        )
        return cursor.fetchall()
