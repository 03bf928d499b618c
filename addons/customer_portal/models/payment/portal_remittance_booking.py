from odoo import fields, models
from odoo.exceptions import ValidationError
from odoo.fields import Command

from ...const import CLOSED_STATES
from ...tools.booking import Plan


class PortalRemittance(models.Model):
    """How money that came for a remittance gets into the books."""

    _inherit = "portal.remittance"

    def _receive(self, amount, method_line, values=None, sent_on=None):
        """Book money that came for this remittance, and return the payment.

        In sudo. It is planned under the lock from what is open now. Money for a
        remittance that is paid already, or taken back, is booked on account. The
        caller sees to it that the same money is received once.

        :param float amount: what came, in the remittance's currency
        :param method_line: account.payment.method.line of the journal it came to
        :param dict values: further values of the account.payment
        :param sent_on: the day on which the customer sent it, by default that of the
            transaction, else today; a discount that ran on that day is given
        :return: the posted account.payment, a receivable line for each document
        """
        self.ensure_one()
        self = self.company_id._keep_days(self)
        self._lock_account()
        wires = self._get_wires()
        again = self.state in CLOSED_STATES
        if again and (rest := self._open_rest(amount)):
            payment = rest._receive(amount, method_line, values, sent_on)
            self._judge()
            return payment
        cash = self._to_units(amount)
        sent_on = sent_on or self._get_sent_on(values or {})
        plan = Plan(cash, cash) if again else self._plan(amount, sent_on)
        account = self._get_liquidity_account(method_line)
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
                "invoice_ids": [Command.set(self._get_invoices().ids)],
                "line_ids": self._prepare_entry_lines(
                    plan, {"account": account, "amount": cash}
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
        self._end_wires(wires, payment)
        return payment

    def _get_liquidity_account(self, method_line):
        """Return the account where money that came this way stands at first.

        What the bank's statement tells is not booked to the bank again.
        """
        account = method_line.payment_account_id
        is_bank = account == method_line.journal_id.default_account_id
        if account and not (is_bank and self.env.context.get("portal_bank_statement")):
            return account
        return (
            self.env["account.payment"]
            .new({"company_id": self.company_id.id})
            ._get_outstanding_account("inbound")
        )

    def _get_sent_on(self, values):
        """Return the day on which the customer sent the money of a payment, or None.

        The day of the transaction, in the time zone of who pays: a person who pays
        on the last day of a discount gets it, however long the provider takes.
        """
        transaction = self.env["payment.transaction"].browse(
            values.get("payment_transaction_id")
        )
        began = (transaction.source_transaction_id or transaction).create_date
        if not began:
            return None
        payer = self.payer_id
        zone = payer.tz or self.company_id._get_accounting_zone()
        return fields.Datetime.context_timestamp(
            self.with_context(tz=zone), began
        ).date()

    def _to_units(self, amount):
        """Return an amount as an integer in the currency's smallest unit."""
        return round(amount * 10**self.currency_id.decimal_places)

    def _from_units(self, units):
        return self.currency_id.round(units / 10**self.currency_id.decimal_places)

    # ------------------------------------------------------------
    # Plan
    # ------------------------------------------------------------

    def _plan(self, cash, sent_on=None):
        """Return how much money goes where, from what is open now.

        The money pays the invoices in the order of their due dates, then credits
        pay the rest. What was meant to stay on account, and money left over, stays
        on account; but no invoice is left open for it. A discount is given when the
        rest of its invoice is paid and it ran on the day the money was sent. What is
        another customer's by now gets nothing.

        :param float cash: what was received, in the remittance's currency
        :param sent_on: the day on which it was sent, by default today
        :return: a Plan
        """
        self.ensure_one()
        sent_on = sent_on or fields.Date.context_today(self)
        unit = 10**self.currency_id.decimal_places
        lines = self._get_own_lines().sorted(
            lambda line: (line.move_id.invoice_date_due or line.move_id.date, line.id)
        )
        plan = Plan(self._to_units(cash))
        invoices = [line for line in lines if line.kind == "invoice"]
        credits = [line for line in lines if line.kind == "credit"]
        wanted, discounts = {}, {}
        for line in invoices:
            discount = line._get_discount(sent_on)
            wanted[line] = line._get_applicable(unit, discount)
            discounts[line] = self._to_units(discount)
        needed = sum(wanted.values()) - sum(discounts.values())
        available = {line: line._get_applicable(unit) for line in credits}
        usable = min(sum(available.values()), needed)
        reserved = min(
            self._to_units(self.amount_extra), max(0, plan.cash - (needed - usable))
        )
        money = min(plan.cash - reserved, needed)
        plan.on_account = plan.cash - money
        credit_needed = needed - money
        for line in credits:
            plan.applied[line] = min(available[line], credit_needed)
            credit_needed -= plan.applied[line]
        funds = money + plan.get_sum("credit")
        for line in invoices:
            owed = wanted[line] - discounts[line]
            paid = min(owed, funds)
            funds -= paid
            given = discounts[line] if paid == owed else 0
            plan.applied[line] = paid + given
            if given:
                plan.discounts[line] = given
        if funds or not plan.is_balanced():
            raise ValidationError(
                self.env._("The plan of %s does not add up.", self.name)
            )
        return plan

    # ------------------------------------------------------------
    # Entry
    # ------------------------------------------------------------

    def _prepare_entry_lines(self, plan, liquidity=None):
        """Return the commands of the journal entry that books a plan.

        :param plan: see `_plan`
        :param dict liquidity: account and amount (smallest unit) of the money
            received; none when credits cover everything
        """
        self.ensure_one()
        debits, credits, items = [], [], []
        if liquidity:
            debits.append((None, liquidity["account"], plan.cash, self.partner_id))
        for line, amount in plan.applied.items():
            partner = line.partner_id or line.move_id.commercial_partner_id
            side = debits if line.kind == "credit" else credits
            for account, part in self._split_by_account(line, amount):
                side.append((line, account, part, partner))
        if plan.on_account:
            customer = self.partner_id.with_company(self.company_id)
            account = customer.property_account_receivable_id
            credits.append((None, account, plan.on_account, customer))
        discounts = {line: self._prepare_discount(line) for line in plan.discounts}
        given = dict(plan.discounts)
        weights = []
        for line, _account, amount, _partner in credits:
            discount = min(given.get(line, 0), amount)
            if line in given:
                given[line] -= discount
            weights.append(amount - discount)
        debit_balances = self._convert_each([row[2] for row in debits])
        credit_balances = self._spread(sum(debit_balances), weights)
        # Each invoice's own line also carries the value of its discount.
        carried = {
            line: sum(self._to_company_units(item["balance"]) for item in group)
            for line, group in discounts.items()
        }
        for row, balance in zip(debits, debit_balances, strict=True):
            items.append(self._prepare_entry_line(*row, 1, balance))
        for row, balance in zip(credits, credit_balances, strict=True):
            balance += carried.pop(row[0], 0)
            items.append(self._prepare_entry_line(*row, -1, balance))
        for group in discounts.values():
            items += group
        return [Command.create(item) for item in items]

    def _split_by_account(self, line, amount):
        """Return [(account, amount)] of a document, its oldest items first.

        :param int amount: smallest unit, also where nothing is open
        """
        parts = {}
        sign = 1 if line.kind == "invoice" else -1
        for item in line._get_open_items():
            residual = sign * self._to_units(item.amount_residual_currency)
            taken = min(amount, max(0, residual))
            if taken:
                parts[item.account_id] = parts.get(item.account_id, 0) + taken
            amount -= taken
        return list(parts.items())

    def _prepare_discount(self, line):
        items = line.move_id._prepare_discount_items()
        total = sum(self._to_units(item["amount_currency"]) for item in items)
        if total != self._to_units(line.discount_requested):
            raise ValidationError(
                self.env._("The discount on %s does not add up.", line.move_id.name)
            )
        for item in items:
            item["name"] = f"{self.name} {line.move_id.name} {item['name']}"
        return items

    def _prepare_entry_line(self, line, account, amount, partner, sign, balance):
        """Return the values of a journal item; amounts in smallest units, positive."""
        company_currency = self.company_id.currency_id
        unit = 10**company_currency.decimal_places
        name = line.move_id.name if line else ""
        return {
            "name": f"{self.name} {name}".strip(),
            "account_id": account.id,
            "partner_id": partner.id,
            "currency_id": self.currency_id.id,
            "amount_currency": sign * self._from_units(amount),
            "balance": sign * company_currency.round(balance / unit),
            "date_maturity": self.company_id._get_accounting_day(),
            "remittance_line_id": line.id if line else False,
        }

    def _to_company_units(self, amount):
        return round(amount * 10**self.company_id.currency_id.decimal_places)

    def _convert_each(self, amounts):
        """Return amounts at today's rate, in smallest units of the company's currency.

        Each is what the sum grows by, so that roundings do not add up.
        """
        company = self.company_id
        today = company._get_accounting_day()
        total, before, balances = 0, 0, []
        for amount in amounts:
            total += amount
            balance = self._to_company_units(
                self.currency_id._convert(
                    self._from_units(total), company.currency_id, company, today
                )
            )
            balances.append(balance - before)
            before = balance
        return balances

    @staticmethod
    def _spread(total, weights):
        """Return integers that add up to a total, each near its share of the weights.

        None gets another sign than the total, as journal items need it.
        """
        whole = sum(weights) or 1
        so_far, before, parts = 0, 0, []
        for weight in weights:
            so_far += weight
            share = (2 * total * so_far + whole) // (2 * whole)
            parts.append(share - before)
            before = share
        return parts

    # ------------------------------------------------------------
    # Settle
    # ------------------------------------------------------------

    def _settle(self, move, plan):
        """Reconcile a posted entry with the documents and close the remittance.

        :param move: the posted journal entry made from `_prepare_entry_lines`
        :param plan: see `_plan`
        """
        self.ensure_one()
        own_items = move.line_ids.grouped("remittance_line_id")
        pairs = []
        for line in self.line_ids:
            line.amount_applied = self._from_units(plan.applied.get(line, 0))
            line.discount_applied = self._from_units(plan.discounts.get(line, 0))
            own = own_items.get(line)
            if not own:
                continue
            open_items = line._get_open_items().grouped("account_id")
            pairs += [
                items + open_items[account]
                for account, items in own.grouped("account_id").items()
            ]
        self.env["account.move.line"]._reconcile_plan(pairs)
        self.move_id = move
        self.amount_on_account = self._from_units(plan.on_account)
        self.amount_credit = self._from_units(plan.get_sum("credit"))
        self.amount_discount = self._from_units(sum(plan.discounts.values()))
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
                        "%s was received twice and is kept on account",
                        self.currency_id.format(payment.amount),
                    ),
                ],
            )
        )
        self.state = "exception"
        self._notify_exception()

    def _describe_exception(self):
        """Return what came out other than chosen, one line a document, or nothing.

        What a later part of the transfer paid counts.
        """
        format_amount = self.currency_id.format
        later = self._get_paid_later()
        compare = self.currency_id.compare_amounts
        has_surplus = compare(self.amount_on_account, self.amount_extra) > 0
        notes = []
        for line in self.line_ids:
            # Credit that was not needed stays with the customer: nothing to check.
            if line.kind == "credit" and not has_surplus:
                continue
            applied = line.amount_applied + later.get(line.move_id, 0.0)
            if compare(applied, line.amount_requested):
                notes.append(
                    self.env._(
                        "%(document)s: %(applied)s applied instead of %(requested)s",
                        document=line.move_id.name,
                        applied=format_amount(applied),
                        requested=format_amount(line.amount_requested),
                    )
                )
            if compare(line.discount_applied, line.discount_requested):
                notes.append(
                    self.env._(
                        "%(document)s: the discount of %(discount)s was not granted",
                        document=line.move_id.name,
                        discount=format_amount(line.discount_requested),
                    )
                )
        if has_surplus:
            notes.append(
                self.env._(
                    "%s is kept on account", format_amount(self.amount_on_account)
                )
            )
        elif compare(self.amount_on_account, self.amount_extra):
            notes.append(
                self.env._(
                    "%(kept)s stays on account instead of %(chosen)s",
                    kept=format_amount(self.amount_on_account),
                    chosen=format_amount(self.amount_extra),
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
            user_id=self._get_responsible().id,
        )
