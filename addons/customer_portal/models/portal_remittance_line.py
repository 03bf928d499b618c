from odoo import fields, models
from odoo.fields import Domain


class PortalRemittanceLine(models.Model):
    _name = "portal.remittance.line"
    _description = "Document of a remittance"
    _order = "id"

    remittance_id = fields.Many2one(
        "portal.remittance", required=True, ondelete="cascade", index=True
    )
    move_id = fields.Many2one(
        "account.move", "Document", required=True, ondelete="restrict", index=True
    )
    kind = fields.Selection(
        selection=[("invoice", "Invoice"), ("credit", "Credit note")], required=True
    )
    currency_id = fields.Many2one(related="remittance_id.currency_id")
    amount_requested = fields.Monetary("Chosen amount", required=True)
    amount_applied = fields.Monetary("Applied amount")

    _remittance_move_unique = models.UniqueIndex("(remittance_id, move_id)")
    _amount_positive = models.Constraint(
        "CHECK(amount_requested > 0)", "The amount of a document must be positive."
    )

    def _get_open_items(self):
        """Return the unreconciled receivable lines of the document."""
        return self.move_id._get_open_items()

    def _get_applicable(self, unit):
        """Return what can be applied now: as chosen, but not above what is open.

        :param int unit: smallest units in one of the currency
        :return: integer in the smallest unit
        """
        if self.move_id.state != "posted":
            return 0
        return min(
            round(self.amount_requested * unit),
            round(self.move_id.amount_residual * unit),
        )

    def _get_portal_rule_domain(self, user):
        """Return the domain of the record rule: the lines of what the person sees."""
        remittances = self.env["portal.remittance"]._get_portal_rule_domain(user)
        return Domain("remittance_id", "any!", remittances)
