from datetime import timedelta

from odoo import fields
from odoo.exceptions import AccessError
from odoo.tests import tagged
from odoo.tools import mute_logger

from ..common import PortalHttpCommon

REFUSED = 403
COMMENT = {
    "body": "A word",
    "message_type": "comment",
    "subtype_xmlid": "mail.mt_comment",
}
MAIL = "From: boss@seller.example\r\nMessage-Id: <a@b>\r\nSubject: A\r\n\r\nB"
# What only staff, the server and the gateway of mails do.
METHODS = (
    ("message_notify", {"body": "A word", "partner_ids": "{reader}"}),
    (
        "message_notify",
        {
            "body": "A word",
            "partner_ids": "{reader}",
            "author_id": "{staff}",
            "email_from": "boss@seller.example",
        },
    ),
    ("message_post", {**COMMENT, "partner_ids": "{reader}"}),
    ("message_post", {**COMMENT, "outgoing_email_to": "other@rival.example"}),
    ("message_post", {**COMMENT, "incoming_email_cc": "other@rival.example"}),
    ("message_post", {**COMMENT, "reply_to": "other@rival.example"}),
    ("message_mail_with_source", {"source_ref": "sale.email_template_edi_sale"}),
    ("message_subscribe", {"partner_ids": "{reader}"}),
    ("message_unsubscribe", {"partner_ids": "{staff}"}),
    ("activity_schedule", {"summary": "Do it", "user_id": 2}),
)
# The methods of a model as such: no record is named.
GATEWAY = (
    ("message_process", {"model": "{model}", "message": MAIL}),
    ("message_new", {"msg_dict": {"subject": "A", "body": "B"}}),
)


@tagged("post_install", "-at_install")
class TestCalls(PortalHttpCommon):
    """What the methods of core's messages do when a person of a customer calls them."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.papers = (
            cls._create_order(state="sale"),
            cls._create_posted_invoice(100.0),
        )
        cls.staff = cls.env.ref("base.user_admin").partner_id
        for paper in cls.papers:
            paper.message_subscribe(partner_ids=cls.staff.ids)
        cls.key = (
            cls.env["res.users.apikeys"]
            .with_user(cls.buyer)
            .sudo()
            ._generate(None, "program", fields.Datetime.now() + timedelta(days=1))
        )
        cls.env["res.partner"].create({"name": "Other", "email": "other@rival.example"})

    def _call(self, records, method, values):
        """Return the two answers: of a browser's call, and of a program's."""
        args = [records.ids] if records else [] if method in dict(GATEWAY) else [[]]
        browser = self.url_open(
            "/web/dataset/call_kw",
            json={
                "params": {
                    "model": records._name,
                    "method": method,
                    "args": args,
                    "kwargs": values,
                }
            },
        )
        program = self.url_open(
            f"/json/2/{records._name}/{method}",
            json={**values, **({"ids": records.ids} if records else {})},
            headers={"Authorization": f"Bearer {self.key}"},
        )
        return browser.json(), program

    def _fill(self, values, **given):
        return {
            name: given.get(value.strip("{}"), value)
            if isinstance(value, str)
            else value
            for name, value in values.items()
        }

    def _read_traces(self):
        self.env.invalidate_all()
        return [
            self.env[name].sudo().search([]).ids
            for name in ("mail.message", "mail.mail", "mail.followers", "mail.activity")
        ]

    def test_nobody_is_addressed(self):
        self._sign_in(self.buyer)
        readers = (self.colleague, self.stranger, self.env.ref("base.user_admin"))
        threads = (*self.papers, self.env["mail.thread"], self.buyer.partner_id)
        before = self._read_traces()
        for records in threads:
            for reader in readers:
                for method, values in METHODS:
                    given = self._fill(
                        values,
                        reader=reader.partner_id.ids,
                        staff=self.staff.ids
                        if "unsubscribe" in method
                        else self.staff.id,
                    )
                    with (
                        self.subTest(method, model=records._name, values=given),
                        mute_logger("odoo.http", "odoo.sql_db", "odoo.addons.base"),
                    ):
                        self._call(records, method, given)
                        self.assertEqual(self._read_traces(), before)

    def test_gateway_takes_no_mail_from_a_person(self):
        self._sign_in(self.buyer)
        before = self._read_traces()
        for paper in self.papers:
            for method, values in GATEWAY:
                given = self._fill(values, model=paper._name)
                with (
                    self.subTest(method, model=paper._name),
                    mute_logger("odoo.http", "odoo.sql_db"),
                ):
                    self._call(paper.browse(), method, given)
                    self.assertEqual(self._read_traces(), before)

    def test_refusal_is_one_sentence(self):
        self._sign_in(self.buyer)
        for paper in self.papers:
            values = {"body": "A word", "partner_ids": self.colleague.partner_id.ids}
            with mute_logger("odoo.http"):
                browser, program = self._call(paper, "message_notify", values)
            sentence = "Write on the page of the document."
            self.assertEqual(browser["error"]["data"]["message"], sentence)
            self.assertEqual(program.status_code, REFUSED)
            self.assertEqual(program.json()["message"], sentence)

    def test_own_word_is_the_own_name_s(self):
        """What a person may write on the page may be written by a call."""
        self._sign_in(self.buyer)
        values = {
            **COMMENT,
            "author_id": self.staff.id,
            "email_from": "boss@seller.example",
        }
        for paper in self.papers:
            # Core cannot tell who follows in the rights of a customer.
            paper.message_follower_ids.unlink()
            browser, program = self._call(paper, "message_post", values)
            self.env.invalidate_all()
            messages = self.env["mail.message"].browse(
                [*browser["result"], *program.json()]
            )
            self.assertEqual(len(messages), 2)
            for message in messages:
                self.assertEqual(message.author_id, self.buyer.partner_id)
                self.assertIn(self.buyer.email, message.email_from)

    def test_code_in_the_rights_of_staff_names_readers(self):
        paper = self.papers[0]
        for env in (self.env, paper.sudo().with_user(self.buyer).sudo().env):
            message = paper.with_env(env).message_notify(
                body="A word", partner_ids=self.colleague.partner_id.ids
            )
            self.assertEqual(message.partner_ids, self.colleague.partner_id)
        with self.assertRaises(AccessError):
            paper.with_user(self.buyer).message_notify(
                body="A word", partner_ids=self.colleague.partner_id.ids
            )
