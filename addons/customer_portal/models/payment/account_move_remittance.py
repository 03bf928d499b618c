import math

from odoo import fields, models
from odoo.exceptions import UserError
from odoo.tools import format_date

from ...const import INVOICE_TYPES, OPEN_STATES, PAYABLE_TYPES
from ...tools.choice import Row, from_units, to_units
from ...tools.holding import NOTHING


class AccountMove(models.Model):
    """What of a document can be paid, or used as a credit.

    An invoice is paid and a credit note is used. Of any other entry, a payment's too,
    the open receivable lines of one customer are paid, or used when they are credits.
    """

    _inherit = "account.move"

    def _filtered_papers(self):
        """Return the invoices and credit notes, without entries."""
        return self.filtered(lambda move: move.move_type in PAYABLE_TYPES)

    def _get_remittance_kind(self):
        """Return what is done with an invoice, receipt or credit note."""
        return "invoice" if self.move_type in INVOICE_TYPES else "credit"

    def _get_remittance_partners(self, scope):
        """Return the commercial partners on whose accounts these documents stand.

        :param scope: of entries, only these
        """
        entries = self - self._filtered_papers()
        partners = entries.line_ids.partner_id.commercial_partner_id
        return self.commercial_partner_id | (partners & scope)

    def _is_open_document(self):
        """Return whether something of this invoice or credit note is left."""
        self.ensure_one()
        return (
            self.state == "posted"
            and self.move_type in PAYABLE_TYPES
            and self.payment_state in OPEN_STATES
            and not self._is_residue()
        )

    def _get_open_items(self, partners=None, currency=None):
        """Return the unreconciled receivable lines, in the order of their dates.

        :param partners: of an entry, only the items of these commercial partners
        :param currency: likewise, only those in this currency
        """
        if self.move_type in PAYABLE_TYPES:
            items = self.line_ids.filtered(
                lambda item: item.display_type == "payment_term" and not item.reconciled
            )
        else:
            items = self.line_ids.filtered(
                lambda item: (
                    item.account_type == "asset_receivable"
                    and not item.reconciled
                    and not item.currency_id.is_zero(item.amount_residual_currency)
                    and (not currency or item.currency_id == currency)
                    and (
                        partners is None
                        or item.partner_id.commercial_partner_id in partners
                    )
                )
            )
        return items.sorted(lambda item: (item.date_maturity or item.date, item.id))

    def _prepare_remittance_line(
        self, scope, currency, amount, *, holds, discounts=True, seen=None
    ):
        """Return the values of the line that pays this document, or uses it.

        In sudo; the caller holds the customers' lock and reads fresh data.

        :param scope: the commercial partners whose money on account may be used
        :param float amount: positive, in the currency of the remittance
        :param dict holds: of `_get_holds`
        :param bool discounts: whether an early-payment discount is taken
        :param dict seen: see `portal.remittance._open`
        :raise UserError: naming the document, when it has not so much open, or that a
            payment of it is under way
        """
        self.ensure_one()
        line = {
            "move_id": self.id,
            "kind": self._get_remittance_kind(),
            "partner_id": self.commercial_partner_id.id,
        }
        if self.move_type in PAYABLE_TYPES:
            is_open = self._is_open_document()
            residual = self.amount_residual
        else:
            items = self._get_open_items(scope, currency)[:1]
            partner = items.partner_id.commercial_partner_id
            line["partner_id"] = partner.id
            is_open = self.state == "posted" and bool(partner)
            items = self._get_open_items(partner, currency)
            residual = sum(items.mapped("amount_residual_currency"))
            line["kind"] = "invoice" if residual > 0 else "credit"
            residual = abs(residual)
        if not is_open:
            raise UserError(self.env._("%s is no longer open.", self.name or ""))
        own = holds.get((self.id, line["partner_id"], currency.id), NOTHING)
        left = own.left(residual, currency)
        if not left:
            self._raise_holds(own)
        if seen is not None and line["kind"] == "invoice":
            self._check_left(left, seen.get(self, residual), currency)
        if (
            not math.isfinite(amount)
            or currency.compare_amounts(amount, 0) <= 0
            or currency.compare_amounts(amount, left) > 0
        ):
            raise UserError(
                self.env._(
                    "%(document)s: the amount must be more than 0 and at most "
                    "%(residual)s.",
                    document=self.name,
                    residual=currency.format(left),
                )
            )
        # A discount is for who pays all of it at once.
        discount = self._get_open_discount() if discounts and not own else 0.0
        chosen = Row.of(
            currency.decimal_places, left, discount, is_credit=line["kind"] == "credit"
        ).choose(to_units(currency.round(amount), currency.decimal_places))
        line["amount_requested"] = from_units(chosen.amount, currency.decimal_places)
        line["discount_requested"] = from_units(
            chosen.discount, currency.decimal_places
        )
        return line

    def _get_pay_units(self, holds):
        """Return the Row of an invoice: what is left to pay of it, and its discount.

        A discount is for who pays all of it at once: none beside what is under way.

        :param dict holds: of `_get_holds`
        """
        discount = 0.0 if self._pick_holds(holds) else self._get_open_discount()
        digits = self.currency_id.decimal_places
        return Row.of(digits, self._get_amount_left(holds), discount)

    # ------------------------------------------------------------
    # What is under way
    # ------------------------------------------------------------

    def _has_to_be_paid(self):
        """Extend: what is not under way can be paid, and what is cannot."""
        own = self._pick_holds(self._get_holds())
        if not own:
            return super()._has_to_be_paid()
        return (
            self.move_type == "out_invoice"
            and self._is_open_document()
            and bool(own.left(self.amount_residual, self.currency_id))
            and self.env.user._is_portal_payment_enabled()
        )

    def _prepare_core_form(self, holds):
        """Return what core's form of an invoice asks for beside what is under way.

        In sudo. The route learns what the page showed, see `_check_seen`.

        :param holds: Holds of this invoice
        :return: dict of values of core's page
        """
        left = holds.left(self.amount_residual, self.currency_id)
        units = to_units(left, self.currency_id.decimal_places)
        values = {"transaction_route": f"/invoice/transaction/{self.id}?left={units}"}
        if not holds or not left:
            return values
        today = fields.Date.context_today(self)
        steps = self._get_due_steps(held=holds.take(self.amount_residual))
        late = [amount for amount, day in steps if day and day < today]
        return values | {
            "amount_due": left,
            "next_amount_to_pay": late[-1] if late else steps[0][0],
            "next_payment_reference": self.name,
            "installment_state": "overdue" if late else "next",
            "show_epd": False,
        }

    def _check_nothing_under_way(self):
        """Refuse to pay these papers while a payment of any part of them is under way.

        For those who cannot say which part they mean. The caller holds the lock.

        :raise UserError: naming it
        """
        holds = self._get_holds()
        for move in self:
            move._raise_holds(move._pick_holds(holds))

    def _check_left(self, left, seen, currency):
        """Refuse to pay a document of which something else is left than was seen.

        Who chose when nothing was under way would pay the next instalment for the one
        that somebody is paying.

        :param float left: what is open and not under way, as the caller has it
        :param float seen: what the page showed as such
        :param currency: of both
        :raise UserError: with what is left now
        """
        if currency.compare_amounts(left, seen):
            raise UserError(
                self.env._(
                    (
                        "%(document)s has changed since you opened the page: "
                        "%(left)s can be paid now. Please check the amount."
                    ),
                    document=self.name,
                    left=currency.format(left),
                )
            )

    def _raise_holds(self, holds):
        """Say which payments are in the way of another one of this document.

        :param holds: Holds of it
        :raise UserError: if there are any
        """
        if message := self._get_holds_message(holds):
            raise UserError(message)

    def _get_holds_message(self, holds):
        """Return what people are told who want to pay what is under way, or "".

        :param holds: Holds of this document
        """
        if not holds:
            return ""
        if not all(hold.transfer for hold in holds):
            # sudo: when they began
            attempts = self.env["payment.transaction"].sudo()
            if holds.is_pending:
                return attempts._get_pending_message()
            attempts = attempts.browse(hold.attempt_id for hold in holds)
            return attempts._get_under_way_message()
        return self.env._(
            (
                "A bank transfer for %(document)s was announced on %(date)s "
                "with the reference %(reference)s. Withdraw it first if you "
                "want to pay another way."
            ),
            document=self.name,
            date=format_date(self.env, holds.transfer["date"]),
            reference=holds.transfer["reference"],
        )

    # ------------------------------------------------------------
    # Early-payment discounts
    # ------------------------------------------------------------

    def _get_open_discount(self, date=None):
        """Return what need not be paid when the whole invoice is paid on a day.

        In sudo: it is the term that the invoice itself prints. Nothing of the
        invoice may be paid yet, and the seller must have an account to book it on.

        :param date: the day on which the money is sent, by default today
        :return: positive amount in the invoice's currency, or 0
        """
        self.ensure_one()
        move_sudo = self.sudo()  # sudo: as above
        if not move_sudo.invoice_payment_term_id.early_discount:
            return 0.0
        date = date or fields.Date.context_today(self)
        company = move_sudo.company_id
        if (
            self.state != "posted"
            or self.move_type not in INVOICE_TYPES
            or not company.account_journal_early_pay_discount_loss_account_id
            or not move_sudo._is_eligible_for_early_payment_discount(
                self.currency_id, date
            )
        ):
            return 0.0
        term = move_sudo._get_open_items()[:1]
        discount = term.amount_currency - term.discount_amount_currency
        return max(0.0, self.currency_id.round(discount))

    def _get_discount_date(self):
        """Return the last day of the early-payment discount, or None; in sudo."""
        # sudo: as `_get_open_discount`
        return self.sudo()._get_open_items()[:1].discount_date or None

    def _prepare_discount_items(self):
        """Return the journal items of the whole early-payment discount of an invoice.

        In sudo. Core's own computation, of one invoice: for a batch, core takes the
        first invoice and the first of each list only.

        :return: list of values with amount_currency and balance, at the rate of the
            invoice; their amounts add up to the discount
        """
        self.ensure_one()
        # Core's name does not fit.
        values = self._get_invoice_counterpart_amls_for_early_payment_discount_per_payment_term_line()  # noqa: E501
        company_currency = self.company_id.currency_id
        items = []
        for name in ("term_lines", "base_lines", "tax_lines"):
            for groups in values[name].values():
                for group, item in groups.items():
                    item = {**group, **item}
                    if not item["amount_currency"] and not item["balance"]:
                        continue
                    item["amount_currency"] = self.currency_id.round(
                        item["amount_currency"]
                    )
                    item["balance"] = company_currency.round(item["balance"])
                    item["currency_id"] = self.currency_id.id
                    item["partner_id"] = self.commercial_partner_id.id
                    items.append(item)
        return items
