from odoo import api, fields, models

from .portal_promise import STAFF


class ResPartner(models.Model):
    _inherit = "res.partner"

    portal_promise_count = fields.Integer(
        "Promises to pay",
        compute="_compute_portal_promises",
        groups=STAFF,
        help="Those that were kept or broken.",
    )
    portal_promise_kept = fields.Float(
        "Promises kept", compute="_compute_portal_promises", groups=STAFF
    )

    @api.depends_context("allowed_company_ids")
    def _compute_portal_promises(self):
        """Compute the share that was kept, of all partners in one query."""
        rows = self.env["portal.promise"]._read_group(
            [
                ("partner_id", "in", self.commercial_partner_id.ids),
                ("company_id", "in", self.env.companies.ids),
                ("state", "in", ("kept", "broken")),
            ],
            ["partner_id", "state"],
            ["__count"],
        )
        counts = {(partner.id, state): count for partner, state, count in rows}
        for partner in self:
            customer_id = partner.commercial_partner_id.id
            kept = counts.get((customer_id, "kept"), 0)
            partner.portal_promise_count = kept + counts.get((customer_id, "broken"), 0)
            count = partner.portal_promise_count
            partner.portal_promise_kept = kept / count if count else 0.0

    def action_open_promises(self):
        """Show the promises of a customer."""
        self.ensure_one()
        # Customers' people read promises too, and see them on their pages.
        self.env["portal.promise.line"].check_access("read")
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "customer_portal.portal_promise_action"
        )
        return {
            **action,
            "domain": [("partner_id", "=", self.commercial_partner_id.id)],
            "context": {},
        }
