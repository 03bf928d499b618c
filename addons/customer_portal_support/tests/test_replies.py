"""Replies to mails of ours: what they do is what a reply on the page does."""

from lxml import html

from odoo import Command
from odoo.tests import tagged

from .gateway_case import GatewayCase

NOON = "2026-03-02 12:00:00"
WORDS = "The blue one, from the phone."
PROGRAMS = (
    "ios_reply_cite",
    "outlook_mobile_reply",
    "yahoo_reply",
    "notes_reply_latin",
)


@tagged("post_install", "-at_install")
class TestReplies(GatewayCase):
    number = 0

    def _answer_mail(self, mail, name="ios_reply_cite", sender=None, **holes):
        """Answer a mail of ours, as a program of mail does.

        :param mail: a mail.mail that was sent
        :return: what `_receive` returns
        """
        sender = sender or self.buyer.email_formatted
        type(self).number += 1
        return self._receive(
            name,
            NOON,
            **{
                "from": sender,
                "subject": f"Re: {mail.subject.removeprefix('Re: ')}",
                "reference": mail.message_id,
                "to": mail.reply_to.split("<")[-1].strip('<>"'),
                "quoted": "-",
                "id": str(self.number),
                **holes,
            },
        )

    def _get_words(self, ticket):
        return ticket._get_portal_messages()

    # ------------------------------------------------------------
    # As on the page
    # ------------------------------------------------------------

    def test_reply_by_mail_does_what_a_reply_on_the_page_does(self):
        seen = []
        for way in ("page", "mail"):
            ticket = self._ask(participant_ids=self.reader.partner_id.ids)
            self._answer(ticket, "2026-03-02 10:00:00")
            _message, mail = self._count_mails(
                self._answer, ticket, "2026-03-02 10:30:00"
            )
            self._move(ticket, "waiting", "2026-03-02 11:00:00")
            self._tell_news()
            if way == "page":
                _said, mails = self._count_mails(
                    self._say, ticket, self.buyer, WORDS, NOON
                )
            else:
                _made, mails = self._count_mails(
                    self._answer_mail, self._find_mail(mail, self.buyer.email)
                )
            word = self._get_words(ticket)[:1]
            news = self._get_news("ticket_written").filtered(
                lambda one, ticket=ticket: one.res_id == ticket.id
            )
            seen.append(
                {
                    "status": ticket.customer_status,
                    "clock": ticket.pause_ids.mapped("end"),
                    "last": ticket.last_customer_message_on,
                    "author": word.author_id,
                    "subtype": word.subtype_id,
                    "is_internal": word.is_internal,
                    "mailed": self._get_addressees(mails),
                    "told": news.mapped("author_id"),
                    "bell": self._tell_news().user_id,
                    "steps": ticket.step_ids.sorted("id").mapped("status"),
                }
            )
        self.assertEqual(seen[0], seen[1])
        self.assertEqual(seen[0]["mailed"], ["reader@northwind.example"])
        self.assertEqual(seen[0]["status"], "in_progress")

    def test_reply_to_each_mail_of_ours_finds_the_ticket(self):
        ticket, receipt = self._count_mails(self._ask)
        _done, word = self._count_mails(self._answer, ticket, "2026-03-02 10:00:00")
        _done, solved = self._count_mails(ticket._move_to, "solved")
        ticket.solved_on = "2026-03-02 10:00:00"
        for mail, name in zip((receipt, word, solved), PROGRAMS, strict=False):
            with self.subTest(mail.subject, program=name):
                before = len(self._get_words(ticket))
                self.assertFalse(self._answer_mail(mail, name))
                words = self._get_words(ticket)
                self.assertEqual(len(words), before + 1)
                self.assertIn(WORDS, words[0].body)
                for markup in ("&lt;div", "&lt;pre", "&lt;html"):
                    self.assertNotIn(markup, words[0].body)
        self.assertEqual(ticket.customer_status, "in_progress")

    def test_what_a_reply_quotes_opens_nothing(self):
        """A colleague reads the words of a ticket, and could use the link in them."""
        for name in PROGRAMS:
            with self.subTest(name):
                ticket = self._ask()
                _done, mail = self._count_mails(ticket._move_to, "solved")
                ticket.solved_on = "2026-03-02 11:00:00"
                [link, *_more] = html.fromstring(mail.body_html).xpath(
                    "//a[contains(@href, '/my/tickets/rating/')]/@href"
                )
                token = link.split("/")[-1].split("?")[0]
                self._answer_mail(mail, name, quoted=link)
                word = self._get_words(ticket)[0]
                self.assertIn(WORDS, word.body)
                self.assertNotIn(token, word.body)
                # Nor when it begins a ticket.
                made = self._receive(
                    name,
                    NOON,
                    **{
                        "from": "new@new.example",
                        "subject": "Fwd",
                        "reference": "<none@x.example>",
                        "id": "first",
                        "quoted": link,
                    },
                )
                self.assertEqual(len(made), 1)
                self.assertNotIn(token, made.description)

    # ------------------------------------------------------------
    # Whoever writes
    # ------------------------------------------------------------

    def test_participant_and_colleague_of_the_company_are_heard(self):
        colleague = self._create_portal_user("of_the_company", self.customer)
        for person in (self.reader, colleague):
            with self.subTest(person.login):
                ticket, mails = self._count_mails(
                    self._ask, participant_ids=self.reader.partner_id.ids
                )
                receipt = self._find_mail(mails, self.buyer.email)
                self._move(ticket, "waiting", "2026-03-02 11:00:00")
                self._answer_mail(receipt, sender=person.email_formatted)
                word = self._get_words(ticket)[:1]
                self.assertEqual(word.author_id, person.partner_id)
                self.assertEqual(ticket.customer_status, "in_progress")
                self.assertNotIn(
                    colleague.partner_id,
                    ticket.participant_ids | ticket.message_partner_ids,
                    "who writes is not let in by it",
                )

    def test_who_writes_and_may_see_it_gets_the_answers(self):
        colleague = self._create_portal_user("of_the_company", self.customer)
        ticket, receipt = self._count_mails(self._ask)
        self._answer_mail(receipt, sender=colleague.email_formatted)
        _done, mails = self._count_mails(self._answer, ticket, "2026-03-02 13:00:00")
        both = [self.buyer.email, colleague.email]
        self.assertEqual(self._get_addressees(mails), sorted(both))
        # Not without the right to see it.
        self._tailor(colleague, {"see_tickets": "own"})
        _done, mails = self._count_mails(self._answer, ticket, "2026-03-02 14:00:00")
        self.assertEqual(self._get_addressees(mails), [self.buyer.email])

    def test_who_adds_to_the_own_first_mail_is_heard(self):
        """Programs let one answer what one has sent, where the receipt is unknown."""
        holes = {"subject": "Bolt", "quoted": "-", "from": self.buyer.email_formatted}
        reference = "<first.7B1F-ios@northwind.example>"
        ticket = self._receive(
            "ios_reply_cite", NOON, id="first", reference="<no@x.example>", **holes
        )
        [first] = ticket.message_ids.filtered(lambda one: one.message_id == reference)
        self._move(ticket, "waiting", NOON)
        self._receive(
            "yahoo_reply", NOON, id="second", reference=first.message_id, **holes
        )
        [word] = self._get_words(ticket)
        self.assertIn(WORDS, word.body)
        self.assertEqual(ticket.customer_status, "in_progress")

    def test_answer_to_a_note_stays_a_note(self):
        """Staff name the contact in a note, who answers by mail and quotes it."""
        ticket = self._ask()
        note = ticket.with_user(self.agent).message_post(
            body="Tell me alone.",
            subtype_xmlid="mail.mt_note",
            partner_ids=self.outsider.ids,
        )
        self._receive(
            "yahoo_reply",
            NOON,
            **{
                "id": "note",
                "from": self.buyer.email_formatted,
                "subject": "Re",
                "reference": note.message_id,
                "quoted": "-",
            },
        )
        self.assertFalse(self._get_words(ticket))
        self.assertIn(WORDS, ticket.message_ids.sorted("id")[-1].body)

    def test_who_got_it_forwarded_is_heard_by_staff_alone(self):
        people = self.env["res.partner"].search_count([])
        for sender in (
            "Sam Stranger <stranger@northwind.example>",
            "Nobody <nobody@new.example>",
        ):
            with self.subTest(sender):
                ticket, receipt = self._count_mails(self._ask)
                self._move(ticket, "waiting", "2026-03-02 11:00:00")
                made, mails = self._count_mails(
                    self._answer_mail, receipt, sender=sender
                )
                self.assertFalse(made)
                self.assertFalse(self._get_words(ticket))
                self.assertEqual(ticket.customer_status, "waiting")
                self.assertFalse(
                    set(self._get_addressees(mails))
                    & {"nobody@new.example", "stranger@northwind.example"},
                    "nothing of the ticket goes back",
                )
                note = ticket.message_ids.sorted("id")[-1]
                self.assertIn(WORDS, note.body)
                self.assertTrue(note.is_internal)
        self.assertEqual(self.env["res.partner"].search_count([]), people)
        seen = self.env["portal.ticket"].with_user(self.stranger).search([])
        self.assertFalse(seen)

    def test_program_of_a_participant_reopens_nothing(self):
        ticket = self._ask(participant_ids=[Command.link(self.reader.partner_id.id)])
        _done, mails = self._count_mails(ticket._move_to, "solved")
        self.assertEqual(len(mails), 2)
        self._receive("auto_outlook_out_of_office", NOON, reference=mails[0].message_id)
        self.assertEqual(ticket.customer_status, "solved")

    # ------------------------------------------------------------
    # Notices of the portal
    # ------------------------------------------------------------

    def test_reply_to_a_notice_finds_the_ticket_it_names(self):
        ticket = self._ask()
        ticket.with_user(self.buyer).sudo().participant_ids |= self.reader.partner_id
        mails = self._send_told()
        [notice] = mails.filtered(lambda mail: ticket.number in mail.subject)
        self.assertIn(self.address, notice.reply_to)
        made = self._answer_mail(notice, sender=self.reader.email_formatted)
        self.assertFalse(made)
        word = self._get_words(ticket)
        self.assertEqual(word.author_id, self.reader.partner_id)

    def test_team_without_an_address_has_that_of_all_answers(self):
        self.team.alias_name = False
        ticket = self._ask()
        ticket.with_user(self.buyer).sudo().participant_ids |= self.reader.partner_id
        mails = self._send_told()
        [notice] = mails.filtered(lambda mail: ticket.number in mail.subject)
        self.assertIn("catchall@seller.example", notice.reply_to)
        for user, count in ((self.stranger, 0), (self.reader, 1)):
            made = self._answer_mail(notice, sender=user.email_formatted)
            self.assertFalse(made)
            self.assertEqual(len(self._get_words(ticket)), count)
        self.assertEqual(self._get_words(ticket).author_id, self.reader.partner_id)

    def test_reply_of_somebody_else_to_a_notice_is_another_ticket(self):
        ticket = self._ask()
        ticket.with_user(self.buyer).sudo().participant_ids |= self.reader.partner_id
        mails = self._send_told()
        [notice] = mails.filtered(lambda mail: ticket.number in mail.subject)
        before = len(ticket.message_ids)
        made = self._answer_mail(notice, sender=self.stranger.email_formatted)
        self.assertEqual(made.partner_id, self.stranger.partner_id)
        self.assertEqual(len(ticket.message_ids), before)

    def test_digest_tells_of_many_things_and_is_answered_elsewhere(self):
        ticket = self._ask(channel="staff")
        self._choose(self.buyer, "ticket_received", mail="digest")
        self._tell_news()
        [digest] = self._send_told()
        self.assertIn(ticket.number, digest.body_html)
        self.assertFalse(digest.reply_to, "the seller's own address")
