from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.fields import Domain

from ..const import OPEN, PRIORITIES

# On which no target depends.
NO_TARGET_FIELDS = {"name", "escalation_user_ids"}
# What decides of which tickets it is, and what it says then.
FITTING_FIELDS = [
    "company_id",
    "customer_tag_ids",
    "priority",
    "resolution_hours",
    "response_hours",
    "team_ids",
    "warning_hours",
]


class PortalSlaPolicy(models.Model):
    """How soon tickets of a kind are to be answered and solved, in working hours."""

    _name = "portal.sla.policy"
    _description = "Targets for tickets"
    _order = "sequence, id"

    name = fields.Char(required=True, translate=True)
    sequence = fields.Integer(
        default=10, help="The first policy that fits a ticket is used."
    )
    active = fields.Boolean(default=True)
    company_id = fields.Many2one(
        "res.company", index=True, help="If empty, all companies."
    )
    team_ids = fields.Many2many(
        "portal.ticket.team", string="Teams", help="If empty, all teams."
    )
    priority = fields.Selection(
        PRIORITIES, "Priority, at least", required=True, default="0"
    )
    customer_tag_ids = fields.Many2many(
        "res.partner.category",
        string="Customers with a tag",
        help="If empty, all customers.",
    )
    response_hours = fields.Float(
        "First reply within", help="Working hours of the team. Zero: no target."
    )
    resolution_hours = fields.Float(
        "Solved within", help="Working hours of the team. Zero: no target."
    )
    warning_hours = fields.Float(
        "Warn before", default=1.0, help="Working hours. Zero: no warning."
    )
    escalation_user_ids = fields.Many2many(
        "res.users",
        string="Tell when missed",
        domain=[("share", "=", False)],
        help="If empty, the lead of the team.",
    )

    @api.constrains("response_hours", "resolution_hours", "warning_hours")
    def _check_hours(self):
        for policy in self:
            hours = (
                policy.response_hours,
                policy.resolution_hours,
                policy.warning_hours,
            )
            if min(hours) < 0:
                raise ValidationError(self.env._("Enter hours that are not negative."))

    def _get_target_hours(self, kind):
        """Return the working hours of a target, zero for none; also of no policy."""
        return self[f"{kind}_hours"] if self else 0.0

    @api.model
    def _find_all(self):
        """Return all policies in their order; in sudo, for `_fits`."""
        # sudo: which targets a ticket has does not depend on who looks
        return self.sudo().search_fetch([("active", "=", True)], FITTING_FIELDS)

    def _fits(self, ticket):
        """Return whether this policy is for a ticket; in sudo."""
        self.ensure_one()
        return (
            self.company_id in (ticket.company_id, self.company_id.browse())
            and (not self.team_ids or ticket.team_id in self.team_ids)
            and (ticket.priority or "0") >= self.priority
            and (
                not self.customer_tag_ids
                or ticket.portal_customer_id.category_id & self.customer_tag_ids
            )
        )

    def write(self, vals):
        """Extend: open tickets have the new targets at once."""
        result = super().write(vals)
        if vals.keys() - NO_TARGET_FIELDS:
            self._update_open_tickets()
        return result

    @api.model_create_multi
    def create(self, vals_list):
        """Extend: open tickets have the new targets at once."""
        policies = super().create(vals_list)
        policies._update_open_tickets()
        return policies

    def _update_open_tickets(self):
        # sudo: the targets of all tickets, whoever may see them
        tickets = self.env["portal.ticket"].sudo()
        tickets.search(Domain("customer_status", "in", OPEN))._update_targets()
