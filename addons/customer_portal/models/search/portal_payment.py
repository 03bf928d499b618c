from odoo import api, models

from ...tools.found import FoundGroup


class PortalPayment(models.Model):
    _name = "portal.payment"
    _inherit = ["portal.payment", "portal.found.mixin"]

    _portal_found_order = "date desc, id desc"

    @api.model
    def _get_portal_found_groups(self, user, customer):
        """Override: what the list of payments has."""
        if not user._portal_can("see_invoices"):
            return []
        rights = user._get_portal_rights()
        return [
            FoundGroup(
                "payments",
                self.env._("Payments"),
                "fa-history",
                self._get_portal_domain(user, root=customer),
                rights.get_ids("see_invoices", customer.id)
                | rights.get_own_ids("see_invoices", customer.id),
                "/my/payments",
            )
        ]

    def _prepare_portal_found_rows(self, words):
        """Override: with the status in words."""
        self.fetch(
            [
                "name",
                "memo",
                "date",
                "kind",
                "status",
                "amount",
                "currency_id",
                "remittance_id",
                "payment_id",
            ]
        )
        rows = []
        for payment in self:
            status = payment._prepare_portal_status()
            rows.append(
                self._prepare_portal_found_row(
                    payment.id,
                    payment.name or "",
                    payment._get_url(),
                    number="" if payment.memo == payment.name else payment.memo or "",
                    kind=self.env._("Payment"),
                    badge=(status["tone"], status["label"]),
                    date=payment.date,
                    amount=payment.amount,
                    currency=payment.currency_id,
                )
            )
        return rows

    def _get_portal_found_action(self, user):
        """Override: as the row of the list."""
        _ = self.env._
        [row] = self._prepare_portal_rows()
        if row["to_pay"] and user._portal_can("pay"):
            label = _("Pay again") if self.status == "failed" else _("Continue")
            return {"label": label, "url": self._get_url(), "is_main": True}
        url = self._get_receipt_url()
        return {"label": _("Receipt"), "url": url, "is_main": False} if url else None
