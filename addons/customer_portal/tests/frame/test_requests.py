"""What is sent to the server: too often, broken, foreign, too large or of no type."""

import io
import json
import re
from unittest.mock import patch

from PIL import Image
from psycopg2.errorcodes import SERIALIZATION_FAILURE
from psycopg2.errors import SerializationFailure

from odoo.exceptions import UserError
from odoo.tools import SQL, mute_logger

from ..front_door_case import FrontDoorCommon

MISSING = 99999999


class SomebodyWasQuicker(SerializationFailure):
    pgcode = SERIALIZATION_FAILURE


class TestRequests(FrontDoorCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls._get_product()

    BROKEN_CALL = {"model": "res.partner", "method": "read", "args": 1, "kwargs": 1}

    def test_searching_too_often_waits(self):
        self.env["ir.config_parameter"].set_param("customer_portal.limit_search", "3")
        self._sign_in(self.buyer)
        paths = ["/my/invoices?search=a"] * 4
        answers = [self._get(path) for path in paths]
        self.assertEqual([a.status_code for a in answers], [200, 200, 200, 429])
        self.assertIn("Retry-After", answers[-1].headers)
        self.assertEqual(answers[-1].headers["Cache-Control"], "no-store")
        self.assertEqual(self._get("/my/invoices").status_code, 200)
        self._sign_in(self.stranger)
        self.assertEqual(self._get("/my/invoices?search=a").status_code, 200)
        entries = self.env["portal.activity"].search([("action", "=", "rate_limited")])
        self.assertEqual(entries.mapped("user_id"), self.buyer)

    def test_head_is_counted_like_get(self):
        parameters = self.env["ir.config_parameter"]
        order = self._create_order()
        self._sign_in(self.buyer)
        for kind, path in (
            ("search", "/my/invoices?search=a"),
            ("pdf", f"/my/orders/{order.id}?report_type=pdf"),
            ("pdf", "/my/statement/pdf"),
        ):
            for methods in (("HEAD", "HEAD"), ("GET", "HEAD"), ("HEAD", "GET")):
                parameters.set_param(f"customer_portal.limit_{kind}", "1")
                self.limits.sudo().search([("kind", "=", kind)]).unlink()
                with self.subTest(path, methods=methods):
                    answers = [
                        self.url_open(path, method=method, allow_redirects=False)
                        for method in methods
                    ]
                    statuses = [answer.status_code for answer in answers]
                    self.assertEqual(statuses, [200, 429])

    def test_pictures_of_no_size_are_missing(self):
        message = self._create_posted_invoice(5.0).message_post(body="x")
        for user in (None, self.buyer):
            self._sign_in(user)
            for size in ("-1x50", "50x-1", "-5x-5", "99999x50", "0x0", "50x50"):
                for record in (message.id, MISSING):
                    path = f"/mail/avatar/mail.message/{record}/author_avatar/{size}"
                    with self.subTest(path):
                        is_right = size in ("0x0", "50x50")
                        status = self._get(path).status_code
                        self.assertEqual(status, 200 if is_right else 404)

    def test_a_request_run_again_counts_once(self):
        """Odoo runs it again when somebody else was quicker."""
        self.env["ir.config_parameter"].set_param("customer_portal.limit_search", "1")
        self._sign_in(self.buyer)
        orders = self.env.registry["sale.order"]
        get_totals = orders._get_portal_totals
        tries = []

        def fail_once(records, domain):
            tries.append(domain)
            if len(tries) == 1:
                raise SomebodyWasQuicker
            return get_totals(records, domain)

        with patch.object(orders, "_get_portal_totals", fail_once):
            answer = self._get("/my/orders?search=a")
        self.assertEqual(len(tries), 2)
        self.assertEqual(answer.status_code, 200)

    def test_staff_is_not_counted(self):
        self.env["ir.config_parameter"].set_param("customer_portal.limit_search", "1")
        self.authenticate("admin", "admin")
        statuses = [self._get("/my/invoices?search=a").status_code for _ in range(3)]
        self.assertEqual(set(statuses), {200})

    def test_json_says_when_to_come_again(self):
        self.env["ir.config_parameter"].set_param("customer_portal.limit_pay", "1")
        self._sign_in(self.buyer)
        self.limits._hit("pay", account=self.limits._get_user_key(self.buyer))
        answer = self.url_open("/invoice/transaction/overdue", json={"params": {}})
        self.assertEqual(answer.status_code, 429)
        self.assertIn("Retry-After", answer.headers)
        error = answer.json()["error"]["data"]
        self.assertIn("try again in", error["message"])
        self.assertEqual(error["debug"], "")

    def test_what_no_browser_sends_is_refused(self):
        self._sign_in(self.buyer)
        for path in (
            "/my/%00",
            "/my/invoices%0a",
            "/web/content/%00",
            "/my/invoices/1?access_token=%00",
            "/my/invoices/1?access_token=%C3%A9",
            "/web/login?redirect=/my%0d%0aX:1",
            "/my/orders/1?access_token=a%0Ab",
        ):
            with self.subTest(path):
                self.assertEqual(self._get(path).status_code, 400)

    def test_odd_bodies_are_refused(self):
        self._visit()
        for body in (
            "[]",
            "1",
            "null",
            '"x"',
            "{",
            '{"params": []}',
            '{"params": "x"}',
            '{"params": null}',
            "[" * 5000,
            '{"params": ' + "[" * 100000 + "}",
            '{"params": {"thread_model": "a\\u0000"}}',
            '{"params": {"thread_model": "\\ud800"}}',
        ):
            with self.subTest(body[:30]):
                answer = self.url_open(
                    "/mail/chatter_fetch",
                    data=body,
                    headers={"Content-Type": "application/json"},
                )
                self.assertNoServerError(answer)

    def assertNoServerError(self, answer):
        if answer.status_code == 400:
            return
        self.assertEqual(answer.status_code, 200)
        self.assertEqual(
            answer.json()["error"]["data"]["name"], "werkzeug.exceptions.BadRequest"
        )

    def test_payments_end_at_this_site(self):
        self._sign_in(self.buyer)
        for place in ("https://evil.example/", "//evil.example", "/\\evil", "x"):
            with self.subTest(place):
                answer = self.url_open(
                    "/payment/transaction", json={"params": {"landing_route": place}}
                ).json()
                self.assertEqual(
                    answer["error"]["data"]["name"], "werkzeug.exceptions.BadRequest"
                )

    @mute_logger("odoo.http")
    def test_errors_carry_no_traceback(self):
        self._sign_in(self.buyer)
        for path, params in (
            ("/web/dataset/call_kw", self.BROKEN_CALL),
            ("/my/counters", {"counters": 1}),
            ("/invoice/transaction/1", {}),
            ("/mail/chatter_fetch", {"thread_model": "x", "thread_id": 1}),
        ):
            with self.subTest(path):
                answer = self.url_open(path, json={"params": params})
                self.assertNotIn("Traceback", answer.text)
                self.assertEqual(answer.json()["error"]["data"]["debug"], "")

    @mute_logger("odoo.http")
    def test_staff_still_sees_tracebacks(self):
        self.authenticate("admin", "admin")
        answer = self.url_open(
            "/web/dataset/call_kw", json={"params": self.BROKEN_CALL}
        )
        self.assertIn("Traceback", answer.json()["error"]["data"]["debug"])

    @mute_logger("odoo.http", "odoo.addons.base.models.ir_rule")
    def test_archiving_a_partner_does_not_name_its_user(self):
        self._sign_in(self.stranger)
        answer = self.url_open(
            "/web/dataset/call_kw",
            json={
                "params": {
                    "model": "res.partner",
                    "method": "write",
                    "args": [self.buyer.partner_id.ids, {"active": False}],
                    "kwargs": {},
                }
            },
        )
        self.assertNotIn(self.buyer.name, answer.text)
        self.assertIn("error", answer.json())


class TestForeignRecords(FrontDoorCommon):
    """A foreign record of a stock route answers as one that never was."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        # Ids that stand nowhere else on a page.
        for table in ("account_move", "sale_order", "mail_message", "ir_attachment"):
            cls.env.cr.execute(
                SQL(
                    "ALTER SEQUENCE %s RESTART 87654321",
                    SQL.identifier(table + "_id_seq"),
                )
            )
        cls.invoice = cls._create_posted_invoice(10.0)
        cls.order = cls._create_order()
        cls.contact = cls.buyer.partner_id
        cls.message = cls.order.message_post(
            body="Hello", subtype_xmlid="mail.mt_comment"
        )
        cls.file = cls.env["ir.attachment"].create(
            {
                "name": "a.txt",
                "raw": b"secret",
                "res_model": "sale.order",
                "res_id": cls.order.id,
            }
        )

    def _answer(self, path, method, params):
        """Return what the caller sees: status, place, text without what differs."""
        if method == "JSON":
            answer = self.url_open(path, json={"params": params})
            text = json.dumps(
                {
                    key: value
                    for key, value in answer.json().items()
                    if key in ("error", "result")
                },
                sort_keys=True,
            )
        elif method == "POST":
            answer = self._post(path, **params)
            text = answer.text
        else:
            answer = self._get(path)
            text = answer.text
        # The token of a form, and the second in a proposed reference.
        text = re.sub(r"csrf_token[^,;>]*|tx-\d{14}", "", text)
        return answer.status_code, answer.headers.get("Location"), text

    @mute_logger("odoo.http", "odoo.addons.base.models.ir_rule")
    def test_foreign_is_missing(self):
        thread = {"thread_model": "sale.order"}
        post = {**thread, "post_data": {"body": "x"}}
        rpc = {"kwargs": {}}
        cases = (
            ("GET", "/my/invoices/{}", self.invoice, {}),
            ("GET", "/my/orders/{}", self.order, {}),
            ("GET", "/my/orders/{}/download_edi", self.order, {}),
            ("GET", "/my/orders/{}/document/1", self.order, {}),
            ("POST", "/my/orders/{}/decline", self.order, {"decline_message": "x"}),
            ("JSON", "/my/orders/{}/accept", self.order, {"name": "x"}),
            ("JSON", "/my/orders/{}/transaction", self.order, {}),
            ("JSON", "/my/orders/{}/update_line_dict", self.order, {"line_id": 1}),
            ("JSON", "/invoice/transaction/{}", self.invoice, {}),
            ("GET", "/my/address?partner_id={}", self.contact, {}),
            ("POST", "/my/address/submit", self.contact, {"partner_id": "{}"}),
            ("JSON", "/my/address/archive", self.contact, {"partner_id": "{}"}),
            ("JSON", "/mail/chatter_fetch", self.order, {**thread, "thread_id": "{}"}),
            ("JSON", "/portal/chatter_init", self.order, {**thread, "thread_id": "{}"}),
            ("JSON", "/mail/message/post", self.order, {**post, "thread_id": "{}"}),
            ("GET", "/my/invoices/{}?report_type=pdf", self.invoice, {}),
            ("GET", "/my/orders/{}?report_type=pdf", self.order, {}),
            (
                "JSON",
                "/mail/thread/messages",
                self.order,
                {**thread, "thread_id": "{}"},
            ),
            (
                "JSON",
                "/mail/update_is_internal",
                self.message,
                {"message_id": "{}", "is_internal": True},
            ),
            (
                "JSON",
                "/mail/message/reaction",
                self.message,
                {"message_id": "{}", "content": "x", "action": "add"},
            ),
            ("JSON", "/mail/attachment/delete", self.file, {"attachment_id": "{}"}),
            ("GET", "/mail/attachment/pdf_first_page/{}", self.file, {}),
            (
                "GET",
                "/mail/avatar/mail.message/{}/author_avatar/50x50?access_token=x",
                self.message,
                {},
            ),
            ("GET", "/web/image/res.partner/{}/avatar_128", self.contact, {}),
            ("GET", "/report/pdf/account.report_invoice/{}", self.invoice, {}),
            ("GET", "/report/html/sale.report_saleorder/{}", self.order, {}),
            ("JSON", "/payment/archive_token", self.contact, {"token_id": "{}"}),
            ("GET", "/web/content/{}", self.file, {}),
            ("GET", "/web/image/{}", self.file, {}),
            ("GET", "/payment/pay?amount=1&invoice_id={}", self.invoice, {}),
            ("GET", "/payment/pay?amount=1&sale_order_id={}", self.order, {}),
            (
                "JSON",
                "/web/dataset/call_kw",
                self.invoice,
                {
                    **rpc,
                    "model": "account.move",
                    "method": "message_subscribe",
                    "args": [["{}"]],
                },
            ),
            (
                "JSON",
                "/mail/message/update_content",
                self.message,
                {"message_id": "{}", "update_data": {"body": "x"}},
            ),
        )
        for person in (self.stranger, None):
            self._sign_in(person)
            for method, path, record, params in cases:
                with self.subTest(path, person=person and person.login):
                    answers = [
                        self._blur(
                            self._answer(
                                path.format(record_id),
                                method,
                                self._fill(params, record_id),
                            ),
                            record_id,
                        )
                        for record_id in (record.id, MISSING)
                    ]
                    self.assertEqual(*answers)
                    self.assertLess(answers[0][0], 500)

    def _fill(self, value, record_id):
        if value == "{}":
            return record_id
        if isinstance(value, dict):
            return {key: self._fill(item, record_id) for key, item in value.items()}
        if isinstance(value, list):
            return [self._fill(item, record_id) for item in value]
        return value

    @staticmethod
    def _blur(answer, record_id):
        """Take out the id that the caller sent."""
        status, place, text = answer
        return (
            status,
            *(
                part and re.sub(rf"(\b|3D|2F){record_id}\b", "_", part)
                for part in (place, text)
            ),
        )


class TestMessages(FrontDoorCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.order = cls._create_order()
        cls.order._portal_ensure_token()

    def _write(self, **post_data):
        return self.url_open(
            "/mail/message/post",
            json={
                "params": {
                    "thread_model": "sale.order",
                    "thread_id": self.order.id,
                    "token": self.order.access_token,
                    "post_data": {"body": "Hello", **post_data},
                    "context": {"mail_create_nosubscribe": True},
                }
            },
        ).json()

    def test_a_message_is_a_comment(self):
        self._sign_in(self.buyer)
        result = self._write(message_type="notification", subtype_xmlid="mail.mt_note")
        message = self.env["mail.message"].browse(result["result"]["message_id"])
        self.assertEqual(message.message_type, "comment")
        self.assertEqual(message.subtype_id, self.env.ref("mail.mt_comment"))
        self.assertEqual(message.author_id, self.buyer.partner_id)

    def test_endless_messages_are_refused(self):
        self._sign_in(self.buyer)
        self.assertIn(
            "too long", self._write(body="x" * 60_000)["error"]["data"]["message"]
        )

    def test_odd_documents_are_missing(self):
        self._sign_in(self.buyer)
        for path, extra in (
            ("/mail/chatter_fetch", {}),
            ("/portal/chatter_init", {}),
            ("/mail/chatter_fetch", {"thread_id": 1, "fetch_params": "x"}),
            ("/mail/message/update_content", {"message_id": "x", "update_data": {}}),
        ):
            with self.subTest(path):
                params = {"thread_model": "sale.order", "thread_id": "x", **extra}
                answer = self.url_open(path, json={"params": params}).json()
                self.assertEqual(
                    answer["error"]["data"]["name"], "werkzeug.exceptions.NotFound"
                )
        for model, record in (
            ("no.model", 1),
            (1, 1),
            ("sale.order", "x"),
            ("res.users", 1),
        ):
            with self.subTest(f"{model} {record}"):
                answer = self.url_open(
                    "/mail/message/post",
                    json={
                        "params": {
                            "thread_model": model,
                            "thread_id": record,
                            "post_data": {"body": "x"},
                        }
                    },
                ).json()
                self.assertEqual(
                    answer["error"]["data"]["name"], "werkzeug.exceptions.NotFound"
                )


class TestUploads(FrontDoorCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.order = cls._create_order()
        cls.order._portal_ensure_token()

    def _send(self, name, content):
        return self.url_open(
            "/mail/attachment/upload",
            data={
                "csrf_token": self._token(),
                "thread_model": "sale.order",
                "thread_id": self.order.id,
                "token": self.order.access_token,
                "is_pending": "true",
            },
            files={"ufile": (name, content)},
        )

    def test_types_are_known_by_name_and_content(self):
        self._sign_in(self.buyer)
        picture = io.BytesIO()
        Image.new("RGB", (4, 4)).save(picture, "PNG")
        flood = io.BytesIO()
        Image.new("1", (9000, 9000)).save(flood, "PNG")
        for name, content, accepted in (
            ("a.png", picture.getvalue(), True),
            ("a.pdf", b"%PDF-1.4\n%x", True),
            ("a.txt", b"Hello", True),
            ("a.csv", b"a;b\n1;2\n", True),
            ("a.php", b"<?php echo 1;", False),
            ("a.html", b"<html></html>", False),
            ("a.svg", b"<svg xmlns='http://www.w3.org/2000/svg'/>", False),
            ("a.txt", b"<html><script>1</script></html>", False),
            ("a.txt", b"a\0b", False),
            ("a.pdf", picture.getvalue(), False),
            ("a.png", b"%PDF-1.4\n%x", False),
            ("flood.png", flood.getvalue(), False),
            ("a.exe", b"MZ\x90\0", False),
            ("a", b"Hello", False),
            ("a.txt", b"", False),
        ):
            with self.subTest(name, content=content[:12]):
                answer = self._send(name, content).json()
                self.assertEqual("data" in answer, accepted, answer)

    def test_doors_of_others_are_as_in_stock_odoo(self):
        """Kinds, sizes and numbers are of documents that the roles guard."""
        self.env["ir.config_parameter"].set_param("customer_portal.limit_upload", "1")
        channel = self.env["discuss.channel"].create(
            {"name": "Drawings", "channel_type": "group"}
        )
        channel.add_members(self.buyer.partner_id.ids)
        self._sign_in(self.buyer)
        for name, content in (
            ("a.dwg", b"AC1032"),
            ("a.bin", b"\0" * 12 * 1024 * 1024),
        ):
            answer = self.url_open(
                "/mail/attachment/upload",
                data={
                    "csrf_token": self._token(),
                    "thread_model": "discuss.channel",
                    "thread_id": channel.id,
                    "is_pending": "true",
                },
                files={"ufile": (name, content)},
            )
            self.assertEqual(answer.status_code, 200, answer.text)
            self.assertIn("data", answer.json())
        answer = self.url_open(
            "/web/binary/upload_attachment",
            data={"csrf_token": self._token(), "model": "discuss.channel", "id": "1"},
            files={"ufile": ("a.bin", b"\0" * 12 * 1024 * 1024)},
        )
        self.assertEqual(answer.status_code, 200)

    def test_names_are_clean(self):
        clean = self.env["ir.attachment"]._clean_portal_name
        for name, expected in (
            ("../../x.pdf", "x.pdf"),
            ("C:\\temp\\x.pdf", "x.pdf"),
            ("a\r\nb\0.pdf", "ab.pdf"),
            ("invoice\u202efdp.exe", "invoicefdp.exe"),
            ("...", "File"),
            (None, "File"),
            ("x" * 300 + ".pdf", "x" * 110 + ".pdf"),
            ("Übersicht März.pdf", "Übersicht März.pdf"),
        ):
            with self.subTest(str(name)[:20]):
                self.assertEqual(clean(name), expected)
        self._sign_in(self.buyer)
        answer = self._send("../../x.txt", b"Hello").json()
        attachment = self.env["ir.attachment"].browse(answer["data"]["attachment_id"])
        self.assertEqual(attachment.name, "x.txt")

    def test_size_and_number_have_a_limit(self):
        with self.assertRaises(UserError):
            self.env["ir.attachment"]._check_portal_upload(
                "a.txt", io.BytesIO(b"x" * (10 * 1024 * 1024 + 1))
            )
        self._sign_in(self.buyer)
        answer = self._send("a.txt", b"x" * 12 * 1024 * 1024)
        self.assertEqual(answer.status_code, 413)
        parameters = self.env["ir.config_parameter"]
        parameters.set_param("customer_portal.limit_upload_kib", "3")
        self.assertIn("data", self._send("a.txt", b"x" * 2048).json())
        self.assertEqual(self._send("a.txt", b"x" * 2048).status_code, 429)
        parameters.set_param("customer_portal.limit_upload_kib", "999999")
        parameters.set_param("customer_portal.limit_upload", "3")
        statuses = [self._send("a.txt", b"x").status_code for _ in range(3)]
        self.assertEqual(statuses[-1], 429)
