from odoo import fields


def _check_customers(case):
    """Check that the contact that stays keeps its own customer at Stripe."""
    provider = case.env["payment.provider"].search([("code", "=", "stripe")], limit=1)
    customers = case._create_each(
        "portal.stripe.customer",
        "partner_id",
        provider_id=provider.id,
        reference="cus_1",
        checked_on=fields.Datetime.now(),
    )
    case._merge(case.other, case.customer)
    case.assertEqual(customers.exists(), customers[1])
    case.assertEqual(customers[1].partner_id, case.other)


CASES = {("portal_stripe_customer", ("provider_id", "partner_id")): _check_customers}
