from odoo import models


class BasePartnerMerge(models.TransientModel):
    _inherit = "base.partner.merge.automatic.wizard"

    def _update_foreign_keys(self, src_partners, dst_partner):
        """Extend: what was booked on a contact stays its company's."""
        # sudo: items follow from the merge, which core checks
        for contact in src_partners.sudo():
            customer = contact.commercial_partner_id
            if customer not in contact | dst_partner.commercial_partner_id:
                contact._rename_items(customer)
        return super()._update_foreign_keys(src_partners, dst_partner)
