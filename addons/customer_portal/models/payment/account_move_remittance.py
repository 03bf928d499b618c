import math

from odoo import fields, models
from odoo.exceptions import UserError

from ...const import INVOICE_TYPES, OPEN_STATES, PAYABLE_TYPES
from ...tools.choice import Row, from_units, to_units


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

    def _prepare_remittance_line(self, scope, currency, amount, *, discounts=True):
        """Return the values of the line that pays this document, or uses it.

        In sudo; the caller holds the customers' lock and reads fresh data.

        :param scope: the commercial partners whose money on account may be used
        :param float amount: positive, in the currency of the remittance
        :param bool discounts: whether an early-payment discount is taken
        :raise UserError: naming the document, when it has not so much open
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
        if (
            not math.isfinite(amount)
            or currency.compare_amounts(amount, 0) <= 0
            or currency.compare_amounts(amount, residual) > 0
        ):
            raise UserError(
                self.env._(
                    "%(document)s: the amount must be more than 0 and at most "
                    "%(residual)s.",
                    document=self.name,
                    residual=currency.format(residual),
                )
            )
        chosen = Row.of(
            currency.decimal_places,
            residual,
            self._get_open_discount() if discounts else 0.0,
            is_credit=line["kind"] == "credit",
        ).choose(to_units(currency.round(amount), currency.decimal_places))
        line["amount_requested"] = from_units(chosen.amount, currency.decimal_places)
        line["discount_requested"] = from_units(
            chosen.discount, currency.decimal_places
        )
        return line

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
