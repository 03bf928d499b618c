from lxml import html

from ..address_case import AddressCommon


class TestOrdersFollow(AddressCommon):
    """Which open orders go to the address in the place of theirs."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.first = cls._create_order(partner_shipping_id=cls.yard.id)
        cls.second = cls._create_order(partner_shipping_id=cls.yard.id)
        cls.late = cls._create_order(partner_shipping_id=cls.yard.id, locked=True)
        cls.late.locked = True

    def setUp(self):
        super().setUp()
        self._sign_in(self.buyer)
        self._edit(self.yard, street="Dock 3")
        self.new = self._find(portal_replaces_id=self.yard.id)
        self.path = f"/my/addresses/{self.new.id}/orders"

    def _read_rows(self):
        page = self._get(self.path)
        self.assertEqual(page.status_code, 200)
        root = html.fromstring(page.text)
        following, staying = [], []
        for row in root.iterfind(".//tr[@data-order]"):
            order = self.env["sale.order"].browse(int(row.get("data-order")))
            is_choice = row.find(".//input[@type='checkbox']") is not None
            (following if is_choice else staying).append(order)
        fields_ = {
            item.get("name"): item.get("value")
            for item in root.iterfind(".//input[@type='hidden']")
            if item.get("name", "").startswith(("total_", "fingerprint_"))
        }
        return following, staying, fields_

    def test_asks_and_lets_the_chosen_follow(self):
        following, staying, fields_ = self._read_rows()
        self.assertEqual(following, [self.second, self.first])
        self.assertEqual(staying, [self.late])
        # Looking changed nothing.
        orders = self.first | self.second | self.late
        self.assertEqual(orders.partner_shipping_id, self.yard)
        chosen = {f"order_{self.first.id}": "on", **fields_}
        for _click in range(2):
            answer = self._post(self.path, **chosen)
            self.assertURLEqual(
                answer.headers["Location"], "/my/addresses?notice=orders_follow"
            )
        self.assertEqual(self.first.partner_shipping_id, self.new)
        self.assertEqual(self.second.partner_shipping_id, self.yard)
        self.assertEqual(len(self.first.portal_change_ids), 1)
        self.assertEqual(self._read_rows()[0], [self.second])

    def test_order_past_its_time_does_not_follow(self):
        fields_ = self._read_rows()[2]
        chosen = {f"order_{order.id}": "on" for order in (self.first, self.late)}
        answer = self._post(self.path, **chosen, **fields_)
        self.assertEqual(answer.status_code, 422)
        self.assertEqual(self.first.partner_shipping_id, self.new)
        self.assertEqual(self.late.partner_shipping_id, self.yard)
        # What was changed meanwhile is looked at again.
        self.second.order_line.product_uom_qty = 9
        chosen = {f"order_{self.second.id}": "on"}
        answer = self._post(self.path, **chosen, **fields_)
        self.assertEqual(answer.status_code, 422)
        self.assertEqual(self.second.partner_shipping_id, self.yard)

    def test_invoices_to_come_follow_an_invoice_address(self):
        self.first.partner_invoice_id = self.desk
        self._edit(self.desk, street="Box 2")
        new = self._find(portal_replaces_id=self.desk.id)
        path = f"/my/addresses/{new.id}/orders"
        page = self._get(path)
        self.assertIn(self.first.name, page.text)
        self._post(path, **{f"order_{self.first.id}": "on"})
        self.assertEqual(self.first.partner_invoice_id, new)

    def test_role_without_changes(self):
        scopes = {"manage_addresses": "branches", "see_orders": "branches"}
        role = self._create_role(scopes)
        self.buyer.portal_membership_ids.role_id = role
        following, staying, _fields = self._read_rows()
        self.assertEqual(following, [])
        self.assertEqual(len(staying), 3)
        answer = self._post(self.path, **{f"order_{self.first.id}": "on"})
        self.assertEqual(answer.status_code, 422)
        self.assertEqual(self.first.partner_shipping_id, self.yard)

    def test_foreign_and_odd(self):
        for values in (
            {"order_x": "on"},
            {"order_1": "on"},
            {f"order_{self.first.id}": "x"},
            {"order_": "on", "order_99999999999": "on"},
        ):
            answer = self._post(self.path, **values)
            self.assertLess(answer.status_code, 400)
        self.assertEqual(self.first.partner_shipping_id, self.yard)
        for user in (self.colleague, self.stranger):
            self._sign_in(user)
            self.assertEqual(self._get(self.path).status_code, 404)
            self.assertEqual(self._post(self.path).status_code, 404)
