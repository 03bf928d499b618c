from odoo import fields, models


class ResPartner(models.Model):
    _inherit = "res.partner"

    # As Odoo's follow-up of Enterprise has it.
    followup_next_action_date = fields.Date(
        "Next reminder",
        company_dependent=True,
        copy=False,
        groups="account.group_account_readonly,account.group_account_invoice",
    )
