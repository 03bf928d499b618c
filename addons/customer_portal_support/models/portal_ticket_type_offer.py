"""The catalogue: which types a person is offered, and how soon each is answered."""

from odoo import fields, models
from odoo.fields import Domain

OFFERED_FIELDS = [
    "code",
    "company_id",
    "description",
    "name",
    "permission_id",
    "priority",
    "sequence",
    "team_id",
]


class PortalTicketType(models.Model):
    _inherit = "portal.ticket.type"

    def _get_offered(self, user, customer, company):
        """Return {type that a person is offered: who answers it}, in order; in sudo.

        The caller has checked that the person may ask at all.

        :param customer: for whom it is asked, in sudo
        :param company: of the seller
        """
        # Also tags that are no longer given: nothing more is read of them.
        tags = customer.with_context(active_test=False).category_id
        # sudo: types are the seller's; which ones are shown is decided here
        kinds = self.sudo().search_fetch(
            Domain("company_id", "in", (False, company.id))
            & (
                Domain("customer_tag_ids", "=", False)
                | Domain("customer_tag_ids", "in", tags.ids)
            ),
            OFFERED_FIELDS,
        )
        teams = kinds._get_teams(company)
        return {
            kind: teams[kind]
            for kind in kinds
            if teams[kind]
            and (not kind.permission_id or user._portal_can(kind.permission_id.code))
        }

    def _get_teams(self, company):
        """Return {type: who answers it at a company, or none}; in sudo."""
        first = self.env["portal.ticket.team"]._get_default(company)
        return {
            kind: kind.team_id if kind.team_id.company_id == company else first
            for kind in self
        }

    def _fits_context(self, kinds):
        """Return whether the form of this type asks for one of these records."""
        return bool(kinds) and bool(set(self.field_ids.mapped("kind")) & set(kinds))

    def _prepare_offers(self, customer, teams):
        """Return what the catalogue says of each type: list of dicts; in sudo.

        As many queries for many types as for one.

        :param dict teams: of `_get_teams`
        :return: dicts with type, and hours: the working hours in which most got a first
            answer lately, or the target where too few were asked; 0 where neither is
            known
        """
        measured = self.env["portal.ticket"]._measure_replies(
            [(teams[kind].id, kind.id) for kind in self],
            fields.Datetime.now(),
        )
        policies = self.env["portal.sla.policy"]._find_all()
        offers = []
        for kind in self:
            team = teams[kind]
            seconds = measured.get((team.id, kind.id))
            if seconds is None:
                hours = kind._get_target_hours(customer, team, policies)
            else:
                hours = seconds / 3600
            offers.append({"type": kind, "hours": hours})
        return offers

    def _get_target_hours(self, customer, team, policies):
        """Return the target for the first reply to a new ticket, or 0; in sudo."""
        ticket = self.env["portal.ticket"].new(
            {
                "company_id": team.company_id.id,
                "team_id": team.id,
                "priority": self.priority,
                "portal_customer_id": customer.id,
            }
        )
        fitting = policies.filtered(lambda policy: policy._fits(ticket))
        return fitting[:1]._get_target_hours("response")

    def _get_expected(self, customer, team):
        """Return when a ticket that is sent now can expect an answer; None; in sudo."""
        policies = self.env["portal.sla.policy"]._find_all()
        moment, _basis = self.env["portal.ticket"]._get_expected_reply(
            team,
            self,
            fields.Datetime.now(),
            self._get_target_hours(customer, team, policies),
        )
        return moment
