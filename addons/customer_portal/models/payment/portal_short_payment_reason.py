from odoo import fields, models


class PortalShortPaymentReason(models.Model):
    """Why a customer pays less of an invoice than is due, as the seller asks it."""

    _name = "portal.short.payment.reason"
    _description = "Reason for paying less"
    _order = "sequence, id"

    name = fields.Char(required=True, translate=True)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    needs_note = fields.Boolean(
        "Asks for words", help="The customer has to say more in words."
    )
