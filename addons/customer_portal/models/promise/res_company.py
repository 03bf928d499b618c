from odoo import fields, models


class ResCompany(models.Model):
    _inherit = "res.company"

    portal_promises = fields.Boolean(
        "Promises to pay",
        groups="base.group_user",
        help="Customers say when they will pay, and are not reminded until then.",
    )
    portal_promise_days = fields.Integer(
        "Days of a promise",
        default=14,
        groups="base.group_user",
        help="A payment can be promised for at most so many days from the day on which "
        "it was first promised; changing the promise does not begin anew.",
    )
    portal_promise_open = fields.Integer(
        "Open promises of a customer", default=3, groups="base.group_user"
    )
    portal_promise_times = fields.Integer(
        "Promises of a document",
        default=2,
        groups="base.group_user",
        help="A document whose promise was broken or withdrawn so often cannot be "
        "promised again.",
    )

    _portal_promise_bounds = models.Constraint(
        "CHECK (portal_promise_days BETWEEN 0 AND 365"
        " AND portal_promise_open BETWEEN 1 AND 1000"
        " AND portal_promise_times BETWEEN 1 AND 100)",
        "A promise is for 0 to 365 days; at least one can be open, and a document can "
        "be promised at least once.",
    )
