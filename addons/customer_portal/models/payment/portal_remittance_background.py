"""Payments under way; those of many documents are booked after the answer."""

from datetime import timedelta

from odoo import api, fields, models
from odoo.fields import Domain

from ...const import CLOSED_STATES
from .payment_transaction import CAPTURE_DOMAIN, PAYING_OPERATIONS

# More documents than these would keep the person waiting.
MOST_AT_ONCE = 30
# Money that is not booked after so long was forgotten: its process died.
PATIENCE = timedelta(minutes=10)


class PortalRemittance(models.Model):
    _inherit = "portal.remittance"

    def _is_booked_later(self):
        return len(self.line_ids) > MOST_AT_ONCE and self.state not in CLOSED_STATES

    def _queue_booking(self):
        self._lock_account()
        if self.state not in CLOSED_STATES:
            self.state = "booking"
            # sudo: a scheduled action of the system
            self.env.ref("customer_portal.cron_remittances").sudo()._trigger()

    @api.model
    def _book_received(self):
        """Book what was received and is not booked yet (scheduled).

        One that fails is reported once, tried again the next time, and holds up no
        other.
        """
        cron = self.env["ir.cron"]
        self.env["payment.transaction"]._find_lost_charges()
        transactions = self.env["payment.transaction"].search(
            self._get_unbooked_domain(), order="id"
        )
        cron._commit_progress(remaining=len(transactions))
        for transaction in transactions:
            transaction._book_now()
            if not cron._commit_progress(1):
                break

    def _get_unbooked_domain(self):
        """Return the domain of the transactions whose money waits to be booked."""
        forgotten = fields.Datetime.now() - PATIENCE
        waiting = Domain("portal_remittance_id.state", "=", "booking")
        return (
            Domain("state", "=", "done")
            & Domain("payment_id", "=", False)
            & Domain("operation", "in", PAYING_OPERATIONS)
            & ~Domain("child_transaction_ids", "any", CAPTURE_DOMAIN)
            & (
                Domain("portal_remittance_id", "!=", False)
                | Domain("source_transaction_id.portal_remittance_id", "!=", False)
            )
            & (
                waiting
                | Domain(
                    "source_transaction_id.portal_remittance_id.state", "=", "booking"
                )
                | Domain("last_state_change", "<", forgotten)
            )
        )

    def _report_failed_booking(self):
        """Tell accounting and the payer, once, that received money is not booked."""
        self.ensure_one()
        if self.exception_note:
            return
        self.exception_note = self.env._(
            "The payment was received but could not be booked. It will be "
            "tried again; the server log says why."
        )
        self.line_ids.move_id[:1].activity_schedule(
            "mail.mail_activity_data_todo",
            summary=self.env._("Check remittance %s", self.name),
            note=self.exception_note,
            user_id=self._get_responsible().id,
        )
        self._tell_payer(
            "payment_booked",
            lambda env, remittance: env._(
                "Booking your payment %s is taking longer than usual.", remittance.name
            ),
            lambda env: env._(
                "We have received it, and our accounting team is looking into "
                "it. You do not need to do anything."
            ),
        )

    @api.model
    def _prepare_under_way(self, remittance_ids, limit):
        """Return what the overview says of payments under way, the newest first.

        In the caller's own rights; those that one may not read are left out.

        :param list remittance_ids: of `res.partner._get_holding_query`
        :return: list of dicts with url, name, amount, currency, payer, date and what
        """
        _ = self.env._
        labels = {
            "open": _("started, not confirmed yet"),
            "announced": _("bank transfer announced"),
            "processing": _("sent, not confirmed yet"),
            "booking": _("received, being booked"),
        }
        names = ["name", "state", "amount_cash", "currency_id", "payer_id"]
        found = self.search_fetch(
            [("id", "in", remittance_ids)],
            [*names, "announced_on", "create_date"],
            order="id desc",
            limit=limit,
        )
        # sudo: the name of the colleague who pays
        payers_sudo = found.payer_id.sudo()
        payers_sudo.fetch(["name"])
        return [
            {
                "url": f"/my/pay/{remittance.id}",
                "name": remittance.name,
                "amount": remittance.amount_cash,
                "currency": remittance.currency_id,
                "payer": remittance.payer_id.sudo().name,  # sudo: as above
                "date": remittance.announced_on or remittance.create_date,
                "what": labels[remittance.state],
            }
            for remittance in found
        ]
