import csv
import io
from datetime import timedelta

from lxml import html

from odoo import fields

from ...controllers.access.activity import KINDS
from ...models.access.portal_activity import ACTIONS
from ...tools.table import guard_cell
from ..common import PortalHttpCommon
from ..people_case import PeopleCommon


class TestActivityPages(PeopleCommon, PortalHttpCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.activity = cls.env["portal.activity"]
        cls.order = cls._create_order()
        cls.activity._log(
            "order_placed", cls.customer, user=cls.buyer, record=cls.order
        )
        cls.activity._log(
            "address_changed", cls.branch, user=cls.colleague, detail="=1+1"
        )
        cls.activity._log(
            "sign_in", cls.other_customer, user=cls.stranger, detail="foreign"
        )
        entry = cls.activity._log(
            "payment_started", cls.customer, user=cls.boss, behalf=cls.buyer
        )
        entry.date = fields.Datetime.now() - timedelta(days=10)

    def _read_actions(self, path):
        page = self._get(path)
        self.assertEqual(page.status_code, 200)
        rows = html.fromstring(page.text).iterfind(".//tr[@data-action]")
        return [row.get("data-action") for row in rows]

    def test_every_action_has_a_kind(self):
        kinds = [action for actions in KINDS.values() for action in actions]
        self.assertEqual(sorted(kinds), sorted(action for action, _name in ACTIONS))

    def test_lists_and_filters(self):
        self._sign_in(self.boss)
        ten_days_ago = (self.today - timedelta(days=10)).isoformat()
        for query, expected in (
            ("", ["address_changed", "order_placed", "payment_started"]),
            ("?sortby=oldest", ["payment_started", "order_placed", "address_changed"]),
            ("?filterby=orders", ["order_placed"]),
            ("?filterby=payments", ["payment_started"]),
            (f"?person={self.buyer.id}", ["order_placed"]),
            (f"?person={self.stranger.id}", None),
            (f"?search={self.order.name}", ["order_placed"]),
            (f"?date_end={ten_days_ago}", ["payment_started"]),
            (f"?date_begin={self.today}", ["address_changed", "order_placed"]),
        ):
            with self.subTest(query):
                actions = [
                    action
                    for action in self._read_actions(f"/my/activity{query}")
                    if action not in ("sign_in", "member_changed")
                ]
                # A person who is not offered is no filter.
                everything = ["address_changed", "order_placed", "payment_started"]
                self.assertEqual(actions, everything if expected is None else expected)

    def test_tells_on_whose_behalf_and_links_what_can_be_opened(self):
        self._sign_in(self.boss)
        page = self._get("/my/activity")
        self.assertIn(f"for <bdi>{self.buyer.name}</bdi>", page.text)
        self.assertIn(f'href="/my/orders/{self.order.id}"', page.text)
        self.assertNotIn("foreign", page.text)

    def test_what_odoo_does_by_itself_bears_the_name_of_the_seller(self):
        system = self.env.ref("base.user_root")
        self.activity._log("order_changed", self.customer, user=system)
        self._sign_in(self.boss)
        page = self._get("/my/activity").text
        self.assertIn(self.env.company.name, page)
        self.assertNotIn(system.name, page)

    def test_own_deeds_only(self):
        role = self.viewer_role.copy({"name": "Own"})
        role.line_ids.unlink()
        role.line_ids = [
            (
                0,
                0,
                {
                    "permission_id": self.env.ref(
                        "customer_portal.permission_see_activity"
                    ).id,
                    "scope": "own",
                },
            )
        ]
        self._member(self.buyer).role_id = role
        self._sign_in(self.buyer)
        self.assertEqual(
            set(self._read_actions("/my/activity")) - {"sign_in"}, {"order_placed"}
        )
        page = self._get("/my/activity")
        self.assertNotIn(f'href="/my/orders/{self.order.id}"', page.text)
        self.assertNotIn("Export CSV", page.text)
        self.assertEqual(self._post("/my/activity/export").status_code, 403)

    def test_pages_by_position(self):
        for number in range(25):
            self.activity._log("sign_in", self.customer, detail=f"entry {number}")
        self._sign_in(self.boss)
        page = html.fromstring(self._get("/my/activity?filterby=sign_in").text)
        after = page.find(".//a[@rel='next']").get("href")
        first = page.findall(".//tr[@data-action]")
        second = self._read_actions(after)
        self.assertEqual(len(first), 20)
        self.assertGreaterEqual(len(second), 5)

    def test_export_is_guarded_and_written_down(self):
        self._sign_in(self.boss)
        answer = self._post("/my/activity/export?filterby=addresses")
        self.assertEqual(answer.status_code, 200)
        self.assertTrue(answer.content.startswith(b"\xef\xbb\xbf"))
        self.assertIn("attachment", answer.headers["Content-Disposition"])
        rows = list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"))))
        self.assertEqual(len(rows), 2)
        self.assertEqual(rows[1][1], self.colleague.name)
        self.assertEqual(rows[1][-1], "'=1+1")
        entry = self.activity.search([("action", "=", "exported")])
        self.assertEqual(entry.user_id, self.boss)
        self.assertEqual(entry.partner_id, self.customer)
        self.assertIn("1 ", entry.detail)

    def test_formulas_are_text(self):
        for text in ("=1", "+1", "-1", "@x", "\tx", "\rx"):
            with self.subTest(text):
                self.assertEqual(guard_cell(text), "'" + text)
        self.assertEqual(guard_cell("1=1"), "1=1")

    def test_who_may_not_see_it(self):
        self._member(self.buyer).role_id = self.buyer_role
        if "see_activity" in self.buyer_role._get_scopes():
            self.buyer_role.line_ids.filtered(
                lambda line: line.permission_id.code == "see_activity"
            ).unlink()
        self._sign_in(self.buyer)
        self.assertEqual(self._get("/my/activity").status_code, 403)
