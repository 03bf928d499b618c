from odoo import models
from odoo.fields import Domain

from ...tools.archive import DataSection


class ResUsers(models.Model):
    _inherit = "res.users"

    def _get_portal_data_sections(self, own):
        """Extend: the reminders that were sent to the person."""
        partner = self.sudo().partner_id  # sudo: own id
        reminders = DataSection(
            "reminders",
            "portal.reminder",
            Domain("recipient_ids", "in", partner.ids) & Domain("state", "=", "sent"),
            {
                "date": "sent_on",
                "customer": "partner_id.name",
                "subject": "subject",
                "amount": "amount_total",
                "currency": "currency_id.name",
            },
            is_own=True,
        )
        return [*super()._get_portal_data_sections(own), reminders]
