"""Terms and returns at what is being ordered."""

from odoo.tests import tagged

from .help_case import HelpCase


@tagged("post_install", "-at_install")
class TestHelpTerms(HelpCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.above = cls.env["product.category"].create({"name": "Machines"})
        below = cls.env["product.category"].create(
            {"name": "Pumps", "parent_id": cls.above.id}
        )
        cls.product = cls._get_product()
        cls.product.categ_id = below
        cls.policy = cls._create_article(
            "Return policy", cls.paying, audience="signed_in"
        )
        cls.order = cls._create_order(
            partner=cls.buyer.partner_id, state="draft", portal_user_id=cls.buyer.id
        )

    def _read(self):
        self._sign_in(self.buyer)
        answer = self._get(f"/my/orders/{self.order.id}/review")
        self.assertEqual(answer.status_code, 200)
        return answer

    def test_nearest_terms_count(self):
        self.assertNotIn("Terms and returns", self._read().text)
        self.above.help_terms_text = "Machines come back within 14 days."
        page = self._read()
        self.assertIn("Machines come back within 14 days.", page.text)
        self.product.product_tmpl_id.help_terms_id = self.policy
        page = self._read()
        self.assertIn("Text of Return policy.", page.text)
        self.assertNotIn("Machines come back", page.text)
        [link] = self._read_page(page).xpath("//td//a[contains(@href, '#terms_')]")
        [target] = self._read_page(page).xpath(f"//*[@id='{link.get('href')[1:]}']")
        self.assertIn("Text of Return policy.", target.text_content())

    def test_article_that_one_may_not_read_is_left_out(self):
        self.product.product_tmpl_id.write(
            {"help_terms_id": self.policy.id, "help_terms_text": "Ask us."}
        )
        self.policy.audience = "staff"
        page = self._read().text
        self.assertNotIn("Return policy", page)
        self.assertIn("Ask us.", page)

    def test_many_lines_cost_no_more_queries(self):
        self.above.help_terms_id = self.policy

        def count():
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            order = self.env["sale.order"].browse(self.order.id).sudo()
            order._get_help_terms(self.buyer)
            return self.env.cr.sql_log_count - before

        count()
        few = count()
        line = self.order.order_line
        for _number in range(20):
            line.copy({"order_id": self.order.id})
        self.env.flush_all()
        self.assertLessEqual(count(), few)
