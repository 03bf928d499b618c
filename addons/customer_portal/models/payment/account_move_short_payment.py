"""Paying less of an invoice than is due."""

from odoo import fields, models
from odoo.exceptions import UserError

from ...const import INVOICE_TYPES
from ...tools.holding import NOTHING

MAX_NOTE = 200


class AccountMove(models.Model):
    _inherit = "account.move"

    def _get_due_steps(self, items=None, held=0.0):
        """Return the amounts that pay the instalments of an invoice, the oldest first.

        In sudo. A payment goes to the oldest instalment, so the second step is the
        first and the second instalment together; the last one is all that is open.

        :param items: of an entry, those of one customer in one currency
        :param float held: what is under way: it pays the oldest ones
        :return: list of (amount in the invoice's currency, due date of the last
            instalment in it)
        """
        self.ensure_one()
        steps, total = [], 0.0
        if items is None:
            items = self.sudo()._get_open_items()  # sudo: as above
        most = sum(items.mapped("amount_residual_currency"))
        for item in items:
            if item.amount_residual_currency > 0:
                currency = item.currency_id
                total = currency.round(total + item.amount_residual_currency)
                step = currency.round(min(total, most) - held)
                if step > 0:
                    steps.append((step, item.date_maturity))
        return steps

    def _is_short_payment(self, amount, held=0.0):
        """Return whether an amount is neither all of an invoice nor instalments.

        :param float held: what is under way of it
        """
        self.ensure_one()
        return self.move_type in INVOICE_TYPES and self._is_short(
            amount, self._get_due_steps(held=held), self.currency_id
        )

    @staticmethod
    def _is_short(amount, steps, currency):
        return all(currency.compare_amounts(amount, step) for step, _date in steps)

    def _is_short_line(self, line, currency, holds):
        """Return whether a remittance line pays less than is due, also of an entry.

        :param dict line: of `_prepare_remittance_line`
        :param dict holds: of `_get_holds`
        """
        own = holds.get((self.id, line["partner_id"], currency.id), NOTHING)
        if self._filtered_papers():
            held = own.take(self.amount_residual)
            return self._is_short_payment(line["amount_requested"], held)
        partner = self.env["res.partner"].browse(line["partner_id"])
        items = self.sudo()._get_open_items(partner, currency)  # sudo: as above
        held = own.take(sum(items.mapped("amount_residual_currency")))
        return line["kind"] == "invoice" and self._is_short(
            line["amount_requested"], self._get_due_steps(items, held), currency
        )

    def _get_smallest_payment(self, company, left):
        """Return what may be paid at least of this invoice; in its currency, in sudo.

        :param float left: what is open and not under way; all of it, if that is less
        """
        self.ensure_one()
        company_sudo = company.sudo()  # sudo: the seller's rule, told to who pays
        currency = self.currency_id
        smallest = max(
            company_sudo.currency_id._convert(
                company_sudo.portal_short_payment_amount,
                currency,
                company_sudo,
                fields.Date.context_today(self),
            ),
            currency.round(
                self.amount_residual * company_sudo.portal_short_payment_percent / 100
            ),
        )
        return min(smallest, left)

    def _check_smallest_payment(self, amount, company, left):
        """Refuse a part payment that is smaller than the seller takes.

        :raise UserError: naming the invoice and the smallest amount
        """
        smallest = self._get_smallest_payment(company, left)
        if self.currency_id.compare_amounts(amount, smallest) < 0:
            raise UserError(
                self.env._(
                    "%(document)s: pay at least %(smallest)s, one "
                    "installment, or the full amount.",
                    document=self.name,
                    smallest=self.currency_id.format(smallest),
                )
            )

    def _add_short_payment(self, line, reasons, currency, holds):
        """Keep with a line why less is paid than is due; refuse it without a reason.

        In sudo.

        :param dict line: of `_prepare_remittance_line`, changed here
        :param dict reasons: see `portal.remittance._open`
        :param dict holds: of `_get_holds`
        :raise UserError: saying what is missing
        """
        self.ensure_one()
        if not self._is_short_line(line, currency, holds):
            return
        if self._filtered_papers():
            self._check_smallest_payment(
                line["amount_requested"],
                self.company_id,
                self._get_amount_left(holds),
            )
        reason, note = reasons.get(self) or (None, "")
        if not reason:
            raise UserError(
                self.env._("%s: choose why you are paying less.", self.name)
            )
        if reason.needs_note and not note:
            raise UserError(self.env._("%s: say what is wrong.", self.name))
        line["reason_id"] = reason.id
        line["reason_note"] = (note or "")[:MAX_NOTE]
