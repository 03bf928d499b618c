"""Who may open what: every route of the core, and what hostile forms do to it."""

from importlib import import_module

from odoo import fields
from odoo.tools import mute_logger

from odoo.addons.payment import utils as payment_utils

from ..access_case import HOSTILE, MISSING, AccessCase, mix
from ..access_rows import (
    ANSWER_ROWS,
    GET_ROWS,
    JSON_ROWS,
    PARAMETERS,
    POST_ROWS,
    WITHOUT_TOKEN,
)
from ..document_papers import PDF, DocumentMixin
from ..rows import OURS


class TestAccess(DocumentMixin, AccessCase):
    get_rows = GET_ROWS
    post_rows = POST_ROWS
    without_token = WITHOUT_TOKEN
    json_rows = JSON_ROWS
    answer_rows = ANSWER_ROWS
    parameters = PARAMETERS

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
        cls.company.portal_promises = True
        cls.document = cls._receive_document("Drawing", cls.buyer)
        cls.asked = cls._ask_for_document()
        cls.dispute = cls._dispute_invoice()

    @classmethod
    def _dispute_invoice(cls):
        """Return a dispute of the buyer, of another invoice, with a file."""
        return (
            cls.env["portal.dispute"]
            .sudo()
            ._open(
                cls._create_posted_invoice(9.0),
                cls.buyer,
                cls.env.ref("customer_portal.short_payment_price"),
                amount=3.0,
                files=[("a.txt", b"a")],
            )
        )

    def setUp(self):
        super().setUp()
        self.remittance = self._open_remittance({self.invoice: 60.0})
        self.promise = self._promise(self.invoice)

    def _promise(self, invoice):
        """Return a promise of the buyer."""
        promises = self.env["portal.promise"].sudo()
        day = self.company._get_accounting_day()
        return promises._make(self.customer, invoice.sudo(), day, user=self.buyer)

    def _get_ids(self):
        return {
            "page": 2,
            "res_id": MISSING,
            "width": 50,
            "height": 50,
            "order_id": self.order.id,
            "change_id": self.change.id,
            "dispute_id": self.dispute.id,
            "file_id": self.dispute.event_ids.attachment_ids.id,
            "remittance_id": self.remittance.id,
            "promise_id": self.promise.id,
            "invoice_id": self.invoice.id,
            "membership_id": self.membership.id,
            "role_id": self.membership.role_id.id,
            "address_id": self.address.id,
            "company_change_id": self.company_change.id,
            "function_id": self.function.id,
            "notice_id": self.notice.id,
            "export_id": self.export.id,
            "payment_id": self.payment.id,
            "attachment_id": self.attachment.id,
            "list_export_id": self.list_export.id,
            "list_name": "invoices",
            "session_id": MISSING,
            "text_id": MISSING,
            "document_id": self.document.id,
            "version_id": self.document.version_ids.id,
            "request_id": self.asked.id,
            "token_id": self.method.id,
            "token": self.pay_token,
        }

    def _snapshot(self):
        return (
            *super()._snapshot(),
            self.remittance.state,
            self.promise.state,
            self.env["portal.promise"].search_count([]),
            self.order.state,
            self.change.state,
            self.dispute.state,
            len(self.dispute.event_ids),
            self.env["portal.dispute"].search_count([]),
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

    def _get_forms(self):
        """Override: one change of each kind, of an administrator."""
        key = {"request_key": "a" * 32}
        pdfs = {"files": [("a.pdf", PDF), ("b.pdf", PDF + b"\n")]}
        line = self.order.order_line
        transaction = self._prepare_payment_params(amount=60.0)
        card = {
            **transaction,
            "flow": "token",
            "token_id": self.method.id,
            "amount": 50.0,
        }
        reason = {"reason_id": self.dispute.reason_id.id}
        by_link = {"access_token": self.invoice._portal_ensure_token()}
        partner = self.buyer.partner_id
        return {
            "/my/company": [{"customer_id": self.customer.id}],
            "/my/people/invite": [
                {
                    **key,
                    "people": "Ann Archer <ann@new.example>",
                    "role_id": self.membership.role_id.id,
                    "scope": "company",
                    "limit_kind": "none",
                }
            ],
            "/my/invoices/<int:invoice_id>/message": [{**key, "body": "Why?"}],
            "/my/invoices/<int:invoice_id>/dispute": [
                {**key, **pdfs, **reason, "amount": "5", "text": "Two are missing."}
            ],
            "/my/disputes/<int:dispute_id>": [
                {**key, **pdfs, "text": "The red one."},
                {"action": "withdraw"},
            ],
            "/my/notices/read": [{}],
            "/my/profile": [
                {"name": "Ann", "phone": "+1 5551234", "lang": "en_US", "tz": "UTC"}
            ],
            "/my/privacy/exports": [{}],
            "/my/documents/send": [
                {
                    **key,
                    **pdfs,
                    "kind_id": self.env.ref("customer_portal.kind_other").id,
                }
            ],
            "/my/documents/<int:document_id>/withdraw": [{}],
            "/my/address/submit": [
                {
                    "portal_request_key": "b" * 32,
                    "address_type": "delivery",
                    "address_book": "1",
                    "name": "Site 7",
                    "email": "site@northwind.example",
                    "phone": "1",
                    "street": "Quay 7",
                    "city": "Rotterdam",
                    "zip": "3011",
                    "country_id": self.env.ref("base.nl").id,
                }
            ],
            "/my/addresses/<int:address_id>/archive": [{}],
            "/my/pay": [
                {
                    **key,
                    f"document_{self.invoice.id}": "on",
                    f"amount_{self.invoice.id}": "100",
                }
            ],
            "/my/orders/<int:order_id>/reorder": [{**key, f"quantity_{line.id}": "2"}],
            "/my/company/contacts": [
                {"function": "orders", "email": "o@north.example", "name": "Orders"}
            ],
            "/my/payment_method/<int:token_id>/share": [{}],
            "/my/payment_method/<int:token_id>/remove": [{}],
            "/my/pay/<int:remittance_id>/cancel": [{}],
            "/my/pay/<int:remittance_id>/transaction": [transaction, card],
            "/invoice/transaction/<int:invoice_id>": [
                {**transaction, **by_link},
                {**card, **by_link},
            ],
            "/my/orders/<int:order_id>/transaction": [
                {**transaction, "access_token": self.order._portal_ensure_token()},
            ],
            "/payment/transaction": [
                {
                    **values,
                    "partner_id": partner.id,
                    "currency_id": self.usd.id,
                    "access_token": payment_utils.generate_access_token(
                        partner.id, values["amount"], self.usd.id, env=self.env
                    ),
                }
                for values in (transaction, card)
            ],
            "/payment/archive_token": [{"token_id": self.method.id}],
        }

    def test_every_addon_with_routes_has_a_case(self):
        """Each addon of ours that answers a route gives rows for its routes."""
        addons = {name for name in self._get_routes().values() if name.startswith(OURS)}
        self.assertGreater(len(addons), 1)
        for addon in addons:
            with self.subTest(addon):
                module = import_module(f"odoo.addons.{addon}.tests").test_access
                cases = [
                    case
                    for case in vars(module).values()
                    if isinstance(case, type) and case.__module__ == module.__name__
                ]
                self.assertTrue(any(issubclass(case, AccessCase) for case in cases))

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
            "/my/promise": lambda value: {
                "request_key": value,
                "documents": str(self.invoice.id),
                "day": value,
                "amount": value,
            },
            "/my/promises/<promise_id>/change": lambda value: {
                "request_key": value,
                "day": fields.Date.to_string(self.today),
                "amount": f"{value}!",
            },
            "/my/orders/<order_id>/reorder": lambda value: {
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
            "/my/invoices/<invoice_id>/dispute": lambda value: {
                "request_key": value,
                "reason_id": value,
                "amount": value,
                "text": value,
                f"all_{value}": "on",
                f"quantity_{self.invoice.invoice_line_ids.id}": value,
                f"price_{self.invoice.invoice_line_ids.id}": value,
            },
            "/my/disputes/<dispute_id>": lambda value: {
                "action": value,
                "request_key": value,
                "text": " ",
            },
            "/my/invoices/<invoice_id>/message": lambda value: {
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
        names = (
            "provider_id",
            "payment_method_id",
            "token_id",
            "flow",
            "amount",
            "access_token",
            "landing_route",
            "payment_reference",
        )
        for route in JSON_ROWS:
            for params in mix(names, values):
                with (
                    self.subTest(route, params=str(params)[:99]),
                    # It says which of the values a route does not take.
                    mute_logger("odoo.http"),
                ):
                    answer = self._call_json(route, **params)
                    error = answer["error"]["data"]["name"]
                    self.assertRegex(
                        error,
                        r"odoo\.exceptions\.(Validation|Access|User|Missing)"
                        r"|werkzeug\.exceptions\.",
                    )
        self.assertEqual(self._snapshot(), before)
