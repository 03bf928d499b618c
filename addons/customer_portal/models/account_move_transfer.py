from odoo import models
from odoo.exceptions import UserError
from odoo.tools import format_date


class AccountMove(models.Model):
    """Documents of a transfer that was announced are held for it."""

    _inherit = "account.move"

    def _get_transfers(self):
        """Return the announced transfers of these documents.

        :return: {move id: portal.remittance, in sudo}; at most one a document
        """
        lines = (
            self.env["portal.remittance.line"]
            .sudo()  # sudo: date and reference only, of documents that the caller reads
            .search_fetch(
                [
                    ("move_id", "in", self.ids),
                    ("remittance_id.state", "=", "announced"),
                ],
                ["move_id", "remittance_id"],
            )
        )
        return {line.move_id.id: line.remittance_id for line in lines}

    def _check_no_payment_under_way(self):
        """Extend: nor what waits for an announced transfer."""
        result = super()._check_no_payment_under_way()
        transfers = self._get_transfers()
        for move in self.filtered(lambda move: move.id in transfers):
            transfer = transfers[move.id]
            raise UserError(
                self.env._(
                    "A bank transfer of %(document)s was announced on %(date)s with the"
                    " reference %(reference)s. Withdraw it first, to pay another way.",
                    document=move.name,
                    date=format_date(self.env, transfer.announced_on),
                    reference=transfer._space_reference(transfer.transfer_reference),
                )
            )
        return result

    def _get_pending_ids(self):
        """Extend: what waits for an announced transfer is pending too."""
        return super()._get_pending_ids() | set(self._get_transfers())

    def _prepare_portal_rows(self):
        """Extend: `transfer` is the date and reference of an announced one, or None."""
        rows = super()._prepare_portal_rows()
        pending = [row["move"].id for row in rows if row["status"] == "pending"]
        transfers = self.browse(pending)._get_transfers() if pending else {}
        for row in rows:
            transfer = transfers.get(row["move"].id)
            row["transfer"] = transfer and {
                "date": transfer.announced_on,
                "reference": transfer._space_reference(transfer.transfer_reference),
            }
        return rows
