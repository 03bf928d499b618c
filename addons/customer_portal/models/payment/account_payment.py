from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError

from ...const import NEWS_DAYS


class AccountPayment(models.Model):
    _name = "account.payment"
    _inherit = ["account.payment", "portal.customer.mixin"]

    remittance_id = fields.Many2one(
        "portal.remittance",
        compute="_compute_remittance_id",
        search="_search_remittance_id",
        groups="account.group_account_invoice,account.group_account_readonly",
    )
    remittance_state = fields.Selection(
        related="remittance_id.state", string="Status of the remittance"
    )
    remittance_line_ids = fields.One2many(related="remittance_id.line_ids")
    remittance_note = fields.Text(related="remittance_id.exception_note")
    remittance_source = fields.Selection(related="remittance_id.source")
    remittance_on_account = fields.Monetary(related="remittance_id.amount_on_account")
    remittance_refunded = fields.Monetary(related="remittance_id.amount_refunded")

    # The list of payments searches by customer; core has no index on it.
    _portal_partner_idx = models.Index(
        "(portal_customer_id, date DESC) WHERE partner_type = 'customer'"
    )

    # The index above finds it.
    portal_customer_id = fields.Many2one(index=False)

    def _fill_portal_customers(self):
        """Override: the entry of a payment knows the customer of its day."""
        self.env.cr.execute(
            """
            UPDATE account_payment payment
               SET portal_customer_id = COALESCE(
                   (SELECT move.commercial_partner_id FROM account_move move
                     WHERE move.id = payment.move_id),
                   partner.commercial_partner_id)
              FROM res_partner partner
             WHERE partner.id = payment.partner_id
            """
        )

    def _compute_remittance_id(self):
        """Find the remittance that a payment books, or which it came for again."""
        remittances = self.env["portal.remittance"].search(
            [("payment_id", "in", self.ids)]
        )
        own = {remittance.payment_id: remittance for remittance in remittances}
        for payment in self:
            payment.remittance_id = (
                own.get(payment._origin)
                # sudo: whose money it is, of a payment that the person sees
                or payment.sudo().payment_transaction_id._get_paid_remittance()
            )

    def _search_remittance_id(self, operator, value):
        remittances = self.env["portal.remittance"].search([("id", operator, value)])
        return [("id", "in", remittances.payment_id.ids)]

    def write(self, vals):
        """Extend: refuse what breaks an entry with a line for each document.

        Core rebuilds the entry of a payment that is edited, and expects one line of
        the customer's account in it.

        :raise UserError: saying what can be done instead
        """
        edited = set(self._get_trigger_fields_to_synchronize()) & set(vals)
        if edited and (
            drafts := self.filtered(lambda one: one.move_id.state == "draft")
        ):
            remittances = drafts.move_id._get_own_remittances()
            split = drafts.filtered(lambda one: one.move_id in remittances.move_id)
            moves = self.env["account.move"]
            changed = {
                name
                for name in edited
                if any(moves._field_will_change(one, vals, name) for one in split)
            }
            if changed:
                raise UserError(remittances._describe_split())
            if split == self:  # what stays as it is needs no new entry
                vals = {name: vals[name] for name in vals if name not in edited}
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_received(self):
        """Keep what books the money of a provider: it was received."""
        # sudo: only whether there is such money
        transactions = self.sudo().payment_transaction_id
        if any(tx.state == "done" for tx in transactions):
            raise UserError(
                self.env._(
                    "This payment was received by a payment provider. Refund or cancel "
                    "it instead of deleting it."
                )
            )

    def action_post(self):
        """Extend: a payment whose entry was deleted is planned and booked anew."""
        self.check_access("write")
        again = self._get_remittances_without_entry()
        plans = {remittance: remittance._rebuild_entry() for remittance in again}
        result = super().action_post()
        for remittance, plan in plans.items():
            remittance._settle(remittance.payment_id.move_id, plan)
        self._add_received_news()
        return result

    def _add_received_news(self):
        """Write down that customers' money was received, of a day not long ago."""
        first = fields.Date.today() - timedelta(days=NEWS_DAYS)
        received = self.filtered(
            lambda payment: (
                payment.partner_type == "customer"
                and payment.payment_type == "inbound"
                and payment.date >= first
            )
        )
        rows = self.env["portal.payment"]._find_rows(payments=received)
        rows._add_news("payment_received")

    def _get_remittances_without_entry(self):
        """Return the remittances of payments whose entries were deleted, in sudo."""
        # sudo: the remittance follows the payment that the caller may post
        remittances = self.env["portal.remittance"].sudo()
        return remittances.search(
            [
                ("payment_id", "in", self.ids),
                ("state", "=", "reversed"),
                ("move_id", "=", False),
            ]
        )

    def _get_portal_method(self):
        """Return how it was paid, as the customer knows it; nothing for "by hand"."""
        line = self.payment_method_line_id
        line.fetch(["name", "payment_method_id"])
        line.payment_method_id.fetch(["code"])
        return "" if line.code == "manual" else line.name or ""
