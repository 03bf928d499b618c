from odoo import models


class AccountPayment(models.Model):
    _inherit = "account.payment"

    # The list of payments searches by customer; core has no index on it.
    _portal_partner_idx = models.Index(
        "(partner_id, date DESC) WHERE partner_type = 'customer'"
    )
