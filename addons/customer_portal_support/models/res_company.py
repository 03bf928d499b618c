from odoo import api, models


class ResCompany(models.Model):
    _inherit = "res.company"

    @api.model_create_multi
    def create(self, vals_list):
        """Extend: each company numbers its own tickets."""
        companies = super().create(vals_list)
        companies._make_ticket_sequences()
        return companies

    @api.model
    def _prepare_tickets(self):
        """Give every company what was there before the addon numbers for tickets."""
        # sudo: when the addon is installed
        self.sudo().search([("active", "in", (True, False))])._make_ticket_sequences()

    def _make_ticket_sequences(self):
        # sudo: numbers belong to nobody
        sequences = self.env["ir.sequence"].sudo()
        domain = [("code", "=", "portal.ticket"), ("company_id", "in", self.ids)]
        missing = self - sequences.search(domain).company_id
        sequences.create(
            [
                {
                    "name": "Tickets",
                    "code": "portal.ticket",
                    "prefix": "T%(y)s-",
                    "padding": 5,
                    "company_id": company.id,
                }
                for company in missing
            ]
        )
