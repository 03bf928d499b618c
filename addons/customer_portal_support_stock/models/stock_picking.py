from odoo import fields, models


class StockPicking(models.Model):
    _inherit = "stock.picking"

    portal_ticket_id = fields.Many2one(
        "portal.ticket",
        "Ticket",
        readonly=True,
        copy=False,
        index="btree_not_null",
        groups="base.group_user",
        help="In which the customer asked for this return.",
    )
