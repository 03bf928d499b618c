"""An order above the limit of its maker goes to a colleague, once."""

from lxml import html

from ..access_case import HOSTILE
from ..common import PortalHttpCommon
from ..role_case import RolesMixin

KEY = "0123456789abcdef" * 2


class TestHandOver(RolesMixin, PortalHttpCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.boss = cls._create_portal_user("boss", cls.customer)
        cls.small = cls._create_portal_user("small", cls.customer)
        cls.clerk = cls._create_portal_user("clerk", cls.customer)
        cls._give_role(cls.boss, "buyer", has_order_limit=True, order_limit=1000.0)
        cls._give_role(cls.small, "buyer", has_order_limit=True, order_limit=60.0)
        cls._give_role(cls.clerk, "payable")
        cls._give_role(cls.buyer, "buyer", has_order_limit=True, order_limit=100.0)
        cls.order = cls._create_order(price=50.0)

    def setUp(self):
        super().setUp()
        self._sign_in(self.buyer)
        line = self.order.order_line
        self._post(
            f"/my/orders/{self.order.id}/reorder",
            request_key="f" * 32,
            **{f"quantity_{line.id}": "2"},
        )
        self.draft = self.env["sale.order"].search(
            [("reorder_origin_id", "=", self.order.id)]
        )

    def _hand_over(self, colleague_id, **fields):
        answer = self._post(
            f"/my/orders/{self.draft.id}/hand_over",
            request_key=KEY,
            colleague_id=colleague_id,
            **fields,
        )
        self.env.invalidate_all()
        return answer

    def test_review_offers_who_may_place_it(self):
        page = self._get(f"/my/orders/{self.draft.id}/review")
        self.assertEqual(self._get_figures(page, "order_limit"), ["100.00"])
        buttons = html.fromstring(page.text).xpath("//button[@name='colleague_id']")
        offered = [button.get("value") for button in buttons]
        self.assertEqual(offered, [str(self.boss.id)])
        self.assertNotIn("Place order", page.text)
        self.draft.order_line.product_uom_qty = 1
        page = self._get(f"/my/orders/{self.draft.id}/review")
        self.assertIn("Place order", page.text)
        self.assertNotIn("hand_over", page.text)

    def test_colleague_gets_it_once_and_places_it(self):
        for _twice in range(2):
            answer = self._hand_over(self.boss.id, client_order_ref="PO-9")
            self.assertURLEqual(
                answer.headers["Location"], "/my/orders?notice=draft_handed_over"
            )
        page = self._get("/my/orders?notice=draft_handed_over")
        self.assertIn("The draft was handed over.", page.text)
        self.assertEqual(self._get(f"/my/orders/{self.draft.id}").status_code, 404)
        self.assertEqual(self.draft.portal_user_id, self.boss)
        self.assertEqual(self.draft.client_order_ref, "PO-9")
        notice = self.env["portal.notice"].search([("user_id", "=", self.boss.id)])
        self.assertEqual(notice.url, f"/my/orders/{self.draft.id}/review")
        self.assertIn(self.draft.name, notice.title)
        entry = self.env["portal.activity"].search(
            [("action", "=", "order_handed_over")]
        )
        self.assertEqual((entry.user_id, entry.partner_id), (self.buyer, self.customer))
        self._sign_in(self.boss)
        page = self._get(notice.url)
        self.assertIn("Place order", page.text)
        self._post(notice.url, action="submit", total_seen=self.draft.amount_total)
        self.env.invalidate_all()
        self.assertEqual(self.draft.state, "sale")

    def test_nobody_else_gets_it(self):
        others = (self.small, self.clerk, self.stranger, self.buyer)
        for colleague_id in (*others, *HOSTILE):
            value = getattr(colleague_id, "id", colleague_id)
            with self.subTest(str(value)[:99]):
                self.assertEqual(self._hand_over(value).status_code, 422)
        self.assertEqual(self.draft.portal_user_id, self.buyer)

    def test_mistakes_keep_it(self):
        line = self.draft.order_line
        answer = self._hand_over(
            self.boss.id, wished_date="soon", **{f"quantity_{line.id}": "x"}
        )
        self.assertEqual(answer.status_code, 422)
        self.assertIn('value="soon"', answer.text)
        self.assertEqual(self.draft.portal_user_id, self.buyer)

    def test_only_the_maker_hands_it_over(self):
        self._sign_in(self.small)
        self.assertEqual(self._hand_over(self.boss.id).status_code, 404)
        self._sign_in(self.stranger)
        self.assertEqual(self._hand_over(self.boss.id).status_code, 404)
        self.assertEqual(self.draft.portal_user_id, self.buyer)
