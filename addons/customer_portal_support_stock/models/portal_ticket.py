"""Tickets about deliveries and serial numbers."""

from odoo import api, fields, models
from odoo.fields import Domain

from odoo.addons.customer_portal.tools.search import search_word, split_words
from odoo.addons.customer_portal_support.models.portal_ticket_link import MOST_FOUND


class PortalTicket(models.Model):
    _inherit = "portal.ticket"

    picking_id = fields.Many2one("stock.picking", "Delivery", index="btree_not_null")
    lot_id = fields.Many2one("stock.lot", "Serial number", index="btree_not_null")

    @api.model
    def _get_link_fields(self):
        """Extend: deliveries and serial numbers."""
        return {
            **super()._get_link_fields(),
            "delivery": "picking_id",
            "serial": "lot_id",
        }

    @api.model
    def _get_worded_kinds(self):
        """Extend: neither a delivery nor a serial number has a page."""
        _ = self.env._
        return {
            **super()._get_worded_kinds(),
            "delivery": _("Delivery"),
            "serial": _("Serial number"),
        }

    def _get_reaching(self):
        """Extend: deliveries and serial numbers."""
        return {
            **super()._get_reaching(),
            "delivery": self._reach_delivery,
            "serial": self._reach_serial,
        }

    def _get_finding(self):
        """Extend: deliveries and serial numbers."""
        return {
            **super()._get_finding(),
            "delivery": self._find_deliveries,
            "serial": self._find_serials,
        }

    @api.model
    def _unfold_linked(self, kind, record):
        """Extend: a delivery leads to its order."""
        unfolded = super()._unfold_linked(kind, record)
        if kind == "delivery" and record.sale_id:
            unfolded["order"] = record.sale_id
        return unfolded

    def _describe_linked(self, kind, record):
        """Extend: deliveries and serial numbers."""
        row = super()._describe_linked(kind, record)
        if kind == "delivery":
            row["name"] = record.name
            row["date"] = record.date_done or record.scheduled_date
        elif kind == "serial":
            row["name"] = f"{record.name} · {record.product_id.display_name}"
        return row

    def _get_linked_customer(self, kind, record):
        """Extend: a serial number is nobody's, as a product."""
        if kind == "serial":
            return self.env["res.partner"]
        return super()._get_linked_customer(kind, record)

    def _get_linked_company(self, kind, record):
        """Extend: a serial number may be of none."""
        if kind == "serial":
            return self.env["res.company"]
        return super()._get_linked_company(kind, record)

    # ------------------------------------------------------------
    # Deliveries
    # ------------------------------------------------------------

    def _get_deliveries_domain(self, context, root=None):
        """Return the domain of the deliveries to the customer that a person sees."""
        pickings = self.env["stock.picking"]
        domain = pickings._get_portal_domain(self.env.user, root=root)
        domain &= Domain("picking_type_id.code", "=", "outgoing")
        domain &= Domain("state", "not in", ("draft", "cancel"))
        if "order" in context:
            domain &= Domain("sale_id", "=", context["order"].id)
        return domain

    def _reach_delivery(self, record_id, _context, _root):
        # sudo: the domain says which deliveries the person sees
        pickings = self.env["stock.picking"].sudo()
        domain = self._get_deliveries_domain({})
        return pickings.search(domain & Domain("id", "=", record_id), limit=1)

    def _find_deliveries(self, words, context, root):
        # sudo: the domain says which deliveries the person sees
        pickings = self.env["stock.picking"].sudo()
        domain = self._get_deliveries_domain(context, root)
        if context.get("is_return"):
            domain &= Domain("state", "=", "done")
        if words:
            domain &= pickings._find_portal_domain(words, self.env.user, root=root)
        names = ["name", "date_done", "scheduled_date"]
        return pickings.search_fetch(
            domain, names, order="id desc", limit=MOST_FOUND + 1
        )

    # ------------------------------------------------------------
    # Serial numbers
    # ------------------------------------------------------------

    def _get_serials_domain(self, context, root=None):
        """Return the domain of the serial numbers that were delivered to the customer.

        Of the chosen delivery, order and product, where there are some.
        """
        deliveries = self._get_deliveries_domain(context, root)
        lines = Domain("picking_id", "any", deliveries) & Domain("state", "=", "done")
        if "delivery" in context:
            lines &= Domain("picking_id", "=", context["delivery"].id)
        if "product" in context:
            lines &= Domain("product_id", "=", context["product"].id)
        # sudo: the domain says which deliveries the person sees
        moved = self.env["stock.move.line"].sudo()._search(lines)
        return Domain("id", "in", moved.subselect("lot_id"))

    def _reach_serial(self, record_id, context, _root):
        # sudo: it was delivered to the customer, which the domain says
        lots = self.env["stock.lot"].sudo()
        domain = self._get_serials_domain(context)
        return lots.search(domain & Domain("id", "=", record_id), limit=1)

    def _find_serials(self, words, context, root):
        # sudo: they were delivered to the customer, which the domain says
        lots = self.env["stock.lot"].sudo()
        fitting = [search_word(word, ("name",)) for word in split_words(words)]
        domain = Domain.AND([self._get_serials_domain(context, root), *fitting])
        return lots.search_fetch(
            domain, ["name", "product_id"], order="id desc", limit=MOST_FOUND + 1
        )
