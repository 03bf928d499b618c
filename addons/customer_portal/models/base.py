from odoo import models


class Base(models.AbstractModel):
    _inherit = "base"

    def _get_portal_record_customer(self):
        """Return the commercial partner that a record belongs to, or none.

        Of a document guarded by roles it is known; others belong to nobody here.
        """
        return self.env["res.partner"]
