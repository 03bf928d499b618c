"""The menu is drawn once for all who may use the same, and never for somebody else."""

from unittest.mock import patch

from lxml import html

from odoo.addons.base.models.ir_qweb import IrQweb

from ..common import PortalHttpCommon
from ..role_case import RolesMixin


class TestMenu(RolesMixin, PortalHttpCommon):
    def setUp(self):
        super().setUp()
        self.drawn = []
        render = IrQweb._render

        def spy(qweb, template, *args, **kwargs):
            self.drawn.append(template)
            return render(qweb, template, *args, **kwargs)

        self.patch(IrQweb, "_render", spy)

    def _open(self, path="/my/profile"):
        """Return the entries of the menu, and whether it was drawn for them."""
        self.drawn.clear()
        page = html.fromstring(self._get(path).content)
        entries = [
            (link.get("href"), link.get("aria-current"))
            for link in page.xpath("//*[@id='cp_menu']//nav//a")
        ]
        return entries, "customer_portal.menu" in self.drawn

    def test_people_of_the_same_rights_share_it(self):
        self._sign_in(self.buyer)
        first, _is_drawn = self._open()
        self.assertEqual(self._open(), (first, False))
        self._sign_in(self.stranger)
        self.assertEqual(self._open(), (first, False))

    def test_marks_where_one_stands(self):
        self._sign_in(self.buyer)
        for path, place in (
            ("/my", "/my"),
            ("/my/invoices", "/my/invoices"),
            ("/my/orders?filterby=all", "/my/orders"),
            ("/my/company/contacts", "/my/company"),
        ):
            with self.subTest(path):
                entries, _is_drawn = self._open(path)
                marked = [url for url, current in entries if current]
                self.assertEqual(marked, [place])

    def test_follows_the_role_in_the_next_request(self):
        self._sign_in(self.buyer)
        entries, _is_drawn = self._open()
        self.assertIn(("/my/pay", None), entries)
        self._tailor(self.buyer, {"see_invoices": "branches"})
        entries, _is_drawn = self._open()
        self.assertNotIn(("/my/pay", None), entries)
        self.assertNotIn(("/my/orders", None), entries)
        self.assertIn(("/my/invoices", None), entries)
        self._tailor(self.buyer, {"see_invoices": "own"})
        entries, _is_drawn = self._open()
        self.assertNotIn(("/my/statement", None), entries)

    def test_follows_settings_and_views(self):
        self._sign_in(self.buyer)
        self._open()
        self.env["ir.config_parameter"].set_param(
            "account_payment.enable_portal_payment", "False"
        )
        self.assertNotIn(("/my/pay", None), self._open()[0])
        self.assertNotIn(("/my#contact", None), self._open()[0])
        self.customer.user_id = self.env.user
        self.assertIn(("/my#contact", None), self._open()[0])
        self.env["ir.ui.view"].create(
            {
                "name": "An entry",
                "type": "qweb",
                "mode": "extension",
                "inherit_id": self.env.ref("customer_portal.menu").id,
                "arch": """
                    <xpath expr="//div[@name='navigation_buy']" position="inside">
                        <a href="/my/more">More</a>
                    </xpath>""",
            }
        )
        self.assertIn(("/my/more", None), self._open()[0])

    def test_an_addon_says_what_else_its_entry_asks(self):
        """It extends the key, as docs/seams.md says."""
        users = type(self.env["res.users"])
        get_key = users._get_portal_menu_key
        self._sign_in(self.buyer)
        self._open()
        with patch.object(
            users,
            "_get_portal_menu_key",
            lambda user: (*get_key(user), user.partner_id.ref),
        ):
            self.assertTrue(self._open()[1])
            self.assertFalse(self._open()[1])
            self.buyer.partner_id.ref = "VIP"
            self.assertTrue(self._open()[1])

    def test_odd_addresses_have_no_place_in_it(self):
        places = self.env["ir.qweb"]._get_portal_places()
        self.assertLessEqual({"/my", "/my/orders", "/my/invoices"}, places)
        self.assertNotIn("/my/typed", places)
        self._sign_in(self.buyer)
        self._get("/my/typed1")
        self.drawn.clear()
        self._get("/my/typed2")
        self.assertNotIn("customer_portal.menu", self.drawn)
