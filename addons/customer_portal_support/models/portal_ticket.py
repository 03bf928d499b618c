"""What a customer asks for, and how it stands."""

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.fields import Domain
from odoo.tools import email_normalize

from odoo.addons.customer_portal.tools.moment import format_moment

from ..const import (
    CHANNELS,
    END_REASONS,
    ENDED,
    LONGEST_SUBJECT,
    OPEN,
    PRIORITIES,
    STATUSES,
    STOPPING,
)

STAFF = "base.group_user"
# What the targets of a ticket depend on.
TARGET_FIELDS = {
    "team_id",
    "priority",
    "partner_id",
    "portal_customer_id",
    "stage_id",
    "first_reply_on",
    "received_on",
    "end_reason",
}


ALL = [status for status, _label in STATUSES]


class PortalTicket(models.Model):
    """One request of a customer, from the first word until it is closed.

    The customer reads one of five words; staff work in stages that stand for them.
    """

    _name = "portal.ticket"
    _description = "Ticket"
    _inherit = [
        "mail.tracking.duration.mixin",
        "mail.activity.mixin",
        "rating.mixin",
        "portal.customer.mixin",
        "portal.scoped.mixin",
        "portal.listed.mixin",
    ]
    _order = "received_on desc, id desc"
    _rec_name = "subject"
    _rec_names_search = ["number", "subject"]

    _portal_code = "see_tickets"
    _portal_partner_field = "portal_customer_id"
    _portal_partner_is_customer = True
    _portal_search_numbers = ("number",)
    _portal_search_fields = ("subject",)
    _portal_list = "tickets"
    _primary_email = "email_from"
    _track_duration_field = "stage_id"

    number = fields.Char(readonly=True, copy=False)
    subject = fields.Char(required=True, tracking=True)
    description = fields.Html()
    partner_id = fields.Many2one(
        "res.partner", "Contact", index="btree_not_null", ondelete="restrict"
    )
    email_from = fields.Char(
        "E-mail address",
        compute="_compute_email_from",
        store=True,
        readonly=False,
        groups=STAFF,
        help="Of the contact, or of a sender whom nobody knows.",
    )
    email_cc = fields.Char(
        "Copy to",
        groups=STAFF,
        copy=False,
        help="Who was in copy of an e-mail. They get nothing unless you write to them.",
    )
    participant_ids = fields.Many2many(
        "res.partner",
        string="Shared with",
        copy=False,
        help="Colleagues at the customer who see the ticket as their own.",
    )
    company_id = fields.Many2one(
        related="team_id.company_id", store=True, index=True, precompute=True
    )
    team_id = fields.Many2one(
        "portal.ticket.team",
        required=True,
        default=lambda self: self.env["portal.ticket.team"]._get_default(
            self.env.company
        ),
        index=True,
        ondelete="restrict",
        tracking=True,
        groups=STAFF,
    )
    user_id = fields.Many2one(
        "res.users",
        "Assigned to",
        index=True,
        domain=[("share", "=", False)],
        tracking=True,
        groups=STAFF,
    )
    stage_id = fields.Many2one(
        "portal.ticket.stage",
        compute="_compute_stage_id",
        store=True,
        precompute=True,
        readonly=False,
        required=True,
        index=True,
        ondelete="restrict",
        tracking=True,
        copy=False,
        domain="['|', ('team_ids', '=', False), ('team_ids', '=', team_id)]",
        group_expand="_read_group_stages",
        groups=STAFF,
    )
    customer_status = fields.Selection(
        STATUSES,
        "Status",
        compute="_compute_customer_status",
        store=True,
        precompute=True,
        compute_sudo=True,
    )
    end_reason = fields.Selection(
        END_REASONS,
        "Closed without solution",
        readonly=True,
        copy=False,
        tracking=True,
    )
    type_id = fields.Many2one("portal.ticket.type", "Request type", index=True)
    value_ids = fields.One2many(
        "portal.ticket.value", "ticket_id", "Answers", groups=STAFF
    )
    category_id = fields.Many2one("portal.ticket.category", index=True, groups=STAFF)
    tag_ids = fields.Many2many("portal.ticket.tag", string="Tags", groups=STAFF)
    priority = fields.Selection(
        PRIORITIES, required=True, default="1", tracking=True, groups=STAFF
    )
    urgency = fields.Selection(
        PRIORITIES, "Urgency for the customer", help="Said by the customer."
    )
    is_complaint = fields.Boolean("Complaint", help="Said by the customer.")
    channel = fields.Selection(CHANNELS, required=True, default="staff", copy=False)
    properties = fields.Properties(
        definition="team_id.properties_definition", copy=True, groups=STAFF
    )
    # What it is about.
    order_id = fields.Many2one("sale.order", index="btree_not_null")
    invoice_id = fields.Many2one("account.move", index="btree_not_null")
    payment_id = fields.Many2one("account.payment", index="btree_not_null")
    product_id = fields.Many2one("product.product", index="btree_not_null")
    # What happened.
    received_on = fields.Datetime(
        "Received",
        required=True,
        readonly=True,
        copy=False,
        default=fields.Datetime.now,
    )
    first_reply_on = fields.Datetime("First reply", readonly=True, copy=False)
    first_reply_seconds = fields.Integer(
        "Time to first reply",
        readonly=True,
        copy=False,
        groups=STAFF,
        aggregator="avg",
        help="In working hours of the team.",
    )
    solved_on = fields.Datetime("Solved", readonly=True, copy=False)
    closed_on = fields.Datetime("Closed", readonly=True, copy=False)
    last_customer_message_on = fields.Datetime(
        "Customer wrote last", readonly=True, copy=False
    )
    last_staff_message_on = fields.Datetime("We wrote last", readonly=True, copy=False)
    reply_count = fields.Integer("Our replies", readonly=True, copy=False, groups=STAFF)
    reopened_count = fields.Integer("Reopened", readonly=True, copy=False, groups=STAFF)
    closing_warned_on = fields.Datetime(readonly=True, copy=False, groups=STAFF)
    bounced_on = fields.Datetime(
        "An e-mail came back", readonly=True, copy=False, groups=STAFF
    )
    # What was promised.
    expected_reply_on = fields.Datetime("Expected answer", readonly=True, copy=False)
    expected_basis = fields.Selection(
        [
            ("measured", "Measured"),
            ("policy", "Target"),
            ("calendar", "Next working day"),
        ],
        readonly=True,
        copy=False,
        groups=STAFF,
    )
    expected_kept = fields.Selection(
        [("kept", "Kept"), ("missed", "Missed")],
        "Expected answer was",
        compute="_compute_expected_kept",
        store=True,
        groups=STAFF,
    )
    sla_ids = fields.One2many(
        "portal.ticket.sla", "ticket_id", "Targets", readonly=True, groups=STAFF
    )
    step_ids = fields.One2many(
        "portal.ticket.step", "ticket_id", "Statuses", readonly=True, groups=STAFF
    )
    pause_ids = fields.One2many(
        "portal.ticket.pause", "ticket_id", "Pauses", readonly=True, groups=STAFF
    )
    next_deadline = fields.Datetime(
        compute="_compute_next_deadline", store=True, groups=STAFF
    )
    duplicate_of_id = fields.Many2one(
        "portal.ticket", readonly=True, index="btree_not_null", copy=False, groups=STAFF
    )
    follows_id = fields.Many2one(
        "portal.ticket",
        readonly=True,
        index="btree_not_null",
        copy=False,
        groups=STAFF,
        help="The ticket that was closed, or from which this one was split.",
    )
    duplicate_ids = fields.One2many(
        "portal.ticket", "duplicate_of_id", "Duplicates", groups=STAFF
    )
    # Of the mixins: for staff.
    duration_tracking = fields.Json(groups=STAFF)
    rotting_days = fields.Integer(groups=STAFF)
    is_rotting = fields.Boolean(groups=STAFF)
    date_last_stage_update = fields.Datetime(
        readonly=True, copy=False, groups=STAFF, default=fields.Datetime.now
    )

    _number_unique = models.Constraint(
        "UNIQUE (company_id, number)", "This number is taken."
    )
    _customer_index = models.Index("(portal_customer_id, customer_status, id)")
    _team_index = models.Index("(team_id, type_id, received_on)")

    # ------------------------------------------------------------
    # Computed
    # ------------------------------------------------------------

    @api.depends("number", "subject")
    def _compute_display_name(self):
        for ticket in self:
            ticket.display_name = (
                f"{ticket.number or ''} {ticket.subject or ''}".strip()
            )

    @api.depends("partner_id.email")
    def _compute_email_from(self):
        for ticket in self:
            ticket.email_from = ticket.partner_id.email or ticket.email_from

    @api.depends("team_id")
    def _compute_stage_id(self):
        """Begin with the team's first stage; see `_fit_into_team` for another team."""
        for ticket in self:
            ticket.stage_id = ticket.stage_id or ticket.team_id._get_stage(ALL)

    @api.depends("stage_id.customer_status")
    def _compute_customer_status(self):
        for ticket in self:
            ticket.customer_status = ticket.stage_id.customer_status

    @api.depends("expected_reply_on", "first_reply_on")
    def _compute_expected_kept(self):
        for ticket in self:
            expected, reply = ticket.expected_reply_on, ticket.first_reply_on
            ticket.expected_kept = (
                ("kept" if reply <= expected else "missed")
                if expected and reply
                else False
            )

    @api.depends("sla_ids.deadline", "sla_ids.state", "sla_ids.reached_on")
    def _compute_next_deadline(self):
        for ticket in self:
            waiting = ticket.sla_ids.filtered(
                lambda row: (
                    row.deadline
                    and not row.reached_on
                    and row.state in ("ongoing", "missed")
                )
            )
            ticket.next_deadline = min(waiting.mapped("deadline"), default=False)

    @api.model
    def _read_group_stages(self, stages, domain):
        """Show all stages of the team that one looks at, also empty ones."""
        team_id = self.env.context.get("default_team_id")
        shown = Domain("team_ids", "=", False)
        if team_id:
            shown |= Domain("team_ids", "=", team_id)
        return stages.search(shown | Domain("id", "in", stages.ids))

    @api.constrains("participant_ids", "portal_customer_id")
    def _check_participants(self):
        for ticket in self:
            # sudo: whose colleagues they are
            ticket_sudo = ticket.sudo()
            customers = ticket_sudo.participant_ids.commercial_partner_id
            allowed = ticket_sudo._get_customer_circle()
            if customers - allowed:
                raise ValidationError(
                    self.env._("A ticket is shared with people of its customer only.")
                )

    # ------------------------------------------------------------
    # Access
    # ------------------------------------------------------------

    def _get_portal_own_domain(self, user):
        """Override: what the person asked, and what was shared with the person."""
        return Domain("partner_id", "=", user.partner_id.id) | Domain(
            "participant_ids", "in", user.partner_id.ids
        )

    def _get_customer_circle(self):
        """Return the companies whose people take part: the customer, and those above.

        In sudo.
        """
        circle = company = self.portal_customer_id
        while company.parent_id:
            company = company.parent_id.commercial_partner_id
            circle |= company
        return circle

    def _is_of_customer(self, partner, email=""):
        """Return whether somebody writes for the customer; in sudo.

        Its own people, and who works for it with a role, as a bookkeeper of several
        customers. Of a sender whom nobody knows, the one who began the ticket.

        :param partner: whom the address belongs to, or none
        :param str email: normalized
        """
        if not partner:
            return bool(email) and email == email_normalize(self.email_from)
        if partner.commercial_partner_id in self._get_customer_circle():
            return True
        users = partner.user_ids.filtered("share")
        return any(self._portal_allows(user, "see_tickets") for user in users)

    # ------------------------------------------------------------
    # Create and change
    # ------------------------------------------------------------

    @api.model_create_multi
    def create(self, vals_list):
        """Extend: a number, somebody who has it, an expected answer, and a receipt."""
        tickets = super().create([self._complete(vals) for vals in vals_list])
        tickets._begin()
        return tickets

    def _begin(self):
        """Do what follows a new ticket; the right to make it was asked."""
        # sudo: clock, promise and mails are no one's to write
        for ticket in self.sudo():
            ticket._assign()
            ticket._follow_status("")
            ticket._update_targets()
            ticket._promise()
            if ticket.partner_id:
                ticket.message_subscribe(ticket.partner_id.ids)
            if ticket.channel != "staff":
                ticket.last_customer_message_on = ticket.received_on
                others = ticket.participant_ids
                ticket._send_letter("ticket_received", "mail_template_received", others)
            ticket._add_ticket_news("ticket_received")
            ticket._tell_participants(ticket.participant_ids)

    @api.model
    def _complete(self, vals):
        """Return the values of a new ticket with those that follow from them."""
        # sudo: teams, types and stages, for whoever makes a ticket
        teams = self.env["portal.ticket.team"].sudo()
        kinds = self.env["portal.ticket.type"].sudo()  # sudo: as said above
        kind = kinds.browse(vals.get("type_id"))
        team = (
            teams.browse(vals.get("team_id"))
            or kind.team_id
            or teams._get_default(self.env.company)
        )
        if not team:
            raise UserError(self.env._("Create a team for tickets first."))
        sequences = self.env["ir.sequence"].sudo()  # sudo: numbers belong to nobody
        sequences = sequences.with_company(team.company_id)
        values = {
            **vals,
            "team_id": team.id,
            "number": sequences.next_by_code("portal.ticket"),
            "subject": (vals.get("subject") or "").strip()[:LONGEST_SUBJECT],
        }
        if kind and not vals.get("priority"):
            values["priority"] = kind.priority
        return values

    def write(self, vals):
        """Extend: what follows from another stage, team, priority or customer."""
        before, moved = {}, self.browse()
        sharing = self._get_participants() if "participant_ids" in vals else {}
        if "stage_id" in vals:
            before = {ticket.id: ticket.customer_status for ticket in self}
            vals = {**vals, "date_last_stage_update": fields.Datetime.now()}
        elif "team_id" in vals:
            moved = self.filtered(lambda ticket: ticket.team_id.id != vals["team_id"])
        result = super().write(vals)
        for ticket in moved:
            ticket._fit_into_team()
        for ticket, people in sharing.items():
            ticket._tell_participants(ticket.participant_ids - people)
        self._follow_changes(before, vals)
        return result

    def _follow_changes(self, before, vals):
        """Keep clock and targets true after a change; the right to it was asked.

        :param dict before: {id: the former status}, empty without another stage
        """
        # sudo: the rows of the clock are no one's to write
        tickets = self.sudo()
        for ticket in tickets:
            if before and ticket.customer_status != before[ticket.id]:
                ticket._follow_status(before[ticket.id])
        if TARGET_FIELDS & vals.keys():
            tickets._update_targets()

    def _fit_into_team(self):
        """Take a stage of the new team that means the same, and one of its members."""
        team = self.team_id
        if team not in (self.stage_id.team_ids or team):
            self.stage_id = team._get_stage([self.customer_status, "in_progress"])
        if self.user_id not in team.member_ids:
            self.user_id = False
            self.sudo()._assign()  # sudo: whose turn it is stands at the team

    def _assign(self):
        """Give the ticket to a member, as the team shares them; in sudo."""
        if not self.user_id:
            self.user_id = self.team_id._choose_member()

    def _move_to(self, *statuses):
        """Take the team's first stage for one of the customer's words; in sudo."""
        if stage := self.team_id._get_stage(statuses):
            self.stage_id = stage

    def _follow_status(self, before):
        """Keep moments, pauses and mails true after another status; in sudo.

        :param str before: the former status, "" of a new ticket
        """
        now = fields.Datetime.now()
        status = self.customer_status
        self.pause_ids.filtered(lambda pause: not pause.end).end = now
        if status in STOPPING:
            self.env["portal.ticket.pause"].create(
                {"ticket_id": self.id, "reason": status, "start": now}
            )
        values = {}
        if status in ENDED and not self.solved_on and not self.end_reason:
            values["solved_on"] = now
        if status == "closed":
            values["closed_on"] = now
        elif before == "closed":
            values["closed_on"] = False
        if before in ENDED and status in OPEN:
            values |= {
                "solved_on": False,
                "closing_warned_on": False,
                "end_reason": False,
                "duplicate_of_id": False,
                "reopened_count": self.reopened_count + 1,
            }
        if values:
            self.write(values)
        self.env["portal.ticket.step"].create(
            {
                "ticket_id": self.id,
                "status": status,
                "reason": self.end_reason if status == "closed" else False,
                "date": now if before else self.received_on,
            }
        )
        self._send_letter_of_status(before)
        self._add_news_of_status(before)

    def _format_moment(self, moment, tz=None):
        """Return a moment as people read it, in a zone of theirs or the team's."""
        if not moment:
            return ""
        return format_moment(self.env, moment, tz or self.team_id._get_tz())
