"""Money that is given back is paired with what it takes from, never left alone."""

from odoo import Command, api, fields, models
from odoo.exceptions import UserError


class AccountPayment(models.Model):
    _inherit = "account.payment"

    refunded_payment_id = fields.Many2one(
        "account.payment",
        "Refund of",
        readonly=True,
        copy=False,
        index="btree_not_null",
        check_company=True,
    )
    can_be_refunded = fields.Boolean(compute="_compute_can_be_refunded")

    @api.depends("state", "payment_type", "partner_type", "move_id")
    def _compute_can_be_refunded(self):
        for payment in self:
            payment.can_be_refunded = (
                payment.payment_type == "inbound"
                and payment.partner_type == "customer"
                and payment.move_id.state == "posted"
            )

    def action_refund_wizard(self):
        """Override: one refund, which also asks what it takes from."""
        self.ensure_one()
        return {
            "name": self.env._("Refund"),
            "type": "ir.actions.act_window",
            "res_model": "portal.refund.wizard",
            "view_mode": "form",
            "target": "new",
            "context": {"default_payment_id": self.id},
        }

    # ------------------------------------------------------------
    # What can be given back
    # ------------------------------------------------------------

    def _get_refund_sources(self):
        """Return what of this payment can be given back, in the order to do so.

        What is on account comes first, then the documents, those due last first.

        :return: list of (journal item of the payment, document or None, positive
            amount in the payment's currency)
        """
        self.ensure_one()
        items = self.move_id.line_ids.filtered(
            lambda item: (
                item.account_type == "asset_receivable" and item.amount_currency < 0
            )
        )
        sources = [
            (item, None, -item.amount_residual_currency)
            for item in items
            if not item.currency_id.is_zero(item.amount_residual_currency)
        ]
        documents = items.matched_debit_ids.debit_move_id.move_id.filtered(
            lambda move: move.is_invoice()
        )
        for document in documents.sorted(
            lambda move: (move.invoice_date_due or move.date, move.id), reverse=True
        ):
            sources += [
                (item, document, amount)
                for item in items
                if (amount := item._get_matched_amount(document))
            ]
        return sources

    def _plan_refund(self, amount, chosen=None):
        """Return from where an amount is taken.

        :param float amount: positive, in the payment's currency
        :param dict chosen: {id of a document, or 0 for what is on account: amount};
            None takes what is on account first, then what is due last
        :return: list of (item, document or None, amount), and what nothing is left for
        """
        currency = self.currency_id
        sources = self._get_refund_sources()
        if chosen is None:
            chosen = {}
            for _item, document, available in sources:
                key = document.id if document else 0
                chosen[key] = chosen.get(key, 0.0) + available
        left, plan = amount, []
        for item, document, available in sources:
            key = document.id if document else 0
            taken = currency.round(min(left, available, chosen.get(key, 0.0)))
            if currency.compare_amounts(taken, 0) > 0:
                plan.append((item, document, taken))
                chosen[key] -= taken
                left = currency.round(left - taken)
        return plan, left

    # ------------------------------------------------------------
    # Give back
    # ------------------------------------------------------------

    def _lock_payers_account(self):
        """Lock the account of who paid, and read it again."""
        self.ensure_one()
        self.env["portal.ledger.lock"]._lock(
            self.company_id, self.move_id.line_ids.partner_id | self.portal_customer_id
        )
        self.move_id.line_ids.invalidate_recordset()

    def _refund_by_hand(self, chosen, method_line, date, memo):
        """Book that money of this payment was given back, and return that payment.

        :param dict chosen: see `_plan_refund`
        :param method_line: the account.payment.method.line that it left by
        :raise UserError: when there is not so much to give back
        """
        self._lock_payers_account()
        amount = self.currency_id.round(sum(chosen.values()))
        plan, missing = self._plan_refund(amount, dict(chosen))
        if not plan or missing:
            raise UserError(
                self.env._(
                    "This payment has changed in the meantime. Please choose again."
                )
            )
        refund = self.create(
            {
                **self._prepare_refund_values(amount, method_line, plan),
                "date": date,
                "memo": memo or self.env._("Refund of %s", self.name),
            }
        )
        refund.action_post()
        return refund

    def _prepare_refund_values(self, amount, method_line, plan):
        outstanding = method_line.payment_account_id or self.new(
            {"company_id": self.company_id.id}
        )._get_outstanding_account("outbound")
        return {
            "amount": amount,
            "payment_type": "outbound",
            "partner_type": "customer",
            "partner_id": self._get_payer().id,
            "currency_id": self.currency_id.id,
            "company_id": self.company_id.id,
            "journal_id": method_line.journal_id.id,
            "payment_method_line_id": method_line.id,
            "refunded_payment_id": self.id,
            "line_ids": self._prepare_refund_lines(amount, outstanding, plan),
        }

    def _get_payer(self):
        """Return to whom the money is given back: not who has left the customer."""
        return self._get_contacts_left().get(self.partner_id, self.partner_id)

    def _prepare_refund_lines(self, amount, outstanding, plan):
        """Return the commands of the entry: one line for each source, and the money."""
        company = self.company_id
        today = company._get_accounting_day()
        rows = [
            (item.account_id, item.partner_id, taken, item, document)
            for item, document, taken in plan
        ]
        rest = self.currency_id.round(amount - sum(row[2] for row in rows))
        payer = self._get_payer()
        if rest:
            rows.append((self.destination_account_id, payer, rest, None, None))
        rows.append((outstanding, payer, -amount, None, None))
        balances = [
            self.currency_id._convert(row[2], company.currency_id, company, today)
            for row in rows
        ]
        names = [(row[4] or self).name for row in rows]
        # The rounding of the conversion lands on one line, so that the entry balances.
        balances[0] -= sum(balances)
        _ = self.env._
        return [
            Command.create(
                {
                    "name": _("Refund %s", name) if name else _("Refund"),
                    "account_id": account.id,
                    "partner_id": partner.id,
                    "currency_id": self.currency_id.id,
                    "amount_currency": taken,
                    "balance": company.currency_id.round(balance),
                    "date_maturity": today,
                    "refunded_item_id": item.id if item else False,
                    "reopened_move_id": document.id if document else False,
                }
            )
            for (account, partner, taken, item, document), name, balance in zip(
                rows, names, balances, strict=True
            )
        ]

    def _follow_refund(self):
        """Pair refunds that were posted, and undo it for those that were taken back."""
        for refund in self:
            lines = refund.move_id.line_ids.filtered("refunded_item_id")
            remittance = refund.refunded_payment_id.move_id._get_own_remittances()
            is_paired = bool(lines.matched_credit_ids)
            if refund.move_id.state == "posted" and not is_paired:
                refund._pair_refund(lines)
                remittance._note_refund(refund.amount)
            elif refund.move_id.state != "posted" and is_paired:
                lines.with_context(keeps_remittance=True).remove_move_reconcile()
                remittance._note_refund(-refund.amount)

    def _pair_refund(self, lines):
        """Pair a refund with what it takes from, and open documents by as much.

        A document is released from the money, the refund takes its part of that,
        and what is left pays the document again.

        :param lines: the items of the refund that name where they take from
        """
        for line in lines.with_context(keeps_remittance=True):
            item, document = line.refunded_item_id, line.reopened_move_id
            if document:
                item._get_pairs_with(document).unlink()
            (item + line).reconcile()
            if document and not item.reconciled:
                due = document._get_due_items().filtered(
                    lambda one, item=item: one.account_id == item.account_id
                )
                (item + due).reconcile()
