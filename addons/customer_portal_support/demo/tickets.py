"""Tickets of the demo customers, as if they had come and gone day by day."""

from datetime import datetime, time, timedelta

from odoo import Command, api, fields, models
from odoo.tools import SQL

from odoo.addons.customer_portal.demo.documents import SILENT

from ..tools.working_time import measure, plan
from .invoice_plan import INVOICES
from .ticket_plan import FRESH, GOODS, OTHERS, REPLIES, SHARED

HOUR = 3600
# What tells when something happened to a ticket.
MOMENTS = (
    "first_reply_on",
    "solved_on",
    "closed_on",
    "last_customer_message_on",
    "last_staff_message_on",
    "date_last_stage_update",
)
TYPES_OF_BILLING = ("type_invoice", "type_account")


class PortalDemo(models.AbstractModel):
    _inherit = "portal.demo"

    @api.model
    def _load_tickets(self, now=None):
        """Let customers ask for three months, and two teams answer.

        :param datetime now: the moment that the ages count from, by default the present
        """
        demo = self.with_company(self.env.ref("base.main_company")).with_context(
            **SILENT, portal_no_ticket_mails=True
        )
        demo._open_desks()
        now = now or fields.Datetime.now()
        tickets = {}
        rows = [
            (demo._get_working_moment(row, now), row)
            for row in (*INVOICES, *GOODS, *OTHERS)
        ]
        rows += [(now - timedelta(minutes=ago), row) for ago, row in FRESH]
        for moment, row in sorted(rows, key=lambda found: found[0]):
            tickets[row.key] = demo._ask_ticket(row, moment)
        for moment, row in sorted(rows, key=lambda found: found[0]):
            demo._tell_story(tickets, row, moment, now)
        demo._name_tickets(tickets)
        for key, person in SHARED.items():
            tickets[key].participant_ids = self._ref(person)

    # ------------------------------------------------------------
    # Desks
    # ------------------------------------------------------------

    def _support(self, key):
        return self.env.ref(f"customer_portal_support.{key}")

    def _open_desks(self):
        """Give both teams their people, hours and saved replies."""
        aoife, leo = self._ref("user_support"), self._support("user_leo")
        leo._set_encrypted_password(leo.id, leo._crypt_context().hash("demo"))
        aoife.group_ids |= self._support("group_ticket_manager")
        hours = self._support("calendar_maine")
        self._support("team_support").write(
            {
                "user_id": aoife.id,
                "member_ids": [Command.set((aoife | leo).ids)],
                "calendar_id": hours.id,
            }
        )
        billing = self._support("team_billing")
        for name in TYPES_OF_BILLING:
            self._support(name).team_id = billing
        self.env["portal.ticket.reply"].create(
            [{"name": name, "body": body} for name, body in REPLIES]
        )

    # ------------------------------------------------------------
    # Time
    # ------------------------------------------------------------

    def _get_hours(self):
        return self._support("team_billing")._get_hours

    def _get_working_moment(self, row, now):
        """Return when a ticket was received: that many working days before."""
        zone = self.with_context(tz=self._support("team_billing")._get_tz())
        today = fields.Datetime.context_timestamp(zone, now).date()
        end = datetime.combine(today, time(4))  # still the night before in Maine
        days = {}
        for start, _end in self._get_hours()(end - 3 * timedelta(days=60), end):
            day = start.date()
            days[day] = min(start, days.get(day, start))
        first = [days[day] for day in sorted(days)][-row.age]
        return self._add_hours(first, row.at) if row.at else first

    def _add_hours(self, moment, hours):
        return plan(self._get_hours(), moment, hours * HOUR)

    # ------------------------------------------------------------
    # Tickets
    # ------------------------------------------------------------

    def _ask_ticket(self, row, moment):
        values = {
            "subject": row.subject,
            "description": f"<p>{row.text}</p>",
            "type_id": row.kind and self._support(f"type_{row.kind}").id,
            "category_id": self._support(f"category_{row.category}").id,
            "channel": row.channel,
            "received_on": moment,
            "order_id": row.order and self._ref(f"order_{row.order}").id,
            "invoice_id": row.invoice and self._ref(f"invoice_{row.invoice}").id,
            "product_id": row.product and self._ref(f"product_{row.product}").id,
            **row.values,
        }
        if not row.kind:
            values["team_id"] = self._support("team_support").id
        if "@" in row.person:
            values["email_from"] = row.person
        else:
            values["partner_id"] = self._ref(row.person).id
        ticket = self.env["portal.ticket"].create(values)
        if row.agent:
            ticket.user_id = self._agent(row)
        self._date_created(ticket, moment)
        return ticket

    def _agent(self, row):
        return {
            "accounting": self._ref("user_accounting"),
            "aoife": self._ref("user_support"),
            "leo": self._support("user_leo"),
        }[row.agent]

    def _tell_story(self, tickets, row, received, now):
        ticket = tickets[row.key]
        # Who asks next month is told what this month was measured.
        ticket._promise()
        for hours, what, text in row.events:
            moment = self._add_hours(received, hours)
            started = fields.Datetime.now()
            stage = ticket.stage_id
            self._let_happen(tickets, row, what, text, moment)
            self._redate(ticket, started, moment)
            is_theirs = what == "word"
            author = ticket.partner_id if is_theirs else ticket.user_id.partner_id
            self._log_stage(ticket, stage, moment, author)
        self._close_in_time(ticket, now)
        late = ticket.sla_ids.filtered(
            lambda target: target.deadline and target.deadline < now
        )
        for target in late:  # the lead was told then
            target.escalated_on = target.warned_on = target.deadline
        near = (ticket.sla_ids - late).filtered(
            lambda target: target.warn_on and target.warn_on < now
        )
        for target in near:
            target.warned_on = target.warn_on

    def _let_happen(self, tickets, row, what, text, moment):
        ticket = tickets[row.key]
        agent = row.agent and self._agent(row).partner_id
        if what in ("reply", "word"):
            author = agent if what == "reply" else ticket.partner_id
            ticket._follow_word(self._write(ticket, author, text, moment))
        elif what == "note":
            self._write(ticket, agent, text, moment, subtype="mail.mt_note")
        elif what == "wait":
            ticket._move_to("waiting")
        elif what == "solve":
            ticket._move_to("solved")
        elif what == "cancel":
            ticket._end("cancelled")
        elif what == "duplicate":
            ticket._mark_duplicate(tickets[text])
        elif what == "merge":
            ticket._merge_into(tickets[text])
        elif what == "rate":
            self._rate(ticket, int(text[0]), text[2:], moment)

    def _write(self, ticket, author, text, moment, subtype="mail.mt_comment"):
        """Return a message that was sent to nobody."""
        return self.env["mail.message"].create(
            {
                "model": ticket._name,
                "res_id": ticket.id,
                "author_id": author.id,
                "body": text,
                "date": moment,
                "message_type": "comment",
                "subtype_id": self.env.ref(subtype).id,
                "is_internal": subtype == "mail.mt_note",
            }
        )

    def _rate(self, ticket, value, text, moment):
        rating = self.env["rating.rating"].create(
            {
                "res_model_id": self.env["ir.model"]._get_id(ticket._name),
                "res_id": ticket.id,
                "partner_id": ticket.partner_id.id,
                "rated_partner_id": ticket.user_id.partner_id.id,
                "rating": value,
                "feedback": text,
                "consumed": True,
            }
        )
        self._date_created(rating, moment)

    def _close_in_time(self, ticket, now):
        """Let what was solved long ago have closed by itself, after the warning."""
        team, solved = ticket.team_id, ticket.solved_on
        if ticket.customer_status != "solved":
            return
        quiet = max(filter(None, (solved, ticket.last_customer_message_on)))
        closing = quiet + timedelta(days=team.close_days)
        warning = closing - timedelta(days=team.warn_days)
        if warning < now:
            ticket.closing_warned_on = warning
        if closing < now:
            started, stage = fields.Datetime.now(), ticket.stage_id
            ticket._move_to("closed")
            self._redate(ticket, started, closing)
            robot = self.env.ref("base.partner_root")
            self._log_stage(ticket, stage, closing, robot)

    # ------------------------------------------------------------
    # Of then, not of now
    # ------------------------------------------------------------

    def _redate(self, ticket, started, moment):
        """Let what has just happened have happened at a moment."""
        for pause in ticket.pause_ids:
            dated = {
                name: moment
                for name in ("start", "end")
                if pause[name] and pause[name] >= started
            }
            if dated:
                pause.write(dated)
        ticket.step_ids.filtered(lambda step: step.date >= started).date = moment
        messages = self.env["mail.message"].search(
            [("model", "=", ticket._name), ("date", ">=", started)]
        )
        messages.date = moment
        values = {
            name: moment for name in MOMENTS if ticket[name] and ticket[name] >= started
        }
        if "first_reply_on" in values:
            values["first_reply_seconds"] = measure(
                ticket.team_id._get_hours, ticket.received_on, moment
            )
        if values:
            ticket.write(values)
        ticket._update_targets()

    def _log_stage(self, ticket, stage, moment, author):
        """Write down that a ticket came to another stage, as the chatter does."""
        if ticket.stage_id == stage:
            return
        message = self.env["mail.message"].create(
            {
                "model": ticket._name,
                "res_id": ticket.id,
                "author_id": author.id,
                "date": moment,
                "message_type": "notification",
                "subtype_id": self.env.ref("mail.mt_note").id,
                "is_internal": True,
            }
        )
        values = self.env["mail.tracking.value"]._create_tracking_values(
            stage,
            ticket.stage_id,
            "stage_id",
            ticket.fields_get(["stage_id"])["stage_id"],
            ticket,
        )
        tracking = self.env["mail.tracking.value"].create(
            {**values, "mail_message_id": message.id}
        )
        self._date_created(tracking, moment)

    def _date_created(self, records, moment):
        records.flush_recordset()
        self.env.cr.execute(
            SQL(
                "UPDATE %s SET create_date = %s, write_date = %s WHERE id IN %s",
                SQL.identifier(records._table),
                moment,
                moment,
                tuple(records.ids),
            )
        )
        records.invalidate_recordset(["create_date", "write_date"])

    def _name_tickets(self, tickets):
        self.env["ir.model.data"]._update_xmlids(
            [
                {
                    "xml_id": f"customer_portal_support.ticket_{key}",
                    "record": ticket,
                    "noupdate": True,
                }
                for key, ticket in tickets.items()
            ]
        )
