"""Who may open what: every route of the addon, with each kind of person.

A new route without a row fails. A refusal of a foreign record is the same answer
as for one that never existed, and changes nothing.
"""

from odoo.tests import tagged
from odoo.tools import mute_logger

from . import access_company, access_document
from .common import PortalHttpCommon
from .document_papers import DocumentMixin

LOGIN = "login"  # redirected to sign in
HOME = "home"  # redirected to /my, as core answers foreign documents
MISSING = 99999999
OWN_MODELS = (
    "odoo.addons.customer_portal.models",
    "odoo.addons.customer_portal.wizards",
)

# route: (visitor, stranger, colleague, buyer), for a document of the head office:
# a status, or where a 303 leads to.
GET_MATRIX = {
    "/my": (LOGIN, 200, 200, 200),
    "/my/home": (LOGIN, 200, 200, 200),
    "/my/invoices": (LOGIN, 200, 200, 200),
    "/my/invoices/page/<int:page>": (LOGIN, 200, 200, 200),
    "/my/invoices/overdue": ("/my/pay?select=overdue",) * 4,
    "/my/orders": (LOGIN, 200, 200, 200),
    "/my/orders/page/<int:page>": (LOGIN, 200, 200, 200),
    "/my/orders/<int:order_id>": (HOME, HOME, HOME, 200),
    "/my/orders/<int:order_id>/reorder": (LOGIN, 404, 404, 200),
    "/my/orders/<int:order_id>/review": (LOGIN, 404, 404, "/my/orders/<order>"),
    "/my/orders/<int:order_id>/change": (LOGIN, 404, 404, 200),
    "/my/quotes": (LOGIN, 200, 200, 200),
    "/my/quotes/page/<int:page>": (LOGIN, 200, 200, 200),
    "/my/pay": (LOGIN, 200, 200, 200),
    "/my/payments": (LOGIN, 200, 200, 200),
    "/my/pay/<int:remittance_id>": (LOGIN, 404, 404, 200),
    "/my/pay/<int:remittance_id>/receipt": (LOGIN, 404, 404, 404),
    "/my/payment_method": (LOGIN, 200, 200, 200),
    "/my/addresses": (LOGIN, 200, 200, 200),
    "/my/address": (LOGIN, 200, 200, 200),
    "/my/company": (LOGIN, 200, 200, 200),
    "/my/people": (LOGIN, 403, 403, 403),
    "/my/people/invite": (LOGIN, 403, 403, 403),
    "/my/people/<int:membership_id>": (LOGIN, 404, 404, 403),
    "/my/people/<int:membership_id>/disable": (LOGIN, 404, 404, 403),
    "/my/roles": (LOGIN, 403, 403, 403),
    "/my/roles/new": (LOGIN, 403, 403, 403),
    "/my/roles/<int:role_id>": (LOGIN, 403, 403, 403),
    "/my/activity": (LOGIN, 403, 403, 403),
    "/my/notices": (LOGIN, 200, 200, 200),
    "/my/notices/<int:notice_id>": (LOGIN, 404, 404, "/my/orders"),
    "/my/notifications": (LOGIN, 200, 200, 200),
    "/my/notifications/unsubscribe": (200, 200, 200, 200),
    "/my/profile": (LOGIN, 200, 200, 200),
    "/my/security/sessions": (LOGIN, 200, 200, 200),
    "/my/privacy": (LOGIN, 200, 200, 200),
    "/my/privacy/exports/<int:export_id>/download": (LOGIN, 404, 404, 200),
    # Off by default; test_registration has them switched on.
    "/registration": (404, 404, 404, 404),
    "/registration/received": (404, 404, 404, 404),
    "/registration/request": (404, 404, 404, 404),
    "/payment/pay": (LOGIN, 200, 200, 200),
    "/my/view_as/ended": (LOGIN, HOME, HOME, HOME),
    "/web/login": (200, 200, 200, 200),
    "/mail/avatar/mail.message/<int:res_id>/author_avatar/<int:width>x<int:height>": (
        (200,) * 4
    ),
    "/web/reset_password": (200, 200, 200, 200),
    "/web/signup": (404, 404, 404, 404),
}
GET_MATRIX |= access_company.GET_ROWS | access_document.GET_ROWS
# A POST without any field; the second value of a pair is the notice it leads to.
POST_MATRIX = {
    "/my/view_as/stop": (LOGIN, HOME, HOME, HOME),
    "/mail/attachment/upload": (400, 400, 400, 400),
    "/registration": (404, 404, 404, 404),
    "/registration/request": (404, 404, 404, 404),
    "/registration/request/confirm": ("/registration/request*",) * 4,
    "/my/company": (LOGIN, HOME, HOME, HOME),
    "/my/company/invitations/<int:membership_id>": (LOGIN, 404, 404, 404),
    "/my/people/invite": (LOGIN, 403, 403, 403),
    "/my/people/two_factor": (LOGIN, 403, 403, 403),
    "/my/people/<int:membership_id>": (LOGIN, 404, 404, 403),
    "/my/people/<int:membership_id>/resend": (LOGIN, 404, 404, 403),
    "/my/people/<int:membership_id>/enable": (LOGIN, 404, 404, 403),
    "/my/people/<int:membership_id>/disable": (LOGIN, 404, 404, 403),
    "/my/roles/new": (LOGIN, 403, 403, 403),
    "/my/roles/<int:role_id>": (LOGIN, 403, 403, 403),
    "/my/roles/<int:role_id>/delete": (LOGIN, 403, 403, 403),
    "/my/activity/export": (LOGIN, 403, 403, 403),
    "/my/notices/<int:notice_id>/open": (LOGIN, 404, 404, "/my/orders"),
    "/my/notices/read": (LOGIN, *("/my/notices?notice=notices_read",) * 3),
    "/my/notifications": (LOGIN, 422, 422, 422),
    "/my/notifications/unsubscribe": (200, 200, 200, 200),
    "/my/profile": (LOGIN, 422, 422, 422),
    "/my/security/sessions/<int:session_id>/end": (LOGIN, 422, 422, 422),
    "/my/security/sessions/end": (LOGIN, 422, 422, 422),
    "/my/privacy/consents/<int:text_id>": (LOGIN, 404, 404, 404),
    "/my/privacy/exports": (LOGIN, *("/my/privacy?notice=export_queued",) * 3),
    "/my/privacy/deletion": (LOGIN, 422, 422, 422),
    "/my/privacy/deletion/withdraw": (
        LOGIN,
        *("/my/privacy?notice=deletion_withdrawn#deletion",) * 3,
    ),
    "/my/orders/<int:order_id>/decline": (HOME, HOME, HOME, "/my/orders/<order>*"),
    "/my/address/submit": (LOGIN, 200, 200, 200),
    "/my/pay": (LOGIN, 422, 422, 422),
    "/my/orders/<int:order_id>/reorder": (LOGIN, 404, 404, 422),
    "/my/orders/<int:order_id>/review": (
        LOGIN,
        404,
        404,
        "/my/orders/<order>?notice=placed",
    ),
    "/my/orders/<int:order_id>/change": (LOGIN, 404, 404, 200),
    "/my/orders/<int:order_id>/changes/<int:change_id>/withdraw": (
        LOGIN,
        404,
        404,
        "/my/orders/<order>*",
    ),
    "/my/pay/<int:remittance_id>/apply": (LOGIN, 404, 404, 422),
    "/my/pay/<int:remittance_id>/cancel": (
        LOGIN,
        404,
        404,
        "/my/pay?documents=<invoice>",
    ),
}
POST_MATRIX |= access_company.POST_ROWS | access_document.POST_ROWS
# Programs of mailboxes send it; the signed link is the right to it.
WITHOUT_TOKEN = {"/my/notifications/unsubscribe"}
# A JSON call without a right choice is refused with one of these; all answer 200.
JSON_MATRIX = {
    "/mail/chatter_fetch": ("werkzeug.exceptions.BadRequest",) * 4,
    "/mail/message/update_content": ("werkzeug.exceptions.BadRequest",) * 4,
    "/portal/chatter_init": ("werkzeug.exceptions.BadRequest",) * 4,
    "/payment/transaction": ("odoo.exceptions.ValidationError",) * 4,
    "/my/address/archive": (
        "odoo.http.SessionExpiredException",
        "werkzeug.exceptions.NotFound",
        "werkzeug.exceptions.NotFound",
        "werkzeug.exceptions.NotFound",
    ),
    "/my/pay/<int:remittance_id>/transaction": (
        "odoo.http.SessionExpiredException",
        "werkzeug.exceptions.NotFound",
        "werkzeug.exceptions.NotFound",
        "odoo.exceptions.ValidationError",
    ),
    "/invoice/transaction/<int:invoice_id>": ("odoo.exceptions.ValidationError",) * 4,
    "/invoice/transaction/overdue": ("odoo.exceptions.ValidationError",) * 4,
    "/my/orders/<int:order_id>/transaction": ("odoo.exceptions.ValidationError",) * 4,
}
# A JSON call without any value that is answered; what it says.
ANSWER_MATRIX = {
    "/my/orders/<int:order_id>/accept": (
        {"error": "Invalid order."},
        {"error": "Invalid order."},
        {"error": "Invalid order."},
        {"error": "The order is not in a state requiring customer signature."},
    ),
    "/my/orders/<int:order_id>/update_line_dict": (None, None, None, None),
}

HOSTILE = [
    "",
    "x",
    "-1",
    "0",
    "1e309",
    "NaN",
    "²",
    "é",
    "\x00",
    "a\r\nb",
    "'; --",
    "%",
    "<script>alert(1)</script>",
    "../../etc/passwd",
    "[" * 2000,
    "9" * 40,
    "2026-13-45",
    "2026-01-01~1",
    "~",
    "\ud7ff",
]
PARAMETERS = {
    "/my": ["notice"],
    "/my/invoices": [
        "search",
        "filterby",
        "sortby",
        "limit",
        "after",
        "before",
        "date_begin",
        "date_end",
        "notice",
    ],
    "/my/orders": [
        "search",
        "filterby",
        "sortby",
        "limit",
        "after",
        "before",
        "date_begin",
        "date_end",
    ],
    "/my/quotes": ["search", "sortby", "after", "date_end"],
    "/my/orders/<order>": [
        "access_token",
        "payment_amount",
        "amount_selection",
        "report_type",
        "download",
        "message",
        "notice",
    ],
    "/my/invoices/<invoice>": [
        "access_token",
        "amount",
        "payment",
        "report_type",
        "download",
        "payment_token",
        "move_id",
    ],
    "/my/pay": ["documents", "select", "notice"],
    "/my/payments": ["search", "filterby", "sortby", "limit", "after", "before"],
    "/my/pay/<remittance>": ["notice"],
    **access_company.PARAMETERS,
    **access_document.PARAMETERS,
    "/my/orders/<order>/reorder": ["notice"],
    "/my/orders/<order>/change": ["notice"],
    "/my/notices": ["search", "filterby", "sortby", "limit", "after", "before"],
    "/my/notifications/unsubscribe": ["token"],
    "/my/profile": ["notice"],
    "/my/privacy": ["notice"],
}


@tagged("post_install", "-at_install")
class TestAccess(DocumentMixin, PortalHttpCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.invoice = cls._create_posted_invoice(100.0, days_overdue=3)
        cls.order = cls._create_order()
        cls.membership = cls.buyer.portal_membership_ids
        access_company.create_records(cls)
        access_document.create_records(cls)
        cls.change = (
            cls.env["portal.order.change"]
            .sudo()
            .create(
                {
                    "order_id": cls.order.id,
                    "partner_id": cls.customer.id,
                    "user_id": cls.buyer.id,
                    "state": "requested",
                }
            )
        )
        cls.notice = cls.env["portal.notice"]._tell(
            "order_changed",
            cls.buyer,
            cls.customer,
            "/my/orders",
            lambda env: env._("Order %s was changed.", "S1"),
        )
        exports = cls.env["portal.data.export"].sudo()
        cls.export = exports.create({"user_id": cls.buyer.id})
        cls.export._make()

    def setUp(self):
        super().setUp()
        self.remittance = self._open_remittance({self.invoice: 60.0})

    def _get_path(self, route, missing=False):
        record_ids = {
            "<int:page>": 2,
            "<int:res_id>": MISSING,
            "<int:width>x<int:height>": "50x50",
            "<int:order_id>": MISSING if missing else self.order.id,
            "<int:change_id>": MISSING if missing else self.change.id,
            "<int:remittance_id>": MISSING if missing else self.remittance.id,
            "<int:invoice_id>": MISSING if missing else self.invoice.id,
            "<int:membership_id>": MISSING if missing else self.membership.id,
            "<int:role_id>": MISSING if missing else self.membership.role_id.id,
            "<int:document_id>": MISSING if missing else self.document.id,
            "<int:version_id>": MISSING if missing else self.document.version_ids.id,
            "<int:request_id>": MISSING if missing else self.asked.id,
            "<int:address_id>": MISSING if missing else self.address.id,
            "<int:company_change_id>": (MISSING if missing else self.company_change.id),
            "<int:function_id>": MISSING if missing else self.function.id,
            "<company_change>": self.company_change.id,
            "<int:notice_id>": MISSING if missing else self.notice.id,
            "<int:export_id>": MISSING if missing else self.export.id,
            "<int:session_id>": MISSING,
            "<int:text_id>": MISSING,
            "<order>": self.order.id,
            "<invoice>": self.invoice.id,
            "<remittance>": self.remittance.id,
        }
        for name, value in record_ids.items():
            route = route.replace(name, str(value))
        return route

    def _get_people(self):
        return [
            ("visitor", None),
            ("stranger", self.stranger),
            ("colleague", self.colleague),
            ("buyer", self.buyer),
        ]

    def _assert_answer(self, response, expected):
        if isinstance(expected, int):
            self.assertEqual(response.status_code, expected)
            return
        self.assertEqual(response.status_code, 303)
        location = response.headers["Location"]
        if expected == LOGIN:
            self.assertIn("/web/login", location)
        elif expected.endswith("*"):
            self.assertIn(self._get_path(expected[:-1]), location)
        else:
            path = "/my" if expected == HOME else self._get_path(expected)
            self.assertURLEqual(location, path)

    def _snapshot(self):
        """Return what a refused request must not change."""
        self.env.invalidate_all()
        return (
            self.remittance.state,
            self.order.state,
            self.change.state,
            self.invoice.amount_residual,
            self.env["portal.remittance"].search_count([]),
            self.env["sale.order"].search_count([]),
            self.env["payment.transaction"].search_count([]),
            self.env["res.partner"].search_count([]),
            self.customer.name,
            self.asked.state,
            self.document.active,
            self.env["portal.document.version"].search_count([]),
            self.address.active,
            self.company_change.state,
            self.env["portal.company.change"].search_count([]),
            self.env["portal.contact.function"].search_count([]),
        )

    def test_every_route_has_a_row(self):
        rows = {*GET_MATRIX, *POST_MATRIX, *JSON_MATRIX, *ANSWER_MATRIX}
        routes = {
            url
            for url, endpoint in self.env["ir.http"]._generate_routing_rules(
                self.env.registry._init_modules, {}
            )
            if endpoint.func.__module__.startswith("odoo.addons.customer_portal.")
        }
        self.assertEqual(routes, rows)

    def test_pages(self):
        for index, (name, person) in enumerate(self._get_people()):
            self._sign_in(person)
            for route, row in GET_MATRIX.items():
                with self.subTest(route, person=name):
                    self._assert_answer(self._get(self._get_path(route)), row[index])

    def test_changes(self):
        for index, (name, person) in enumerate(self._get_people()):
            self._sign_in(person)
            before = self._snapshot()
            for route, row in POST_MATRIX.items():
                with self.subTest(route, person=name):
                    self._assert_answer(self._post(self._get_path(route)), row[index])
            if person != self.buyer:
                with self.subTest("nothing changed", person=name):
                    self.assertEqual(self._snapshot(), before)

    def test_changes_need_the_token_of_the_form(self):
        self._sign_in(self.buyer)
        before = self._snapshot()
        for route in POST_MATRIX.keys() - WITHOUT_TOKEN:
            with self.subTest(route):
                with mute_logger("odoo.http"):
                    answer = self.url_open(
                        self._get_path(route), data={"x": "1"}, allow_redirects=False
                    )
                self.assertEqual(answer.status_code, 400)
        self.assertEqual(self._snapshot(), before)

    def test_json(self):
        for index, (name, person) in enumerate(self._get_people()):
            self._sign_in(person)
            before = self._snapshot()
            for route, row in JSON_MATRIX.items():
                with self.subTest(route, person=name):
                    answer = self.url_open(
                        self._get_path(route), json={"params": {}}
                    ).json()
                    self.assertEqual(answer["error"]["data"]["name"], row[index])
            for route, row in ANSWER_MATRIX.items():
                with self.subTest(route, person=name):
                    answer = self.url_open(
                        self._get_path(route), json={"params": {}}
                    ).json()
                    self.assertEqual(answer.get("result"), row[index])
            self.assertEqual(self._snapshot(), before)

    def test_foreign_answers_like_missing(self):
        self._sign_in(self.stranger)
        for route in GET_MATRIX:
            if "_id>" not in route:
                continue
            with self.subTest(route):
                foreign = self._get(self._get_path(route))
                missing = self._get(self._get_path(route, missing=True))
                self.assertEqual(
                    (foreign.status_code, foreign.headers.get("Location")),
                    (missing.status_code, missing.headers.get("Location")),
                )

    def test_hostile_values_never_break_a_page(self):
        self._sign_in(self.buyer)
        for route, names in PARAMETERS.items():
            path = self._get_path(route)
            for name in names:
                for value in HOSTILE:
                    with self.subTest(route, name=name, value=value[:20]):
                        answer = self.url_open(
                            path,
                            params={name: value},
                            allow_redirects=False,
                            method="GET",
                        )
                        self.assertLess(answer.status_code, 500)
                        self.assertNotIn("<script>alert(1)</script>", answer.text)

    def test_hostile_forms_change_nothing(self):
        self._sign_in(self.buyer)
        before = self._snapshot()
        line = self.order.order_line
        forms = {
            "/my/pay": lambda value: {
                "request_key": value,
                f"document_{self.invoice.id}": "on",
                f"amount_{self.invoice.id}": value,
                f"document_{value}": "on",
                "amount_": value,
            },
            "/my/orders/<order>/reorder": lambda value: {
                "request_key": value,
                f"quantity_{line.id}": value,
                f"quantity_{value}": "1",
            },
            **access_company.FORMS,
            **access_document.FORMS,
            "/my/profile": lambda value: {
                "name": value,
                "phone": value,
                "lang": value,
                "tz": value,
            },
            "/my/notifications": lambda value: {
                f"mail_{self.notice.event_id.id}": value,
                f"mail_{value}": "now",
                "period": value,
                "hour": value,
            },
            "/my/privacy/deletion": lambda value: {"reason": value},
        }
        for route, prepare in forms.items():
            for value in HOSTILE:
                with self.subTest(route, value=value[:20]):
                    answer = self._post(self._get_path(route), **prepare(value))
                    self.assertEqual(answer.status_code, 422)
        self.assertEqual(self._snapshot(), before)

    def test_hostile_json_is_refused(self):
        self._sign_in(self.buyer)
        before = self._snapshot()
        values = [None, True, -1, 0, 2**40, 1.5, "x", [], [1], {}, "1", float(10**300)]
        for route in JSON_MATRIX:
            for name in (
                "provider_id",
                "payment_method_id",
                "token_id",
                "flow",
                "amount",
                "access_token",
                "landing_route",
                "payment_reference",
            ):
                for value in values:
                    with self.subTest(route, name=name, value=str(value)[:20]):
                        answer = self.url_open(
                            self._get_path(route), json={"params": {name: value}}
                        )
                        error = answer.json()["error"]["data"]["name"]
                        self.assertRegex(
                            error,
                            r"odoo\.exceptions\.(Validation|Access|User|Missing)"
                            r"|werkzeug\.exceptions\.",
                        )
        self.assertEqual(self._snapshot(), before)


@tagged("post_install", "-at_install")
class TestRpc(PortalHttpCommon):
    """What a contact reaches past the pages, by calling models."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.invoice = cls._create_posted_invoice(100.0)
        cls.draft = cls._create_order(state="draft")
        cls.quote = cls._create_order(state="sent", require_signature=True)

    def test_remittances_are_the_company_s(self):
        remittance = self._open_remittance({self.invoice: 10.0})
        for user, visible in (
            (self.buyer, True),
            (self.colleague, False),
            (self.stranger, False),
        ):
            with self.subTest(user.login):
                found = self.env["portal.remittance"].with_user(user).search([])
                self.assertEqual(bool(found), visible)
                lines = self.env["portal.remittance.line"].with_user(user).search([])
                self.assertEqual(bool(lines), visible)
        own = remittance.with_user(self.buyer)
        for operation in ("write", "unlink"):
            self.assertFalse(own.has_access(operation))
        self.assertFalse(
            self.env["portal.remittance"].with_user(self.buyer).has_access("create")
        )

    def test_machinery_is_no_one_s_to_read(self):
        for model in (
            "portal.address.version",
            "portal.request",
            "portal.ledger.lock",
            "portal.payment.claim",
        ):
            with self.subTest(model):
                self.assertFalse(
                    self.env[model].with_user(self.buyer).has_access("read")
                )

    def test_credit_is_not_read_from_an_order(self):
        order = self.quote.with_user(self.buyer)
        self.assertFalse(
            order._has_field_access(order._fields["partner_credit_warning"], "read")
        )

    def test_drafts_of_staff_stay_with_staff(self):
        orders = self.env["sale.order"].with_user(self.buyer).search([])
        self.assertEqual(orders, self.quote)
        self.assertEqual(orders.order_line.order_id, self.quote)
        self.assertIn(self.draft, self.env["sale.order"].search([]))

    def test_draft_is_not_signed(self):
        self.draft.require_signature = True
        self.assertFalse(self.draft._has_to_be_signed())
        self.assertTrue(self.quote._has_to_be_signed())
        self._sign_in(self.buyer)
        answer = self.make_jsonrpc_request(
            f"/my/orders/{self.draft.id}/accept",
            {"access_token": self.draft._portal_ensure_token(), "name": "Me"},
        )
        self.assertIn("error", answer)
        self.assertEqual(self.draft.state, "draft")

    def test_new_public_methods_are_listed(self):
        """Each method without an underscore is one that any contact may call."""
        allowed = {
            # Core's own, extended; they check rights as core does.
            ("account.move", "write"),
            ("base", "read"),
            ("ir.qweb.field.contact", "record_to_html"),
            ("ir.actions.report", "get_wkhtmltopdf_state"),
            ("mail.message", "read"),
            ("payment.transaction", "create"),
            ("res.partner", "address_get"),
            ("res.partner", "write"),
            ("portal.order.change", "write"),
            ("res.users", "create"),
            ("res.users", "write"),
            ("sale.order", "message_post"),
            *(
                (model, method)
                for model in (
                    "portal.membership",
                    "portal.rights.source",
                    "portal.role",
                    "portal.role.line",
                    "portal.section",
                    "portal.section.switch",
                )
                for method in ("create", "write", "unlink")
            ),
            # Buttons of the back office; each asks for the rights itself.
            ("portal.adoption", "action_open_customer"),
            *access_document.PUBLIC_METHODS,
            ("portal.company.change", "action_approve"),
            ("portal.company.change", "action_refuse"),
            ("portal.consent.text", "action_new_version"),
            ("portal.consent.text", "action_open_consents"),
            ("portal.consent.text", "write"),
            ("portal.deletion.request", "action_delete"),
            ("portal.deletion.request", "action_refuse"),
            ("portal.invitation.batch", "action_open_people"),
            ("portal.invitation.batch", "action_refresh"),
            ("portal.invitation.wizard", "action_invite"),
            ("portal.invitation.wizard", "action_preview"),
            ("portal.membership", "action_disable"),
            ("portal.membership", "action_enable"),
            ("portal.membership", "action_send_again"),
            ("portal.membership", "action_view_as"),
            ("portal.order.change", "action_apply"),
            ("portal.order.change", "action_approve"),
            ("portal.order.change", "action_open_order"),
            ("portal.order.change", "action_refuse"),
            ("portal.registration", "action_approve"),
            ("portal.registration", "action_look_again"),
            ("portal.registration", "action_open_others"),
            ("portal.registration", "action_refuse"),
            ("portal.registration", "action_send_back"),
            ("portal.registration.match", "action_choose"),
            ("portal.registration.match", "action_open_customer"),
            ("portal.section.wizard", "action_apply"),
            ("portal.view.wizard", "action_open"),
            ("res.partner", "action_change_portal_sections"),
            ("res.partner", "action_invite_to_portal"),
            ("res.partner", "action_open_portal_people"),
            ("res.partner", "action_open_portal_roles"),
        }
        found = set()
        for name, model in self.env.registry.items():
            for cls in model.mro():
                module = getattr(cls, "__module__", "")
                if not module.startswith(OWN_MODELS):
                    continue
                owner = "base" if module.endswith(".base") else name
                found |= {
                    (owner, attribute)
                    for attribute, value in vars(cls).items()
                    if callable(value) and not attribute.startswith("_")
                }
        self.assertEqual(found, allowed)
