"""The desk of the tests: a team that works from nine to five in Brussels."""

from datetime import datetime
from unittest.mock import patch

from freezegun import freeze_time

from odoo import Command, fields
from odoo.tests import new_test_user

from odoo.addons.customer_portal.tests.common import PortalCommon

MONDAY = "2026-03-02 09:00:00"  # in Brussels ten o'clock
WEEKDAYS = "01234"


class TicketCase(PortalCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.calendar = cls._create_calendar("Europe/Brussels", 9, 17)
        cls.agent = cls._create_agent("agent_a")
        cls.second_agent = cls._create_agent("agent_b")
        cls.lead = cls._create_agent("lead")
        cls.env["portal.sla.policy"].search([]).active = False
        cls.team = cls._create_team("Desk")
        cls.policy = cls.env["portal.sla.policy"].create(
            {
                "name": "Eight hours",
                "team_ids": [Command.set(cls.team.ids)],
                "response_hours": 8,
                "resolution_hours": 16,
                "warning_hours": 1,
            }
        )

    def setUp(self):
        super().setUp()
        # Scheduled actions commit; nothing is to stay.
        cron = type(self.env["ir.cron"])
        self.startPatcher(
            patch.object(cron, "_commit_progress", lambda *_args, **_kwargs: 1.0)
        )

    @classmethod
    def _create_calendar(cls, tz, start, end, days=WEEKDAYS):
        return cls.env["resource.calendar"].create(
            {
                "name": f"{start} to {end}",
                "tz": tz,
                "company_id": cls.company.id,
                "attendance_ids": [
                    Command.clear(),
                    *(
                        Command.create(
                            {
                                "name": "Day",
                                "dayofweek": day,
                                "hour_from": start,
                                "hour_to": end,
                                "day_period": "morning",
                            }
                        )
                        for day in days
                    ),
                ],
            }
        )

    @classmethod
    def _create_agent(cls, login):
        return new_test_user(
            cls.env,
            login=login,
            groups="customer_portal_support.group_ticket_agent",
            company_id=cls.company.id,
            company_ids=[Command.set(cls.company.ids)],
            email=f"{login}@seller.example",
            tz="Europe/Brussels",
        )

    @classmethod
    def _create_team(cls, name, **values):
        return cls.env["portal.ticket.team"].create(
            {
                "name": name,
                "company_id": cls.company.id,
                "calendar_id": cls.calendar.id,
                "user_id": cls.lead.id,
                "member_ids": [Command.set((cls.agent | cls.second_agent).ids)],
                **values,
            }
        )

    def _ask(self, moment=MONDAY, **values):
        """Return a ticket of the buyer, received at a moment."""
        with freeze_time(moment):
            return self.env["portal.ticket"].create(
                {
                    "subject": "Where is my bolt?",
                    "partner_id": self.buyer.partner_id.id,
                    "team_id": self.team.id,
                    "channel": "portal",
                    **values,
                }
            )

    def _move(self, ticket, status, moment):
        with freeze_time(moment):
            ticket._move_to(status)

    def _answer(self, ticket, moment, author=None, **values):
        """Write a word that both sides read, as the agent."""
        author = author or self.agent
        with freeze_time(moment):
            return (
                ticket.with_user(author)
                .sudo()
                .message_post(
                    body="We look into it.",
                    author_id=author.partner_id.id,
                    message_type="comment",
                    subtype_xmlid="mail.mt_comment",
                    **values,
                )
            )

    def _rate(self, ticket, value, moment=None):
        """Let the contact rate a ticket, from 1 to 5, at a moment."""
        rating = self.env["rating.rating"].create(
            {
                "res_model_id": self.env["ir.model"]._get_id(ticket._name),
                "res_id": ticket.id,
                "partner_id": ticket.partner_id.id,
            }
        )
        rating.write({"rating": value, "consumed": True})
        if moment:
            rating.flush_recordset()
            self.env.cr.execute(
                "UPDATE rating_rating SET write_date = %s WHERE id = %s",
                (moment, rating.id),
            )
            rating.invalidate_recordset(["write_date"])

    def _get_target(self, ticket, kind="response"):
        return ticket.sla_ids.filtered(lambda row: row.kind == kind)

    def _read_target(self, ticket, kind="response"):
        """Return (deadline, state) of a target."""
        row = self._get_target(ticket, kind)
        return fields.Datetime.to_string(row.deadline), row.state


def at(text):
    """Return a moment, UTC: "2026-03-02 10:00"."""
    return datetime.fromisoformat(text)
