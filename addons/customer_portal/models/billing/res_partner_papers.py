"""Journal items name the customer, not its contact; so they stay when one moves."""

from odoo import models
from odoo.fields import Domain

from odoo.addons.account.models.account_move import BYPASS_LOCK_CHECK


class ResPartner(models.Model):
    _inherit = "res.partner"

    def _settle_papers(self, vals):
        """Extend: what was booked on a contact is its company's.

        Core writes the company that a contact moves to on items that name the contact
        itself (opening balances, payments entered by hand): a customer's money would go
        along. Those of a customer that joins another follow, as core has it.
        """
        result = super()._settle_papers(vals)
        movers = self.filtered(lambda partner: partner._would_leave(vals))
        if not movers:
            return result
        # sudo: items and entries follow from the contact, as in core
        partners = self.env["res.partner"].sudo().with_context(active_test=False)
        below = partners.search([("id", "child_of", movers.ids)])
        for contact in below.filtered(
            lambda partner: partner.commercial_partner_id != partner
        ):
            contact._rename_items(contact.commercial_partner_id)
        return result

    def _would_leave(self, vals):
        """Return whether this contact is going to be another company's, or its own."""
        if self == self.commercial_partner_id:
            return False
        if vals.get("is_company"):
            return True
        if "parent_id" not in vals:
            return False
        above = self.browse(vals["parent_id"] or self.id)
        future = above.commercial_partner_id if vals["parent_id"] else self
        return future != self.commercial_partner_id

    def _rename_items(self, customer):
        """Write a customer on journal items and entries that name this partner.

        In sudo, in spite of lock dates, all items at once: what is reconciled stays.
        """
        items = self.env["account.move.line"].search([("partner_id", "=", self.id)])
        items = items.with_context(bypass_lock_check=BYPASS_LOCK_CHECK)
        items.partner_id = customer

    def _hand_over_papers(self, customer):
        """Extend: items and entries, where core has not done it."""
        result = super()._hand_over_papers(customer)
        self._rename_items(customer)
        moves = self.env["account.move"].search(
            Domain("commercial_partner_id", "=", self.id)
        )
        moves = moves.with_context(bypass_lock_check=BYPASS_LOCK_CHECK)
        moves.commercial_partner_id = customer
        return result
