"""Mails out: who gets a word or a letter, how it is threaded, and what it says."""

from freezegun import freeze_time
from lxml import html

from odoo.tests import tagged

from .mail_case import TicketMailCase

BUYER = "buyer@northwind.example"
READER = "reader@northwind.example"


@tagged("post_install", "-at_install")
class TestTicketMails(TicketMailCase):
    # ------------------------------------------------------------
    # Who gets a word
    # ------------------------------------------------------------

    def test_word_goes_to_contact_and_participants(self):
        ticket = self._ask(participant_ids=self.reader.partner_id.ids)
        _message, mails = self._count_mails(self._answer, ticket, "2026-03-02 10:00:00")
        self.assertEqual(self._get_addressees(mails), [BUYER, READER])

    def test_word_goes_to_who_works_for_several_customers(self):
        person = self._create_portal_user("bookkeeper", self.other_customer)
        ticket = self._ask(
            partner_id=person.partner_id.id, portal_customer_id=self.customer.id
        )
        _message, mails = self._count_mails(self._answer, ticket, "2026-03-02 10:00:00")
        self.assertFalse(mails)
        role = self.env.ref("customer_portal.role_member")
        member = self.env["portal.membership"].create(
            {"user_id": person.id, "partner_id": self.customer.id, "role_id": role.id}
        )
        _message, mails = self._count_mails(self._answer, ticket, "2026-03-02 10:00:00")
        self.assertEqual(self._get_addressees(mails), ["bookkeeper@northwind.example"])
        member.unlink()
        _message, mails = self._count_mails(self._answer, ticket, "2026-03-02 10:00:00")
        self.assertFalse(mails)

    def test_word_of_a_colleague_goes_to_the_others_and_the_agent(self):
        ticket = self._ask(participant_ids=self.reader.partner_id.ids)
        ticket.with_context(tracking_disable=False).user_id = self.agent
        _message, mails = self._count_mails(self._say, ticket, self.reader)
        self.assertEqual(self._get_addressees(mails), ["agent_a@seller.example", BUYER])

    def test_who_follows_without_taking_part_gets_nothing(self):
        ticket = self._ask()
        ticket.message_subscribe(self.reader.partner_id.ids)
        _message, mails = self._count_mails(self._answer, ticket, "2026-03-02 10:00:00")
        self.assertEqual(self._get_addressees(mails), [BUYER])

    def test_whom_staff_name_gets_the_word_and_nothing_of_the_ticket(self):
        ticket = self._ask(description="<p>Our secret drawing 4711.</p>")
        self._say(ticket, self.buyer, "Our secret price is 12.")
        _message, mails = self._count_mails(
            self._answer,
            ticket,
            "2026-03-02 10:00:00",
            partner_ids=self.outsider.ids,
        )
        mail = self._find_mail(mails, "carla@elsewhere.example")
        self.assertIn("We look into it.", mail.body_html)
        for word in ("4711", "price is 12", "/my/tickets", "Where is my bolt?"):
            self.assertNotIn(word, mail.body_html)

    def test_named_by_the_composer_who_wants_no_mail_gets_none(self):
        """The composer names the contact by itself."""
        ticket = self._ask()
        self._choose(self.buyer, "ticket_answered", mail="none")
        _message, mails = self._count_mails(
            self._answer,
            ticket,
            "2026-03-02 10:00:00",
            partner_ids=self.buyer.partner_id.ids,
        )
        self.assertFalse(mails)

    def test_word_waits_for_the_digest_of_who_wants_one(self):
        ticket = self._ask()
        self._tell_news()
        self._send_told()
        self._choose(self.buyer, "ticket_answered", mail="digest")
        _message, mails = self._count_mails(self._answer, ticket, "2026-03-02 10:00:00")
        self.assertFalse(mails)
        self._tell_news()
        [digest] = self._send_told()
        self.assertIn(f"We have answered ticket {ticket.number}.", digest.body_html)
        self.assertIn(BUYER, digest.email_to)

    def test_who_may_not_see_the_ticket_any_more_gets_nothing(self):
        ticket = self._ask(participant_ids=self.reader.partner_id.ids)
        self._give_role(self.buyer, "buyer", state="disabled")
        self._tailor(self.reader, {"see_orders": "company"})
        _message, mails = self._count_mails(self._answer, ticket, "2026-03-02 10:00:00")
        self.assertFalse(mails)
        with freeze_time("2026-03-02 11:00:00"):
            _done, mails = self._count_mails(ticket._move_to, "solved")
        self.assertFalse(mails)

    def test_who_asks_by_mail_is_answered_by_mail(self):
        ticket = self._ask(channel="mail")
        self._give_role(self.buyer, "buyer", state="disabled")
        _message, mails = self._count_mails(self._answer, ticket, "2026-03-02 10:00:00")
        self.assertEqual(self._get_addressees(mails), [BUYER])
        self.assertNotIn("/my/tickets", mails.body_html)

    def test_named_contact_who_has_left_gets_nothing(self):
        ticket = self._ask()
        self.buyer.partner_id.parent_id = self.other_customer
        _message, mails = self._count_mails(
            self._answer,
            ticket,
            "2026-03-02 10:00:00",
            partner_ids=self.buyer.partner_id.ids,
        )
        self.assertFalse(mails)

    def test_unknown_sender_is_answered_without_being_named(self):
        ticket = self._ask(
            partner_id=False, email_from="Nora New <nora@new.example>", channel="mail"
        )
        _message, mails = self._count_mails(self._answer, ticket, "2026-03-02 10:00:00")
        self.assertEqual(self._get_addressees(mails), ["nora@new.example"])
        self.assertNotIn("/my/tickets", mails.body_html)

    def test_notes_of_staff_go_to_no_customer(self):
        ticket = self._ask(participant_ids=self.reader.partner_id.ids)
        _note, mails = self._count_mails(
            ticket.with_user(self.agent).message_post,
            body="Careful with them.",
            subtype_xmlid="mail.mt_note",
        )
        self.assertFalse(mails)

    # ------------------------------------------------------------
    # How a word looks
    # ------------------------------------------------------------

    def test_word_is_read_without_signing_in_and_leads_to_the_page(self):
        ticket = self._ask(description="<p>It is an M8.</p>")
        self._say(ticket, self.buyer, "It is urgent.", "2026-03-02 09:30:00")
        message, mail = self._count_mails(self._answer, ticket, "2026-03-02 10:00:00")
        page = html.fromstring(mail.body_html)
        links = [link for link in page.xpath("//a/@href") if "mailto" not in link]
        self.assertEqual(links, [f"{ticket.get_base_url()}/my/tickets/{ticket.id}"])
        quotes = page.xpath("//blockquote")
        self.assertEqual(
            [quote.text_content().strip() for quote in quotes],
            ["It is urgent.", "It is an M8."],
        )
        text = page.text_content()
        self.assertLess(text.index("We look into it."), text.index("It is urgent."))
        self.assertIn(self.agent.name, text)
        self.assertEqual(mail.subject, f"Re: {ticket.number}: Where is my bolt?")
        self.assertIn(self.address, mail.reply_to)
        self.assertNotIn("Auto-Submitted", mail.headers or "")
        self.assertEqual(mail.references.split()[-1], message.message_id)

    def test_what_was_quoted_is_not_quoted_again(self):
        ticket = self._ask()
        self._say(
            ticket,
            self.buyer,
            "<p>Yes.</p><blockquote>Once upon a time</blockquote>",
            "2026-03-02 09:30:00",
        )
        message = self.env["mail.message"].search([], order="id desc", limit=1)
        message.body = "<p>Yes.</p><blockquote>Once upon a time</blockquote>"
        _message, mail = self._count_mails(self._answer, ticket, "2026-03-02 10:00:00")
        self.assertIn("Yes.", mail.body_html)
        self.assertNotIn("Once upon a time", mail.body_html)

    def test_mail_refers_to_the_first_one_and_the_last(self):
        ticket = self._ask()
        receipt = self.env["mail.message"].search(
            [("model", "=", "portal.ticket"), ("res_id", "=", ticket.id)],
            order="id",
            limit=1,
        )
        words = [
            self._say(ticket, self.buyer, f"Word {number}.") for number in range(5)
        ]
        message, mail = self._count_mails(self._answer, ticket, "2026-03-02 12:00:00")
        references = mail.references.split()
        self.assertEqual(references[0], receipt.message_id)
        self.assertEqual(references[-1], message.message_id)
        self.assertIn(words[-1].message_id, references)
        self.assertLessEqual(len(references), 6)

    def test_words_of_a_note_are_never_quoted(self):
        ticket = self._ask()
        ticket.with_user(self.agent).message_post(
            body="They pay late.", subtype_xmlid="mail.mt_note"
        )
        ticket.sudo().message_post(
            body="They pay late.",
            subtype_xmlid="mail.mt_comment",
            is_internal=True,
            message_type="comment",
        )
        _message, mail = self._count_mails(self._answer, ticket, "2026-03-02 10:00:00")
        self.assertNotIn("pay late", mail.body_html)

    # ------------------------------------------------------------
    # Letters
    # ------------------------------------------------------------

    def test_receipt_goes_to_who_asked_and_says_number_and_moment(self):
        ticket, mails = self._count_mails(
            self._ask, participant_ids=self.reader.partner_id.ids
        )
        [receipt] = mails.filtered(lambda mail: "we have received" in mail.body_html)
        self.assertIn(BUYER, receipt.email_to)
        page = html.fromstring(receipt.body_html)
        self.assertIn(ticket.number, page.text_content())
        self.assertIn("March 3, 2026", page.text_content())
        self.assertIn("auto-generated", receipt.headers)

    def test_solved_goes_to_all_who_take_part_with_a_rating_of_their_own(self):
        ticket = self._ask(participant_ids=self.reader.partner_id.ids)
        with freeze_time("2026-03-02 11:00:00"):
            _done, mails = self._count_mails(ticket._move_to, "solved")
        self.assertEqual(len(mails), 2)
        tokens = set()
        for email in (BUYER, READER):
            mail = self._find_mail(mails, email)
            links = html.fromstring(mail.body_html).xpath(
                "//a[contains(@href, '/my/tickets/rating/')]/@href"
            )
            self.assertEqual(len(links), 3)
            tokens |= {link.split("?")[0] for link in links}
        self.assertEqual(len(tokens), 2, "each has a link of the own")

    def test_who_solves_it_is_not_told_so(self):
        ticket = self._ask(participant_ids=self.reader.partner_id.ids)
        with freeze_time("2026-03-02 11:00:00"):
            _done, mails = self._count_mails(
                ticket.with_user(self.buyer).sudo()._move_to, "solved"
            )
        self.assertEqual(len(mails), 1)
        self._find_mail(mails, READER)

    def test_end_is_told_once(self):
        """Who was told that it closes is not told that it has."""
        for before, warned, count in (
            ("received", False, 1),
            ("solved", False, 1),
            ("solved", True, 0),
        ):
            with self.subTest(before, warned=warned):
                ticket = self._ask()
                self._move(ticket, before, "2026-03-02 10:00:00")
                if warned:
                    ticket.closing_warned_on = "2026-03-03 10:00:00"
                with freeze_time("2026-03-09 10:00:00"):
                    _done, mails = self._count_mails(ticket._move_to, "closed")
                self.assertEqual(len(mails), count)

    def test_end_without_solution_says_why(self):
        for reason, words in (
            ("cancelled", "was cancelled"),
            ("duplicate", "as a duplicate"),
        ):
            with self.subTest(reason):
                ticket = self._ask()
                _done, mail = self._count_mails(ticket._end, reason)
                self.assertIn(words, mail.body_html)
                self.assertNotIn("/my/tickets/rating/", mail.body_html)

    def test_merged_ticket_writes_no_mail(self):
        ticket, target = self._ask(), self._ask()
        _done, mails = self._count_mails(ticket._merge_into, target)
        self.assertFalse(mails)

    def test_staff_who_take_it_up_again_tell_so(self):
        ticket = self._ask()
        self._move(ticket, "solved", "2026-03-02 10:00:00")
        _done, mail = self._count_mails(ticket.with_user(self.agent).action_reopen)
        self.assertIn("taken up your request", mail.body_html)

    def test_reply_that_reopens_needs_no_letter(self):
        ticket = self._ask(participant_ids=self.reader.partner_id.ids)
        self._move(ticket, "solved", "2026-03-02 10:00:00")
        _message, mails = self._count_mails(self._say, ticket, self.buyer)
        self.assertEqual(ticket.customer_status, "in_progress")
        self.assertEqual(self._get_addressees(mails), [READER])
        self.assertIn("And the nuts?", mails.body_html)

    def test_each_reads_in_the_own_language_and_direction(self):
        self.env["res.lang"]._activate_lang("fa_IR")
        self.reader.partner_id.lang = "fa_IR"
        ticket = self._ask(participant_ids=self.reader.partner_id.ids)
        _message, mails = self._count_mails(self._answer, ticket, "2026-03-02 10:00:00")
        with freeze_time("2026-03-02 11:00:00"):
            _done, letters = self._count_mails(ticket._move_to, "solved")
        for found in (mails, letters):
            for email, direction in ((BUYER, "ltr"), (READER, "rtl")):
                with self.subTest(email):
                    body = self._find_mail(found, email).body_html
                    [frame] = html.fromstring(body).xpath("//div[@dir][1]")[:1]
                    self.assertEqual(frame.get("dir"), direction)

    # ------------------------------------------------------------
    # The bell
    # ------------------------------------------------------------

    def test_several_answers_within_minutes_are_one_notice(self):
        ticket = self._ask(participant_ids=self.reader.partner_id.ids)
        for minute in range(3):
            self._answer(ticket, f"2026-03-02 10:0{minute}:00")
        notices = self._tell_news()
        for user in (self.buyer, self.reader):
            titles = self._get_titles(notices, user)
            title = f"We have answered ticket {ticket.number}."
            self.assertEqual(titles.count(title), 1)
        mails = self._send_told()
        self.assertFalse(mails.filtered(lambda mail: "answered" in mail.subject))

    def test_only_who_takes_part_is_told(self):
        everybody = self._create_portal_user("everybody", self.customer)
        self._tailor(everybody, {"see_tickets": "branches"})
        ticket = self._ask()
        self._answer(ticket, "2026-03-02 10:00:00")
        self.assertEqual(self._tell_news().user_id, self.buyer)

    def test_answer_and_what_it_does_are_one_notice(self):
        for status, sentence in (
            ("waiting", "We wait for your answer on ticket %s."),
            ("solved", "Ticket %s is solved."),
        ):
            with self.subTest(status):
                ticket = self._ask(channel="staff")
                self._tell_news()
                with freeze_time(self.env.cr.now()):
                    now = self.env.cr.now()
                self._answer(ticket, now)
                with freeze_time(now):
                    ticket._move_to(status)
                titles = self._get_titles(self._tell_news(), self.buyer)
                self.assertEqual(titles, [sentence % ticket.number])

    def test_author_is_not_told_of_the_own_word(self):
        ticket = self._ask(participant_ids=self.reader.partner_id.ids)
        self._tell_news()
        self._say(ticket, self.buyer)
        notices = self._tell_news()
        self.assertEqual(notices.user_id, self.reader)
        self.assertIn("Somebody of your company wrote", notices.title)

    def test_what_is_taken_back_is_not_told(self):
        ticket = self._ask(channel="staff")
        self._tell_news()
        ticket._move_to("waiting")
        ticket._move_to("in_progress")
        self.assertFalse(self._tell_news())

    def test_waiting_without_a_word_is_told_by_mail(self):
        ticket = self._ask()
        self._tell_news()
        self._send_told()
        ticket._move_to("waiting")
        self._tell_news()
        [mail] = self._send_told()
        self.assertIn("We wait for your answer", mail.subject)
        self.assertIn(BUYER, mail.email_to)

    def test_shared_is_told_at_once_and_only_to_whom(self):
        ticket = self._ask()
        notices = self.env["portal.notice"].sudo()
        before = notices.search([])
        ticket.with_user(self.buyer).sudo().participant_ids |= self.reader.partner_id
        made = notices.search([]) - before
        self.assertEqual(made.user_id, self.reader)
        self.assertIn(ticket.number, made.title)
        self.assertEqual(made.url, f"/my/tickets/{ticket.id}")
        # Once: who takes part already is not told again.
        before = notices.search([])
        ticket.participant_ids |= self.reader.partner_id
        self.assertEqual(notices.search([]), before)

    def test_staff_who_ask_for_somebody_ring_the_bell(self):
        ticket = self._ask(channel="phone")
        titles = self._get_titles(self._tell_news(), self.buyer)
        self.assertEqual(titles, [f"We have received ticket {ticket.number}."])
        self.assertFalse(self._send_told(), "the receipt is the mail")

    def test_closing_is_told_as_long_as_it_is_solved(self):
        ticket = self._ask()
        self._move(ticket, "solved", "2026-03-02 10:00:00")
        self._tell_news()
        with freeze_time("2026-03-08 10:00:00"):
            self.env["portal.ticket"]._close_solved()
        titles = self._get_titles(self._tell_news(), self.buyer)
        self.assertEqual(titles, [f"Ticket {ticket.number} will be closed soon."])
