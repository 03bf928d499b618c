"""What the example adds to the portal, by each seam; the core does not know of it."""

import io
import json
import zipfile

from odoo.tests import tagged

from odoo.addons.customer_portal.tests.common import PortalHttpCommon
from odoo.addons.customer_portal.tests.role_case import RolesMixin


@tagged("post_install", "-at_install")
class TestExample(RolesMixin, PortalHttpCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.example = cls.env["portal.example"].create(
            {"name": "Paint the hall", "partner_id": cls.customer.id}
        )
        cls.foreign = cls.env["portal.example"].create(
            {"name": "Foreign", "partner_id": cls.other_customer.id}
        )

    def _confirm(self):
        return self._post(f"/my/examples/{self.example.id}/confirm")

    def test_section_is_in_the_menu_of_who_may_see_it(self):
        self._sign_in(self.buyer)
        self.assertIn('href="/my/examples"', self._get("/my").text)
        self._tailor(self.buyer, {"see_orders": "company"})
        self.assertNotIn('href="/my/examples"', self._get("/my").text)
        self.assertEqual(self._get("/my/examples").status_code, 403)

    def test_seller_switches_the_section_off(self):
        self.env.ref("customer_portal_example.section_examples").is_on = False
        self._sign_in(self.buyer)
        self.assertEqual(self._get("/my/examples").status_code, 403)
        self.assertFalse(self._see(self.buyer, "portal.example"))

    def test_list_is_filtered_and_searched(self):
        self._sign_in(self.buyer)
        page = self._get("/my/examples").text
        self.assertIn("Paint the hall", page)
        self.assertNotIn("Foreign", page)
        for query in ("search=wall", "filterby=waiting&search=wall"):
            with self.subTest(query):
                page = self._get(f"/my/examples?{query}").text
                self.assertNotIn("Paint the hall", page)

    def test_is_confirmed_once_and_colleagues_are_told(self):
        other = self._create_portal_user("second_buyer", self.customer)
        self._sign_in(self.buyer)
        page = self._get(self._confirm().headers["Location"])
        self.assertIn("The example is confirmed.", page.text)
        self.assertEqual(self.example.state, "confirmed")
        again = self._confirm()
        self.assertEqual(again.status_code, 422)
        self.assertIn("This was confirmed already.", again.text)
        notice = self.env["portal.notice"].search([("url", "=like", "/my/examples/%")])
        self.assertEqual(notice.user_id, other)
        self.assertEqual(notice.title, "Paint the hall was confirmed.")

    def test_waits_on_the_overview_until_it_is_confirmed(self):
        self._sign_in(self.buyer)
        address = f'href="/my/examples/{self.example.id}"'
        page = self._get("/my").text
        self.assertIn(address, page)
        self.assertIn("Confirm: Paint the hall", page)
        self.assertNotIn("Foreign", page)
        self._confirm()
        self.assertNotIn(address, self._get("/my").text)

    def test_list_is_exported(self):
        self._sign_in(self.buyer)
        self.assertIn('action="/my/examples/export"', self._get("/my/examples").text)
        answer = self._post("/my/examples/export", file_format="csv")
        rows = answer.content.decode("utf-8-sig").splitlines()
        self.assertEqual(rows[0], "Name,Wanted by,Status")
        self.assertEqual(rows[1:], [f"Paint the hall,{self.today},Waiting"])

    def test_confirming_is_limited(self):
        parameters = self.env["ir.config_parameter"]
        parameters.set_param("customer_portal.limit_example", "1")
        self._sign_in(self.buyer)
        statuses = [self._confirm().status_code for _twice in range(2)]
        self.assertEqual(statuses, [303, 429])

    def test_what_one_confirmed_is_among_the_own_data(self):
        self._sign_in(self.buyer)
        self._confirm()
        export = self.env["portal.data.export"]._ask(self.buyer)
        export._make()
        archive = zipfile.ZipFile(io.BytesIO(export._get_attachment().raw))
        [row] = json.loads(archive.read("data.json"))["examples"]
        self.assertEqual(row["name"], "Paint the hall")
        self.assertEqual(row["state"], "confirmed")
