"""A year of sixty customers: it sends exactly the mails of a table, `year.txt`.

Each line of the table is one e-mail: its day, the customer, what it is, and for whom.
When a rule changes on purpose, the failure shows the lines that change.
"""

from datetime import date, datetime, time, timedelta
from email.utils import parseaddr
from pathlib import Path

from odoo import Command
from odoo.tests import freeze_time, new_test_user

from ..common import PortalCommon
from ..news_case import NewsMixin
from ..promise_case import PromiseMixin
from ..transfer_case import TransferMixin

TABLE = Path(__file__).parent.parent / "year.txt"
FIRST_DAY = date(2036, 1, 1)
DAYS = 372  # until the last one has paid
TERM = timedelta(days=30)
# Of each of these customers somebody works in the portal.
SEEN = 12

# What a customer does with each invoice: {days after its due date: (what, share)}. The
# second number of a promise is for how many days later it is.
HABITS = (
    ("pays in time by the bank", {-2: ("bank", 1)}),
    ("pays ten days late by the bank", {10: ("bank", 1)}),
    ("pays by card on the day", {0: ("card", 1)}),
    (
        "announces a transfer, which comes a week later",
        {5: ("announce", 1), 12: ("arrive", 1)},
    ),
    (
        "owes in two installments, pays the second late",
        {-25: ("bank", 0.5), 9: ("bank", 0.5)},
    ),
    (
        "promises, and keeps it",
        {8: ("promise", 6), 13: ("bank", 1)},
    ),
    ("promises, breaks it, and pays then", {8: ("promise", 6), 25: ("bank", 1)}),
    ("pays a half, the rest is credited", {3: ("bank", 0.5), 9: ("credit", 0.5)}),
    (
        "pays by a debit that bounces",
        {1: ("bank", 1), 9: ("bounce", 1), 24: ("bank", 1)},
    ),
    ("pays after the last reminder", {40: ("bank", 1)}),
    (
        "disputes a part, which is accepted, and pays the rest late",
        {4: ("dispute", 0.3), 11: ("accept", 0.3), 12: ("bank", 0.7)},
    ),
    (
        "disputes all, which is refused, and pays after two reminders",
        {5: ("dispute", 1), 12: ("refuse", 1), 30: ("bank", 1)},
    ),
)
KINDS = 5  # of seller and currency


class TestYear(TransferMixin, PromiseMixin, NewsMixin, PortalCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["portal.reminder.schedule"].search([]).level_ids.flush_model()
        data = cls.setup_other_company(name="Second seller")
        cls.second = data["company"]
        cls.second_bank = data["default_journal_bank"]
        sellers = cls.company | cls.second
        cls.second.portal_reminders = True
        sellers.sudo().write(
            {
                "portal_promises": True,
                "portal_reminders_since": date(2035, 1, 1),
                "portal_news_day": FIRST_DAY - timedelta(days=1),
            }
        )
        cls.env["portal.reminder.schedule"].search([]).attaches_statement = False
        cls.halves = cls.env["account.payment.term"].create(
            {
                "name": "Two halves",
                "line_ids": [
                    Command.create(
                        {"value": "percent", "value_amount": 50, "nb_days": days}
                    )
                    for days in (7, 30)
                ],
            }
        )
        cls.customers = cls.env["res.partner"].create(
            [
                {
                    "name": f"C{number:02}",
                    "is_company": True,
                    "email": f"office@c{number:02}.example",
                }
                for number in range(KINDS * len(HABITS))
            ]
        )
        for number in range(SEEN):
            user = new_test_user(
                cls.env,
                login=f"ann{number:02}",
                groups="base.group_portal",
                company_id=cls.company.id,
                company_ids=[Command.set(sellers.ids)],
                email=f"ann@c{number:02}.example",
            )
            user.partner_id.parent_id = cls.customers[number]

    # ------------------------------------------------------------
    # What happens
    # ------------------------------------------------------------

    def _get_seller(self, number):
        """Return the company and the currency in which a customer buys."""
        kind = number // len(HABITS)
        company = self.second if kind > 2 else self.company
        return company, self.eur if kind in (2, 4) else company.currency_id

    def _prepare_story(self):
        """Return {day: [(what, number of the customer, share)]}."""
        story = {}
        for number in range(KINDS * len(HABITS)):
            issued = FIRST_DAY + timedelta(days=number * 5)
            story.setdefault(issued, []).append(("issue", number, 1))
            for days, (what, share) in HABITS[number % len(HABITS)][1].items():
                moment = issued + TERM + timedelta(days=days)
                story.setdefault(moment, []).append((what, number, share))
        return story

    def _do(self, what, number, share, day):
        getattr(self, f"_do_{what}")(number, share, day)

    def _do_issue(self, number, _share, day):
        company, currency = self._get_seller(number)
        values = self._prepare_invoice(
            100.0 + number, partner=self.customers[number], currency=currency, date=day
        )
        if "installments" in HABITS[number % len(HABITS)][0]:
            del values["invoice_date_due"]
            values["invoice_payment_term_id"] = self.halves.id
        else:
            values["invoice_date_due"] = day + TERM
        moves = self.env["account.move"].with_company(company)
        invoice = moves.create({**values, "company_id": company.id})
        invoice.action_post()
        self.invoices[number] = invoice

    def _do_bank(self, number, share, day):
        company, _currency = self._get_seller(number)
        invoice = self.invoices[number]
        bank = self.second_bank if company == self.second else self.bank
        registers = self.env["account.payment.register"].with_context(
            active_model="account.move", active_ids=invoice.ids
        )
        self.payments[number] = (
            registers.with_company(company)
            .create(
                {
                    "amount": invoice.amount_total * share,
                    "currency_id": invoice.currency_id.id,
                    "payment_date": day,
                    "journal_id": bank.id,
                }
            )
            ._create_payments()
        )

    def _open_for(self, number):
        invoice, customer = self.invoices[number], self.customers[number]
        remittances = self.env["portal.remittance"].sudo()
        return remittances._open(
            customer,
            customer.child_ids[:1] or customer,
            {invoice.sudo(): invoice.amount_residual},
        )

    def _do_card(self, number, share, day):
        if self.invoices[number].company_id == self.second:
            return self._do_bank(number, share, day)
        return self._pay(self._open_for(number))

    def _do_announce(self, number, share, day):
        if self.invoices[number].company_id == self.company:
            self.announced[number] = self._open_for(number)
            self.announced[number]._announce()

    def _do_arrive(self, number, share, day):
        if number not in self.announced:
            return self._do_bank(number, share, day)
        return self._receive_by_hand(self.announced.pop(number), date=day)

    def _do_promise(self, number, days, day):
        customer = self.customers[number]
        user = customer.child_ids.user_ids
        promises = self.promises.with_user(user) if user else self.promises
        promises.sudo()._make(
            customer,
            self.invoices[number].sudo(),
            day + timedelta(days=days),
            user=user,
        )

    def _do_dispute(self, number, share, _day):
        invoice = self.invoices[number].sudo()
        if user := self.customers[number].child_ids.user_ids:
            reason = self.env.ref("customer_portal.short_payment_price")
            disputes = self.env["portal.dispute"].with_user(user).sudo()
            amount = invoice.amount_total * share
            dispute = disputes._open(invoice, user, reason, amount=amount)
            self.disputes[number] = dispute.with_env(self.env).sudo()

    def _do_accept(self, number, share, day):
        """Where nobody works in the portal, it was said on the phone."""
        if number not in self.disputes:
            self._do_credit(number, share, day, self.invoices[number].amount_total)
            return
        dispute = self.disputes[number]
        dispute._accept({line: line.amount for line in dispute.line_ids}).action_post()

    def _do_refuse(self, number, _share, _day):
        if number in self.disputes:
            self.disputes[number]._refuse("The price is that of your order.")

    def _do_credit(self, number, share, day, amount=0.0):
        """Credit a share of an amount, by default what is left."""
        invoice = self.invoices[number]
        reversed_ = invoice._reverse_moves([{"invoice_date": day}])
        price = amount * share if amount else invoice.amount_residual
        reversed_.invoice_line_ids.price_unit = price
        reversed_.action_post()
        (reversed_ | self.invoices[number]).line_ids.filtered(
            lambda item: item.display_type == "payment_term" and not item.reconciled
        ).reconcile()

    def _do_bounce(self, number, _share, day):
        self.payments[number].move_id._reverse_moves([{"date": day}], cancel=True)

    # ------------------------------------------------------------
    # The mails
    # ------------------------------------------------------------

    def _run_day(self):
        """Run the scheduled actions of a day, and return our mails, as lines."""
        mails, notices = self.env["mail.mail"].sudo(), self.env["portal.notice"].sudo()
        last = mails.search([], order="id desc", limit=1).id or 0
        with self._without_commits():
            self.env["portal.reminder.run"].sudo()._run_all()
            self.env["portal.news"].sudo()._tell_waiting()
            waiting = notices.search([("mail_state", "=", "to_send")])
            notices._send_mails()
        day = self.company._get_accounting_day()
        lines = self._describe_reminders(day)
        sent = waiting.filtered(lambda notice: notice.mail_state == "sent")
        lines += self._describe_notices(day, sent)
        queued = mails.search([("id", ">", last), ("email_to", "!=", False)])
        self.assertEqual(
            sorted(parseaddr(mail.email_to)[1] for mail in queued),
            sorted(people for _day, _name, _what, people in lines),
        )
        return lines

    def _describe_reminders(self, day):
        reminders = self.reminders.search([("sent_day", "=", day)], order="id")
        return [
            (
                day,
                reminder.partner_id.name,
                f"reminder: {reminder.level_id.name},"
                f" {reminder.amount_total:.2f} {reminder.currency_id.name}",
                ", ".join(reminder.recipient_ids.mapped("email")),
            )
            for reminder in reminders
        ]

    @staticmethod
    def _describe_notices(day, notices):
        at_once = notices.filtered(lambda notice: notice.mail == "now")
        groups = [("notice", notice) for notice in at_once]
        digests = (notices - at_once).grouped("user_id").values()
        groups += [("digest", digest) for digest in digests]
        return [
            (
                day,
                group.user_id.commercial_partner_id.name,
                f"{kind}: {', '.join(sorted(group.event_id.mapped('code')))}",
                group.user_id.email,
            )
            for kind, group in groups
        ]

    def _set_clock(self, frozen, day, hour):
        moment = datetime.combine(day, time(hour))
        frozen.move_to(moment)
        self.env.cr._now = moment  # the clock of the database, which is not frozen

    def test_a_year_sends_exactly_the_mails_of_the_table(self):
        self.invoices, self.payments, self.announced = {}, {}, {}
        self.disputes = {}
        story, lines = self._prepare_story(), []
        with freeze_time(datetime.combine(FIRST_DAY, time(8))) as frozen:
            for number in range(DAYS):
                day = FIRST_DAY + timedelta(days=number)
                self._set_clock(frozen, day, 8)
                for what, customer, share in story.get(day, ()):
                    self._do(what, customer, share, day)
                self._set_clock(frozen, day, 9)
                lines += self._run_day()
        told = [self._get_head(number) for number in range(len(HABITS))]
        told += [
            f"{day}  {name}  {what:<46}{people}" for day, name, what, people in lines
        ]
        self.assertEqual(told, TABLE.read_text(encoding="utf-8").splitlines())
        states = self.promises.search([]).mapped("state")
        self.assertEqual(sorted(states), ["broken"] * 5 + ["kept"] * 5)
        invoices = self.env["account.move"].union(*self.invoices.values())
        self.assertEqual(
            [len(invoices), sum(invoices.mapped("amount_residual"))], [60, 0]
        )

    @staticmethod
    def _get_head(number):
        """Return who has a habit, for the reader of the table."""
        customers = range(number, KINDS * len(HABITS), len(HABITS))
        names = " ".join(f"C{customer:02}" for customer in customers)
        return f"# {names}: {HABITS[number][0]}"
