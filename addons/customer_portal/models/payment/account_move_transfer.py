from odoo import models
from odoo.exceptions import UserError
from odoo.tools import format_date


class AccountMove(models.Model):
    """Documents of a transfer that was announced are held for it."""

    _inherit = "account.move"

    def _check_no_payment_under_way(self):
        """Extend: nor what waits for an announced transfer."""
        result = super()._check_no_payment_under_way()
        pending = self._get_pending()
        for move in self.filtered(lambda move: pending.get(move.id)):
            transfer = pending[move.id]
            raise UserError(
                self.env._(
                    "A bank transfer of %(document)s was announced on %(date)s with the"
                    " reference %(reference)s. Withdraw it first, to pay another way.",
                    document=move.name,
                    date=format_date(self.env, transfer["date"]),
                    reference=transfer["reference"],
                )
            )
        return result
