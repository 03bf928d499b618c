from odoo import models
from odoo.tools import SQL


class BasePartnerMerge(models.TransientModel):
    _inherit = "base.partner.merge.automatic.wizard"

    def _update_foreign_keys(self, src_partners, dst_partner):
        """Extend: what the others were once is not what this one was."""
        self.env.execute_query(
            SQL(
                "DELETE FROM portal_address_version WHERE partner_id = ANY(%s)"
                " RETURNING id",
                src_partners.ids,
            )
        )
        return super()._update_foreign_keys(src_partners, dst_partner)
