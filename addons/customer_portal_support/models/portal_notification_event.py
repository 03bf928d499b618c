from odoo import fields, models


class PortalNotificationEvent(models.Model):
    _inherit = "portal.notification.event"

    subject = fields.Selection(
        selection_add=[("company",), ("ticket", "Tickets"), ("other",)],
        ondelete={"ticket": "cascade"},
    )
