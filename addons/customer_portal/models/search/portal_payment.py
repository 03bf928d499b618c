from odoo import api, models
from odoo.fields import Domain
from odoo.tools import SQL

from ...tools.found import FoundGroup
from ...tools.search import search_word, split_words
from .portal_found_mixin import NEWEST_READ


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

    @api.model
    def _get_portal_like_domain(self, pattern):
        """Override: the tables behind the list have indexes of their numbers."""
        if self.env.context.get("portal_found_newest"):
            return super()._get_portal_like_domain(pattern)
        found = [
            SQL(
                "%s IN (%s)",
                SQL.identifier(self._table, name),
                self.env[model]._get_portal_numbers_query(pattern).select(),
            )
            for name, model in (
                ("payment_id", "account.payment"),
                ("remittance_id", "portal.remittance"),
            )
        ]
        return Domain.custom(to_sql=lambda *_args: SQL("(%s OR %s)", *found))

    @api.model
    def _search_portal_newest(self, text, group, limit):
        """Override: the newest days, which an index of the table behind tells."""
        records = self.with_context(portal_found_newest=True)
        customers = self.env["res.partner"].browse(sorted(group.customer_ids))
        return records._search(
            group.domain
            & self._get_newest_domain(customers, NEWEST_READ)
            & records._get_portal_names_domain(text),
            order=self._portal_found_order,
            limit=limit,
        )

    @api.model
    def _get_portal_found_domain(self, text, group):
        """Override: what a payment settled is found itself, by its own number."""
        return Domain.AND(
            [
                self._get_portal_own_word_domain(word)
                | Domain("payer_id", "any!", search_word(word, ["name"]))
                for word in split_words(text)
            ]
        ) | self._get_portal_amounts_domain(text)

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
