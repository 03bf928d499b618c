"""A page links to what its reader may follow, and to nothing else."""

import re

from odoo import Command
from odoo.tests import tagged

from ..common import PortalHttpCommon
from ..role_case import RolesMixin

SEE = {"see_orders": "branches", "see_invoices": "branches"}


@tagged("post_install", "-at_install")
class TestOrderLinks(RolesMixin, PortalHttpCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        # Two of the customer, one that the head office of another pays.
        cls.order = cls._create_order(partner=cls.branch, quantity=1.0, price=10.0)
        cls.own = cls.order._create_invoices()
        cls.order.order_line.product_uom_qty = 2.0
        cls.foreign = cls.order._create_invoices()
        cls.foreign.partner_id = cls.other_customer
        (cls.own | cls.foreign).action_post()
        cls.order._portal_ensure_token()

    def _get_links(self, path):
        page = self._get(path)
        self.assertEqual(page.status_code, 200)
        return set(re.findall(r'href="(/my/invoices/[^"#]+)', page.text))

    def _switch(self, is_on):
        section = self.env.ref("customer_portal.permission_see_invoices").section_id
        self.env["portal.section.switch"].create(
            {
                "section_id": section.id,
                "partner_id": self.branch.id,
                "is_on": is_on,
            }
        )

    def test_persons_get_the_links_that_they_may_follow(self):
        path = f"/my/orders/{self.order.id}"
        own = f"/my/invoices/{self.own.id}"
        for name, scopes, is_linked in (
            ("both", SEE, True),
            ("orders alone", {"see_orders": "branches"}, False),
            ("invoices of the company alone", {**SEE, "see_invoices": "company"}, True),
            ("own ones", {**SEE, "see_invoices": "own"}, False),
        ):
            self._tailor(self.colleague, scopes)
            self._sign_in(self.colleague)
            with self.subTest(name):
                links = self._get_links(path)
                self.assertEqual(links, {own} if is_linked else set())
                for link in links:
                    self.assertEqual(self._get(link).status_code, 200)
                page = self._get(path).text
                self.assertEqual(self.own.name in page, is_linked)
                self.assertNotIn(self.foreign.name, page)

    def test_invoices_that_are_switched_off_are_not_linked(self):
        self._switch(False)
        self._sign_in(self.colleague)
        path = f"/my/orders/{self.order.id}"
        self.assertFalse(self._get_links(path))
        self.assertNotIn(self.own.name, self._get(path).text)
        self.assertNotIn("/my/invoices", self._get(path).text)

    def test_a_link_of_the_mail_gives_those_of_stock(self):
        """A visitor sees what the order names, as in stock Odoo."""
        self._sign_in(None)
        token = self.order.access_token
        links = self._get_links(f"/my/orders/{self.order.id}?access_token={token}")
        self.assertEqual(len(links), 2)
        for link in links:
            self.assertIn("access_token=", link)

    def test_pages_link_to_orders_and_payments_by_right(self):
        payment = self._register_payment(self.own)
        invoice = f"/my/invoices/{self.own.id}"
        for scopes, told in (
            (SEE, True),
            ({"see_invoices": "branches"}, False),
        ):
            self._tailor(self.colleague, scopes)
            self._sign_in(self.colleague)
            page = self._get(invoice).text
            with self.subTest(scopes):
                self.assertEqual(f"/my/orders/{self.order.id}" in page, told)
                self.assertIn(f"/my/payments/{payment.id}", page)
                for path in re.findall(r'href="(/my/(?:orders|payments)/\d+)', page):
                    self.assertEqual(self._get(path).status_code, 200)

    def test_each_link_of_the_pages_can_be_followed(self):
        """Walk the pages of people with each permission alone, and all their links."""
        self.env["portal.activity"]._log("exported", self.branch, record=self.order)
        self.env["portal.activity"]._log("exported", self.branch, record=self.own)
        papers = re.compile(r'href="(/my/(?:orders|invoices|payments|pay)/\d+)["?#]')
        permissions = self.env["portal.permission"].search([])
        for code in permissions.mapped("code"):
            self.colleague.portal_membership_ids.role_id = self.env[
                "portal.role"
            ].create(
                {
                    "name": code,
                    "line_ids": [
                        Command.create(
                            {
                                "permission_id": permissions.filtered(
                                    lambda one, code=code: one.code == code
                                ).id,
                                "scope": "company",
                            }
                        )
                    ],
                }
            )
            self._sign_in(self.colleague)
            for page in ("/my", "/my/orders", "/my/credit", "/my/activity"):
                for link in set(papers.findall(self._get(page).text)):
                    with self.subTest(code, page=page, link=link):
                        self.assertEqual(self._get(link).status_code, 200)
