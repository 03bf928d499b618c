from odoo import fields, models


class PortalCreditLimitChange(models.Model):
    """Who changed a customer's credit limit, and when; written once, never changed."""

    _name = "portal.credit.limit.change"
    _description = "Change of a credit limit"
    _order = "id desc"
    _rec_name = "partner_id"
    _log_access = False

    date = fields.Datetime(required=True, readonly=True)
    partner_id = fields.Many2one(
        "res.partner",
        "Customer",
        required=True,
        readonly=True,
        ondelete="cascade",
        index=True,
    )
    company_id = fields.Many2one(
        "res.company", required=True, readonly=True, ondelete="cascade"
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    user_id = fields.Many2one("res.users", "By", readonly=True, ondelete="set null")
    # The name stays when the person is gone.
    user_name = fields.Char("Name", readonly=True)
    old_limit = fields.Monetary(readonly=True, help="Zero is no limit.")
    new_limit = fields.Monetary(readonly=True, help="Zero is no limit.")
