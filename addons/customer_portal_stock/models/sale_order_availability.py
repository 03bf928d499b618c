"""What is in stock of the lines of a draft, and when the rest comes."""

from odoo import models


class SaleOrder(models.Model):
    _inherit = "sale.order"

    def _get_portal_availability(self):
        """Extend: what is in stock, as far as the seller tells it.

        Of what is not kept in stock, or ordered for each customer, only the lead time
        is told.
        """
        told = super()._get_portal_availability()
        company = self.company_id
        company.fetch(["portal_stock_told", "security_lead"])
        kept = self.order_line._get_goods().filtered(
            lambda line: line.product_id.is_storable and not line.is_mto
        )
        if not kept.product_id._is_stock_told(company):
            return told
        for lines in kept.grouped("warehouse_id").values():
            for supply in lines._get_portal_supply():
                line = supply["line"]
                lead = told.get(line, {}).get("day")
                if availability := line._prepare_availability(supply, lead):
                    told[line] = availability
        return told
