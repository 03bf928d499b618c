"""The pages of tickets, as people of customers use them."""

import re
from datetime import timedelta

from odoo import Command, fields
from odoo.http import Request
from odoo.tests import tagged
from odoo.tools import mute_logger

from odoo.addons.customer_portal.tests.common import PortalHttpCommon
from odoo.addons.customer_portal.tests.role_case import RolesMixin

from .ticket_case import TicketCase

KEY = "0123456789abcdef" * 2
WRITES = {"see_tickets": "company", "open_tickets": "company"}


@tagged("post_install", "-at_install")
class TicketPagesCase(RolesMixin, TicketCase, PortalHttpCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.other_buyer = cls._create_portal_user("other_buyer", cls.customer)

    def setUp(self):
        super().setUp()
        self.ticket = self._ask(moment=self._ago())
        self._sign_in(self.buyer)

    def _ago(self, **before):
        return fields.Datetime.to_string(fields.Datetime.now() - timedelta(**before))

    def _open(self, ticket=None, query=""):
        """Return the text of the page of a ticket."""
        ticket = ticket or self.ticket
        answer = self._get(f"/my/tickets/{ticket.id}{query}")
        self.assertEqual(answer.status_code, 200)
        return answer.text

    def _do(self, action, ticket=None, **form):
        ticket = ticket or self.ticket
        return self._post(f"/my/tickets/{ticket.id}/{action}", **form)

    def _list(self, query=""):
        """Return the ids of the tickets that the list shows, in its order."""
        text = self._get(f"/my/tickets{query}").text
        return [int(found) for found in re.findall(r'data-ticket="(\d+)"', text)]

    def _reply(self, ticket=None):
        """Write a word of the agent now."""
        return self._answer(ticket or self.ticket, self._ago())

    def _get_words(self, ticket=None):
        """Return the words of the customer's people on a ticket, the oldest first."""
        messages = (ticket or self.ticket).message_ids.filtered(
            lambda message: message.author_id.partner_share
        )
        comment = self.env.ref("mail.mt_comment")
        words = messages.filtered(lambda message: message.subtype_id == comment)
        return [message.body.striptags() for message in words.sorted("id")]


class TestTicketList(TicketPagesCase):
    def test_list_and_menu_are_for_who_may_see_tickets(self):
        self.assertEqual(self._list(), [self.ticket.id])
        self.assertIn('href="/my/tickets"', self._get("/my").text)
        self._tailor(self.buyer, {"see_orders": "company"})
        self.assertNotIn('href="/my/tickets"', self._get("/my").text)
        for path in ("/my/tickets", f"/my/tickets/{self.ticket.id}"):
            self.assertEqual(self._get(path).status_code, 403)

    def test_filters_follow_the_customer_s_words(self):
        by_status = {"received": self.ticket}
        for status in ("in_progress", "waiting", "solved", "closed"):
            by_status[status] = self._ask(moment=self._ago())
            by_status[status]._move_to(status)
        ids = {status: ticket.id for status, ticket in by_status.items()}
        open_ids = {ids["received"], ids["in_progress"], ids["waiting"]}
        for query, right in (
            ("", open_ids),
            ("?filterby=waiting", {ids["waiting"]}),
            ("?filterby=solved", {ids["solved"]}),
            ("?filterby=closed", {ids["closed"]}),
            ("?filterby=all", set(ids.values())),
            ("?filterby=nonsense", open_ids),
        ):
            with self.subTest(query):
                self.assertEqual(set(self._list(query)), right)

    def test_mine_and_those_of_the_company(self):
        shared = self._ask(
            moment=self._ago(),
            partner_id=self.other_buyer.partner_id.id,
            participant_ids=[Command.set(self.buyer.partner_id.ids)],
        )
        others = self._ask(
            moment=self._ago(), partner_id=self.other_buyer.partner_id.id
        )
        self.assertEqual(set(self._list()), {self.ticket.id, shared.id, others.id})
        self.assertEqual(set(self._list("?people=mine")), {self.ticket.id, shared.id})
        self._tailor(self.buyer, {"see_tickets": "own"})
        self.assertEqual(set(self._list()), {self.ticket.id, shared.id})
        self.assertNotIn('name="people"', self._get("/my/tickets").text)

    def test_last_news_come_first(self):
        older = self._ask(moment=self._ago(days=3))
        self.assertEqual(self._list(), [self.ticket.id, older.id])
        self._reply(older)
        self.assertEqual(self._list(), [older.id, self.ticket.id])
        self.assertEqual(self._list("?sortby=received"), [self.ticket.id, older.id])

    def test_words_are_found_in_number_subject_question_and_messages(self):
        self._post_word = self.ticket._post_customer_word
        self._post_word(self.buyer, "The crate was sodden: größer als erwartet.")
        self._reply()
        self.ticket.message_post(body="Secretive remark", subtype_xmlid="mail.mt_note")
        asked = self._ask(
            moment=self._ago(),
            subject="Another",
            description="<p class='weird'>The <b>valve</b> leaks</p>",
        )
        foreign = self._ask(
            moment=self._ago(),
            partner_id=self.stranger.partner_id.id,
            description="<p>valve sodden</p>",
        )
        foreign._post_customer_word(self.stranger, "valve sodden")
        for word, right in (
            (self.ticket.number, {self.ticket.id}),
            (self.ticket.number.replace("-", " ").lower(), {self.ticket.id}),
            ("bolt", {self.ticket.id}),
            ("sodden", {self.ticket.id}),
            ("SODDEN crate", {self.ticket.id}),
            ("größer", {self.ticket.id}),
            ("look into", {self.ticket.id}),
            ("valve", {asked.id}),
            ("valve leaks", {asked.id}),
            ("Secretive", set()),
            ("weird", set()),  # stands in a tag
            ("class", set()),
            ("_", set()),
        ):
            with self.subTest(word):
                self.assertEqual(set(self._list(f"?search={word}")), right)

    def test_search_finds_no_word_of_a_ticket_that_one_may_not_see(self):
        others = self._ask(
            moment=self._ago(), partner_id=self.other_buyer.partner_id.id
        )
        others._post_customer_word(self.other_buyer, "sodden")
        self.assertEqual(self._list("?search=sodden"), [others.id])
        self._tailor(self.buyer, {"see_tickets": "own"})
        self.assertEqual(self._list("?search=sodden"), [])

    def test_other_lists_lead_to_the_search_of_tickets(self):
        page = self._get("/my/orders?search=sodden").text
        self.assertIn('href="/my/tickets?search=sodden"', page)

    def test_row_says_when_an_answer_is_expected_and_that_it_is_late(self):
        self.assertNotIn("delayed", self._get("/my/tickets").text)
        self.ticket.expected_reply_on = self._ago(hours=1)
        self.assertIn("delayed", self._get("/my/tickets").text)
        self._reply()
        self.assertNotIn("delayed", self._get("/my/tickets").text)

    def test_list_is_exported(self):
        self._tailor(self.buyer, {**WRITES, "export": "company"})
        self.assertIn('action="/my/tickets/export"', self._get("/my/tickets").text)
        answer = self._post("/my/tickets/export", file_format="csv")
        header, row = answer.content.decode("utf-8-sig").splitlines()
        self.assertTrue(header.startswith("Number,Subject,Asked by,Company,Received"))
        self.assertIn(f"{self.ticket.number},Where is my bolt?", row)
        self.assertTrue(row.endswith(",Received"))

    def test_nothing_open_leads_on(self):
        self.ticket._move_to("closed")
        page = self._get("/my/tickets").text
        self.assertIn("No open tickets", page)
        self.assertIn('href="/my/tickets?filterby=all"', page)

    def test_what_waits_is_counted_and_on_the_overview(self):
        self.assertNotIn("waits for your answer", self._get("/my/tickets").text)
        self.ticket._move_to("waiting")
        self.assertIn("1 ticket waits for your answer", self._get("/my/tickets").text)
        address = f'href="/my/tickets/{self.ticket.id}"'
        self.assertIn(address, self._get("/my").text)
        # Who may not answer is not asked.
        self._tailor(self.buyer, {"see_tickets": "company"})
        self.assertNotIn("waits for your answer", self._get("/my/tickets").text)
        self.assertNotIn(address, self._get("/my").text)


class TestTicketPage(TicketPagesCase):
    def test_page_says_how_it_stands_and_what_is_next(self):
        self.team.name = "Harbour desk"
        page = self._open(query="?notice=ticket_sent")
        self.assertIn("Your number", page)
        self.assertIn("We will answer by", page)
        self.assertIn("Harbour desk has your ticket.", page)
        self.ticket.expected_reply_on = self._ago(hours=2)
        self.assertIn("We wanted to answer by", self._open())
        self.agent.name, self.ticket.user_id = "Ann Agent", self.agent
        self._reply()
        page = self._open()
        self.assertIn("We are working on it", page)
        self.assertIn("Ann Agent has your ticket.", page)
        for status, sentence in (
            ("waiting", "We need something from you"),
            ("solved", "the ticket closes by itself on"),
            ("closed", "A reply reopens it until"),
        ):
            self.ticket._move_to(status)
            with self.subTest(status):
                self.assertIn(sentence, self._open())
        self.ticket.closed_on = self._ago(days=15)
        page = self._open()
        self.assertIn("open a new ticket", page)
        self.assertNotIn('name="text"', page)

    def test_expected_answer_is_in_the_zone_of_the_reader(self):
        self.ticket.expected_reply_on = "2031-07-02 13:30:00"
        for zone, moment in (
            ("Europe/Brussels", "July 2, 2031, 3:30"),
            ("America/New_York", "July 2, 2031, 9:30"),
        ):
            self.buyer.tz = zone
            page = self._open(query="?notice=ticket_sent").replace("\u202f", " ")
            self.assertIn(moment, page)
            self.assertIn(zone, page)

    def test_timeline_has_each_status_once(self):
        for status in ("in_progress", "waiting", "solved", "in_progress"):
            self.ticket._move_to(status)
        labels = re.findall(r'<li class="cp_done"><span>([^<]+)', self._open())
        self.assertEqual(
            labels,
            ["Received", "In progress", "Waiting for you", "Solved", "Reopened"],
        )

    def test_notes_and_files_of_staff_are_not_shown(self):
        self._reply()
        note = self.ticket.message_post(
            body="Careful with them",
            attachments=[("secret.txt", b"x")],
            subtype_xmlid="mail.mt_note",
        )
        beside = self.env["ir.attachment"].create(
            {
                "name": "beside.txt",
                "raw": b"x",
                "res_model": self.ticket._name,
                "res_id": self.ticket.id,
            }
        )
        page = self._open()
        self.assertIn("We look into it.", page)
        for word in ("Careful with them", "secret.txt", "beside.txt"):
            self.assertNotIn(word, page)
        for file in note.attachment_ids | beside:
            token = file.generate_access_token()[0]
            for path in (
                f"/my/tickets/{self.ticket.id}/files/{file.id}",
                f"/web/content/{file.id}",
                f"/web/content/{file.id}?access_token={token}x",
            ):
                with self.subTest(path):
                    self.assertEqual(self._get(path).status_code, 404)

    def test_files_of_messages_are_for_who_reads_the_ticket(self):
        word = self.ticket._post_customer_word(self.buyer, "See", [("a.txt", b"One")])
        path = f"/my/tickets/{self.ticket.id}/files/{word.attachment_ids.id}"
        self.assertIn(path, self._open())
        self.assertEqual(self._get(path).content, b"One")
        other = self._ask(moment=self._ago())
        wrong = f"/my/tickets/{other.id}/files/{word.attachment_ids.id}"
        self.assertEqual(self._get(wrong).status_code, 404)
        for person in (self.stranger, self.colleague):
            self._sign_in(person)
            self.assertEqual(self._get(path).status_code, 404)

    def test_papers_are_links_for_who_may_open_them(self):
        order = self._create_order()
        invoice = self._create_posted_invoice(10.0)
        values = self.env["portal.ticket.value"]
        self.ticket.write({"order_id": order.id, "invoice_id": invoice.id})
        values.create(
            [
                {
                    "ticket_id": self.ticket.id,
                    "label": "Which invoice",
                    "text": invoice.name,
                    "res_model": "account.move",
                    "res_id": invoice.id,
                },
                {"ticket_id": self.ticket.id, "label": "Since", "date": "2031-02-03"},
                {"ticket_id": self.ticket.id, "label": "Colour", "text": "Red <b>"},
                {"ticket_id": self.ticket.id, "label": "Pieces", "number": 12.5},
            ]
        )
        self._tailor(
            self.buyer,
            {**WRITES, "see_orders": "company", "see_invoices": "company"},
        )
        page = self._open()
        for text in (
            f'href="/my/orders/{order.id}"',
            f'href="/my/invoices/{invoice.id}"',
            "Which invoice",
            "02/03/2031",
            "Red &lt;b&gt;",
            "12.5",
        ):
            self.assertIn(text, page)
        self._tailor(self.buyer, WRITES)
        page = self._open()
        for text in (order.name, invoice.name, "Which invoice"):
            self.assertNotIn(text, page)
        self.assertIn("Colour", page)

    def test_papers_without_a_page_are_named_for_who_may_see_them(self):
        foreign = self._ask(moment=self._ago(), partner_id=self.stranger.partner_id.id)
        self.env["portal.ticket.value"].create(
            [
                {
                    "ticket_id": self.ticket.id,
                    "label": "About",
                    "text": f"This is {name}",
                    "res_model": "portal.ticket",
                    "res_id": ticket.id,
                }
                for name, ticket in (("own", self.ticket), ("foreign", foreign))
            ]
        )
        page = self._open()
        self.assertIn("This is own", page)
        self.assertNotIn("This is foreign", page)

    def test_older_messages_are_behind_a_link(self):
        for number in range(25):
            self.ticket._post_customer_word(self.buyer, f"word {number:02}")
        page = self._open()
        self.assertIn("word 24", page)
        self.assertNotIn("word 04", page)
        self.assertIn("Show earlier messages", page)
        page = self._open(query="?messages=all")
        self.assertIn("word 04", page)
        self.assertNotIn("Show earlier messages", page)

    def test_page_costs_the_same_with_many_messages_and_tickets(self):
        def count():
            self._open(query="?messages=all")
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            self._open(query="?messages=all")
            return self.env.cr.sql_log_count - before

        for _number in range(2):
            self.ticket._post_customer_word(self.buyer, "Hm", [("a.txt", b"One")])
            self._reply()
        few = count()
        self.assertLessEqual(few, 12)
        for number in range(150):
            self._reply()
            self.ticket._post_customer_word(
                self.buyer, "Hm", [("a.txt", b"%d" % number)] if number % 9 else ()
            )
        self.assertEqual(count(), few)


class TestTicketReach(TicketPagesCase):
    """Who opens which ticket, and what becomes of it when something is taken."""

    def _opens(self, person, ticket=None):
        self._sign_in(person)
        ticket = ticket or self.ticket
        return self._get(f"/my/tickets/{ticket.id}").status_code == 200

    def test_scope_decides(self):
        of_branch = self._ask(
            moment=self._ago(), partner_id=self.colleague.partner_id.id
        )
        others = self._ask(
            moment=self._ago(), partner_id=self.other_buyer.partner_id.id
        )
        for scope, right in (
            ("own", {self.ticket}),
            ("company", {self.ticket, others}),
            ("branches", {self.ticket, others, of_branch}),
        ):
            self._tailor(self.buyer, {"see_tickets": scope})
            for ticket in (self.ticket, others, of_branch):
                with self.subTest(scope, ticket=ticket.number):
                    self.assertEqual(self._opens(self.buyer, ticket), ticket in right)

    def test_participant_who_is_removed_or_leaves_sees_nothing(self):
        self._tailor(self.other_buyer, {"see_tickets": "own"})
        self.assertFalse(self._opens(self.other_buyer))
        self.ticket._share(self.other_buyer)
        self.assertTrue(self._opens(self.other_buyer))
        self.ticket._unshare(self.other_buyer.partner_id)
        self.assertFalse(self._opens(self.other_buyer))
        self.assertNotIn(self.other_buyer.partner_id, self.ticket.message_partner_ids)
        self.ticket._share(self.other_buyer)
        self.other_buyer.partner_id.parent_id = self.other_customer
        self.assertFalse(self._opens(self.other_buyer))
        # Nobody reads where he or she works now, and sharing goes on.
        self._sign_in(self.buyer)
        self.assertNotIn("Shared with", self._open())
        third = self._create_portal_user("third", self.customer)
        self.ticket._share(third)
        self.assertEqual(self.ticket.participant_ids, third.partner_id)

    def test_who_left_loses_the_own_tickets(self):
        self.assertTrue(self._opens(self.buyer))
        self.buyer.partner_id.parent_id = self.other_customer
        self.assertFalse(self._opens(self.buyer))
        self.assertTrue(self._opens(self.other_buyer))
        self._sign_in(self.buyer)
        self.assertEqual(self._list("?filterby=all"), [])
        self.assertEqual(self._do("message", text="Hello").status_code, 404)

    def test_who_only_looks_changes_nothing(self):
        self._tailor(self.buyer, {"see_tickets": "company"})
        page = self._open()
        for address in ("/message", "/solve", "/cancel", "/escalate", "/share"):
            self.assertNotIn(f"/my/tickets/{self.ticket.id}{address}", page)
        for action in (
            "message",
            "solve",
            "cancel",
            "reopen",
            "escalate",
            "share",
            "unshare",
        ):
            with self.subTest(action):
                self.assertEqual(self._do(action, text="Hm").status_code, 403)
        self.assertEqual(self.ticket.customer_status, "received")

    def test_participant_answers_and_no_more(self):
        self._tailor(self.other_buyer, {"see_tickets": "own"})
        self.ticket._share(self.other_buyer)
        self._sign_in(self.other_buyer)
        page = self._open()
        self.assertIn('name="text"', page)
        self.assertNotIn("/cancel", page)
        self.assertEqual(self._do("message", text="I know more").status_code, 303)
        self.assertEqual(self._get_words(), ["I know more"])
        for action in ("solve", "cancel", "escalate", "share", "unshare"):
            self.assertEqual(self._do(action).status_code, 403)


class TestTicketActions(TicketPagesCase):
    def test_reply_with_files_is_kept_once(self):
        self.ticket._move_to("waiting")
        files = [("files", ("a.txt", b"One", "text/plain"))]
        files.append(("files", ("b.txt", b"Two", "text/plain")))
        for _click in range(2):
            answer = self.url_open(
                f"/my/tickets/{self.ticket.id}/message",
                data={
                    "text": "Here they are:\nboth <b>lists</b>",
                    "request_key": KEY,
                    "csrf_token": Request.csrf_token(self),
                },
                files=files,
                allow_redirects=False,
            )
            self.assertIn("notice=ticket_replied", answer.headers["Location"])
        self.assertEqual(self._get_words(), ["Here they are:both <b>lists</b>"])
        [message] = self.ticket.message_ids.filtered("attachment_ids")
        self.assertEqual(
            sorted(message.attachment_ids.mapped("name")), ["a.txt", "b.txt"]
        )
        self.assertEqual(message.author_id, self.buyer.partner_id)
        self.assertEqual(self.ticket.customer_status, "in_progress")

    def test_refused_reply_loses_no_text(self):
        answer = self.url_open(
            f"/my/tickets/{self.ticket.id}/message",
            data={"text": "Keep this text", "csrf_token": Request.csrf_token(self)},
            files=[("files", ("evil.exe", b"MZ", "application/x"))],
        )
        self.assertEqual(answer.status_code, 422)
        self.assertIn(">Keep this text</textarea>", answer.text)
        self.assertIn("evil.exe", answer.text)
        self.assertIn("Please choose the files again.", answer.text)
        self.assertEqual(self._get_words(), [])
        self.assertEqual(self._do("message", text="  ").status_code, 422)
        long = self._do("message", text="x" * 10_500)
        self.assertEqual(long.status_code, 422)
        self.assertIn("x" * 10_500, long.text)
        self.assertEqual(self._get_words(), [])

    def test_end_and_reopen(self):
        for action, status, notice in (
            ("solve", "solved", "ticket_solved"),
            ("cancel", "closed", "ticket_cancelled"),
        ):
            with self.subTest(action):
                for code in (notice, "ticket_ended"):
                    answer = self._do(action)
                    self.assertIn(f"notice={code}", answer.headers["Location"])
                    self.assertEqual(self.ticket.customer_status, status)
                answer = self._do("reopen", text="Not quite", request_key="")
                self.assertEqual(self.ticket.customer_status, "in_progress")
        self.assertEqual(self._get_words(), ["Not quite", "Not quite"])
        self.assertEqual(self.ticket.reopened_count, 2)

    def test_solving_it_oneself_brings_no_mail(self):
        mails = self.env["mail.mail"]
        before = mails.search_count([])
        self._do("solve")
        self.assertEqual(mails.search_count([]), before)
        bodies = " ".join(self.ticket.message_ids.mapped("body"))
        self.assertIn("says that it is solved", bodies)

    def test_reply_reopens_within_the_time_only(self):
        self.ticket._move_to("closed")
        self._do("message", text="Once more")
        self.assertEqual(self.ticket.customer_status, "in_progress")
        self.ticket._move_to("closed")
        self.ticket.closed_on = self._ago(days=15)
        for action in ("message", "reopen"):
            answer = self._do(action, text="Too late")
            self.assertEqual(answer.status_code, 422)
            self.assertIn("Please open a new one.", answer.text)
        self.assertEqual(self.ticket.customer_status, "closed")
        self.assertEqual(self._get_words(), ["Once more"])

    def test_escalation_comes_before_the_lead_once(self):
        self.lead.name = "Lea Lead"
        self.assertIn("Lea Lead leads the team", self._open())
        self.assertEqual(self._do("escalate", reason=" ").status_code, 422)
        for key in (KEY, KEY):
            answer = self._do("escalate", reason="The line stands", request_key=key)
            self.assertIn("notice=ticket_escalated", answer.headers["Location"])
        [activity] = self.ticket.activity_ids
        self.assertEqual(activity.user_id, self.lead)
        self.assertIn("The line stands", activity.note)
        self.assertEqual(self._get_words(), ["The line stands"])
        page = self._open()
        self.assertIn("It was escalated to Lea Lead on", page)
        self.assertNotIn("/escalate", page)
        again = self._do("escalate", reason="And again")
        self.assertEqual(again.status_code, 422)
        self.assertIn("escalated already", again.text)
        self.ticket.escalated_on = self._ago(minutes=5)
        self._reply()
        self.assertIn("/escalate", self._open())

    def test_share_with_a_colleague_who_is_told(self):
        self._tailor(self.other_buyer, {"see_tickets": "own"})
        no_tickets = self._create_portal_user("no_tickets", self.customer)
        self._tailor(no_tickets, {"see_orders": "company"})
        page = self._get(f"/my/tickets/{self.ticket.id}/share").text
        options = set(map(int, re.findall(r'<option value="(\d+)"', page)))
        self.assertEqual(options, {self.other_buyer.partner_id.id})
        person = str(self.other_buyer.partner_id.id)
        for _click in range(2):
            answer = self._do("share", person=person)
            self.assertIn("notice=ticket_shared", answer.headers["Location"])
        self.assertEqual(self.ticket.participant_ids, self.other_buyer.partner_id)
        notice = self.env["portal.notice"].search(
            [("user_id", "=", self.other_buyer.id)]
        )
        self.assertEqual(notice.url, f"/my/tickets/{self.ticket.id}")
        self.assertIn(self.ticket.number, notice.title)
        for wrong in (self.stranger, no_tickets, self.agent):
            answer = self._do("share", person=str(wrong.partner_id.id))
            self.assertEqual(answer.status_code, 422)
        for _click in range(2):
            answer = self._do("unshare", person=person)
            self.assertIn("notice=ticket_unshared", answer.headers["Location"])
        self.assertFalse(self.ticket.participant_ids)

    def test_merged_ticket_leads_to_the_other_one(self):
        other = self._ask(moment=self._ago())
        self.ticket._merge_into(other)
        page = self._open()
        self.assertIn(f'href="/my/tickets/{other.id}"', page)
        self.assertNotIn('name="text"', page)
        self.assertEqual(self._do("message", text="Hm").status_code, 422)
        other.partner_id = self.stranger.partner_id
        self.assertNotIn(other.number, self._open())

    def test_actions_are_limited(self):
        self.env["ir.config_parameter"].set_param("customer_portal.limit_ticket", "1")
        with mute_logger("odoo.addons.customer_portal.models.frame.ir_http_errors"):
            statuses = [self._do("solve").status_code for _twice in range(2)]
        self.assertEqual(statuses, [303, 429])
