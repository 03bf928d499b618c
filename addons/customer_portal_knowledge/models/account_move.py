from odoo import models

from .sale_order import MOST_LINES


class AccountMove(models.Model):
    _inherit = "account.move"

    def _get_help_products(self):
        """Return the ids of the products of an invoice that the caller has found."""
        self.ensure_one()
        # sudo: which products the lines of a paper name that the person sees
        lines_sudo = self.env["account.move.line"].sudo()
        lines_sudo = lines_sudo.search_fetch(
            [("move_id", "=", self.id), ("product_id", "!=", False)],
            ["product_id"],
            limit=MOST_LINES,
        )
        return lines_sudo.product_id._get_help_templates()
