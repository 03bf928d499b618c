"""Payments under way; those of many documents are booked after the answer."""

from datetime import timedelta

from odoo import Command, api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain

from ...const import CLOSED_STATES
from ...tools.choice import fill
from .payment_transaction import CAPTURE_DOMAIN, PAYING_OPERATIONS

# More documents than these would keep the person waiting.
MOST_AT_ONCE = 30
# Money that is not booked after so long was forgotten: its process died.
PATIENCE = timedelta(minutes=10)


class PortalRemittance(models.Model):
    _inherit = "portal.remittance"

    capture_of_id = fields.Many2one(
        "portal.remittance",
        "Captured of",
        readonly=True,
        index="btree_not_null",
        help="The payment that was authorised, of which this part was captured.",
    )

    # ------------------------------------------------------------
    # A part of what was authorised is captured
    # ------------------------------------------------------------

    def _split_for_capture(self, amounts):
        """Return the remittance of what is captured of this one; in sudo.

        What was authorised waits here, and each part that is captured is a remittance
        of its own, so that it is booked, refunded and reversed as any other payment.
        Where everything is captured that is left, it is this one. The caller holds the
        account.

        Money pays first: credits go along with a part only as far as the money that
        is left does not pay it.

        :param dict amounts: {line: amount} of the invoices, the discount included
        :raise UserError: for more than is left
        """
        self.ensure_one()
        compare = self.currency_id.compare_amounts
        invoices = self.line_ids.filtered(lambda line: line.kind == "invoice")
        amounts = {line: amount for line, amount in amounts.items() if amount}
        if not amounts or any(line not in invoices for line in amounts):
            raise UserError(self.env._("Choose the documents that are captured."))
        for line, amount in amounts.items():
            if compare(amount, 0) <= 0 or compare(amount, line.amount_requested) > 0:
                raise UserError(
                    self.env._(
                        "%(name)s: capture at most %(amount)s.",
                        name=line.move_id.name,
                        amount=self.currency_id.format(line.amount_requested),
                    )
                )
            if line.discount_requested and compare(amount, line.amount_requested):
                raise UserError(
                    self.env._(
                        "%s is paid with a discount, and captured as a whole.",
                        line.move_id.name,
                    )
                )
        if all(
            line in amounts and not compare(amounts[line], line.amount_requested)
            for line in invoices
        ):
            return self
        wanted = sum(
            amount - line.discount_requested for line, amount in amounts.items()
        )
        credits = self.line_ids - invoices
        missing = max(0, self._to_units(wanted - self.amount_cash))
        shares = fill(
            [self._to_units(line.amount_requested) for line in credits], missing
        )
        for line, share in zip(credits, shares, strict=True):
            if share:
                amounts[line] = self._from_units(share)
        values = [
            {
                "move_id": line.move_id.id,
                "kind": line.kind,
                "partner_id": line.partner_id.id,
                "amount_requested": amount,
                "discount_requested": line.discount_requested,
                "reason_id": line.reason_id.id,
                "reason_note": line.reason_note,
            }
            for line, amount in amounts.items()
        ]
        part = self.create(
            {
                "name": self.env["ir.sequence"]
                .with_company(self.company_id)
                .next_by_code("portal.remittance"),
                "capture_of_id": self.id,
                "state": "processing",
                **{
                    name: self[name].id
                    for name in ("partner_id", "payer_id", "company_id", "currency_id")
                },
                "source": self.source,
                **self._get_choice_totals(values, self.currency_id),
                "line_ids": [Command.create(line) for line in values],
            }
        )
        self._move_amounts(part, -1)
        return part

    def _move_amounts(self, part, sign):
        """Take a part out of this remittance, or bring it back.

        :param int sign: -1 takes it out, 1 brings it back
        """
        own = {(line.move_id, line.partner_id): line for line in self.line_ids}
        for line in part.line_ids:
            values = {
                name: line[name] for name in ("amount_requested", "discount_requested")
            }
            found = own.get((line.move_id, line.partner_id))
            if not found:
                line.copy({"remittance_id": self.id})
                continue
            left = {name: found[name] + sign * value for name, value in values.items()}
            if self.currency_id.is_zero(left["amount_requested"]):
                found.unlink()
            else:
                found.write(left)
        self.write(
            {
                name: self.currency_id.round(self[name] + sign * part[name])
                for name in ("amount_cash", "amount_credit", "amount_discount")
            }
        )

    def _return_part(self):
        """Bring a part back that was not captured after all."""
        whole = self.capture_of_id
        if whole and self.state in ("open", "processing"):
            self._lock_account()
            self.state = "cancelled"
            whole._move_amounts(self, 1)

    def _release_uncaptured(self):
        """Open what was authorised and not captured: no money comes for it any more."""
        if self.state == "processing":
            self.state = "open" if self._is_left_to_pay() else "cancelled"

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
