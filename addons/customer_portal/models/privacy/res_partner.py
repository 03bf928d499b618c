"""What must be kept of a contact, and how a contact becomes unknown."""

import re

from odoo import fields, models
from odoo.tools import SQL


class ResPartner(models.Model):
    _inherit = "res.partner"

    def _get_portal_kept_documents(self, years):
        """Return what `res.users._get_kept_documents` says, of these contacts."""
        self.env["account.move"].flush_model()
        self.env["sale.order"].flush_model()
        rows = self.env.execute_query(
            SQL(
                """
                SELECT 'invoices', COUNT(*), MAX(date)
                  FROM account_move
                 WHERE state = 'posted' AND move_type != 'entry'
                   AND (partner_id IN %(ids)s OR partner_shipping_id IN %(ids)s)
                 UNION ALL
                SELECT 'orders', COUNT(*), MAX(date_order)::date
                  FROM sale_order
                 WHERE state = 'sale'
                   AND (partner_id IN %(ids)s OR partner_invoice_id IN %(ids)s
                        OR partner_shipping_id IN %(ids)s)
                """,
                ids=tuple(self.ids),
            )
        )
        return [
            {
                "kind": kind,
                "count": count,
                "last": last,
                "until": fields.Date.add(fields.Date.end_of(last, "year"), years=years),
            }
            for kind, count, last in rows
            if count
        ]

    def _anonymise_portal_contact(self):
        """Make the person of this contact unknown; in sudo: staff have decided.

        A contact that is a customer without a company, and stands on documents that
        must be kept, keeps name and address for them; nothing of it is in use.
        """
        self.ensure_one()
        is_customer = self == self.commercial_partner_id
        years = self.env.user._get_retention_years()
        kept = self._get_portal_kept_documents(years)
        must_stay = is_customer and kept
        values = {
            "email": False,
            "phone": False,
            "function": False,
            "comment": False,
            "website": False,
            "image_1920": False,
            "site_contact_name": False,
            "site_contact_phone": False,
            "active": False,
        }
        if not must_stay:
            deletions = self.env["portal.deletion.request"]
            values["name"] = deletions._get_unknown_name(self)
            if not self.parent_id:
                values |= dict.fromkeys(
                    ("street", "street2", "zip", "city", "vat"), False
                )
        self._forget_former_values(values.get("name") or self.name)
        self.signup_cancel()
        self.write(values)
        self.env["portal.contact.function"].search(
            [("contact_id", "=", self.id)]
        ).unlink()
        if not kept:
            # Former names and addresses are there to print documents again.
            self.env["portal.address.version"].search(
                [("partner_id", "=", self.id)]
            ).unlink()

    def _forget_former_values(self, name):
        """Delete former names and addresses where else they stand, and what follows.

        :param str name: what stands in their place
        """
        messages = self.env["mail.message"]
        # What was written to or about the person on the contact itself.
        messages.search(
            [("model", "=", "res.partner"), ("res_id", "=", self.id)]
        ).unlink()
        # Messages on documents stay, and carry name and address once more.
        messages.search([("author_id", "=", self.id)]).write(
            {"email_from": name, "reply_to": False}
        )
        self.env["mail.followers"].search([("partner_id", "=", self.id)]).unlink()
        email = self.email_normalized
        if not email:
            return
        for entry in self.env["portal.activity"].search([("detail", "ilike", email)]):
            entry.detail = re.sub(
                re.escape(email), name, entry.detail, flags=re.IGNORECASE
            )
        self.env["portal.registration"].search([("email", "=", email)]).write(
            {
                "person_name": name,
                "email": f"deleted-{self.id}@invalid",
                "phone": False,
                "message": False,
            }
        )
