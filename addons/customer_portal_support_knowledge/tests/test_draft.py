"""An article from a solved ticket, and help beside pages that leads to a ticket."""

from markupsafe import Markup

from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from odoo.addons.customer_portal_knowledge.tests.help_case import HelpMixin
from odoo.addons.customer_portal_support.tests.test_new import NewTicketCase


@tagged("post_install", "-at_install")
class TestArticleFromTicket(HelpMixin, NewTicketCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env.user.group_ids |= cls.env.ref(
            "customer_portal_knowledge.group_help_editor"
        )
        cls.shelf = cls._create_category("Machines")
        cls.pump = cls.env["product.product"].create({"name": "Pump"})
        cls.buyer.partner_id.write({"name": "Anna Buyer", "phone": "+32 2 555 12 34"})
        cls.author = cls._create_staff("ticket_author")
        cls.author.group_ids |= cls.env.ref(
            "customer_portal_support.group_ticket_agent"
        ) | cls.env.ref("customer_portal_knowledge.group_help_author")
        cls.order = cls._create_order()
        cls.ticket = cls.env["portal.ticket"].create(
            {
                "subject": "Pump of Anna is loud",
                "description": "<p>My pump is loud. Anna Buyer, +32 2 555 12 34</p>",
                "partner_id": cls.buyer.partner_id.id,
                "portal_customer_id": cls.customer.id,
                "product_id": cls.pump.id,
                "order_id": cls.order.id,
            }
        )
        answer = (
            "<p>Close the valve first.</p>"
            '<p><img src="/web/image/1?access_token=secret"/></p>'
            '<div data-o-mail-quote="1">CANARY of a quote</div>'
        )
        cls.ticket.with_user(cls.author).message_post(
            body=Markup(answer),  # noqa: S704  # what this test says itself
            message_type="comment",
            subtype_xmlid="mail.mt_comment",
        )
        cls.ticket.with_user(cls.author).message_post(
            body="CANARY of a note",
            message_type="comment",
            subtype_xmlid="mail.mt_note",
        )

    def _begin(self):
        self.ticket.action_solve()
        action = self.ticket.with_user(self.author).action_make_article()
        return (
            self.env["portal.help.draft"]
            .with_user(self.author)
            .browse(action["res_id"])
        )

    def test_question_and_answer_without_quotes_notes_and_pictures(self):
        draft = self._begin()
        self.assertEqual(
            draft.body,
            "<h2>The question</h2><p>My pump is loud. Anna Buyer, +32 2 555 12 34</p>"
            "<h2>The answer</h2><p>Close the valve first.</p><p></p>",
        )

    def test_private_data_is_found_and_blanked_out(self):
        draft = self._begin()
        draft.category_id = self.shelf
        self.assertEqual(
            draft.found_text.splitlines(),
            ["[name] Anna", "[name] Anna Buyer", "[number] +32 2 555 12 34"],
        )
        with self.assertRaises(UserError):
            draft.action_make()
        draft.action_blank()
        self.assertEqual(draft.found_count, 0)
        self.assertEqual(draft.name, "Pump of [name] is loud")
        action = draft.action_make()
        article = self.env["portal.help.article"].browse(action["res_id"])
        self.assertEqual(
            (article.name, article.state, article.audience, article.category_id),
            ("Pump of [name] is loud", "draft", "staff", self.shelf),
        )
        self.assertEqual(article.product_tmpl_ids, self.pump.product_tmpl_id)
        self.assertEqual(article.ticket_id, self.ticket)
        self.assertNotIn("Anna", article.body)

    def test_who_looked_at_it_may_keep_a_word(self):
        draft = self._begin()
        draft.write({"category_id": self.shelf.id, "is_checked": True})
        self.assertTrue(draft.action_make()["res_id"])

    def test_ticket_that_is_not_solved_is_no_article(self):
        with self.assertRaises(UserError):
            self.ticket.with_user(self.author).action_make_article()

    def test_who_may_do_only_one_of_both_may_not(self):
        self.ticket.action_solve()
        for group in (
            "customer_portal_support.group_ticket_agent",
            "customer_portal_knowledge.group_help_author",
        ):
            staff = self._create_staff(group.rpartition("_")[2])
            staff.group_ids |= self.env.ref(group)
            with self.subTest(group), self.assertRaises(AccessError):
                self.ticket.with_user(staff).action_make_article()
        with self.assertRaises(AccessError):
            self.ticket.with_user(self.buyer).action_make_article()

    def test_help_beside_a_page_leads_to_a_ticket_about_it(self):
        self._sign_in(self.buyer)
        order = f"/my/orders/{self.order.id}"
        page = self._get(f"/my/help?of={order}&part=1").text
        self.assertIn(f'href="/my/tickets/new?order={self.order.id}"', page)
        page = self._get("/my/help?of=/my/people&part=1").text
        self.assertIn('href="/my/tickets/new"', page)
        self._sign_in(self.stranger)
        page = self._get(f"/my/help?of={order}&part=1").text
        self.assertNotIn(f"order={self.order.id}", page)

    def test_page_of_a_ticket_offers_articles_about_its_product(self):
        article = self._create_article(
            "Care of pumps", self.shelf, product_tmpl_ids=self.pump.product_tmpl_id.ids
        )
        self._sign_in(self.buyer)
        page = self._get(f"/my/help?of=/my/tickets/{self.ticket.id}&part=1").text
        self.assertIn(article._get_url(), page)
        self._sign_in(self.stranger)
        page = self._get(f"/my/help?of=/my/tickets/{self.ticket.id}&part=1").text
        self.assertNotIn(article._get_url(), page)
