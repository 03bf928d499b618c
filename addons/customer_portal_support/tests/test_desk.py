"""Merge, split, duplicates, saved replies, and the customer at a glance."""

from freezegun import freeze_time

from odoo.exceptions import UserError
from odoo.tests import new_test_user, tagged

from .ticket_case import TicketCase


@tagged("post_install", "-at_install")
class TestDesk(TicketCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls._get_product()

    def _as_agent(self, ticket):
        return ticket.with_user(self.agent)

    def test_merged_ticket_leaves_its_words_people_and_papers(self):
        order = self._create_order()
        second_buyer = self._create_portal_user("second_buyer", self.customer)
        target = self._ask()
        ticket = self._ask(partner_id=second_buyer.partner_id.id, order_id=order.id)
        word = self._answer(ticket, "2026-03-02 10:00:00", author=second_buyer)
        with freeze_time("2026-03-02 11:00:00"):
            self._as_agent(ticket)._merge_into(self._as_agent(target))
        self.assertEqual((word.model, word.res_id), ("portal.ticket", target.id))
        self.assertEqual(target.order_id, order)
        self.assertEqual(target.participant_ids, second_buyer.partner_id)
        self.assertEqual(
            (ticket.customer_status, ticket.end_reason, ticket.duplicate_of_id),
            ("closed", "merged", target),
        )
        self.assertEqual(self._read_target(ticket)[1], "cancelled")

    def test_tickets_of_two_customers_are_not_merged(self):
        target = self._ask()
        ticket = self._ask(partner_id=self.stranger.partner_id.id)
        with self.assertRaisesRegex(UserError, "different customers"):
            ticket._merge_into(target)
        ticket._mark_duplicate(target)
        self.assertEqual(
            (ticket.end_reason, ticket.customer_status), ("duplicate", "closed")
        )
        self.assertFalse(target.participant_ids)

    def test_closed_ticket_takes_no_others(self):
        target, ticket = self._ask(), self._ask()
        self._move(target, "closed", "2026-03-02 10:00:00")
        with self.assertRaisesRegex(UserError, "open ticket"):
            ticket._merge_into(target)

    def test_reopened_duplicate_is_none_any_more(self):
        target, ticket = self._ask(), self._ask()
        ticket._mark_duplicate(target)
        ticket.action_reopen()
        self.assertFalse(ticket.duplicate_of_id or ticket.end_reason)

    def test_split_takes_messages_along(self):
        ticket = self._ask()
        first = self._answer(ticket, "2026-03-02 10:00:00", author=self.buyer)
        second = self._answer(ticket, "2026-03-02 11:00:00", author=self.buyer)
        made = self._as_agent(ticket)._split(second, "Another bolt")
        self.assertEqual((second.res_id, first.res_id), (made.id, ticket.id))
        self.assertEqual(
            (made.subject, made.follows_id, made.portal_customer_id),
            ("Another bolt", ticket, self.customer),
        )
        self.assertEqual(made.received_on, second.date)

    def test_split_takes_no_message_of_elsewhere(self):
        ticket, other = self._ask(), self._ask()
        word = self._answer(other, "2026-03-02 10:00:00", author=self.buyer)
        with self.assertRaises(UserError):
            ticket._split(word, "Stolen")

    def test_saved_reply_is_filled_in_and_escaped(self):
        reply = self.env["portal.ticket.reply"].create(
            {
                "name": "Sorry",
                "body": "<p>Dear {contact}, {number} “{subject}” {nothing}</p>",
            }
        )
        ticket = self._ask(subject="<b>{agent}</b>")
        self.assertEqual(
            str(reply._fill_in(ticket)),
            f"<p>Dear {self.buyer.name}, {ticket.number} "
            "“&lt;b&gt;{agent}&lt;/b&gt;” {nothing}</p>",
        )

    def test_customer_at_a_glance(self):
        self._create_posted_invoice(100.0, days_overdue=10)
        self._create_posted_invoice(50.0, days_overdue=-10)
        order = self._create_order()
        self._ask()
        self._ask().action_cancel()
        ticket = self._ask(partner_id=self.buyer.partner_id.id)
        self.assertEqual(
            ticket.glance_account, "$\u00a0150.00 open, $\u00a0100.00 overdue"
        )
        self.assertEqual(ticket.glance_order_id, order)
        self.assertEqual((ticket.glance_asked_count, ticket.glance_open_count), (2, 1))
        agent = self._as_agent(ticket)
        agent.invalidate_recordset()
        self.assertIn("overdue", agent.glance_account)
        self.assertFalse(agent.glance_order_id, "an agent need not read orders")

    # ------------------------------------------------------------
    # The contact
    # ------------------------------------------------------------

    def _count(self, contact, user=None):
        contact = contact.with_user(user or self.agent)
        contact.invalidate_recordset()
        return contact.portal_open_ticket_count, contact.portal_ticket_count

    def test_contact_says_how_many_tickets_it_has(self):
        colleague = self._create_portal_user("clerk_b", self.customer).partner_id
        self._ask()
        self._ask().action_solve()
        self._ask(partner_id=colleague.id)
        self._ask(partner_id=self.stranger.partner_id.id)
        for contact, counts in (
            (self.customer, (2, 3)),
            (self.buyer.partner_id, (1, 2)),
            (colleague, (1, 1)),
        ):
            with self.subTest(contact.name):
                self.assertEqual(self._count(contact), counts)
                action = contact.with_user(self.agent).action_open_portal_tickets()
                tickets = self.env["portal.ticket"].search(action["domain"])
                self.assertEqual(len(tickets), counts[1])

    def test_contact_counts_what_the_reader_may_see(self):
        self._ask()
        clerk = new_test_user(self.env, login="clerk", groups="base.group_user")
        self.assertEqual(self._count(self.customer, clerk), (0, 0))

    def test_many_people_cost_what_few_cost(self):
        def count():
            self.env.flush_all()
            self.env.invalidate_all()
            customer = self.customer.with_user(self.agent)
            before = self.env.cr.sql_log_count
            found = customer.portal_ticket_count
            return found, self.env.cr.sql_log_count - before

        self._ask()
        count()
        tickets, queries = count()
        people = self.env["res.partner"].create(
            [{"name": str(n), "parent_id": self.customer.id} for n in range(20)]
        )
        for person in people:
            self._ask(partner_id=person.id)
        self.assertEqual(count(), (tickets + 20, queries))
