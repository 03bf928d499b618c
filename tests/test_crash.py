"""A server is killed between the money and the books; nothing is lost or doubled."""

from decimal import Decimal

from people import Person, connect, find_by_name, find_way_to_pay, make_invoice

from bootstrap.serve import Server, find_free_port

CUSTOMER = "customer_portal.alder_works"


def test_money_is_booked_once_though_the_server_was_killed(live_server):
    accounting = connect(live_server, "accounting@seller.example")
    invoice = make_invoice(accounting, CUSTOMER, 77.0, 2)
    doomed = Server(
        live_server.databases,
        live_server.database,
        find_free_port(),
        "doomed",
        options=("--max-cron-threads", "0"),
    )
    with doomed:
        payer = Person(doomed.url, "payable@alder.example")
        reference = payer.begin(
            payer.choose({invoice: 77.0}), find_way_to_pay(live_server)
        )
        payer.call(
            "/payment/demo/simulate_payment",
            reference=reference,
            payment_details="",
            simulated_state="done",
        )
        doomed.process.kill()  # SIGKILL: the page never asked for the result
        doomed.process.wait()

    assert read_books(live_server, reference) == ("done", None)
    administrator = connect(live_server, "admin", "admin")
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
