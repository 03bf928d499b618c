"""A ticket out of the chatter of an order or invoice, by staff."""

from odoo.exceptions import AccessError
from odoo.tests import Form, new_test_user, tagged

from .ticket_case import TicketCase


@tagged("post_install", "-at_install")
class TestMakeTicket(TicketCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls._get_product()
        cls.seller = new_test_user(
            cls.env,
            login="seller",
            groups="customer_portal_support.group_ticket_agent,"
            "sales_team.group_sale_salesman_all_leads,account.group_account_invoice",
            company_id=cls.company.id,
            company_ids=[(6, 0, cls.company.ids)],
        )
        # The first team of the company takes what comes.
        cls.team.sequence = -1

    def _open(self, paper, user=None):
        wizard = self.env["portal.ticket.make.wizard"].with_user(user or self.seller)
        return wizard.with_context(active_model=paper._name, active_id=paper.id)

    def _say(self, paper, body, user=None, **values):
        author = (user or self.buyer).partner_id
        # sudo: people of customers write through a page that checks
        return paper.sudo().message_post(
            body=body,
            author_id=author.id,
            message_type="comment",
            **{"subtype_xmlid": "mail.mt_comment", **values},
        )

    def test_order_is_linked_and_the_last_words_of_the_customer_are_quoted(self):
        order = self._create_order()
        self._say(order, "Where is it?")
        self._say(order, "It is still not here.")
        self._say(order, "We look.", user=self.seller)
        self._say(order, "Be careful.", user=self.seller, subtype_xmlid="mail.mt_note")
        form = Form(self._open(order))
        self.assertIn("It is still not here.", form.description)
        self.assertNotIn("careful", form.description)
        self.assertEqual(form.partner_id, self.buyer.partner_id)
        action = form.save().action_make()
        ticket = self.env[action["res_model"]].browse(action["res_id"])
        self.assertEqual(
            (ticket.order_id, ticket.partner_id, ticket.user_id, ticket.team_id),
            (order, self.buyer.partner_id, self.seller, self.team),
        )
        self.assertEqual(ticket.portal_customer_id, self.customer)
        self.assertIn(ticket.number, order.message_ids[0].body)

    def test_invoice_without_a_word_of_the_customer(self):
        invoice = self._create_posted_invoice(100.0, days_overdue=10)
        form = Form(self._open(invoice))
        self.assertFalse(form.description)
        form.is_mine = False
        action = form.save().action_make()
        ticket = self.env[action["res_model"]].browse(action["res_id"])
        self.assertEqual(ticket.invoice_id, invoice)
        self.assertFalse(ticket.user_id)

    def test_papers_count_their_tickets(self):
        order = self._create_order()
        invoice = self._create_posted_invoice(100.0, days_overdue=10)
        ticket = self._ask(order_id=order.id, invoice_id=invoice.id)
        self._ask(order_id=order.id)
        for paper, count in ((order, 2), (invoice, 1)):
            seen = paper.with_user(self.seller)
            self.assertEqual(seen.portal_ticket_count, count)
            action = seen.action_open_portal_tickets()
            found = self.env["portal.ticket"].search(action["domain"])
            self.assertIn(ticket, found)
            self.assertEqual(len(found), count)

    def test_agent_without_the_right_to_the_paper_makes_none(self):
        order = self._create_order()
        with self.assertRaises(AccessError):
            self._open(order, self.agent).default_get(["subject"])
        wizard = self.env["portal.ticket.make.wizard"].with_user(self.agent)
        made = wizard.create(
            {
                "res_model": "sale.order",
                "res_id": order.id,
                "partner_id": self.buyer.partner_id.id,
                "subject": "Mine",
                "team_id": self.team.id,
            }
        )
        with self.assertRaises(AccessError):
            made.action_make()
        self.assertFalse(self.env["portal.ticket"].search([("subject", "=", "Mine")]))

    def test_other_models_are_no_source(self):
        wizard = self.env["portal.ticket.make.wizard"].with_user(self.seller)
        made = wizard.create(
            {
                "res_model": "res.users",
                "res_id": self.seller.id,
                "partner_id": self.buyer.partner_id.id,
                "subject": "Mine",
                "team_id": self.team.id,
            }
        )
        with self.assertRaises(AccessError):
            made.action_make()

    def test_people_of_customers_neither_count_nor_make(self):
        order = self._create_order()
        with self.assertRaises(AccessError):
            self._open(order, self.buyer).default_get(["subject"])
        with self.assertRaises(AccessError):
            order.with_user(self.buyer).read(["portal_ticket_count"])
