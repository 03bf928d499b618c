from odoo import models


class Base(models.AbstractModel):
    _inherit = "base"

    def _get_portal_record_customer(self):
        """Return the commercial partner that a record belongs to, or none.

        Of a document guarded by roles it is known; others belong to nobody here.
        """
        return self.env["res.partner"]

    def read(self, fields=None, load="_classic_read"):
        """Extend: to people of customers a foreign record is like a missing one.

        Core leaves missing records out of the answer and refuses foreign ones, which
        tells that they exist.
        """
        if not self.env.su and self.env.user.share and self.browse().has_access("read"):
            return super(Base, self.exists()._filtered_access("read")).read(
                fields, load
            )
        return super().read(fields, load)
