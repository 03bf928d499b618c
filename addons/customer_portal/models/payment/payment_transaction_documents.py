"""Odoo's own ways to pay invoices and orders, held to what is open."""

import math

from odoo import api, models
from odoo.exceptions import UserError, ValidationError
from odoo.fields import Command

from ...tools.choice import from_units


class PaymentTransaction(models.Model):
    _inherit = "payment.transaction"

    def _check_person_pays(self, values):
        """Refuse what the form did not offer to a person who begins a payment.

        Core's pages offer what is right, and its routes take what the browser sends.

        :param dict values: of the transaction to come
        :raise UserError: saying what can be paid, or that a payment is under way
        """
        new = self.new(values)
        orders, invoices = new.sale_order_ids._origin, new.invoice_ids._origin
        if new.operation == "validation":
            # A card saved in the name of a document would pay it.
            if invoices or orders or new.portal_remittance_id:
                raise ValidationError(self.env._("Choose how to pay."))
            return
        if not math.isfinite(new.amount):
            raise ValidationError(self.env._("The amount is not a number."))
        self._check_way_to_pay(new)
        if new.portal_remittance_id:
            return
        if orders:
            self._check_orders_payable(orders, new)
            if due := orders._get_invoices_to_pay():
                self._lock_invoices(due)
                due._check_nothing_under_way()
        if invoices:
            self._check_invoices_payable(invoices, new)

    def _check_way_to_pay(self, new):
        """Refuse a provider or saved card that nobody is offered.

        Core's pages offer the right ones, and its routes take others too.

        :param new: the transaction in memory
        :raise ValidationError: for what is switched off or of another company
        """
        token, provider = new.token_id._origin, new.provider_id._origin
        companies = (new.invoice_ids | new.sale_order_ids.invoice_ids).company_id
        companies |= new.sale_order_ids.company_id
        allowed = companies._origin.parent_ids
        if (
            provider.state == "disabled"
            or (token and not token.active)
            or (token and token.provider_id != provider)
            or (companies and provider.company_id not in allowed)
        ):
            raise ValidationError(self.env._("Choose how to pay."))
        if new.operation != "offline" and not self._is_offered(
            new, companies._origin[:1] or provider.company_id
        ):
            raise ValidationError(self.env._("Choose how to pay."))

    def _is_offered(self, new, company):
        """Return whether Odoo's form offers this way to pay for this payment.

        Not to customers a provider that is not published, as one in test mode, nor
        one beyond its largest amount, its countries or currencies.

        :param new: the transaction in memory
        :param company: the seller
        """
        provider = new.provider_id._origin
        partner_id, currency_id = new.partner_id._origin.id, new.currency_id._origin.id
        offered = provider._get_compatible_providers(
            company.id,
            partner_id,
            new.amount,
            currency_id=currency_id,
            # Some ways belong to a way of delivery, as cash.
            sale_order_id=new.sale_order_ids._origin[:1].id,
        )
        if provider not in offered or new.token_id:
            return provider in offered
        methods = self.env["payment.method"]._get_compatible_payment_methods(
            provider.ids, partner_id, currency_id=currency_id
        )
        method = new.payment_method_id._origin
        # The brand of a card is offered with cards.
        return (method.primary_payment_method_id or method) in methods

    def _name_paid_invoices(self, values):
        """Make a remittance of the invoices that a new transaction pays.

        The remittance says how much goes to which invoice, so that one planner
        books everything. An order with open invoices pays these first. What staff
        pay with a saved card has its payment already and stays core's; so does what
        a person would be refused, as more than is open.

        :param dict values: of the transaction; a remittance is added to them
        """
        if values.get("payment_id"):
            return
        new = self.new(values)
        invoices = new.invoice_ids._origin
        try:
            if invoices:
                self._check_invoices_payable(invoices, new)
            elif invoices := new.sale_order_ids._origin._get_invoices_to_pay():
                self._lock_invoices(invoices)
                invoices._check_nothing_under_way()
        except UserError:
            return
        if not invoices or any(not move._is_open_document() for move in invoices):
            return
        # Whoever may begin the payment has the new one stored with it.
        # sudo: a choice that nobody pays gives way, whoever pays now
        remittances = self.env["portal.remittance"].sudo()
        remittances._get_open_choices(invoices).remittance_id._cancel()
        remittance = remittances._open_for_invoices(
            invoices, new.partner_id._origin, new.amount
        )
        values["invoice_ids"] = [Command.set(invoices.ids)]
        values["portal_remittance_id"] = remittance.id

    @api.model
    def _find_attempts(self, documents):
        """Return what was begun to pay these documents and has no success yet."""
        lines = self.env["portal.remittance.line"].search(
            [("move_id", "in", documents.ids)]
        )
        attempts = documents.transaction_ids | lines.remittance_id.transaction_ids
        return attempts.filtered(
            lambda tx: tx.state not in ("pending", "authorized", "done")
        )

    def _lock_invoices(self, invoices):
        """Lock the customers' accounts, and forget what was read of the invoices."""
        for company, documents in invoices.grouped("company_id").items():
            self.env["portal.ledger.lock"]._lock(
                company, documents.commercial_partner_id
            )
        invoices.invalidate_recordset()
        invoices.line_ids.invalidate_recordset()

    def _check_invoices_payable(self, invoices, new):
        """Refuse an amount that these invoices do not have open.

        :param new: the transaction in memory
        :raise ValidationError: saying what can be paid
        """
        self._lock_invoices(invoices)
        self._find_attempts(invoices)._make_way(new.partner_id._origin)
        currency = new.currency_id
        if any(
            move.move_type not in ("out_invoice", "out_receipt") for move in invoices
        ):
            raise ValidationError(self.env._("Only invoices can be paid."))
        # Core posts a draft invoice when the money of a saved card arrives.
        payable = ("posted", "draft") if new.operation == "offline" else ("posted",)
        if any(move.state not in payable for move in invoices):
            raise ValidationError(self.env._("This invoice cannot be paid."))
        holds = invoices._get_holds()
        residual = sum(
            move._get_amount_left(holds)
            if move.state == "posted"
            else move.amount_total
            for move in invoices
        )
        if currency.is_zero(residual):
            for move in invoices:
                move._raise_holds(move._pick_holds(holds))
            raise ValidationError(
                self.env._("This invoice has been paid. There is nothing left to pay.")
            )
        if any(move.currency_id != currency for move in invoices):
            raise ValidationError(
                self.env._("Pay documents in different currencies separately.")
            )
        self._check_seen(invoices, holds)
        self._check_amount_within(new.amount, residual, currency)

    def _check_seen(self, invoices, holds):
        """Refuse to pay what a page did not show; one that says nothing saw nothing.

        The page of an invoice says in the address of its form what is left of it. All
        others may mean the part that somebody is paying.

        :param dict holds: of `account.move._get_holds`
        :raise UserError: naming what is under way, or what is left now
        """
        seen = self.env.context.get("portal_seen_left")
        if seen is None or len(invoices) > 1 or invoices.state != "posted":
            for move in invoices:
                move._raise_holds(move._pick_holds(holds))
            return
        currency = invoices.currency_id
        invoices._check_left(
            invoices._get_amount_left(holds),
            from_units(seen, currency.decimal_places),
            currency,
        )

    def _check_orders_payable(self, orders, new):
        """Refuse an amount that is not left of these orders.

        Several parts may be paid side by side. What is under way takes its part; an
        attempt that the same payer did not end is given up by beginning another one.

        :param new: the transaction in memory
        :raise UserError: saying what can be paid, or that a payment is under way
        """
        for company, own in orders.grouped("company_id").items():
            self.env["portal.ledger.lock"]._lock(company, own.portal_customer_id)
        orders.invalidate_recordset()
        orders.transaction_ids._make_way(new.partner_id._origin)
        if any(
            order.state == "cancel" or (order.state == "sent" and order.is_expired)
            for order in orders
        ):
            raise ValidationError(self.env._("This order can no longer be paid."))
        currency = orders.currency_id[:1]
        left = sum(order._get_amount_left_to_pay() for order in orders)
        self._check_amount_within(new.amount, left, currency)
        under_way = orders.transaction_ids._filtered_under_way().filtered(
            # The others are part of what core calls paid.
            lambda tx: tx.state in ("draft", "pending") and not tx._is_given_up_by(new)
        )
        taken = sum(under_way.mapped("amount"))
        if currency.compare_amounts(new.amount, left - taken) > 0:
            under_way._raise_under_way()

    def _is_given_up_by(self, new):
        """Return whether a payer who begins another payment has left this one."""
        return (
            self.state == "draft"
            and not self.outcome_unknown
            and self.partner_id == new.partner_id._origin
        )

    def _check_amount_within(self, amount, left, currency):
        if (
            currency.compare_amounts(amount, 0) <= 0
            or currency.compare_amounts(amount, left) > 0
        ):
            raise ValidationError(
                self.env._(
                    "The amount must be more than 0 and at most %s.",
                    currency.format(max(left, 0.0)),
                )
            )
