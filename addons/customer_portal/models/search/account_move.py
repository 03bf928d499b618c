"""Invoices and credit notes among what the search finds."""

from odoo import api, models
from odoo.fields import Domain

from ...tools.found import FoundGroup


class AccountMove(models.Model):
    _name = "account.move"
    _inherit = ["account.move", "portal.found.mixin"]

    _portal_found_order = "invoice_date desc, id desc"

    @api.model
    def _get_portal_found_groups(self, user, customer):
        """Override: what the list of invoices has."""
        if not user._portal_can("see_invoices"):
            return []
        rights = user._get_portal_rights()
        return [
            FoundGroup(
                "invoices",
                self.env._("Invoices"),
                "fa-files-o",
                self._get_portal_documents_domain(user, customer),
                rights.get_ids("see_invoices", customer.id)
                | rights.get_own_ids("see_invoices", customer.id),
                "/my/invoices",
            )
        ]

    def _prepare_portal_found_rows(self, words):
        """Override: as the list says them, and the line on which the words stand."""
        kinds = self._get_portal_kinds()
        if not words:
            rows = self._read_plain(["name", "ref", "invoice_origin", "move_type"])
            return [
                self._prepare_portal_found_row(
                    move.id,
                    row["name"],
                    f"/my/invoices/{move.id}",
                    number=row["ref"] or row["invoice_origin"],
                    kind=kinds[row["move_type"]],
                )
                for move, row in zip(self, rows, strict=True)
            ]
        self.fetch(self._get_portal_row_fields())
        lines = self.env["account.move.line"]._find_portal_excerpts(
            Domain("move_id", "in", self.ids) & Domain("display_type", "=", "product"),
            "move_id",
            words,
        )
        return [
            self._prepare_portal_found_row(
                row["id"],
                row["name"],
                f"/my/invoices/{row['id']}",
                number=row["reference"],
                excerpt=lines.get(row["id"], ""),
                kind=kinds[row["move_type"]],
                note=kinds[row["move_type"]] if row["total"] < 0 else "",
                badge=(row["status"], row["label"]),
                date=row["invoice_date"],
                amount=row["total"],
                currency=row["currency"],
            )
            for row in self._prepare_portal_rows()
        ]

    def _get_portal_found_action(self, user):
        """Override: pay what can be paid, else take the paper along."""
        _ = self.env._
        [row] = self._prepare_portal_rows()
        is_debt = row["move_type"] != "out_refund"
        if is_debt and row["payable"] and self._portal_allows(user, "pay"):
            url = f"/my/pay?documents={self.id}"
            return {"label": _("Pay"), "url": url, "is_main": True}
        url = f"/my/invoices/{self.id}?report_type=pdf&download=true"
        return {"label": _("Download PDF"), "url": url, "is_main": False}
