from odoo import fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools import SQL

from ...const import INVOICE_TYPES
from ...tools.drawing import Drawing
from ...tools.reminder import Pause
from .portal_dispute import OPEN

REFUSED = ("partial", "refused")


class AccountMove(models.Model):
    """What is disputed of invoices, at the doors where they are paid or reminded of."""

    _inherit = "account.move"

    portal_dispute_ids = fields.One2many(
        "portal.dispute",
        "move_id",
        "Disputes",
        groups="account.group_account_invoice,account.group_account_readonly",
    )

    # ------------------------------------------------------------
    # Held
    # ------------------------------------------------------------

    def _get_further_holds(self, papers):
        """Extend: what is disputed."""
        disputes = self.env["portal.dispute"]
        return [*super()._get_further_holds(papers), disputes._get_holds_select(papers)]

    def _get_hold_text(self, hold, *, has_payer, **values):
        """Extend: the sentence of a dispute."""
        if hold.kind != "disputed":
            return super()._get_hold_text(hold, has_payer=has_payer, **values)
        return self.env._(
            "Disputed: %(held)s of %(open)s (%(dispute)s, since %(date)s)",
            held=values["held"],
            open=values["open"],
            date=values["date"],
            dispute=Drawing(self.env).name(hold.reference),
        )

    def _get_holds_message(self, holds):
        """Extend: that a dispute is in the way; a payment that is, is told first."""
        if not holds or holds.payments:
            return super()._get_holds_message(holds.payments if holds else holds)
        return self.env._(
            "%(document)s: %(amount)s is disputed (%(dispute)s). Withdraw the "
            "dispute first if you want to pay this part.",
            document=self.name,
            amount=self.currency_id.format(holds.take(self.amount_residual)),
            dispute=", ".join(hold.reference for hold in holds),
        )

    def _get_disputed_domain(self):
        """Return the domain of the documents of which something is disputed."""
        disputes = self.env["portal.dispute"]
        disputes._flush_holding()
        return Domain.custom(
            to_sql=lambda _model, alias, _query: SQL(
                """
                EXISTS (SELECT FROM portal_dispute dispute
                         WHERE dispute.move_id = %s AND %s)
                """,
                SQL.identifier(alias, "id"),
                disputes._get_holding_sql("dispute"),
            )
        )

    # ------------------------------------------------------------
    # Reminders
    # ------------------------------------------------------------

    def _get_reminder_pauses(self, holds=None):
        """Extend: what was refused is due again, and has some days of grace."""
        pauses = super()._get_reminder_pauses(holds)
        disputes = self.env["portal.dispute"].search_fetch(
            [
                ("move_id", "in", self.ids),
                ("state", "in", REFUSED),
                ("grace_until", "!=", False),
            ],
            [
                "amount_accepted",
                "amount_disputed",
                "currency_id",
                "grace_until",
                "move_id",
                "partner_id",
            ],
        )
        today = disputes and fields.Date.context_today(self)
        for dispute in disputes.filtered(lambda one: one.grace_until >= today):
            key = (dispute.move_id.id, dispute.partner_id.id, dispute.currency_id.id)
            amount = dispute.amount_disputed - dispute.amount_accepted
            pause = Pause("grace", amount, until=dispute.grace_until)
            pauses.setdefault(key, []).append(pause)
        return pauses

    def _get_reminder_pause_labels(self):
        """Extend: the words of disputes."""
        _ = self.env._
        return {
            **super()._get_reminder_pause_labels(),
            "disputed": _("Disputed"),
            "grace": _("Days of grace after a dispute"),
        }

    # ------------------------------------------------------------
    # Short payments
    # ------------------------------------------------------------

    def _add_short_payment(self, line, reasons, currency, holds):
        """Extend: keep how much is left out, to be disputed when the rest is paid.

        With instalments, what lacks of the next one; no more of the later ones.
        """
        result = super()._add_short_payment(line, reasons, currency, holds)
        if line.get("reason_id") and self._filtered_papers():
            held = self._pick_holds(holds).take(self.amount_residual)
            amount = line["amount_requested"]
            lacking = (
                currency.round(step - amount)
                for step, _day in self._get_due_steps(held=held)
                if currency.compare_amounts(step, amount) > 0
            )
            line["amount_short"] = next(lacking, 0.0)
        return result

    # ------------------------------------------------------------
    # Credit notes
    # ------------------------------------------------------------

    def _get_answered_disputes(self):
        """Return the disputes that these credit notes answer; in sudo."""
        # sudo: what becomes of a dispute follows from its credit note
        disputes = self.env["portal.dispute"].sudo()
        notes = self.filtered(lambda move: move.move_type == "out_refund")
        if not notes:
            return disputes
        return disputes.search([("credit_note_id", "in", notes.ids)])

    def _post(self, soft=True):
        """Extend: a credit note that is posted ends what its dispute holds."""
        posted = super()._post(soft)
        posted._get_answered_disputes()._add_credited()
        return posted

    def button_cancel(self):
        """Extend: without its credit note, a dispute is to be decided again."""
        result = super().button_cancel()
        cancelled = self.filtered(lambda move: move.state == "cancel")
        cancelled._get_answered_disputes()._reopen()
        return result

    def unlink(self):
        """Extend: likewise."""
        disputes = self._get_answered_disputes()
        result = super().unlink()
        disputes._reopen()
        return result

    # ------------------------------------------------------------
    # What can be disputed
    # ------------------------------------------------------------

    def _can_be_disputed(self):
        """Return whether a customer may say that this document is wrong.

        Also when it is paid; not when it is credited as a whole.
        """
        self.ensure_one()
        return (
            self.state == "posted"
            and self.move_type in INVOICE_TYPES
            and self.payment_state != "reversed"
            and self.amount_total > 0
        )

    def _check_can_be_disputed(self):
        """Refuse to dispute what is no invoice any more.

        :raise UserError: saying so
        """
        if not self._can_be_disputed():
            raise UserError(
                self.env._("%s can no longer be disputed.", self.name or "")
            )

    def _get_amount_to_dispute(self):
        """Return what of this invoice is neither disputed nor was credited for it.

        In sudo. Taxes included, in its currency.
        """
        disputes = self.env["portal.dispute"].search_fetch(
            [("move_id", "=", self.id)],
            ["amount_accepted", "amount_disputed", "state"],
        )
        taken = sum(
            dispute.amount_disputed
            if dispute.state in OPEN
            else dispute.amount_accepted
            for dispute in disputes
        )
        return max(self.currency_id.round(self.amount_total - taken), 0.0)
