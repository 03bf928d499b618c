"""The seller's staff see the portal as a person of a customer, and change nothing."""

from datetime import timedelta
from unittest.mock import patch

from odoo import fields
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.http import request
from odoo.tests import new_test_user, tagged
from odoo.tools import mute_logger

from ...controllers.frame.overview import OverviewPortal
from ..common import PortalHttpCommon

VIEWER = "customer_portal.group_portal_viewer"
REASON = "Asked by phone"


@tagged("post_install", "-at_install")
class TestViewAs(PortalHttpCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.staff = new_test_user(
            cls.env,
            login="staff",
            password="staff-secret",
            groups=f"sales_team.group_sale_salesman,{VIEWER}",
            company_id=cls.company.id,
            company_ids=[(6, 0, cls.company.ids)],
        )
        cls.seller = new_test_user(
            cls.env, login="seller", groups="sales_team.group_sale_salesman"
        )
        cls.membership = cls.buyer.portal_membership_ids
        cls.invoice = cls._create_posted_invoice(100.0, days_overdue=3)
        cls.foreign = cls._create_posted_invoice(7.0, partner=cls.other_customer)
        cls.quote = cls._create_order(state="sent", require_signature=True)
        cls.draft = cls._create_order(state="draft")

    def _ask(self, membership=None, reason=REASON, user=None):
        """Return the wizard as a member of the staff has filled it in."""
        return (
            self.env["portal.view.wizard"]
            .with_user(user or self.staff)
            .create(
                {
                    "membership_id": (membership or self.membership).id,
                    "reason": reason,
                    "minutes": "15",
                }
            )
        )

    def _look(self, membership=None):
        """Sign in as staff, begin to look as the buyer, and return the view."""
        self._sign_in(self.staff)
        answer = self._call(
            "/web/dataset/call_kw",
            {
                "model": "portal.view.wizard",
                "method": "action_open",
                "args": [self._ask(membership=membership).ids],
                "kwargs": {},
            },
        )
        self.assertEqual(answer["result"]["url"], "/my")
        return self.env["portal.view.session"].sudo().search([], limit=1)

    def _call(self, path, params, **headers):
        return self.url_open(path, json={"params": params}, headers=headers).json()

    def _is_seen_as_buyer(self, response):
        return "You see the portal as" in response.text

    # ------------------------------------------------------------
    # Look
    # ------------------------------------------------------------

    def test_what_is_the_person_s_alone_stays_closed(self):
        exports = self.env["portal.data.export"].sudo()
        export = exports.create({"user_id": self.buyer.id})
        export._make()
        self._look()
        self.assertTrue(self._is_seen_as_buyer(self._get("/my/profile")))
        for path in (
            "/my/privacy",
            "/my/security/sessions",
            f"/my/privacy/exports/{export.id}/download",
        ):
            with self.subTest(path):
                self.assertEqual(self._get(path).status_code, 403)

    def test_shows_what_the_person_sees(self):
        self._look()
        page = self._get("/my/invoices")
        self.assertEqual(page.status_code, 200)
        self.assertIn(self.invoice.name, page.text)
        self.assertNotIn(self.foreign.name, page.text)
        for text in ("You see the portal as", "buyer", "Northwind", "Stop"):
            self.assertIn(text, page.text)
        self.assertEqual(self._get(f"/my/invoices/{self.foreign.id}").status_code, 404)

    def test_role_of_the_person_decides(self):
        self.membership.role_id = self.env.ref("customer_portal.role_viewer")
        self._look()
        self.assertEqual(self._get("/my/pay").status_code, 403)

    def test_a_look_is_at_the_customer_that_it_has_a_reason_for(self):
        """The person works for another one too, in whose log nothing stands."""
        other = self.env["portal.membership"].create(
            {
                "user_id": self.buyer.id,
                "partner_id": self.other_customer.id,
                "role_id": self.membership.role_id.id,
            }
        )
        order = self._create_order(partner=self.other_customer)
        exports = self.env["portal.list.export"].sudo()
        export = exports._ask(
            self.buyer, self.other_customer, "invoices", "csv", self.foreign.ids
        )
        export._make()
        self._look()
        answer = self._post("/my/company", customer_id=str(self.other_customer.id))
        self.assertEqual(answer.status_code, 403)
        self.assertIn("You are viewing as Northwind", answer.text)
        for path in (
            "/my",
            "/my/company",
            "/my/invoices",
            "/my/orders",
            "/my/exports",
            f"/my/invoices/{self.foreign.id}",
            f"/my/orders/{order.id}",
            f"/my/exports/{export.id}/download",
            "/my/statement",
            "/my/invoices",  # nor after all these
        ):
            with self.subTest(path):
                page = self._get(path)
                for told in (self.foreign.name, order.name, "Southwind"):
                    self.assertNotIn(told, page.text)
        self.assertIn(self.invoice.name, self._get("/my/invoices").text)
        log = self.env["portal.activity"].search([("action", "=", "viewed_as")])
        self.assertEqual(log.partner_id, self.customer)
        # For the other one there is a look of its own.
        self._look(other)
        page = self._get("/my/invoices").text
        self.assertIn(self.foreign.name, page)
        self.assertNotIn(self.invoice.name, page)
        log = self.env["portal.activity"].search([("action", "=", "viewed_as")])
        self.assertEqual(log.partner_id, self.customer | self.other_customer)

    def test_the_person_keeps_all_rights_meanwhile(self):
        self.env["portal.membership"].create(
            {
                "user_id": self.buyer.id,
                "partner_id": self.other_customer.id,
                "role_id": self.membership.role_id.id,
            }
        )
        self._look()
        self._get("/my/invoices")
        self._sign_in(self.buyer)
        self._post("/my/company", customer_id=str(self.other_customer.id))
        self.assertIn(self.foreign.name, self._get("/my/invoices").text)

    def test_no_message_is_written_as_somebody_else(self):
        self._look()
        page = self._get(f"/my/orders/{self.quote.id}")
        self.assertTrue(self._is_seen_as_buyer(page))
        self.assertNotIn(f"/my/orders/{self.quote.id}/message", page.text)

    def test_json_of_pages_is_read_as_the_person(self):
        self._look()
        foreign = self._create_order(partner=self.other_customer)
        for order, is_seen in ((self.quote, True), (foreign, False)):
            order.message_post(
                body="Hello",
                message_type="comment",
                subtype_xmlid="mail.mt_comment",
            )
            answer = self._call(
                "/mail/chatter_fetch",
                {"thread_model": "sale.order", "thread_id": order.id},
            )
            self.assertEqual(bool(answer["result"]["messages"]), is_seen)
        answer = self._call("/my/counters", {"counters": ["invoice_count"]})
        self.assertIn("result", answer)

    def test_back_office_goes_on_as_the_staff(self):
        self._look()
        answer = self._call("/web/session/get_session_info", {})
        self.assertEqual(answer["result"]["uid"], self.staff.id)
        params = {
            "model": "res.partner",
            "method": "write",
            "args": [self.customer.ids, {"comment": "Called"}],
            "kwargs": {},
        }
        self.staff.group_ids |= self.env.ref("base.group_partner_manager")
        self.assertIn("result", self._call("/web/dataset/call_kw", params))
        self.assertIn("Called", self.customer.comment)

    # ------------------------------------------------------------
    # Nothing is written
    # ------------------------------------------------------------

    def _snapshot(self):
        self.env.invalidate_all()
        return (
            self.quote.access_token,
            self.invoice.access_token,
            self.quote.state,
            self.draft.order_line.product_uom_qty,
            self.env["mail.message"].search_count([]),
            self.env["mail.mail"].search_count([]),
            self.env["sale.order"].search_count([]),
            self.env["portal.remittance"].search_count([]),
            self.env["payment.transaction"].search_count([]),
            self.env["portal.activity"].search_count([]),
            self.env["res.users.log"].search_count(
                [("create_uid", "=", self.buyer.id)]
            ),
            self.env["portal.rate.limit"].search_count([]),
            self.buyer.login_date,
            self.buyer.name,
        )

    def test_looking_leaves_no_trace(self):
        self.quote.access_token = self.invoice.access_token = False
        self._look()
        before = self._snapshot()
        for path in (
            "/my",
            "/my/invoices?search=x",
            "/my/pay",
            f"/my/invoices/{self.invoice.id}",
            f"/my/invoices/{self.invoice.id}?report_type=pdf&download=true",
            "/my/payments",
            f"/my/orders/{self.quote.id}",
            f"/my/orders/{self.quote.id}?report_type=pdf&download=true",
            "/my/addresses",
            "/my/company",
            "/my/company/change",
            "/my/company/contacts",
            "/my/security",
        ):
            with self.subTest(path):
                self.assertEqual(self._get(path).status_code, 200)
                self.assertEqual(self._snapshot(), before)

    def test_change_that_is_tried_for_its_price_does_not_stay(self):
        old, new = self.env["res.partner"].create(
            [
                {"name": name, "type": "delivery", "parent_id": self.customer.id}
                for name in ("Old yard", "New yard")
            ]
        )
        order = self._create_order(partner_shipping_id=old.id)
        new.portal_replaces_id = old
        self._look()
        page = self._get(f"/my/addresses/{new.id}/orders")
        self.assertEqual(page.status_code, 200)
        self.assertIn(order.name, page.text)
        self.env.invalidate_all()
        self.assertEqual(order.partner_shipping_id, old)

    def test_note_of_a_look_by_link_does_not_stay(self):
        token = self.quote._portal_ensure_token()
        self._look()
        before = self._snapshot()
        self._get(f"/my/orders/{self.quote.id}?access_token={token}")
        self.assertEqual(self._snapshot(), before)

    def test_what_a_page_commits_does_not_stay(self):
        self._look()
        values = OverviewPortal._prepare_overview_values

        def write(controller, *args, **kwargs):
            partner = request.env.user.partner_id.sudo()
            partner.function = "Written"
            partner.env.cr.commit()
            return values(controller, *args, **kwargs)

        with patch.object(OverviewPortal, "_prepare_overview_values", write):
            self.assertEqual(self._get("/my").status_code, 200)
        self.env.invalidate_all()
        self.assertFalse(self.buyer.partner_id.function)

    def test_changes_are_refused(self):
        self._look()
        before = self._snapshot()
        for path, values in (
            ("/my/pay", {f"document_{self.invoice.id}": "on"}),
            (f"/my/orders/{self.quote.id}/decline", {"decline_message": "No"}),
            (f"/my/orders/{self.draft.id}/review", {}),
            (f"/my/orders/{self.quote.id}/change", {"action": "apply"}),
            ("/my/address/submit", {"name": "Other"}),
            ("/my/addresses/1/archive", {}),
            ("/my/company/change", {"name": "Other"}),
            ("/my/security", {"op": "password"}),
            ("/my/deactivate_account", {"validation": "buyer"}),
        ):
            with self.subTest(path):
                answer = self._post(path, **values)
                self.assertEqual(answer.status_code, 403)
                self.assertIn("Nothing can be changed", answer.text)
        for path in (
            f"/my/orders/{self.quote.id}/accept",
            f"/invoice/transaction/{self.invoice.id}",
            "/payment/transaction",
        ):
            with self.subTest(path), mute_logger("odoo.http"):
                answer = self._call(path, {"name": "Me", "signature": "x"})
                self.assertEqual(
                    answer["error"]["data"]["name"], "odoo.exceptions.AccessError"
                )
        self.assertEqual(self._get("/payment/pay").status_code, 403)
        self.assertEqual(self._snapshot(), before)

    def test_language_in_the_address_opens_no_way(self):
        self.env["res.lang"]._activate_lang("fr_FR")
        self._look()
        before = self._snapshot()
        page = self._get("/fr/my/invoices")
        self.assertEqual(page.status_code, 200)
        self.assertIn("cp_view_as", page.text)
        self.assertIn(self.invoice.name, page.text)
        answer = self._post("/fr/my/pay", **{f"document_{self.invoice.id}": "on"})
        self.assertEqual(answer.status_code, 403)
        params = {
            "model": "res.users",
            "method": "write",
            "args": [self.staff.ids, {"signature": "x"}],
            "kwargs": {},
        }
        with mute_logger("odoo.http"):
            answer = self._call(
                "/web/dataset/call_kw", params, Referer=f"{self.base_url()}/fr/my"
            )
        self.assertIn("error", answer)
        self.assertEqual(self._snapshot(), before)

    def test_pages_of_the_portal_do_not_write_as_the_staff(self):
        """What such a page sends elsewhere would be done by the staff member."""
        self._look()
        before = self._snapshot()
        page = f"{self.base_url()}/my/orders/{self.quote.id}"
        for path, params in (
            (
                "/mail/message/post",
                {
                    "thread_model": "sale.order",
                    "thread_id": self.quote.id,
                    "post_data": {"body": "Hello"},
                },
            ),
            (
                "/web/dataset/call_kw",
                {
                    "model": "res.users",
                    "method": "write",
                    "args": [self.staff.ids, {"signature": "x"}],
                    "kwargs": {},
                },
            ),
        ):
            with self.subTest(path), mute_logger("odoo.http"):
                answer = self._call(path, params, Referer=page)
                self.assertEqual(
                    answer["error"]["data"]["name"], "odoo.exceptions.AccessError"
                )
        self.assertEqual(self._snapshot(), before)

    # ------------------------------------------------------------
    # The end
    # ------------------------------------------------------------

    def test_stop(self):
        view = self._look()
        answer = self._post("/my/view_as/stop")
        self.assertEqual(answer.status_code, 303)
        self.assertURLEqual(
            answer.headers["Location"], f"/odoo/res.partner/{self.customer.id}"
        )
        self.assertTrue(view.ended_on)
        page = self._get("/my")
        self.assertEqual(page.status_code, 200)
        self.assertFalse(self._is_seen_as_buyer(page))

    def test_over_at_once(self):
        archive = self.env.ref("customer_portal.role_member")
        for name, end in (
            (
                "time",
                lambda view: view.write(
                    {"ends_on": fields.Datetime.now() - timedelta(seconds=1)}
                ),
            ),
            ("stopped", lambda view: view.write({"ended_on": fields.Datetime.now()})),
            ("membership", lambda view: self.membership.write({"state": "disabled"})),
            ("role", lambda view: archive.write({"active": False})),
            ("person", lambda view: self.buyer.write({"active": False})),
            (
                "group",
                lambda view: self.staff.write(
                    {"group_ids": [(3, self.env.ref(VIEWER).id)]}
                ),
            ),
        ):
            with self.subTest(name):
                view = self._look()
                self.assertTrue(self._is_seen_as_buyer(self._get("/my")))
                end(view)
                self.env.flush_all()
                answer = self._get("/my/invoices")
                self.assertEqual(answer.status_code, 303)
                self.assertURLEqual(answer.headers["Location"], "/my/view_as/ended")
                page = self._get("/my/view_as/ended")
                self.assertEqual(page.status_code, 200)
                self.assertFalse(self._is_seen_as_buyer(page))
                self.assertIn("The view has ended", page.text)
                self.assertFalse(self._is_seen_as_buyer(self._get("/my")))
                self.membership.state = "active"
                archive.active = True
                self.buyer.active = True
                self.staff.group_ids |= self.env.ref(VIEWER)
                self.env.flush_all()

    def test_session_of_another_one_does_not_look(self):
        view = self._look()
        other = new_test_user(
            self.env, login="other", password="other-secret", groups=VIEWER
        )
        view.user_id = other
        self.assertEqual(self._get("/my").status_code, 303)

    def test_one_view_at_a_time(self):
        first = self._look()
        second = self._ask(self.stranger.portal_membership_ids)
        self._call(
            "/web/dataset/call_kw",
            {
                "model": "portal.view.wizard",
                "method": "action_open",
                "args": [second.ids],
                "kwargs": {},
            },
        )
        self.assertTrue(first.ended_on)
        self.assertIn("Southwind", self._get("/my").text)

    # ------------------------------------------------------------
    # Who may, and who learns of it
    # ------------------------------------------------------------

    def test_customer_s_administrator_is_told(self):
        self._look()
        role = self.env.ref("customer_portal.role_administrator")
        self.membership.role_id = role
        entry = (
            self.env["portal.activity"]
            .with_user(self.buyer)
            .search([("action", "=", "viewed_as")])
        )
        self.assertRecordValues(
            entry,
            [
                {
                    "partner_id": self.customer.id,
                    "user_name": self.staff.name,
                    "on_behalf_of": self.buyer.name,
                    "detail": REASON,
                }
            ],
        )

    def test_needs_the_group_a_reason_and_somebody_who_can_sign_in(self):
        views = self.env["portal.view.session"]
        for user in (self.seller, self.buyer):
            with self.subTest(user.login), self.assertRaises(AccessError):
                views.with_user(user)._start(self.membership, REASON, 15)
            with self.subTest(user.login), self.assertRaises(AccessError):
                self._ask(user=user)
        own = views.with_user(self.staff)
        with self.assertRaises(ValidationError):
            own._start(self.membership, " ", 15)
        with self.assertRaises(ValidationError):
            own._start(self.membership, REASON, 600)
        self.membership.state = "disabled"
        with self.assertRaises(UserError):
            own._start(self.membership, REASON, 15)
        self.assertFalse(views.search([]))

    def test_sessions_are_read_by_their_own_and_by_managers(self):
        self._look()
        manager = new_test_user(
            self.env, login="manager", groups="customer_portal.group_portal_manager"
        )
        other = new_test_user(self.env, login="other", groups=VIEWER)
        views = self.env["portal.view.session"]
        self.assertTrue(views.with_user(self.staff).search([]))
        self.assertTrue(views.with_user(manager).search([]))
        self.assertFalse(views.with_user(other).search([]))
        for user in (self.staff, manager):
            for operation in ("create", "write", "unlink"):
                self.assertFalse(views.with_user(user).has_access(operation))
        self.assertFalse(views.with_user(self.buyer).has_access("read"))
