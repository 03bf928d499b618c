"""Core's calls about payments and messages, with values that no page sends."""

import json

from odoo.tools import mute_logger

from .pay_case import PayCase

MISSING = 99999999
ODD = (
    None,
    True,
    -1,
    0,
    1.5,
    2**70,
    10**400,
    float("nan"),
    float("inf"),
    "",
    "x",
    "1 OR 1",
    "(" * 1500,
    "a" * 70_000,
    [],
    [None],
    [[1]],
    ["x"],
    {},
    {"id": 1},
    {"x": None},
)
NEEDED = (
    "provider_id",
    "payment_method_id",
    "amount",
    "flow",
    "tokenization_requested",
    "landing_route",
)
# What is taken all the same: an amount is asked about later, a switch may be off.
MAY_BE = {
    "amount": lambda value: value in (1.5, 2**70, MISSING),
    "tokenization_requested": lambda value: (
        value in (None, True, False, "") or isinstance(value, int)
    ),
    "landing_route": lambda value: value == MISSING,
}
MESSAGE_LISTS = {
    "attachment_ids": lambda value: False,
    "attachment_tokens": lambda value: value in ([None], ["x"]),
    "partner_ids": lambda value: False,
    "partner_emails": lambda value: value == ["x"],
    "role_ids": lambda value: False,
    "body": lambda value: isinstance(value, str),
}
REFUSALS = (
    "odoo.exceptions.ValidationError",
    "odoo.exceptions.UserError",
    "odoo.exceptions.AccessError",
    "odoo.exceptions.MissingError",
    "werkzeug.exceptions.BadRequest",
    "werkzeug.exceptions.NotFound",
    "werkzeug.exceptions.Forbidden",
    "odoo.http.SessionExpiredException",
)


class TestCoreValues(PayCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls._get_product()

    def setUp(self):
        super().setUp()
        self.order = self._create_order(state="sent")
        self._sign_in(self.buyer)

    def _call(self, path, params):
        """Return the name of the exception that a call ends with, or None.

        A traceback in the log is a defect, whatever is answered.
        """
        # Refusals are a line of the log with their reason, and no more.
        with self.assertNoLogs("odoo", level="ERROR"), mute_logger("odoo.http"):
            # NaN is no JSON, but Python writes and reads it.
            answer = self.url_open(
                path,
                data=json.dumps({"params": params}),
                headers={"Content-Type": "application/json"},
            )
        self.assertLess(answer.status_code, 500)
        if answer.status_code != 200:
            return "werkzeug.exceptions.BadRequest"
        return answer.json().get("error", {}).get("data", {}).get("name")

    def _assert_refused(self, path, params, place):
        with self.subTest(path, place=str(place)[:60]):
            self.assertIn(self._call(path, params), REFUSALS)

    def _make_payments(self):
        """Yield what no payment form sends: dicts of values."""
        right = self._prepare_payment_params(amount=100.0)
        yield {}
        for name in NEEDED:
            if name != "tokenization_requested":
                yield {key: value for key, value in right.items() if key != name}
            for value in (*ODD, MISSING):
                if not (name in MAY_BE and MAY_BE[name](value)):
                    yield {**right, name: value}
        for value in ODD:
            yield {**right, "flow": "token", "token_id": value}

    def test_payments_ask_what_they_are_given(self):
        transactions = self.env["payment.transaction"]
        before = transactions.search_count([])
        for path in (
            f"/invoice/transaction/{self.invoice.id}",
            "/invoice/transaction/overdue",
            f"/my/orders/{self.order.id}/transaction",
            "/payment/transaction",
        ):
            for params in self._make_payments():
                self._assert_refused(path, params, params)
        self.assertEqual(transactions.search_count([]), before)

    def test_messages_ask_what_they_are_given(self):
        messages = self.env["mail.message"]
        thread = {"thread_model": "account.move", "thread_id": self.invoice.id}
        before = messages.search_count([])
        post = {"body": "x"}
        for name, is_right in MESSAGE_LISTS.items():
            for value in ODD:
                if value != [] and not is_right(value):
                    params = {**thread, "post_data": {**post, name: value}}
                    self._assert_refused("/mail/message/post", params, {name: value})
        right = {**thread, "post_data": post, "canned_response_ids": []}
        for name in right:
            for value in ODD:
                if value != [] and not (
                    name == "post_data" and isinstance(value, dict)
                ):
                    params = {**right, name: value}
                    self._assert_refused("/mail/message/post", params, {name: value})
        self._assert_refused(
            "/mail/message/post",
            {**thread, "post_data": {"body": "x", "partner_emails": ["(" * 1500]}},
            "brackets",
        )
        self.assertEqual(messages.search_count([]), before)

    def test_other_calls_about_messages_ask_too(self):
        thread = {"thread_model": "account.move", "thread_id": self.invoice.id}
        message = self.invoice.message_post(body="x")
        for path, params, name in (
            ("/mail/message/update_content", {"message_id": message.id}, "update_data"),
            ("/mail/partner/from_email", thread, "emails"),
            ("/mail/thread/recipients", thread, "message_id"),
            ("/mail/attachment/delete", {}, "attachment_id"),
            ("/mail/update_is_internal", {"is_internal": True}, "message_id"),
            ("/mail/thread/subscribe", {"res_model": "res.partner"}, "partner_ids"),
        ):
            for value in ODD:
                with self.subTest(path, value=str(value)[:30]):
                    self._call(path, {**params, name: value})

    def test_signatures_of_what_has_no_token_open_nothing(self):
        for user in (None, self.buyer):
            self._sign_in(user)
            for model, record in (
                ("res.partner", self.buyer.partner_id),
                ("portal.registration", self.buyer.partner_id),
                ("product.template", self._get_product().product_tmpl_id),
                ("sale.order", self.order),
                ("account.move", self.invoice),
            ):
                for access in (
                    {"hash": "x", "pid": self.buyer.partner_id.id},
                    {"hash": "x", "pid": "x"},
                    {"hash": 1, "pid": 1},
                    {"token": "x"},
                    {"token": "x" * 70_000, "hash": "x" * 70_000, "pid": 1},
                    {"token": [], "hash": {}, "pid": []},
                ):
                    for path in (
                        "/portal/chatter_init",
                        "/mail/chatter_fetch",
                        "/mail/message/post",
                    ):
                        params = {
                            "thread_model": model,
                            "thread_id": record.id,
                            "post_data": {"body": " "},
                            **access,
                        }
                        if not path.endswith("post"):
                            del params["post_data"]
                        with self.subTest(path, model=model, access=str(access)[:60]):
                            self._call(path, params)

    def test_uploads_ask_what_they_are_given(self):
        usual = {"thread_model": "account.move", "thread_id": self.invoice.id}
        for values in (
            {"ufile": "1"},
            {"ufile": ""},
            {},
            {"ufile": "1", "thread_id": "x"},
            {"ufile": "1", "is_pending": "1"},
        ):
            with self.subTest(values), self.assertNoLogs("odoo", level="ERROR"):
                answer = self._post("/mail/attachment/upload", **{**usual, **values})
                self.assertIn(answer.status_code, (400, 404))
        for ids in ("x", "", "1,x", "-1", "9" * 40, ",".join(map(str, range(1, 900)))):
            with self.subTest(ids), self.assertNoLogs("odoo", level="ERROR"):
                answer = self._post(
                    "/mail/attachment/zip", file_ids=ids, zip_name="a.zip"
                )
                self.assertEqual(answer.status_code, 404)

    def test_a_long_token_does_not_come_back(self):
        for size in (2_000, 70_000):
            for name in ("access_token", "hash"):
                with self.subTest(name, size=size):
                    answer = self._post(
                        f"/my/invoices/{self.invoice.id}/message",
                        body="Hello",
                        request_key="a" * 32,
                        **{name: "t" * size},
                    )
                    self.assertEqual(answer.status_code, 400)
                    self.assertLess(len(answer.headers.get("Location", "")), 2_000)
