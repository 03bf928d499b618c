"""What happened is told once, to many in few queries, whatever fails in between."""

from contextlib import suppress
from unittest.mock import patch

from psycopg2 import OperationalError

from odoo import Command
from odoo.tools import mute_logger

from ...models.notice import portal_news
from ..common import PortalCommon
from ..news_case import NewsMixin

LOGGER = "odoo.addons.customer_portal.models.notice.portal_news"


class TestNews(NewsMixin, PortalCommon):
    def _issue(self, count=1, **values):
        return self._create_posted_invoices(
            [
                {
                    "amount": 10.0,
                    "days_overdue": -30,
                    "date": self.today,
                    **values,
                }
            ]
            * count
        )

    def _add_people(self, count, role="member"):
        role = self.env.ref(f"customer_portal.role_{role}")
        users = self.env["res.users"].with_context(no_reset_password=True)
        users = users.create(
            [
                {
                    "name": f"Person {number}",
                    "login": f"person{number}",
                    "email": f"person{number}@northwind.example",
                    "parent_id": self.customer.id,
                    "group_ids": [Command.set(self.env.ref("base.group_portal").ids)],
                    "company_id": self.company.id,
                    "company_ids": [Command.set(self.company.ids)],
                }
                for number in range(count)
            ]
        )
        users.portal_membership_ids.role_id = role
        return users

    def test_rolled_back_is_not_told(self):
        with self.env.cr.savepoint() as savepoint:
            self._issue()
            savepoint.rollback()
        self.env.invalidate_all()
        self.assertFalse(self._get_news())

    def test_who_did_it_is_not_told(self):
        self._give_role(self.stranger, "member", self.customer)
        invoice = self._issue()
        self._get_news().unlink()
        invoice.with_user(self.buyer)._add_news("invoice_issued")
        self.assertEqual(self._tell_news().user_id, self.stranger)

    def test_run_twice_tells_once(self):
        self._issue()
        self.assertEqual(len(self._tell_news()), 1)
        self.assertFalse(self._tell_news())
        self.assertEqual(self._get_news().state, "told")

    def test_broken_off_in_the_second_portion_is_told_on(self):
        """What was committed stays, the rest is told by the next run."""
        for customer in (self.customer, self.branch, self.other_customer):
            self._issue(partner=customer)
        told = self.env["portal.notice"].sudo()
        tell = type(self.env["portal.news"])._tell
        calls = []

        def break_off(news):
            calls.append(news)
            tell(news)
            if len(calls) == 2:
                raise OperationalError

        with patch.object(portal_news, "PORTION", 1):
            with (
                patch.object(type(self.env["portal.news"]), "_tell", break_off),
                suppress(OperationalError),
            ):
                self._tell_news()
            self.assertEqual(len(calls), 2)
            self.assertEqual(told.search([]).partner_id, self.customer)
            rest = self._tell_news()
        self.assertEqual(rest.partner_id, self.branch | self.other_customer)
        self.assertEqual(len(told.search([])), 4)
        self.assertEqual(set(self._get_news().mapped("state")), {"told"})

    def test_many_of_a_customer_are_in_one_portion(self):
        self._issue(8)
        with patch.object(portal_news, "PORTION", 2):
            [notice] = self._tell_news()
        self.assertEqual(notice.title, "8 invoices were issued.")

    @mute_logger(LOGGER)
    def test_one_that_fails_holds_up_no_other(self):
        self._issue()
        self._issue(partner=self.other_customer)
        moves = type(self.env["account.move"])
        prepare = moves._prepare_one_news

        def fail(move, *args):
            if move.partner_id == self.customer:
                raise ValueError
            return prepare(move, *args)

        with patch.object(moves, "_prepare_one_news", fail):
            notices = self._tell_news()
        self.assertEqual(notices.user_id, self.stranger)
        self.assertEqual(self._get_news().mapped("state"), ["failed", "told"])

    def test_of_an_event_that_is_gone_nobody_is_told(self):
        self._issue()
        self.env.ref("customer_portal.event_invoice_issued").sudo().unlink()
        self.assertFalse(self._tell_news())

    def test_who_wants_to_hear_nothing_gets_no_notice(self):
        event = self.env.ref("customer_portal.event_invoice_issued")
        self.env["portal.notification.preference"]._choose(
            self.buyer, {event.id: (False, "none")}
        )
        self._issue()
        self.assertFalse(self._tell_news())

    def test_telling_many_people_takes_as_few_queries_as_one(self):
        def count():
            self._issue(2)
            self._issue(2, partner=self.branch)
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            told = self._tell_news()
            self.env.flush_all()
            return self.env.cr.sql_log_count - before, len(told)

        count()  # what is remembered
        few, told = count()
        self.assertEqual(told, 2 * 2 + 2)
        own = self._create_role({"see_invoices": "own"})
        people = self._add_people(200)
        people[:100].portal_membership_ids.role_id = own
        count()  # what is remembered
        many, told = count()
        self.assertEqual(told, 2 * (102 + 100) + 2)
        # Odoo inserts a hundred rows at a time; one more finds who owns what.
        self.assertLessEqual(many, few + told // 100 + 2)

    def test_posting_takes_one_query_more(self):
        def count(**values):
            moves = self._create_posted_invoices([{"amount": 1.0, **values}] * 20)
            moves.button_draft()
            moves.action_post()
            moves.button_draft()
            self.env.flush_all()
            news = type(self.env["portal.news"])
            counts = []
            add = news._add

            def counted(*args, **kwargs):
                self.env.flush_all()
                before = self.env.cr.sql_log_count
                result = add(*args, **kwargs)
                counts.append(self.env.cr.sql_log_count - before)
                return result

            with patch.object(news, "_add", counted):
                moves.action_post()
            return counts

        self.assertEqual(count(days_overdue=0, date=self.today), [1])
        self.assertEqual(count(move_type="in_invoice", date=self.today), [])
