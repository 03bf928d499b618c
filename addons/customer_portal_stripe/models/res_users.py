from odoo import models
from odoo.fields import Domain

from odoo.addons.customer_portal.tools.archive import DataSection, keys


class ResUsers(models.Model):
    _inherit = "res.users"

    def _get_portal_data_sections(self, own):
        """Extend: what Stripe knows the person by, and the own disputed payments."""
        partner_id = self.partner_id.id
        return [
            *super()._get_portal_data_sections(own),
            DataSection(
                "customers_at_stripe",
                "portal.stripe.customer",
                Domain("partner_id", "=", partner_id),
                {"customer": "reference"},
                is_own=True,
            ),
            DataSection(
                "disputes_at_stripe",
                "portal.stripe.dispute",
                Domain("transaction_id.partner_id", "=", partner_id),
                {
                    "dispute": "reference",
                    "date": "create_date",
                    "payment": "transaction_id.reference",
                    "currency": "currency_id.name",
                    **keys("amount", "reason", "status"),
                },
                is_own=True,
            ),
        ]
