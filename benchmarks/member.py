"""Give the two people of the benchmark the administrator's role: Odoo's shell."""

env = globals()["env"]
role = env.ref("customer_portal.role_administrator")
for login in ("big@bench.example", "small@bench.example"):
    user = env["res.users"].search([("login", "=", login)])
    customer = user.partner_id.commercial_partner_id
    held = env["portal.membership"].search(
        [("user_id", "=", user.id), ("partner_id", "=", customer.id)]
    )
    if held:
        held.role_id = role
    else:
        env["portal.membership"].create(
            {"user_id": user.id, "partner_id": customer.id, "role_id": role.id}
        )
env.cr.commit()
