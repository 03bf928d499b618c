from odoo import fields, models


class AccountMoveLine(models.Model):
    _inherit = "account.move.line"

    remittance_line_id = fields.Many2one(
        "portal.remittance.line",
        "Paid document",
        readonly=True,
        copy=False,
        index="btree_not_null",
        groups="account.group_account_invoice,account.group_account_readonly",
    )

    def _get_portal_rule_domain(self, user):
        """Return the domain of the record rule: the lines of what the person sees."""
        moves = self.env["account.move"]._get_portal_rule_domain(user)
        return fields.Domain("move_id", "any!", moves)
