from odoo import fields, models


class PortalTicketTypeField(models.Model):
    _inherit = "portal.ticket.type.field"

    kind = fields.Selection(
        selection_add=[("delivery", "Delivery"), ("serial", "Serial number")],
        ondelete={
            "delivery": lambda found: found.write({"kind": "order"}),
            "serial": lambda found: found.write({"kind": "text"}),
        },
    )


class PortalTicketType(models.Model):
    _inherit = "portal.ticket.type"

    def _fits_context(self, kinds):
        """Extend: of an order one asks for its deliveries."""
        return super()._fits_context(kinds) or (
            "order" in kinds and "delivery" in self.field_ids.mapped("kind")
        )
