from odoo import fields, models
from odoo.fields import Command

from .portal_remittance import CLOSED_STATES


class PortalRemittance(models.Model):
    """How money that came for a remittance gets into the books."""

    _inherit = "portal.remittance"

    def _receive(self, amount, method_line, values=None):
        """Book money that came for this remittance, and return the payment.

        In sudo. It is planned under the lock from what is open now. Money for a
        remittance that is paid already, or taken back, is booked on account. The
        caller sees to it that the same money is received once.

        :param float amount: what came, in the remittance's currency
        :param method_line: account.payment.method.line of the journal it came to
        :param dict values: further values of the account.payment
        :return: the posted account.payment, a receivable line for each document
        """
        self.ensure_one()
        self._lock_account()
        unit = 10**self.currency_id.decimal_places
        again = self.state in CLOSED_STATES
        plan = {None: round(amount * unit)} if again else self._plan(amount)
        account = self._get_liquidity_account(method_line)
        invoices = self.line_ids.filtered(lambda line: line.kind == "invoice").move_id
        payment = self.env["account.payment"].create(
            {
                "amount": amount,
                "payment_type": "inbound",
                "partner_type": "customer",
                "partner_id": self.partner_id.id,
                "currency_id": self.currency_id.id,
                "company_id": self.company_id.id,
                "journal_id": method_line.journal_id.id,
                "payment_method_line_id": method_line.id,
                "memo": self.name,
                "invoice_ids": [Command.set(invoices.ids)],
                "line_ids": self._prepare_entry_lines(
                    plan, {"account": account, "amount": round(amount * unit)}
                ),
                **(values or {}),
            }
        )
        payment.action_post()
        if again:
            self._book_extra_payment(payment)
        else:
            self.payment_id = payment
            self._settle(payment.move_id, plan)
        return payment

    def _get_liquidity_account(self, method_line):
        """Return the account where money that came this way stands at first."""
        return method_line.payment_account_id or (
            self.env["account.payment"]
            .new({"company_id": self.company_id.id})
            ._get_outstanding_account("inbound")
        )

    def _plan(self, cash):
        """Return how much money goes where, from what is open now.

        The money pays the invoices in the order of their due dates, then credits
        pay the rest, and money left over stays on account.

        :param float cash: what was received, in the remittance's currency
        :return: {portal.remittance.line: applied amount}, integers in the
            currency's smallest unit; key None is what stays on account
        """
        self.ensure_one()
        unit = 10**self.currency_id.decimal_places
        lines = self.line_ids.sorted(
            lambda line: (line.move_id.invoice_date_due or fields.Date.today(), line.id)
        )
        wanted = {line: line._get_applicable(unit) for line in lines}
        invoices = [line for line in lines if line.kind == "invoice"]
        credits = [line for line in lines if line.kind == "credit"]
        cash = round(cash * unit)
        needed = sum(wanted[line] for line in invoices)
        plan = {None: max(0, cash - needed)}
        credit_needed = needed - min(cash, needed)
        for line in credits:
            plan[line] = min(wanted[line], credit_needed)
            credit_needed -= plan[line]
        funds = cash - plan[None] + sum(plan[line] for line in credits)
        for line in invoices:
            plan[line] = min(wanted[line], funds)
            funds -= plan[line]
        return plan

    def _prepare_entry_lines(self, plan, liquidity=None):
        """Return the commands of the journal entry that books a plan.

        :param dict plan: see `_plan`
        :param dict liquidity: account and amount (smallest unit) of the money
            received; none when credits cover everything
        """
        self.ensure_one()
        company = self.company_id
        today = fields.Date.context_today(self)
        unit = 10**self.currency_id.decimal_places
        rows = []
        if liquidity:
            rows.append(
                (None, liquidity["account"], liquidity["amount"], self.partner_id)
            )
        for line, amount in plan.items():
            if not amount:
                continue
            if line is None:
                partner = self.partner_id
                account = partner.with_company(company).property_account_receivable_id
                sign = -1
            else:
                partner = line.move_id.commercial_partner_id
                account = line._get_open_items().account_id[:1]
                sign = -1 if line.kind == "invoice" else 1
            rows.append((line, account, sign * amount, partner))
        balances = [
            self.currency_id._convert(
                amount / unit, company.currency_id, company, today
            )
            for _line, _account, amount, _partner in rows
        ]
        # The rounding of the conversion lands on one line, so that the entry balances.
        balances[-1] -= sum(balances)
        return [
            Command.create(
                {
                    "name": f"{self.name} {line.move_id.name if line else ''}".strip(),
                    "account_id": account.id,
                    "partner_id": partner.id,
                    "currency_id": self.currency_id.id,
                    "amount_currency": self.currency_id.round(amount / unit),
                    "balance": company.currency_id.round(balance),
                    "date_maturity": today,
                    "remittance_line_id": line.id if line else False,
                }
            )
            for (line, account, amount, partner), balance in zip(
                rows, balances, strict=True
            )
        ]

    def _settle(self, move, plan):
        """Reconcile a posted entry with the documents and close the remittance.

        :param move: the posted journal entry made from `_prepare_entry_lines`
        :param dict plan: see `_plan`
        """
        self.ensure_one()
        unit = 10**self.currency_id.decimal_places
        pairs = []
        for line in self.line_ids:
            line.amount_applied = self.currency_id.round(plan.get(line, 0) / unit)
            own = move.line_ids.filtered(
                lambda item, line=line: item.remittance_line_id == line
            )
            if own:
                open_items = line._get_open_items()
                pairs.append(
                    own
                    + open_items.filtered(
                        lambda item, own=own: item.account_id == own.account_id
                    )
                )
        self.env["account.move.line"]._reconcile_plan(pairs)
        self.move_id = move
        self.amount_on_account = self.currency_id.round(plan[None] / unit)
        self.amount_credit = sum(
            line.amount_applied for line in self.line_ids if line.kind == "credit"
        )
        self.settled_on = fields.Datetime.now()
        self.exception_note = self._describe_exception()
        self.state = "exception" if self.exception_note else "settled"
        if self.exception_note:
            self._notify_exception()

    def _book_extra_payment(self, payment):
        """Note that money came again for what is paid already; it is on account."""
        self.ensure_one()
        self.amount_on_account += payment.amount
        self.exception_note = "\n".join(
            filter(
                None,
                [
                    self.exception_note,
                    self.env._(
                        "%s came again and stays on account",
                        self.currency_id.format(payment.amount),
                    ),
                ],
            )
        )
        self.state = "exception"
        self._notify_exception()

    def _describe_exception(self):
        """Return what came out other than chosen, one line a document, or nothing."""
        notes = [
            self.env._(
                "%(document)s: %(applied)s applied instead of %(requested)s",
                document=line.move_id.name,
                applied=self.currency_id.format(line.amount_applied),
                requested=self.currency_id.format(line.amount_requested),
            )
            for line in self.line_ids
            if self.currency_id.compare_amounts(
                line.amount_applied, line.amount_requested
            )
            # Credit that was not needed stays with the customer: nothing to check.
            and (line.kind == "invoice" or self.amount_on_account)
        ]
        if not self.currency_id.is_zero(self.amount_on_account):
            notes.append(
                self.env._(
                    "%s stays on account",
                    self.currency_id.format(self.amount_on_account),
                )
            )
        return "\n".join(notes)

    def _notify_exception(self):
        """Give accounting something to do about money that went elsewhere."""
        record = self.payment_id or self.move_id
        record.activity_schedule(
            "mail.mail_activity_data_todo",
            summary=self.env._("Check remittance %s", self.name),
            note=self.exception_note,
            user_id=(
                self.line_ids.move_id.invoice_user_id.filtered("active")[:1]
                or self.env.ref("base.user_admin")
            ).id,
        )
