"""Core's doors for messages, files and followers: nothing goes past the page."""

from contextlib import suppress

from odoo.exceptions import AccessError
from odoo.http import Request
from odoo.tests import tagged
from odoo.tools import mute_logger

from odoo.addons.customer_portal.tests.common import PortalHttpCommon

from .mail_case import TicketMailCase

MODEL = "portal.ticket"
MUTED = ("odoo.http", "odoo.addons.base.models.ir_rule", "odoo.models")
SECRET = "SECRET-OF-STAFF"


@tagged("post_install", "-at_install")
class TestTicketDoors(TicketMailCase, PortalHttpCommon):
    def setUp(self):
        super().setUp()
        self.ticket = self._ask(
            user_id=self.agent.id, email_cc="somebody@elsewhere.example"
        )
        self.word = self._say(self.ticket, self.buyer, "My own word.")
        self.note = self.ticket.with_user(self.agent).message_post(
            body=SECRET,
            subtype_xmlid="mail.mt_note",
            attachments=[("plan.txt", SECRET.encode())],
            partner_ids=self.outsider.ids,
        )
        self.internal = self.ticket.sudo().message_post(
            body=SECRET,
            message_type="comment",
            subtype_xmlid="mail.mt_comment",
            is_internal=True,
            attachments=[("more.txt", SECRET.encode())],
        )
        self.ticket._make_rating(self.buyer.partner_id)
        self.env.flush_all()
        self.token = self.ticket._find_rating(self.buyer.partner_id).access_token

    def _read_state(self):
        self.env.invalidate_all()
        ticket = self.ticket
        return (
            ticket.message_ids.mapped("body"),
            ticket.message_partner_ids.ids,
            ticket.participant_ids.ids,
            ticket.customer_status,
            ticket.activity_ids.ids,
            ticket.message_ids.reaction_ids.ids,
            ticket.message_ids.attachment_ids.ids,
            self.env["ir.attachment"].search_count(
                [("res_model", "=", MODEL), ("res_id", "=", ticket.id)]
            ),
            ticket.rating_ids.mapped("consumed"),
            self.env["mail.mail"].search_count([]),
        )

    def _get_people(self):
        return (self.buyer, self.reader, self.stranger, None)

    # ------------------------------------------------------------
    # Routes
    # ------------------------------------------------------------

    def test_no_route_of_core_writes_on_a_ticket(self):
        thread = {"thread_model": MODEL, "thread_id": self.ticket.id}
        update = {"body": "Changed", "attachment_ids": []}
        calls = {
            "/mail/message/post": {
                **thread,
                "post_data": {"body": "Posted", "message_type": "comment"},
            },
            "/mail/message/update_content": {
                "message_id": self.word.id,
                "update_data": update,
            },
            "/mail/message/reaction": {
                "message_id": self.word.id,
                "content": "👍",
                "action": "add",
            },
            "/mail/thread/subscribe": {
                "res_model": MODEL,
                "res_id": self.ticket.id,
                "partner_ids": [self.stranger.partner_id.id],
            },
            "/mail/thread/unsubscribe": {
                "res_model": MODEL,
                "res_id": self.ticket.id,
                "partner_ids": self.agent.partner_id.ids,
            },
            "/mail/update_is_internal": {
                "message_id": self.internal.id,
                "is_internal": False,
            },
            "/mail/attachment/delete": {
                "attachment_id": self.internal.attachment_ids.id
            },
        }
        before = self._read_state()
        for person in self._get_people():
            self._sign_in(person)
            for route, values in calls.items():
                with (
                    self.subTest(route, person=person and person.login),
                    mute_logger(*MUTED),
                ):
                    self.url_open(route, json={"params": values})
                    self.assertEqual(self._read_state(), before)

    def test_no_route_of_core_takes_a_file(self):
        before = self._read_state()
        for person in self._get_people():
            self._sign_in(person)
            with self.subTest(person=person and person.login), mute_logger(*MUTED):
                answer = self.url_open(
                    "/mail/attachment/upload",
                    data={
                        "thread_model": MODEL,
                        "thread_id": self.ticket.id,
                        "csrf_token": Request.csrf_token(self),
                    },
                    files={"ufile": ("x.txt", b"x", "text/plain")},
                )
                self.assertNotEqual(answer.status_code, 200)
                self.assertEqual(self._read_state(), before)

    def test_no_route_of_core_tells_what_staff_keep(self):
        """S6: notes, files, followers, people in copy, tokens."""
        thread = {"thread_model": MODEL, "thread_id": self.ticket.id}
        calls = {
            "/mail/thread/messages": thread,
            "/mail/chatter_fetch": thread,
            "/portal/chatter_init": thread,
            "/mail/thread/recipients": thread,
            "/mail/thread/recipients/get_suggested_recipients": thread,
            "/mail/thread/recipients/fields": {"thread_model": MODEL},
            "/mail/data": {
                "fetch_params": [
                    [
                        "mail.thread",
                        {
                            **thread,
                            "request_list": [
                                "followers",
                                "activities",
                                "attachments",
                                "suggestedRecipients",
                                "scheduledMessages",
                            ],
                        },
                    ]
                ]
            },
        }
        hidden = (SECRET, "elsewhere.example", "plan.txt", "more.txt", self.token)
        for person in self._get_people():
            self._sign_in(person)
            for route, values in calls.items():
                with mute_logger(*MUTED):
                    answer = self.url_open(route, json={"params": values}).text
                for word in hidden:
                    with self.subTest(route, person=person and person.login, word=word):
                        self.assertNotIn(word, answer)

    def test_files_of_notes_are_not_fetched(self):
        files = (self.note | self.internal).attachment_ids
        self.assertEqual(len(files), 2)
        for person in self._get_people():
            self._sign_in(person)
            for file in files:
                for path in (
                    f"/web/content/{file.id}",
                    f"/web/image/{file.id}",
                    f"/my/tickets/{self.ticket.id}/files/{file.id}",
                    f"/mail/attachment/pdf_first_page/{file.id}",
                ):
                    with (
                        self.subTest(path, person=person and person.login),
                        mute_logger(*MUTED),
                    ):
                        answer = self.url_open(path)
                        self.assertNotIn(SECRET, answer.text)
            with mute_logger(*MUTED):
                answer = self.url_open(
                    "/mail/attachment/zip",
                    data={
                        "file_ids": ",".join(map(str, files.ids)),
                        "zip_name": "all.zip",
                        "csrf_token": Request.csrf_token(self),
                    },
                )
            self.assertNotIn(b"plan.txt", answer.content)

    # ------------------------------------------------------------
    # RPC
    # ------------------------------------------------------------

    def test_no_method_of_core_writes_on_a_ticket(self):
        partner_ids = self.stranger.partner_id.ids
        calls = {
            "message_post": {
                "body": "Posted",
                "message_type": "comment",
                "subtype_xmlid": "mail.mt_comment",
            },
            "message_notify": {"body": "Posted", "partner_ids": partner_ids},
            "message_post_with_source": {
                "source_ref": "customer_portal_support.mail_template_solved"
            },
            "message_mail_with_source": {
                "source_ref": "customer_portal_support.mail_template_solved"
            },
            "message_subscribe": {"partner_ids": partner_ids},
            "message_unsubscribe": {"partner_ids": self.agent.partner_id.ids},
            "message_new": {"msg_dict": {"subject": "New", "body": "New"}},
            "message_update": {"msg_dict": {"subject": "New", "body": "New"}},
            "activity_schedule": {"summary": "Do it", "user_id": self.agent.id},
            "rating_apply": {"rate": 5, "token": self.token},
            "rating_send_request": {
                "template": "customer_portal_support.mail_template_solved"
            },
        }
        before = self._read_state()
        tickets = self.env[MODEL].sudo().search_count([])
        for user in (self.buyer, self.reader, self.stranger):
            for name, values in calls.items():
                with (
                    self.subTest(name, user=user.login),
                    mute_logger(*MUTED),
                    suppress(Exception),
                    self.env.cr.savepoint(),
                ):
                    getattr(self.ticket.with_user(user), name)(**values)
                    self.env.flush_all()
                self.assertEqual(self._read_state(), before, name)
                self.assertEqual(self.env[MODEL].sudo().search_count([]), tickets)

    def test_rows_of_messages_and_files_are_not_made_or_changed(self):
        values = {
            "model": MODEL,
            "res_id": self.ticket.id,
            "body": "Made",
            "message_type": "comment",
        }
        file = {"name": "x", "raw": b"x", "res_model": MODEL, "res_id": self.ticket.id}
        follower = {
            "res_model": MODEL,
            "res_id": self.ticket.id,
            "partner_id": self.stranger.partner_id.id,
        }
        env = self.env
        for user in (self.buyer, self.stranger):
            changes = {
                "message": lambda e: e["mail.message"].create(values),
                "reply": lambda e: e["mail.message"].create(
                    {**values, "parent_id": self.word.id}
                ),
                "own word": lambda e: self.word.with_env(e).write({"body": "New"}),
                "own word away": lambda e: self.word.with_env(e).unlink(),
                "note": lambda e: self.note.with_env(e).write({"is_internal": False}),
                "file": lambda e: e["ir.attachment"].create(file),
                "follower": lambda e: e["mail.followers"].create(follower),
                "activity": lambda e: e["mail.activity"].create(
                    {
                        "res_model_id": env["ir.model"]._get_id(MODEL),
                        "res_id": self.ticket.id,
                        "summary": "x",
                    }
                ),
                "rating": lambda e: e["rating.rating"].search([]),
                "reaction": lambda e: e["mail.message.reaction"].create(
                    {
                        "message_id": self.word.id,
                        "content": "x",
                        "partner_id": self.buyer.partner_id.id,
                    }
                ),
                "notification": lambda e: e["mail.notification"].create(
                    {
                        "mail_message_id": self.note.id,
                        "res_partner_id": self.buyer.partner_id.id,
                    }
                ),
                "scheduled": lambda e: e["mail.scheduled.message"].create(
                    {**values, "scheduled_date": "2030-01-01"}
                ),
            }
            for name, change in changes.items():
                with (
                    self.subTest(name, user=user.login),
                    mute_logger(*MUTED),
                    self.assertRaises(AccessError),
                    self.env.cr.savepoint(),
                ):
                    change(self.env(user=user))
                    self.env.flush_all()

    def test_nothing_of_staff_is_read(self):
        for user in (self.buyer, self.reader, self.stranger):
            env = self.env(user=user)
            hidden = self.note | self.internal
            for message in hidden:
                with self.subTest(user=user.login), self.assertRaises(AccessError):
                    message.with_env(env).read(["body"])
            with self.subTest("files", user=user.login):
                found = env["ir.attachment"].search(
                    [("id", "in", hidden.attachment_ids.ids)]
                )
                self.assertFalse(found)
            for model in ("mail.followers", "mail.mail", "rating.rating"):
                with (
                    self.subTest(model, user=user.login),
                    suppress(AccessError),
                    mute_logger(*MUTED),
                ):
                    found = env[model].search([("res_id", "=", self.ticket.id)])
                    self.assertFalse(found)

    def test_mail_with_a_link_of_the_own_is_read_by_nobody_else(self):
        """The letter of who rates carries a token."""
        self._say(self.ticket, self.buyer)
        self.ticket._move_to("solved")
        letters = self.env["mail.message"].search(
            [("model", "=", MODEL), ("body", "like", self.token)]
        )
        self.assertTrue(letters)
        for user in (self.reader, self.colleague, self.stranger):
            seen = self.env["mail.message"].with_user(user)
            self.assertFalse(seen.search([("id", "in", letters.ids)]))

    def test_gateway_is_no_door_for_people(self):
        """A mail in somebody else's name, handed to the gateway by RPC."""
        mail = (
            f"From: {self.buyer.email}\nTo: {self.address}\n"
            f"Subject: {self.ticket.number}\nMessage-Id: <forged@x.example>\n\nForged"
        )
        before = self._read_state()
        for user in (self.buyer, self.stranger):
            with (
                self.subTest(user.login),
                mute_logger(*MUTED, "odoo.addons.mail.models.mail_thread"),
                suppress(Exception),
                self.env.cr.savepoint(),
            ):
                self.env["mail.thread"].with_user(user).message_process(MODEL, mail)
            self.assertEqual(self._read_state(), before)
