"""Orders and quotes among what the search finds."""

from odoo import api, models
from odoo.fields import Domain

from ...tools.found import FoundGroup


class SaleOrder(models.Model):
    _name = "sale.order"
    _inherit = ["sale.order", "portal.found.mixin"]

    _portal_found_order = "date_order desc, id desc"

    @api.model
    def _get_portal_found_groups(self, user, customer):
        """Override: orders with the own drafts, and quotes that were sent."""
        _ = self.env._
        reached = self._get_portal_domain(user, root=customer)
        is_quote = Domain("state", "=", "sent")
        rights = user._get_portal_rights()
        kinds = (
            ("orders", _("Orders"), "fa-cube", "see_orders", ~is_quote, "/my/orders"),
            (
                "quotes",
                _("Quotes"),
                "fa-file-text-o",
                "see_quotes",
                is_quote,
                "/my/quotes",
            ),
        )
        return [
            FoundGroup(
                key,
                label,
                icon,
                reached & domain,
                rights.get_ids(code, customer.id)
                | rights.get_own_ids(code, customer.id),
                url,
                within=domain,
            )
            for key, label, icon, code, domain, url in kinds
            if user._portal_can(code)
        ]

    def _prepare_portal_found_rows(self, words):
        """Override: as the lists say them, and the line on which the words stand."""
        _ = self.env._
        kinds = (_("Order"), _("Quote"))
        if not words:
            rows = self._read_plain(["name", "client_order_ref", "state"])
            return [
                self._prepare_portal_found_row(
                    order.id,
                    row["name"],
                    f"/my/orders/{order.id}",
                    number=row["client_order_ref"],
                    kind=kinds[row["state"] == "sent"],
                )
                for order, row in zip(self, rows, strict=True)
            ]
        self.fetch(self._get_portal_row_fields())
        lines = self.env["sale.order.line"]._find_portal_excerpts(
            Domain("order_id", "in", self.ids), "order_id", words
        )
        return [
            self._prepare_portal_found_row(
                row["id"],
                row["name"],
                f"/my/orders/{row['id']}",
                number=row["client_order_ref"],
                excerpt=lines.get(row["id"], ""),
                kind=kinds[row["state"] == "sent"],
                badge=(row["status"], row["label"]),
                date=row["date_order"],
                amount=row["amount_total"],
                currency=row["currency"],
            )
            for row in self._prepare_portal_rows()
        ]

    def _get_portal_found_action(self, user):
        """Override: finish a draft, decide a quote, order the same again."""
        _ = self.env._
        page = f"/my/orders/{self.id}"
        if self.state == "draft":
            label, url, is_main = _("Finish the draft"), f"{page}/review", True
        elif self.state == "sent":
            # sudo: what the seller asks for, of a quote that the person sees
            order_sudo = self.sudo()
            if order_sudo._has_to_be_signed():
                label, url, is_main = _("Review and sign"), page, True
            elif order_sudo._has_to_be_paid():
                label, url, is_main = _("Review and pay"), page, True
            else:
                return None
        elif self._portal_allows(user, "order"):
            label, url, is_main = _("Reorder"), f"{page}/reorder", False
        else:
            return None
        return {"label": label, "url": url, "is_main": is_main}
