"""Make the pattern that `seed.py` copies: run in Odoo's shell, `env` is there.

Each kind of document has a customer of its own, whose rows are then copied. The
customers whose pages are measured are made here too, with two invoices of the biggest
that are not copies: they have their PDF stored.
"""

from odoo import Command, fields

env = globals()["env"]
company = env.company
if not company.chart_template:
    env["account.chart.template"].try_loading("generic_coa", company)
today = fields.Date.today()
# Without an outstanding account Odoo books no entry for a payment.
outstanding = env["account.account"].create(
    {
        "name": "Outstanding",
        "code": "BENCH1",
        "account_type": "asset_current",
        "reconcile": True,
    }
)
env["account.payment.method.line"].search([]).payment_account_id = outstanding
env["payment.provider"].search([("code", "=", "demo")]).write(
    {"state": "test", "is_published": True}
)
product = env["product.product"].create({"name": "Bench bolt", "type": "service"})


def make_customer(ref, name):
    """Return a new customer."""
    return env["res.partner"].create(
        {"name": name, "is_company": True, "ref": f"BENCH-{ref}"}
    )


def make_invoice(partner, days=5, kind="out_invoice", price=100.0, lines=3):
    """Return a posted document that is so many days old, due 30 days later."""
    day = fields.Date.subtract(today, days=days)
    line = {"product_id": product.id, "quantity": 1, "tax_ids": [Command.clear()]}
    move = env["account.move"].create(
        {
            "move_type": kind,
            "partner_id": partner.id,
            "invoice_date": day,
            "invoice_date_due": fields.Date.add(day, days=30),
            "invoice_line_ids": [
                Command.create({**line, "name": f"Item {n}", "price_unit": price + n})
                for n in range(lines)
            ],
        }
    )
    move.action_post()
    return move


def pay(move, amount=None):
    """Pay a document, in full or in part."""
    values = {"payment_date": move.invoice_date}
    if amount:
        values["amount"] = amount
    wizard = env["account.payment.register"].with_context(
        active_model="account.move", active_ids=move.ids
    )
    wizard.create(values)._create_payments()


def make_order(partner, *, confirmed):
    """Make an order of three lines."""
    lines = [
        Command.create({"product_id": product.id, "price_unit": 10.0 + n})
        for n in range(3)
    ]
    order = env["sale.order"].create({"partner_id": partner.id, "order_line": lines})
    if confirmed:
        order.action_confirm()
    else:
        order.state = "sent"


pay(make_invoice(make_customer("PATTERN-paid", "Pattern, paid"), days=40))
pay(make_invoice(make_customer("PATTERN-partial", "Pattern, part paid")), 120.0)
make_invoice(make_customer("PATTERN-open", "Pattern, open"))
make_invoice(
    make_customer("PATTERN-credit", "Pattern, credit note"),
    kind="out_refund",
    price=5.0,
    lines=1,
)
make_order(make_customer("PATTERN-order", "Pattern, order"), confirmed=True)
make_order(make_customer("PATTERN-quote", "Pattern, quote"), confirmed=False)

group = env.ref("base.group_portal")
for step in ("10", "100", "1000", "STATEMENT", "BIG"):
    customer = make_customer(step, f"Customer {step.lower()}")
    login = f"{step.lower()}@bench.example"
    # Odoo's page of overdue invoices asks for those of the person's own partner.
    customer.email = login
    env["res.users"].with_context(no_reset_password=True).create(
        {
            "login": login,
            "password": "bench",
            "partner_id": customer.id,
            "group_ids": [Command.set(group.ids)],
        }
    )
big = env["res.partner"].search([("ref", "=", "BENCH-BIG")])
env["res.partner"].create(
    [{"name": f"Contact {n}", "parent_id": big.id} for n in range(200)]
)
for lines in (3, 200):
    move = make_invoice(big, lines=lines)
    move.ref = f"BENCH-{lines}"
    # As Odoo stores what it sent; the content does not matter to a download.
    env["ir.attachment"].create(
        {
            "name": f"bench-{lines}.pdf",
            "raw": b"%PDF-1.4\n" + b"0123456789abcdef" * 2000 + b"\n%%EOF\n",
            "mimetype": "application/pdf",
            "res_model": "account.move",
            "res_id": move.id,
            "res_field": "invoice_pdf_report_file",
        }
    )
env.cr.execute("UPDATE account_move SET access_token = NULL")
env.cr.commit()
