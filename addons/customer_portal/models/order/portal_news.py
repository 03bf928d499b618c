from datetime import timedelta

from odoo import api, models

from ...const import MOST_NOTICE_DAYS, QUOTE_NOTICE_DAYS


class PortalNews(models.Model):
    _inherit = "portal.news"

    @api.model
    def _add_of_days(self, company, first, last):
        """Extend: quotes that expire in some days."""
        days = self.env["ir.config_parameter"]._get_portal_number(
            "quote_days", QUOTE_NOTICE_DAYS, most=MOST_NOTICE_DAYS
        )
        ahead = timedelta(days=days)
        quotes = self.env["sale.order"].search(
            [
                ("company_id", "=", company.id),
                ("state", "=", "sent"),
                ("validity_date", ">=", first + ahead),
                ("validity_date", "<=", last + ahead),
            ]
        )
        for day, group in quotes.grouped("validity_date").items():
            group._add_news("quote_expiring", key=day.isoformat(), soon=True)
        return super()._add_of_days(company, first, last)
