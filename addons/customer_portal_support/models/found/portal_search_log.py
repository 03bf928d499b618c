from odoo import fields, models


class PortalSearchLog(models.Model):
    _inherit = "portal.search.log"

    ticket_id = fields.Many2one(
        "portal.ticket",
        readonly=True,
        ondelete="set null",
        index="btree_not_null",
    )
