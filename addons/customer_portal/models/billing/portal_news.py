from datetime import timedelta

from odoo import api, models

from ...const import DUE_NOTICE_DAYS, INVOICE_TYPES, MOST_NOTICE_DAYS


class PortalNews(models.Model):
    _inherit = "portal.news"

    @api.model
    def _add_of_days(self, company, first, last):
        """Extend: installments that are due in some days, or since yesterday."""
        yesterday = timedelta(days=-1)
        self._add_of_due_dates(
            "invoice_overdue", company, first + yesterday, last + yesterday
        )
        ahead = timedelta(days=self._get_due_days())
        self._add_of_due_dates("invoice_due", company, first + ahead, last + ahead)
        return super()._add_of_days(company, first, last)

    @api.model
    def _get_due_days(self):
        """Return how many days before its due date people hear of an invoice."""
        return self.env["ir.config_parameter"]._get_portal_number(
            "due_days", DUE_NOTICE_DAYS, most=MOST_NOTICE_DAYS
        )

    @api.model
    def _add_of_due_dates(self, code, company, first, last):
        """Write down the invoices with an open installment of these due dates."""
        rows = self.env["account.move.line"]._read_group(
            [
                ("company_id", "=", company.id),
                ("parent_state", "=", "posted"),
                ("move_type", "in", INVOICE_TYPES),
                ("display_type", "=", "payment_term"),
                ("reconciled", "=", False),
                ("amount_residual_currency", ">", 0),
                ("date_maturity", ">=", first),
                ("date_maturity", "<=", last),
            ],
            ["date_maturity:day", "move_id"],
        )
        moves = self.env["account.move"]
        ids = {}
        for day, move in rows:
            ids.setdefault(day, []).append(move.id)
        for day in sorted(ids):
            moves.browse(ids[day])._add_news(code, key=day.isoformat(), soon=True)
