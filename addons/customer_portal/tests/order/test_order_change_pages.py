from datetime import timedelta

from lxml import html

from odoo.tests import tagged

from ..common import PortalHttpCommon
from ..order_change_case import OrderChangeMixin


@tagged("post_install", "-at_install")
class TestOrderChangePages(OrderChangeMixin, PortalHttpCommon):
    """The page of an order, and the way from the wish to the changed order."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls._set_up_addresses()
        cls.order = cls._place()
        cls.path = f"/my/orders/{cls.order.id}/change"

    def setUp(self):
        super().setUp()
        self._sign_in(self.buyer)

    def _review(self, path=None, **fields):
        """Send the first form; return the answer and the fields of the second."""
        answer = self._post(path or self.path, action="review", **fields)
        forms = html.fromstring(answer.text).forms
        hidden = [form for form in forms if "request_key" in form.fields]
        return answer, dict(hidden[0].form_values()) if hidden else {}

    def _send(self, fields, action="apply", path=None):
        fields.pop("csrf_token", None)
        return self._post(path or self.path, **{**fields, "action": action})

    def test_review_shows_the_difference_and_apply_changes(self):
        self.assertEqual(self._get(self.path).status_code, 200)
        answer, fields = self._review(partner_shipping_id=self.paris.id)
        self.assertEqual(answer.status_code, 200)
        self.assertEqual(self._get_figures(answer, "total_before"), ["330.00"])
        self.assertEqual(self._get_figures(answer, "total_after"), ["360.00"])
        self.assertEqual(self._get_figures(answer, "difference"), ["30.00"])
        self.assertIn("French 20", answer.text)
        self.assertEqual(self.order.partner_shipping_id, self.customer)
        self.assertFalse(self.order.portal_change_ids)
        answer = self._send(fields)
        self.assertEqual(answer.status_code, 303)
        self.assertTrue(answer.headers["Location"].endswith("notice=order_changed"))
        self.assertEqual(self.order.partner_shipping_id, self.paris)
        page = self._get(answer.headers["Location"])
        self.assertEqual(page.status_code, 200)
        self.assertIn("The order has been changed", page.text)
        self.assertIn('id="changes"', page.text)

    def test_many_reviews_are_slowed_down(self):
        """Each one tries the change, and may ask a carrier for a price."""
        parameters = self.env["ir.config_parameter"]
        parameters.set_param("customer_portal.limit_order_change", "2")
        statuses = [
            self._review(partner_shipping_id=self.paris.id)[0].status_code
            for _review in range(3)
        ]
        self.assertEqual(statuses, [200, 200, 429])

    def test_form_sent_twice_changes_once(self):
        _answer, fields = self._review(partner_shipping_id=self.depot.id)
        self._send(dict(fields))
        again = self._send(dict(fields))
        self.assertEqual(again.status_code, 303)
        self.assertIn("notice=change_made", again.headers["Location"])
        self.assertEqual(len(self.order.portal_change_ids), 1)

    def test_a_colleague_was_faster(self):
        _answer, fields = self._review(site_contact_name="Ines")
        self._change(self.order, {"partner_shipping_id": self.depot.id})
        answer = self._send(fields)
        self.assertEqual(answer.status_code, 422)
        self.assertIn("a moment ago", answer.text)
        self.assertEqual(self.order.site_contact_name, "Rosa")

    def test_a_contact_left_alone_stays_with_its_address(self):
        self.order.write({"site_contact_name": "Old", "site_contact_phone": "1"})
        _answer, fields = self._review(
            partner_shipping_id=self.depot.id,
            site_contact_name="Old",
            site_contact_phone="2",
            wished_date="",
        )
        self._send(fields)
        self.assertEqual(self.order.site_contact_name, "Rosa")
        self.assertEqual(self.order.site_contact_phone, "2")

    def test_cancel_the_whole_order_after_a_warning(self):
        answer, fields = self._review(cancel_order="on")
        self.assertIn("cannot be restored", answer.text)
        self.assertEqual(self.order.state, "sale")
        answer = self._send(fields)
        self.assertIn("notice=order_cancelled", answer.headers["Location"])
        self.assertEqual(self.order.state, "cancel")
        page = self._get(self.path)
        self.assertEqual(page.status_code, 200)
        self.assertIn("This order is cancelled", page.text)

    def test_cancel_a_line(self):
        line = self.order.order_line[0]
        answer, fields = self._review(**{f"cancel_{line.id}": "on"})
        self.assertEqual(self._get_figures(answer, "difference"), ["110.00"])
        self._send(fields)
        self.assertEqual(line.product_uom_qty, 0)

    def test_after_the_cut_off_it_is_a_request(self):
        self.order.action_lock()
        page = self._get(f"/my/orders/{self.order.id}")
        self.assertIn("Request a change or cancellation", page.text)
        answer, fields = self._review(partner_shipping_id=self.depot.id)
        self.assertIn("Send the request", answer.text)
        refused = self._send(dict(fields))
        self.assertEqual(refused.status_code, 422)
        fields["message"] = "Gate 4 is <b>closed</b>"
        answer = self._send(fields, action="request")
        self.assertIn("notice=change_requested", answer.headers["Location"])
        change = self.order.portal_change_ids
        self.assertEqual(change.message, "Gate 4 is <b>closed</b>")
        self.assertEqual(self.order.partner_shipping_id, self.customer)
        page = self._get(f"/my/orders/{self.order.id}")
        self.assertIn("Withdraw the request", page.text)
        self.assertNotIn("<b>closed", page.text)
        _answer, fields = self._review(site_contact_name="Ines")
        answer = self._send(fields, action="request")
        self.assertEqual(answer.status_code, 422)
        self.assertIn("waiting for our answer", answer.text)
        withdraw = f"/my/orders/{self.order.id}/changes/{change.id}/withdraw"
        self.assertIn("change_withdrawn", self._post(withdraw).headers["Location"])
        self.assertIn("change_answered", self._post(withdraw).headers["Location"])
        self.assertEqual(change.state, "withdrawn")

    def test_until_when_in_the_time_zone_of_the_person(self):
        self.buyer.tz = "Asia/Tokyo"
        self.company.portal_order_change_hours = 10
        self.order.commitment_date = "2031-05-06 20:00:00"
        for path in (self.path, f"/my/orders/{self.order.id}"):
            with self.subTest(path):
                page = self._get(path).text
                self.assertIn("Asia/Tokyo", page)
                self.assertRegex(page, "7:00")
                self.assertNotIn("10:00", page)

    def test_others_and_other_orders(self):
        foreign = self._place(partner=self.other_customer)
        quote = self._create_order(state="sent")
        for order_id in (foreign.id, quote.id, 10**9, 10**12):
            with self.subTest(order_id):
                path = f"/my/orders/{order_id}/change"
                self.assertEqual(self._get(path).status_code, 404)
                self.assertEqual(self._post(path, action="apply").status_code, 404)
        change = self._change(self.order, {"site_contact_name": "Ines"})
        own_change = f"/my/orders/{self.order.id}/changes/{change.id}/withdraw"
        other = self._place()
        mixed = f"/my/orders/{other.id}/changes/{change.id}/withdraw"
        self.assertEqual(self._post(mixed).status_code, 404)
        self._sign_in(self.stranger)
        for path in (self.path, own_change):
            self.assertEqual(self._post(path, action="apply").status_code, 404)
        self._tailor(self.buyer, {"see_orders": "branches"})
        self._sign_in(self.buyer)
        self.assertEqual(self._get(self.path).status_code, 403)
        self.assertEqual(self._post(self.path, action="apply").status_code, 403)
        page = self._get(f"/my/orders/{self.order.id}").text
        self.assertNotIn("Change delivery or cancel", page)
        self.assertIn('id="changes"', page)

    def test_a_token_shows_the_steps_and_no_names(self):
        self._change(self.order, {"site_contact_name": "Ines"})
        self._sign_in(None)
        token = self.order._portal_ensure_token()
        page = self._get(f"/my/orders/{self.order.id}?access_token={token}").text
        self.assertIn("Confirmed", page)
        self.assertNotIn('id="changes"', page)
        self.assertNotIn("Change delivery or cancel", page)

    def test_hostile_forms_are_sentences(self):
        line = self.order.order_line[0]
        for fields in (
            {"partner_shipping_id": self.foreign_address.id},
            {"partner_shipping_id": "99999999999999"},
            {"partner_shipping_id": "1 OR 1=1"},
            {"wished_date": "2026-13-45"},
            {"wished_date": "0001-01-01"},
            {"site_contact_name": "x" * 500},
            {f"cancel_{self.foreign_address.id}": "on"},
            {"cancel_0": "on", "cancel_x": "on", "cancel_": "on"},
            {f"cancel_{line.id}": "\x00on"},
            {"total_seen": "1e999", "site_contact_name": "x"},
            {"fingerprint": "x" * 99, "site_contact_name": "x"},
        ):
            for action in ("review", "apply", "request", "\ud7ff", ""):
                with self.subTest(fields, action=action):
                    answer = self._post(self.path, action=action, **fields)
                    self.assertIn(answer.status_code, (200, 303, 422))
        self.assertEqual(self.order.partner_shipping_id, self.customer)
        self.assertEqual(self.order.order_line.mapped("product_uom_qty"), [1, 2])

    def test_steps_follow_the_state(self):
        def steps(user):
            return [
                (step["key"], step["done"])
                for step in self.order._get_portal_steps(user)
            ]

        self.assertEqual(
            steps(self.buyer),
            [
                ("placed", True),
                ("confirmed", True),
                ("invoiced", False),
                ("paid", False),
            ],
        )
        invoice = self.order._create_invoices()
        invoice.action_post()
        self.env["account.payment.register"].with_context(
            active_model="account.move", active_ids=invoice.ids
        ).create({"payment_date": self.today - timedelta(days=1)})._create_payments()
        paid = self.order._get_portal_steps(self.buyer)[-1]
        self.assertEqual((paid["key"], paid["done"]), ("paid", True))
        self.assertTrue(paid["date"])
        self._tailor(self.buyer, {"see_orders": "branches"})
        self.assertEqual(steps(self.buyer)[-1], ("invoiced", True))
