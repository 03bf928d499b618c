from odoo import models

from ..report import delivery_slip


class IrActionsReport(models.Model):
    _inherit = "ir.actions.report"

    def _get_portal_pdf_drawing(self):
        if self.report_name == "stock.report_deliveryslip":
            return delivery_slip.draw
        return super()._get_portal_pdf_drawing()
