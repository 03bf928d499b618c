"""Make the pattern that `seed.sql` copies: run in Odoo's shell, `env` is there."""

from odoo import Command, fields

env = globals()["env"]
company = env.company
if not company.chart_template:
    env["account.chart.template"].try_loading("generic_coa", company)
today = fields.Date.today()
# Many customers' ids come from the copies; this one is thrown away by nobody.
pattern = env["res.partner"].create(
    {"name": "Pattern", "is_company": True, "ref": "BENCH-PATTERN"}
)
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
product = env["product.product"].create({"name": "Bench bolt", "type": "service"})


def invoice(days, kind="out_invoice", price=100.0, lines=3):
    """Return a posted invoice that is so many days old, due 30 days later."""
    day = fields.Date.subtract(today, days=days)
    line = {"product_id": product.id, "quantity": 1, "tax_ids": [Command.clear()]}
    move = env["account.move"].create(
        {
            "move_type": kind,
            "partner_id": pattern.id,
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


# Of ten documents: five paid, one paid in part, two overdue, one open, one credit.
for age in (400, 300, 200, 150, 100):
    pay(invoice(age))
pay(invoice(80), 120.0)
invoice(70)
invoice(50)
invoice(10)
invoice(20, kind="out_refund", price=5.0, lines=1)
for number in range(10):
    order = env["sale.order"].create(
        {
            "partner_id": pattern.id,
            "order_line": [
                Command.create({"product_id": product.id, "price_unit": 10.0 + n})
                for n in range(3)
            ],
        }
    )
    if number % 5:
        order.action_confirm()
env.cr.execute("UPDATE account_move SET access_token = NULL")
# The person who looks: of the customer with 1,000, 20,000 ... documents.
big = env["res.partner"].create(
    {"name": "Big customer", "is_company": True, "ref": "BENCH-BIG"}
)
small = env["res.partner"].create(
    {"name": "Small customer", "is_company": True, "ref": "BENCH-SMALL"}
)
env["res.partner"].create(
    [{"name": f"Contact {n}", "parent_id": big.id} for n in range(200)]
)
for login, partner in (("big@bench.example", big), ("small@bench.example", small)):
    person = env["res.partner"].create(
        {"name": login, "email": login, "parent_id": partner.id}
    )
    env["res.users"].with_context(no_reset_password=True).create(
        {
            "login": login,
            "password": "bench",
            "partner_id": person.id,
            "group_ids": [Command.set(env.ref("base.group_portal").ids)],
        }
    )
env.cr.commit()
