"""What a host has that lived before ours came: run in Odoo's shell, with `env`.

Two hundred customers with a person who signs in; some of them have invoices, orders and
tasks; a shop with one product, and a way to pay that is a demo.
"""

CUSTOMERS = 200
# Of a database that is thrown away.
PASSWORD = "an-old-Secret-77"  # noqa: S105  # nosec B105
BUSY = 5  # customers with papers


def fill(env):
    """Make it all."""
    # Odoo's word for: without mails.
    env = env(context=dict(env.context, no_reset_password=True))  # nosec B106
    country = env.ref("base.lt")
    company = env.company
    if not company.chart_template:
        env["account.chart.template"].try_loading("lt", company=company)
    provider = env.ref("payment.payment_provider_demo")
    provider.write({"state": "test", "is_published": True})
    provider.payment_method_ids.active = True
    product = env["product.template"].create(
        {
            "name": "Bolt M8",
            "list_price": 10.0,
            "type": "consu",
            "is_published": True,
        }
    )
    address = {
        "street": "Pilies 1",
        "city": "Vilnius",
        "zip": "01100",
        "country_id": country.id,
        "phone": "+370 600 00000",
    }
    customers = env["res.partner"].create(
        [
            {"name": f"Customer {number}", "is_company": True, **address}
            for number in range(CUSTOMERS)
        ]
    )
    people = env["res.users"].create(
        [
            {
                "name": f"Person {number}",
                "login": f"person{number}@example.com",
                "email": f"person{number}@example.com",
                "password": PASSWORD,
                "group_ids": [(6, 0, env.ref("base.group_portal").ids)],
            }
            for number in range(CUSTOMERS)
        ]
    )
    for customer, user in zip(customers, people, strict=True):
        user.partner_id.write({"parent_id": customer.id, **address})
    _add_papers(env, customers[:BUSY], people[:BUSY], product.product_variant_id)
    env.cr.commit()


def _add_papers(env, customers, people, product):
    for customer in customers:
        env["account.move"].create(
            {
                "move_type": "out_invoice",
                "partner_id": customer.id,
                "invoice_line_ids": [(0, 0, {"product_id": product.id, "quantity": 3})],
            }
        ).action_post()
        for state in ("sent", "sale"):
            order = env["sale.order"].create(
                {
                    "partner_id": customer.id,
                    "order_line": [(0, 0, {"product_id": product.id})],
                }
            )
            order.action_quotation_sent()
            if state == "sale":
                order.action_confirm()
    project = env["project.project"].create(
        {"name": "A project", "privacy_visibility": "portal"}
    )
    project.message_subscribe(people.partner_id.ids)
    env["project.task"].create(
        [
            {
                "name": "A task",
                "project_id": project.id,
                "partner_id": user.partner_id.id,
            }
            for user in people
        ]
    )
