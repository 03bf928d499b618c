from ast import literal_eval
from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.fields import Domain
from odoo.tools import SQL
from odoo.tools.date_utils import localized

from ..const import OPEN

AGENTS = "customer_portal_support.group_ticket_agent"


class PortalTicketTeam(models.Model):
    """Who answers tickets: members, working hours, an address, and how they share."""

    _name = "portal.ticket.team"
    _description = "Team for tickets"
    _inherit = ["mail.alias.mixin", "mail.thread"]
    _order = "sequence, id"

    name = fields.Char(required=True, translate=True)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    color = fields.Integer()
    company_id = fields.Many2one(
        "res.company", required=True, default=lambda self: self.env.company, index=True
    )
    user_id = fields.Many2one(
        "res.users",
        "Lead",
        default=lambda self: self.env.user,
        domain=[("share", "=", False)],
        help="Is told of missed targets.",
    )
    member_ids = fields.Many2many(
        "res.users", string="Members", domain=[("share", "=", False)]
    )
    assignment = fields.Selection(
        [
            ("none", "By hand"),
            ("turn", "In turn"),
            ("load", "To who has the fewest open tickets"),
        ],
        "New tickets go",
        required=True,
        default="none",
    )
    last_user_id = fields.Many2one("res.users", "Last in turn", readonly=True)
    calendar_id = fields.Many2one(
        "resource.calendar",
        "Working hours",
        help="With holidays. If empty, those of the company.",
    )
    close_days = fields.Integer(
        "Close solved tickets after",
        default=7,
        help="Days since the customer's last message. Zero: never.",
    )
    warn_days = fields.Integer(
        "Tell the customer before", default=2, help="Days. Zero: no e-mail about it."
    )
    reopen_days = fields.Integer(
        "A reply reopens for",
        default=14,
        help="Days since a ticket was closed. A later reply begins a new ticket.",
    )
    properties_definition = fields.PropertiesDefinition("Properties of its tickets")
    ticket_ids = fields.One2many("portal.ticket", "team_id", "Tickets")
    open_count = fields.Integer(compute="_compute_counts")
    unassigned_count = fields.Integer(compute="_compute_counts")
    missed_count = fields.Integer(compute="_compute_counts")

    @api.constrains("close_days", "warn_days", "reopen_days")
    def _check_days(self):
        for team in self:
            if min(team.close_days, team.warn_days, team.reopen_days) < 0:
                raise ValidationError(self.env._("Enter days that are not negative."))
            if team.close_days and team.warn_days >= team.close_days:
                raise ValidationError(
                    self.env._("The customer is told before the ticket closes.")
                )

    @api.constrains("user_id", "member_ids")
    def _check_people(self):
        """Refuse people who would be told of tickets that they cannot open."""
        for user in (self.user_id | self.member_ids).filtered("active"):
            if not (user._is_superuser() or user.has_group(AGENTS)):
                raise ValidationError(
                    self.env._(
                        "%s cannot open tickets. Give the right Tickets: Agent first, "
                        "in Settings > Users.",
                        user.name,
                    )
                )

    def _compute_counts(self):
        tickets = self.env["portal.ticket"]
        domain = [("team_id", "in", self.ids), ("customer_status", "in", OPEN)]

        def count(*more):
            return dict(tickets._read_group([*domain, *more], ["team_id"], ["__count"]))

        opened = count()
        unassigned = count(("user_id", "=", False))
        missed = count(("sla_ids.state", "=", "missed"))
        for team in self:
            team.open_count = opened.get(team, 0)
            team.unassigned_count = unassigned.get(team, 0)
            team.missed_count = missed.get(team, 0)

    def _alias_get_creation_values(self):
        """Override: what is written to the address of a team makes its tickets."""
        values = super()._alias_get_creation_values()
        values["alias_model_id"] = self.env["ir.model"]._get("portal.ticket").id
        if self.id:
            defaults = literal_eval(self.alias_defaults or "{}")
            values["alias_defaults"] = {**defaults, "team_id": self.id}
        return values

    @api.model
    def _get_default(self, company):
        """Return the first team of a company, or none."""
        return self.search([("company_id", "=", company.id)], limit=1)

    def _get_stage(self, statuses):
        """Return the team's first stage for one of the customer's words, or none.

        :param statuses: in the order in which they are looked for
        """
        # sudo: the stages of a team, for whoever makes a ticket
        stages = self.env["portal.ticket.stage"].sudo()
        stages = stages.search(
            Domain("team_ids", "=", False) | Domain("team_ids", "in", self.ids)
        )
        by_status = stages.grouped("customer_status")
        for status in statuses:
            if status in by_status:
                return by_status[status][0].with_env(self.env)
        return stages.browse()

    def _get_hours(self, start, end):
        """Return the working hours between two moments; all of it without a calendar.

        As `tools.working_time` takes them.
        """
        # sudo: working hours and holidays of the company, whoever asks
        team = self.sudo()
        calendar = team.calendar_id or team.company_id.resource_calendar_id
        if not calendar:
            return [(start, end)]
        intervals = calendar._work_intervals_batch(localized(start), localized(end))
        return [
            (_to_utc(begin), _to_utc(stop)) for begin, stop, _meta in intervals[False]
        ]

    def _get_tz(self):
        """Return the time zone in which the team works."""
        # sudo: working hours of the company, whoever asks
        team = self.sudo()
        calendar = team.calendar_id or team.company_id.resource_calendar_id
        return calendar.tz or "UTC"

    # ------------------------------------------------------------
    # Assignment
    # ------------------------------------------------------------

    def _choose_member(self):
        """Return who gets the next ticket, or nobody; in sudo.

        The team is held meanwhile, so that two tickets that come at once go to two.
        """
        self.ensure_one()
        members = self.member_ids.filtered("active").sorted("id")
        if self.assignment == "none" or not members:
            return members.browse()
        self.flush_recordset()
        self.env.cr.execute(
            SQL("SELECT id FROM portal_ticket_team WHERE id = %s FOR UPDATE", self.id)
        )
        if self.assignment == "turn":
            later = members.filtered(lambda user: user.id > self.last_user_id.id)
            chosen = (later or members)[0]
        else:
            loads = dict(
                self.env["portal.ticket"]._read_group(
                    [("user_id", "in", members.ids), ("customer_status", "in", OPEN)],
                    ["user_id"],
                    ["__count"],
                )
            )
            chosen = min(members, key=lambda user: (loads.get(user, 0), user.id))
        self.last_user_id = chosen
        return chosen


def _to_utc(moment):
    """Return a moment as it is stored; a day that ends at 24 ends at midnight.

    Odoo lets it end a microsecond earlier.
    """
    moment = (moment - moment.utcoffset()).replace(tzinfo=None)
    return moment + timedelta(microseconds=-moment.microsecond % 1_000_000)
