"""Tickets in the data that a person takes along, and what is forgotten of a person."""

import io
import json
import zipfile

from odoo.tests import tagged

from .gateway_case import GatewayCase


@tagged("post_install", "-at_install")
class TestTicketPrivacy(GatewayCase):
    def _export(self, user):
        export = self.env["portal.data.export"].with_user(user)._ask(user)
        with self._without_commits():
            self.env["portal.data.export"].sudo()._prepare_exports()
        self.assertEqual(export.sudo().state, "ready")
        content = export.sudo()._get_attachment().raw
        return zipfile.ZipFile(io.BytesIO(content))

    def _read(self, archive):
        return json.loads(archive.read("data.json"))

    def test_person_takes_along_what_the_person_asked_and_said(self):
        ticket = self._receive("apple_mail_photo")
        self._say(ticket, self.buyer, "My own words.")
        self._answer(ticket, "2026-03-02 12:00:00")
        ticket._move_to("solved")
        ticket._rate(self.buyer.partner_id, 5, "All is well")
        ticket.with_user(self.agent).message_post(
            body="Secret", subtype_xmlid="mail.mt_note"
        )
        self._ask(partner_id=self.stranger.partner_id.id, subject="Theirs")
        archive = self._export(self.buyer)
        data = self._read(archive)
        [row] = data["tickets"]
        self.assertEqual(row["number"], ticket.number)
        self.assertIn("See the photo.", row["description"])
        [rating] = data["ratings"]
        self.assertEqual((rating["rating"], rating["feedback"]), (5, "All is well"))
        self.assertIn("My own words.", [one["text"] for one in data["messages"]])
        files = [name for name in archive.namelist() if "IMG_0001" in name]
        self.assertEqual(len(files), 1, "of the mail with which it began")
        everything = archive.read("data.json").decode()
        for word in ("Secret", "Theirs", "We look into it."):
            self.assertNotIn(word, everything)

    def test_participant_takes_along_only_the_own_words(self):
        ticket = self._ask(
            participant_ids=self.reader.partner_id.ids, description="<p>Mine</p>"
        )
        self._say(ticket, self.reader, "Words of the reader.")
        data = self._read(self._export(self.reader))
        self.assertFalse(data["tickets"])
        self.assertEqual(
            [one["text"] for one in data["messages"]], ["Words of the reader."]
        )

    def test_address_of_a_forgotten_person_is_nowhere(self):
        person, email = self.buyer.partner_id, self.buyer.email
        ticket = self._receive("k9_copy_to_others")
        shared = self._ask(partner_id=self.reader.partner_id.id)
        shared.participant_ids |= person
        shared.email_cc = f"{email}, other@elsewhere.example"
        ticket._move_to("solved")
        ticket._rate(person, 5, "")
        self.assertIn(email, ticket.email_from)
        # sudo: as staff who have decided
        self.buyer.sudo().active = False
        person.sudo().with_context(portal_forgets=True)._anonymise_portal_contact()
        self.env.flush_all()
        self.assertFalse(ticket.email_from)
        self.assertEqual(shared.email_cc, "other@elsewhere.example")
        self.assertNotIn(person, shared.participant_ids)
        messages = self.env["mail.message"].search(
            [("model", "=", "portal.ticket"), ("res_id", "in", (ticket | shared).ids)]
        )
        mails = self.env["mail.mail"].search([("mail_message_id", "in", messages.ids)])
        for records, names in (
            (messages, ("email_from", "reply_to", "incoming_email_cc")),
            (messages, ("incoming_email_to",)),
            (mails, ("email_to", "email_cc")),
        ):
            for name in names:
                with self.subTest(name):
                    values = " ".join(filter(None, records.mapped(name)))
                    self.assertNotIn(email, values)
        # The ticket itself stays with the customer, and its words.
        self.assertEqual(ticket.portal_customer_id, self.customer)
        self.assertFalse(ticket._can_rate(person), "the link of the mail is dead")

    def test_contact_that_is_merged_brings_the_tickets_along(self):
        double = self.env["res.partner"].create(
            {
                "name": "Buyer again",
                "parent_id": self.customer.id,
                "email": "buyer.again@northwind.example",
            }
        )
        ticket = self._ask(partner_id=double.id)
        both = self._ask(
            partner_id=self.reader.partner_id.id,
            participant_ids=(double | self.buyer.partner_id).ids,
        )
        ticket._move_to("solved")
        ticket._rate(double, 1, "Bad")
        wizard = self.env["base.partner.merge.automatic.wizard"].create({})
        wizard._merge([self.buyer.partner_id.id, double.id], self.buyer.partner_id)
        self.env.invalidate_all()
        self.assertEqual(ticket.partner_id, self.buyer.partner_id)
        self.assertEqual(ticket.portal_customer_id, self.customer)
        self.assertEqual(both.participant_ids, self.buyer.partner_id)
        self.assertEqual(ticket._find_rating(self.buyer.partner_id).rating, 1)
        self.assertIn(
            ticket, self.env["portal.ticket"].with_user(self.buyer).search([])
        )

    def test_customer_that_is_merged_brings_the_tickets_along(self):
        ticket = self._ask(partner_id=self.stranger.partner_id.id)
        wizard = self.env["base.partner.merge.automatic.wizard"].create({})
        wizard._merge([self.customer.id, self.other_customer.id], self.customer)
        self.env.invalidate_all()
        self.assertEqual(ticket.portal_customer_id, self.customer)
        self._tailor(self.buyer, {"see_tickets": "company"})
        self.assertIn(
            ticket, self.env["portal.ticket"].with_user(self.buyer).search([])
        )
