"""A weekly e-mail to the lead of a team: the ten tickets that matter."""

from datetime import timedelta

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL

from ...const import OPEN
from ...tools.working_time import measure

MOST = 10
# More than these are not looked at, those first whose deadline is the oldest.
CANDIDATES = 500
WORST_RATING = 2
HOUR = 3600


class PortalTicketTeam(models.Model):
    _inherit = "portal.ticket.team"

    has_letter = fields.Boolean(
        "Weekly e-mail to the lead",
        default=True,
        help="On Mondays: the ten tickets that matter most. None when nothing does.",
    )
    letter_week = fields.Date(
        readonly=True, copy=False, help="The week whose e-mail was written."
    )

    @api.model
    def _write_letters(self):
        """Write the week's e-mails of all teams, each once.

        Two jobs hold different teams; who comes later finds the week written.
        """
        today = fields.Date.context_today(self)
        week = today - timedelta(days=today.weekday())
        while team := self._hold_for_letter(week):
            team.letter_week = week
            team._write_letter()
            if not self.env["ir.cron"]._commit_progress(1):
                break

    @api.model
    def _hold_for_letter(self, week):
        """Return the next team without an e-mail of a week, held meanwhile.

        A job that comes too late fails to serialize and is run again by Odoo, which is
        no error.
        """
        self.flush_model()
        self.env.cr.execute(
            SQL(
                """
                SELECT team.id
                  FROM portal_ticket_team team
                  JOIN res_users lead ON lead.id = team.user_id AND lead.active
                 WHERE team.active AND team.has_letter
                   AND (team.letter_week IS NULL OR team.letter_week < %s)
                 ORDER BY team.id
                 LIMIT 1
                   FOR UPDATE OF team SKIP LOCKED
                """,
                week,
            ),
            log_exceptions=False,
        )
        return self.browse(row[0] for row in self.env.cr.fetchall())

    def _write_letter(self):
        """Send the lead what matters, in the lead's rights; in sudo.

        A lead who may not see tickets any more is told nothing.
        """
        lead = self.user_id
        team = self.with_user(lead).with_context(lang=lead.lang)
        if lead.share or not team.has_access("read"):
            return
        rows = team._find_what_matters()
        if not rows:
            return
        template = self.env.ref("customer_portal_support.mail_template_letter")
        template.with_context(ticket_rows=rows).send_mail(self.id)

    def _find_what_matters(self):
        """Return the ten tickets that need the lead most, with the reasons.

        Those with more reasons come first, then those that have waited longest.

        :return: list of dicts of texts: name, url, customer, reasons
        """
        now = fields.Datetime.now()
        told = {
            ticket: self._tell_reasons(ticket, now)
            for ticket in self._find_candidates(now)
        }
        worst = sorted(
            filter(told.get, told),
            key=lambda ticket: (-len(told[ticket]), ticket.received_on, ticket.id),
        )
        base = self.get_base_url()
        return [
            {
                "name": ticket.display_name,
                "url": f"{base}/odoo/tickets/{ticket.id}",
                "customer": ticket.portal_customer_id.name or ticket.email_from or "",
                "reasons": ", ".join(told[ticket]),
            }
            for ticket in worst[:MOST]
        ]

    def _find_candidates(self, now):
        tickets = self.env["portal.ticket"]
        is_open = Domain("customer_status", "in", OPEN)
        matters = (
            Domain("next_deadline", "<", now)
            | Domain("is_complaint", "=", True)
            | Domain("reopened_count", ">", 0)
            | Domain("answer_due", "=", True)
        )
        open_ones = tickets.search(
            Domain("team_id", "=", self.id) & is_open & matters,
            order="next_deadline, id",
            limit=CANDIDATES,
        )
        return open_ones | self._find_rated_badly(now)

    def _find_rated_badly(self, now):
        # sudo: ratings of tickets of the team, which are searched in the lead's rights
        ratings = self.env["rating.rating"].sudo()
        rated = ratings.search(
            [
                ("res_model", "=", "portal.ticket"),
                ("consumed", "=", True),
                ("rating", "<=", WORST_RATING),
                ("write_date", ">=", now - timedelta(days=7)),
            ]
        )
        return self.env["portal.ticket"].search(
            [("id", "in", rated.mapped("res_id")), ("team_id", "=", self.id)],
            limit=CANDIDATES,
        )

    def _tell_reasons(self, ticket, now):
        """Return why a ticket matters, as phrases."""
        is_open = ticket.customer_status in OPEN
        deadline, asked = ticket.next_deadline, ticket.last_customer_message_on
        reasons = []
        if is_open and deadline and deadline < now:
            late = ticket._describe_length(now - deadline)
            reasons.append(self.env._("late for %s", late))
        if ticket.answer_due and self._is_long(asked, now):
            waited = ticket._describe_length(now - asked)
            reasons.append(self.env._("the customer has waited for %s", waited))
        if is_open and ticket.is_complaint:
            reasons.append(self.env._("a complaint"))
        if is_open and ticket.reopened_count:
            reasons.append(self.env._("reopened"))
        if 0 < ticket.rating_last_value <= WORST_RATING:
            reasons.append(self.env._("rated %s of 5", int(ticket.rating_last_value)))
        return reasons

    def _is_long(self, asked, now):
        """Return whether a customer has waited longer than the team wants."""
        waited = measure(self._get_hours, asked, now)
        return waited > self.wanted_first_reply_hours * HOUR
