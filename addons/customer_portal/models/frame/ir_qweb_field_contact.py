from odoo import api, models


class IrQwebFieldContact(models.AbstractModel):
    _inherit = "ir.qweb.field.contact"

    @api.model
    def record_to_html(self, record, field_name, options):
        """Extend: a final document prints its partner as it was on its day."""
        if not record:
            return super().record_to_html(record, field_name, options)
        record = record.with_context(**self.env.context)
        partner = record._get_partner_as_printed(field_name)
        return self.value_to_html(partner, options=options)
