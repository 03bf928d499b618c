from odoo import api, fields, models
from odoo.fields import Domain


class StockPicking(models.Model):
    _name = "stock.picking"
    _inherit = [
        "stock.picking",
        "portal.issued.mixin",
        "portal.customer.mixin",
        "portal.scoped.mixin",
        "portal.closed.mixin",
        "portal.news.mixin",
    ]

    _portal_code = "see_orders"
    _portal_search_numbers = ("name",)

    # For the warehouse; core lets every contact read them.
    note = fields.Html(groups="base.group_user")
    _portal_closed_fields = ("picking_warning_text",)

    # Of a contact that is deleted, as in stock Odoo. What is ordered is of the order's
    # customer, which is known only then.
    portal_customer_id = fields.Many2one(precompute=False, ondelete="set null")

    @api.depends("sale_id.portal_customer_id")
    def _compute_portal_customer_id(self):
        """Extend: a delivery of an order is of the order's customer."""
        ordered = self.filtered("sale_id.portal_customer_id")
        for picking in ordered:
            picking.portal_customer_id = picking.sale_id.portal_customer_id
        return super(StockPicking, self - ordered)._compute_portal_customer_id()

    def _fill_portal_customers(self):
        """Override: in one go, by the order or else the contact."""
        self.env.cr.execute(
            """
            UPDATE stock_picking picking
               SET portal_customer_id = COALESCE(
                   (SELECT sale.portal_customer_id FROM sale_order sale
                     WHERE sale.id = picking.sale_id),
                   (SELECT partner.commercial_partner_id FROM res_partner partner
                     WHERE partner.id = picking.partner_id))
            """
        )

    def _get_contacts_left(self):
        """Override: goods may go to somebody else's place; the order tells."""
        if self.sale_id:
            # sudo: of an order whose delivery is seen
            return self.sudo().sale_id._get_contacts_left()
        return super()._get_contacts_left()

    def _get_on_slip(self, partner):
        """Return a partner as the slip prints it; who has left, as on the day."""
        if partner == self.partner_id and partner in self._get_contacts_left():
            return self._get_partner_as_printed("partner_id")
        return self._get_as_printed(partner)

    def _get_customer_on_slip(self, partner):
        """Return the company that the slip is for: that of the day."""
        customer = self._get_contacts_left().get(partner)
        return self._get_as_printed(customer or partner.commercial_partner_id)

    def _get_portal_own_domain(self, user):
        """Extend: what was delivered for the person's own orders."""
        orders = self.env["sale.order"]._get_portal_own_domain(user)
        return super()._get_portal_own_domain(user) | Domain("sale_id", "any!", orders)

    def _get_portal_domain(self, user, code=None, root=None):
        """Extend: deliveries of the orders that the person reaches.

        Moreover those to the customer without an order; not what the customer sends
        us as a supplier.
        """
        orders = self.env["sale.order"]._get_portal_domain(
            user, code or self._portal_code, root
        )
        return Domain("sale_id", "any!", orders) | (
            super()._get_portal_domain(user, code, root)
            & Domain("sale_id", "=", False)
            & Domain("picking_type_id.code", "=", "outgoing")
        )

    def _get_portal_unguarded_domain(self):
        """Override: what is no delivery to a customer, or comes from a supplier.

        Its partner is the supplier or subcontractor, who has pages for it in Odoo.
        """
        to_nobody = Domain("sale_id", "=", False) & Domain(
            "location_dest_id.usage", "!=", "customer"
        )
        return to_nobody | Domain("location_id.usage", "=", "supplier")

    # ------------------------------------------------------------
    # Where to, and whom to ask for
    # ------------------------------------------------------------

    # Of the order, until the transfer is done: its slip says what it said then.
    site_contact_name = fields.Char(
        "On-site contact", compute="_compute_site_contact", store=True
    )
    site_contact_phone = fields.Char(
        "Phone on site", compute="_compute_site_contact", store=True
    )
    wished_date = fields.Date(
        "Requested delivery date",
        compute="_compute_site_contact",
        store=True,
        help="The day the customer requests. Planning it is up to you.",
    )

    @api.depends(
        "partner_id",
        "sale_id.partner_shipping_id",
        "sale_id.site_contact_name",
        "sale_id.site_contact_phone",
        "sale_id.wished_date",
    )
    def _compute_site_contact(self):
        for picking in self:
            order = picking.sale_id
            source = order
            if picking.state in ("done", "cancel"):
                source = order = picking  # what is done keeps what it has
            elif picking.partner_id and picking.partner_id != order.partner_shipping_id:
                source = picking.partner_id  # it goes elsewhere
            picking.site_contact_name = source.site_contact_name
            picking.site_contact_phone = source.site_contact_phone
            picking.wished_date = order.wished_date

    def _action_done(self):
        """Extend: what the order says last is computed before nothing changes it.

        The slip keeps the addresses of the day on which the goods left.
        """
        self._recompute_recordset(["site_contact_name"])
        result = super()._action_done()
        # sudo: the time only; whoever validates a delivery may do this
        done = self.sudo().filtered(lambda picking: picking.state == "done")
        if done:
            done.issued_on = self.env["portal.address.version"]._get_moment()
            done._add_shipped_news()
        return result

    def _is_issued(self):
        return self.state == "done"

    def _is_portal_return(self):
        """Return whether the goods come back with it."""
        self.ensure_one()
        return bool(self.return_id) or self.picking_type_code == "incoming"

    def _is_begun(self):
        """Return whether the warehouse works on it: picked, printed or done.

        Core adds nothing to a printed transfer any more either: the paper in
        somebody's hand says the old address. Reserved goods are not picked.
        """
        self.ensure_one()
        return (
            self.state == "done"
            or self.printed
            or any(move.picked for move in self.move_ids if move.state != "cancel")
        )

    def _get_portal_status(self):
        """Return the key of the status that the page of an order shows."""
        self.ensure_one()
        if self.state in ("done", "cancel"):
            return self.state
        return "picking" if self._is_begun() else "planned"

    def _get_portal_badge(self):
        """Return the status for `draw_badge`: a key of its colour, and the words."""
        status = self._get_portal_status()
        if status == "done" and self._is_portal_return():
            status = "received"
        return self._get_portal_badges()[status]

    def _get_portal_badges(self):
        """Return {status: the key of its colour, and the words}."""
        _ = self.env._
        return {
            "done": ("paid", _("Shipped")),
            "received": ("paid", _("Received")),
            "cancel": ("cancel", _("Cancelled")),
            "picking": ("processing", _("Picking")),
            "planned": ("sent", _("Planned")),
        }

    def _get_portal_place(self):
        """Return where the goods go, on one line."""
        partner = self.partner_id
        if partner in self._get_contacts_left():
            partner = self._get_partner_as_printed("partner_id")
        name = partner.name or partner.commercial_partner_id.name
        return ", ".join(filter(None, [name, partner.city]))

    # ------------------------------------------------------------
    # On its way: addons know more
    # ------------------------------------------------------------

    def _get_portal_carrier(self):
        """Return who brings it, or ""; in sudo."""
        return ""

    def _get_portal_tracking(self):
        """Return where it can be followed: dicts with label and url (or None)."""
        return []

    def _get_portal_papers(self):
        """Return what can be downloaded of it: dicts with label and url."""
        if self.state == "cancel":
            return []
        return [
            {
                "label": self.env._("Delivery slip"),
                "url": f"/my/picking/pdf/{self.id}",
            }
        ]
