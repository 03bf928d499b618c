"""Who may open what: every route of the addon, with each kind of person.

A new route without a row fails. A refusal of a foreign record is the same answer
as for one that never existed, and changes nothing.
"""

from odoo.tests import tagged
from odoo.tools import mute_logger

from ..access_rows import (
    ANSWER_MATRIX,
    GET_MATRIX,
    HOME,
    HOSTILE,
    JSON_MATRIX,
    LOGIN,
    MISSING,
    PARAMETERS,
    POST_MATRIX,
    WITHOUT_TOKEN,
)
from ..common import PortalHttpCommon
from ..document_papers import DocumentMixin


@tagged("post_install", "-at_install")
class TestAccess(DocumentMixin, PortalHttpCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.invoice = cls._create_posted_invoice(100.0, days_overdue=3)
        cls.order = cls._create_order()
        cls.membership = cls.buyer.portal_membership_ids
        cls.address = cls.env["res.partner"].create(
            {"name": "Yard", "type": "delivery", "parent_id": cls.customer.id}
        )
        cls.company_change = (
            cls.env["portal.company.change"]
            .sudo()
            .create({"partner_id": cls.customer.id, "effective_date": cls.today})
        )
        cls.function = cls.env["portal.contact.function"].create(
            {
                "partner_id": cls.customer.id,
                "function": "invoices",
                "contact_id": cls.address.id,
            }
        )
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
        cls.method = cls._create_token(cls, partner_id=cls.buyer.partner_id.id)
        cls.pay_token = cls.env["portal.pay.link"]._make_token(cls.invoice)
        lists = cls.env["portal.list.export"].sudo()
        cls.list_export = lists._ask(
            cls.buyer, cls.customer, "invoices", "csv", cls.invoice.ids
        )
        cls.list_export._make()
        cls.payment = cls._register_payment(cls._create_posted_invoice(7.0))
        cls.attachment = cls.invoice.message_post(
            body="Here",
            attachments=[("a.txt", b"a")],
            message_type="comment",
            subtype_xmlid="mail.mt_comment",
        ).attachment_ids
        cls.document = cls._receive_document("Drawing", cls.buyer)
        cls.asked = cls._ask_for_document()

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
            "<int:address_id>": MISSING if missing else self.address.id,
            "<int:company_change_id>": (MISSING if missing else self.company_change.id),
            "<int:function_id>": MISSING if missing else self.function.id,
            "<company_change>": self.company_change.id,
            "<int:notice_id>": MISSING if missing else self.notice.id,
            "<int:export_id>": MISSING if missing else self.export.id,
            "<int:payment_id>": MISSING if missing else self.payment.id,
            "<int:attachment_id>": MISSING if missing else self.attachment.id,
            "<int:list_export_id>": MISSING if missing else self.list_export.id,
            "<string:list_name>": "invoices",
            "<int:session_id>": MISSING,
            "<int:text_id>": MISSING,
            "<int:document_id>": MISSING if missing else self.document.id,
            "<int:version_id>": MISSING if missing else self.document.version_ids.id,
            "<int:request_id>": MISSING if missing else self.asked.id,
            "<int:token_id>": MISSING if missing else self.method.id,
            "<string:token>": self.pay_token,
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
            self.address.active,
            self.company_change.state,
            self.env["portal.company.change"].search_count([]),
            self.env["portal.contact.function"].search_count([]),
            self.asked.state,
            self.document.active,
            self.env["portal.document.version"].search_count([]),
            len(self.invoice.message_ids),
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
        exported = [("action", "=", "exported")]
        before = self._snapshot(), self.env["portal.activity"].search_count(exported)
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
            "/my/company/change": lambda value: dict.fromkeys(
                (
                    "request_key",
                    "company",
                    "name",
                    "vat",
                    "street",
                    "country_id",
                    "state_id",
                    "acc_number",
                    "acc_holder_name",
                    "effective_date",
                    "note",
                ),
                value,
            ),
            "/my/company/contacts": lambda value: {
                "company": value,
                "function": "invoices",
                "email": value,
                "name": value,
            },
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
            # What is no id is no document; what is one, or is text, see its tests.
            "/my/invoices/zip": lambda value: {"documents": f"{value},"},
            "/my/invoices/export": lambda value: {"documents": f"{value},"},
            "/my/payments/export": lambda value: {"documents": f"{value},"},
            "/my/orders/export": lambda value: {"documents": f"{value},"},
            "/my/statement/export": lambda value: {
                "view": value,
                "date": f"{value}!",
                "from": f"{value}!",
                "format": value,
            },
            # What says something is sent, whatever it is: see test_invoice_page.
            "/my/invoices/<invoice>/message": lambda value: {
                "body": " ",
                "request_key": value,
                "messages": value,
            },
        }
        for route, prepare in forms.items():
            for value in HOSTILE:
                with self.subTest(route, value=value[:20]):
                    answer = self._post(self._get_path(route), **prepare(value))
                    self.assertEqual(answer.status_code, 422)
        after = self._snapshot(), self.env["portal.activity"].search_count(exported)
        self.assertEqual(after, before)

    def test_hostile_choices_of_an_export_mean_the_usual_ones(self):
        self._sign_in(self.buyer)
        names = ("search", "filterby", "sortby", "date_begin", "date_end", "limit")
        for route in (
            "/my/invoices/export",
            "/my/payments/export",
            "/my/orders/export",
            "/my/addresses/export",
            "/my/documents/export",
        ):
            for value in set(HOSTILE) - {"\x00"}:  # which is refused
                with self.subTest(route, value=value[:20]):
                    form = dict.fromkeys((*names, "file_format"), value)
                    answer = self._post(route, **form)
                    self.assertEqual(answer.status_code, 200)
                    self.assertIn("text/csv", answer.headers["Content-Type"])

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
