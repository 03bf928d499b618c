from odoo import fields, models
from odoo.fields import Domain


class ResPartner(models.Model):
    _inherit = "res.partner"

    # For the warehouse; core lets every contact read it.
    picking_warn_msg = fields.Text(groups="base.group_user")

    def _is_used_in_documents(self):
        """Extend: by a delivery."""
        if super()._is_used_in_documents():
            return True
        # sudo: whether there is one
        pickings = self.env["stock.picking"].sudo()
        # sudo: as above
        moves = self.env["stock.move"].sudo()
        return bool(
            pickings.search_count(Domain("partner_id", "=", self.id), limit=1)
            or moves.search_count(Domain("partner_id", "=", self.id), limit=1)
        )
