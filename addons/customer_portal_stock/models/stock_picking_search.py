"""Deliveries among what the search of the portal finds."""

from odoo import api, models
from odoo.fields import Domain

from odoo.addons.customer_portal.tools.found import FoundGroup

FOUND_FIELDS = (
    "date_done",
    "move_ids",
    "name",
    "picking_type_id",
    "printed",
    "return_id",
    "sale_id",
    "scheduled_date",
    "state",
)


class StockPicking(models.Model):
    _name = "stock.picking"
    _inherit = ["stock.picking", "portal.found.mixin"]

    _portal_found_order = "scheduled_date desc, id desc"

    @api.model
    def _get_portal_found_groups(self, user, customer):
        """Override: what leaves for the customer, and what comes back."""
        if not user._portal_can("see_orders"):
            return []
        # Past the rules of operation types, which customers may not read.
        leaves = Domain(
            "picking_type_id", "any!", [("code", "in", ("outgoing", "dropship"))]
        )
        # Of this customer and its branches; which of theirs, the record rule decides.
        rights = user._get_portal_rights()
        ids = rights.get_ids("see_orders", customer.id)
        ids |= rights.get_own_ids("see_orders", customer.id)
        return [
            FoundGroup(
                "deliveries",
                self.env._("Deliveries"),
                "fa-truck",
                Domain("portal_customer_id", "in", sorted(ids))
                & (leaves | Domain("return_id", "!=", False)),
            )
        ]

    def _prepare_portal_found_rows(self, words):
        """Override: with the order, whose page shows the delivery."""
        # sudo: what pages show of deliveries that the person sees
        pickings = self.sudo()
        pickings._fetch_linked(
            FOUND_FIELDS, {"picking_type_id": ["code"], "sale_id": ["name"]}
        )
        pickings.move_ids.fetch(["picked", "picking_id", "state"])
        return [
            self._prepare_portal_found_row(
                picking.id,
                picking.name,
                f"/my/orders/{picking.sale_id.id}"
                if picking.sale_id
                else f"/my/picking/pdf/{picking.id}",
                number=picking.sale_id.name or "",
                badge=picking._get_portal_badge(),
                date=picking.date_done or picking.scheduled_date,
                kind=self.env._("Delivery"),
            )
            for picking in pickings
        ]

    def _get_portal_found_action(self, user):
        """Override: follow it on its way, else take its slip along."""
        # sudo: as its order's page shows it
        picking = self.sudo()
        links = [link for link in picking._get_portal_tracking() if link["url"]]
        if links:
            url = links[0]["url"]
            return {"label": self.env._("Track"), "url": url, "is_main": True}
        for paper in picking._get_portal_papers()[:1]:
            return {**paper, "is_main": False}
        return None
