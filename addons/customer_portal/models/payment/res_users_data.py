from odoo import models
from odoo.fields import Domain

from ...tools.archive import DataSection


class ResUsers(models.Model):
    _inherit = "res.users"

    def _get_portal_data_sections(self, own):
        """Extend: the payments that the person sees."""
        payments = DataSection(
            "payments",
            "portal.remittance",
            Domain.TRUE,
            {
                "number": "name",
                "date": "create_date",
                "status": "state",
                "amount": "amount_cash",
                "currency": "currency_id.name",
            },
        )
        return [*super()._get_portal_data_sections(own), payments]
