from odoo import models

from ..const import OPEN


class ResPartner(models.Model):
    _inherit = "res.partner"

    def write(self, vals):
        """Extend: the targets of tickets follow the tags of their customer."""
        result = super().write(vals)
        if "category_id" in vals and self.ids:
            self._update_ticket_targets()
        return result

    def _update_ticket_targets(self):
        # sudo: targets do not depend on who may see the tickets
        tickets = self.env["portal.ticket"].sudo()
        tickets.search(
            [
                ("portal_customer_id", "in", self.ids),
                ("customer_status", "in", OPEN),
            ]
        )._update_targets()
