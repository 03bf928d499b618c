"""Real mails, in the shapes of the programs that write them, in `tests/mails`."""

from time import process_time

from markupsafe import Markup

from odoo.tests import tagged

from ..tools.incoming import hide_links
from .gateway_case import GatewayCase, read_mail

AUTOMATIC = [
    "auto_outlook_out_of_office",
    "auto_gmail_vacation",
    "auto_sieve_vacation",
    "auto_precedence_only",
    "auto_exchange_suppress",
    "auto_empty_return_path",
]


@tagged("post_install", "-at_install")
class TestGateway(GatewayCase):
    # ------------------------------------------------------------
    # A mail makes a ticket
    # ------------------------------------------------------------

    def test_photo_of_apple_mail(self):
        ticket = self._receive("apple_mail_photo")
        self.assertEqual(
            (ticket.subject, ticket.partner_id, ticket.portal_customer_id),
            ("Damaged parcel", self.buyer.partner_id, self.customer),
        )
        self.assertEqual((ticket.channel, ticket.team_id), ("mail", self.team))
        self.assertIn("See the photo.", ticket.description)
        files = self.env["ir.attachment"].search(
            [("res_model", "=", "portal.ticket"), ("res_id", "=", ticket.id)]
        )
        self.assertEqual(files.mapped("name"), ["IMG_0001.png"])
        # The customer's page has it too.
        self.assertEqual(
            [(answer.label, answer.text) for answer in ticket.value_ids],
            [("File", "IMG_0001.png")],
        )
        self.assertEqual(ticket.sudo()._find_portal_file(files.id), files)

    def test_links_of_one_person_are_hidden_and_nothing_else(self):
        token = "a1" * 16
        hidden = hide_links(
            Markup(
                "/my/tickets/rating/%(token)s /my/tickets/rating/a banana ?u=%(token)s"
            )
            % {"token": token}
        )
        self.assertEqual(hidden, "/my/tickets/rating/ /my/tickets/rating/ banana ?u=")
        self.assertIsInstance(hidden, Markup)
        many = " ".join(f"/my/tickets/rating/{number:032}" for number in range(20000))
        start = process_time()
        self.assertNotIn("0001", hide_links(many))
        self.assertLess(process_time() - start, 5)

    def test_receipt_has_number_and_expected_answer(self):
        ticket = self._receive("apple_mail_photo")
        receipt = self._get_receipt(ticket)
        self.assertEqual(receipt.subject, f"{ticket.number}: Damaged parcel")
        self.assertIn("You can expect an answer by", receipt.body)
        self.assertIn(self.address, receipt.reply_to)

    def test_winmail_is_said_to_be_unreadable(self):
        ticket = self._receive("outlook_winmail")
        self.assertIn("The table is in the attachment", ticket.description)
        self.assertIn("not accepted: winmail.dat", ticket.description)
        self.assertFalse(ticket.message_attachment_count)

    def test_invitation_is_a_question_like_others(self):
        ticket = self._receive("exchange_invitation")
        self.assertEqual(ticket.subject, "Call about the bolts")
        self.assertIn("Can we speak tomorrow?", ticket.description)

    def test_without_a_subject_the_first_words_are_it(self):
        ticket = self._receive("mutt_plain_without_subject")
        self.assertEqual(
            ticket.subject, "Where are the twelve boxes of bolts that you promised us …"
        )

    def test_headers_with_eight_bits_are_taken(self):
        ticket = self._receive("old_eight_bit_headers")
        self.assertEqual(ticket.partner_id, self.buyer.partner_id)
        self.assertIn("Bitte größere Schrauben.", ticket.description)

    def test_signature_is_no_file(self):
        ticket = self._receive("evolution_signed")
        self.assertIn("Is 4,50 € the price of one?", ticket.description)
        self.assertNotIn("not accepted", ticket.description)
        self.assertFalse(ticket.message_attachment_count)

    def test_encrypted_mail_makes_a_ticket_all_the_same(self):
        ticket = self._receive("outlook_encrypted")
        self.assertEqual(ticket.subject, "Confidential")

    def test_unknown_sender_gets_a_number_and_no_access(self):
        people = self.env["res.partner"].search_count([])
        ticket = self._receive("gmail_forwarded_thread")
        self.assertFalse(ticket.partner_id or ticket.portal_customer_id)
        self.assertIn("somebody@new.example", ticket.email_from)
        self.assertEqual(self.env["res.partner"].search_count([]), people)
        self.assertFalse(ticket.message_partner_ids.filtered("partner_share"))
        receipt = self._get_receipt(ticket)
        self.assertIn(ticket.number, receipt.body)
        self.assertNotIn("/my/tickets", receipt.body)

    def test_who_was_in_copy_is_text_and_follows_nothing(self):
        ticket = self._receive("k9_copy_to_others")
        self.assertEqual(
            ticket.email_cc,
            "stranger@northwind.example, consultant@elsewhere.example, "
            "colleague@northwind.example",
        )
        self.assertEqual(
            ticket.message_partner_ids.filtered("partner_share"), self.buyer.partner_id
        )
        messages = self.env["mail.message"].search(
            [("model", "=", "portal.ticket"), ("res_id", "=", ticket.id)]
        )
        self.assertFalse(
            messages.partner_ids & (self.stranger | self.colleague).partner_id
        )
        for user in (self.stranger, self.colleague):
            with self.subTest(user.login):
                seen = self.env["mail.message"].with_user(user)
                self.assertFalse(seen.search([("id", "in", messages.ids)]))

    def test_two_addresses_of_ours_make_one_ticket(self):
        other = self._create_team("Returns", alias_name="returns")
        other.alias_domain_id = self.company.alias_domain_id
        made = self._receive(
            "apple_mail_photo", to=f"{self.address}, {other.alias_full_name}"
        )
        self.assertEqual(len(made), 1)

    def test_same_mail_twice_makes_one_ticket(self):
        self.assertTrue(self._receive("apple_mail_photo"))
        self.assertFalse(self._receive("apple_mail_photo"))

    # ------------------------------------------------------------
    # A reply finds it
    # ------------------------------------------------------------

    def test_replies_of_all_programs_find_the_ticket(self):
        for name, words in (
            ("gmail_reply_above", "It is the one with the long thread."),
            ("outlook_html_only", "S00042"),
            ("thunderbird_reply_below", "Der größere, M10 statt M8."),
            ("human_with_auto_submitted_no", "out of the office"),
        ):
            with self.subTest(name):
                ticket = self._ask()
                self._move(ticket, "waiting", "2026-03-02 09:30:00")
                message = self._reply(name, ticket)
                self.assertIn(words, message.body)
                self.assertNotIn("<script", message.body)
                self.assertEqual(message.author_id, self.buyer.partner_id)
                self.assertFalse(message.is_internal)
                self.assertEqual(ticket.customer_status, "in_progress")

    def test_number_in_the_subject_finds_the_ticket(self):
        ticket = self._ask()
        subject = f"Re: {ticket.number}: bolt".encode()
        before = len(ticket.message_ids)
        content = read_mail("apple_mail_photo").replace(b"Damaged parcel", subject)
        self.assertFalse(self._receive(content))
        self.assertEqual(len(ticket.message_ids), before + 1)

    def test_number_of_somebody_else_finds_nothing(self):
        ticket = self._ask(partner_id=self.stranger.partner_id.id)
        subject = f"{ticket.number}: bolt".encode()
        before = len(ticket.message_ids)
        content = read_mail("apple_mail_photo").replace(b"Damaged parcel", subject)
        self.assertTrue(self._receive(content))
        self.assertEqual(len(ticket.message_ids), before)

    def test_word_of_somebody_from_elsewhere_is_for_staff(self):
        ticket = self._ask(partner_id=self.stranger.partner_id.id)
        self._move(ticket, "solved", "2026-03-02 09:30:00")
        message = self._reply("gmail_reply_above", ticket)
        self.assertTrue(message.is_internal)
        self.assertEqual(ticket.customer_status, "solved")
        seen = self.env["mail.message"].with_user(self.stranger)
        self.assertFalse(seen.search([("id", "=", message.id)]))

    def test_late_reply_to_a_closed_ticket_begins_another(self):
        ticket = self._ask()
        self._move(ticket, "closed", "2026-03-02 09:30:00")
        receipt = self._get_receipt(ticket)
        made = self._receive(
            "gmail_reply_above", "2026-04-02 09:30:00", reference=receipt.message_id
        )
        self.assertEqual(made.follows_id, ticket)
        self.assertEqual(ticket.customer_status, "closed")

    def test_reply_to_a_merged_ticket_comes_to_the_one_that_stays(self):
        ticket, target = self._ask(), self._ask()
        receipt = self._get_receipt(ticket)
        ticket._merge_into(target)
        before = len(target.message_ids)
        self.assertFalse(
            self._receive("gmail_reply_above", reference=receipt.message_id)
        )
        self.assertEqual(len(target.message_ids), before + 1)

    # ------------------------------------------------------------
    # Programs, loops and what comes back
    # ------------------------------------------------------------

    def test_programs_make_no_ticket_and_reopen_nothing(self):
        for name in AUTOMATIC:
            with self.subTest(name):
                self.assertFalse(self._receive(name))
                ticket = self._ask()
                self._move(ticket, "solved", "2026-03-02 09:30:00")
                mails = self.env["mail.mail"].search_count([])
                note = self._reply(name, ticket)
                self.assertTrue(note.is_internal)
                self.assertIn("Automatic reply from", note.body)
                self.assertEqual(ticket.customer_status, "solved")
                self.assertEqual(self.env["mail.mail"].search_count([]), mails)

    def test_two_desks_do_not_answer_each_other(self):
        ticket = self._receive("apple_mail_photo")
        self.assertTrue(ticket)
        content = read_mail("mutt_plain_without_subject")
        content = content.replace(b"buyer@northwind.example", self.address.encode())
        self.assertFalse(self._receive(content))

    def test_sender_who_never_stops_is_stopped(self):
        self.env["ir.config_parameter"].set_param("mail.gateway.loop.threshold", 3)
        content = read_mail("mutt_plain_without_subject")
        made = [
            bool(self._receive(content.replace(b"GA1234", f"GA{number}".encode())))
            for number in range(5)
        ]
        self.assertEqual(made, [True, True, True, False, False])

    def test_what_comes_back_is_shown_to_staff(self):
        ticket = self._ask()
        receipt = self._get_receipt(ticket)
        bounce = self.company.alias_domain_id.bounce_email
        self.assertFalse(
            self._receive("bounce_postfix", reference=receipt.message_id, bounce=bounce)
        )
        self.assertTrue(ticket.bounced_on)
        self.assertIn("buyer@northwind.example", ticket.message_ids[0].body)
        self.assertEqual(ticket.customer_status, "received")

    # ------------------------------------------------------------
    # Our answers
    # ------------------------------------------------------------

    def test_followers_from_elsewhere_get_nothing(self):
        ticket = self._ask()
        ticket.message_subscribe((self.stranger | self.colleague).partner_id.ids)
        message = self._answer(ticket, "2026-03-02 10:00:00")
        self.assertEqual(
            message.notification_ids.res_partner_id.filtered("partner_share"),
            self.buyer.partner_id,
        )

    def test_who_has_left_the_customer_gets_nothing(self):
        ticket = self._ask()
        self.buyer.partner_id.parent_id = self.other_customer
        mails = self.env["mail.mail"].search_count([])
        message = self._answer(ticket, "2026-03-02 10:00:00")
        self._move(ticket, "solved", "2026-03-02 11:00:00")
        self.assertEqual(self.env["mail.mail"].search_count([]), mails)
        self.assertFalse(
            message.notification_ids.res_partner_id.filtered("partner_share")
        )
