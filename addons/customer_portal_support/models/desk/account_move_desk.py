from odoo import models


class AccountMove(models.Model):
    _name = "account.move"
    _inherit = ["account.move", "portal.ticketed.mixin"]
    _portal_ticket_field = "invoice_id"
