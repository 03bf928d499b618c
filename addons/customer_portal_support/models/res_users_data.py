"""The tickets in the data that a person takes along."""

from odoo import models
from odoo.fields import Domain

from odoo.addons.customer_portal.tools.archive import DataSection, keys

FILE = "ir.attachment"


class ResUsers(models.Model):
    _inherit = "res.users"

    def _get_portal_data_sections(self, own):
        """Extend: what the person asked, answered and said of our help.

        The words on tickets are among the messages.
        """
        person = Domain("partner_id", "=", self.partner_id.id)
        return [
            *super()._get_portal_data_sections(own),
            DataSection(
                "tickets",
                "portal.ticket",
                person,
                {
                    "status": "customer_status",
                    "type": "type_id.name",
                    "customer": "portal_customer_id.name",
                    **keys(
                        "number",
                        "subject",
                        "description",
                        "email_from",
                        "urgency",
                        "is_complaint",
                        "channel",
                        "received_on",
                        "expected_reply_on",
                        "first_reply_on",
                        "solved_on",
                        "closed_on",
                    ),
                },
                is_own=True,
            ),
            DataSection(
                "answers_on_tickets",
                "portal.ticket.value",
                Domain("ticket_id.partner_id", "=", self.partner_id.id),
                {"ticket": "ticket_id.number", **keys("label", "text", "date")},
                is_own=True,
            ),
            DataSection(
                "searches_before_tickets",
                "portal.search.log",
                Domain("ticket_id.partner_id", "=", self.partner_id.id),
                {"ticket": "ticket_id.number", **keys("date", "words", "found_count")},
                is_own=True,
            ),
            DataSection(
                "ratings",
                "rating.rating",
                person
                & Domain("res_model", "=", "portal.ticket")
                & Domain("consumed", "=", True),
                {"ticket": "res_name", **keys("rating", "feedback", "rated_on")},
                is_own=True,
            ),
        ]

    def _get_portal_data_files(self):
        """Extend: the files that the person sent with tickets, by form or by mail."""
        # sudo: contacts may not read files as such; these the person sent
        messages_sudo = self.env["mail.message"].sudo()
        words = messages_sudo.search(
            [
                ("model", "=", "portal.ticket"),
                ("author_id", "=", self.partner_id.id),
                ("message_type", "in", ("comment", "email")),
            ]
        )
        # sudo: the same
        values_sudo = self.env["portal.ticket.value"].sudo()
        answers = values_sudo.search(
            [
                ("ticket_id.partner_id", "=", self.partner_id.id),
                ("res_model", "=", FILE),
            ]
        )
        # sudo: the same
        files_sudo = self.env[FILE].sudo()
        sent = files_sudo.search(
            [
                ("id", "in", answers.mapped("res_id")),
                ("res_model", "=", "portal.ticket"),
                ("res_id", "in", answers.ticket_id.ids),
            ]
        )
        return super()._get_portal_data_files() | words.attachment_ids | sent
