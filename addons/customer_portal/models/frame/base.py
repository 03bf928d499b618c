from odoo import models


class Base(models.AbstractModel):
    _inherit = "base"

    def _get_portal_record_customer(self):
        """Return the commercial partner that a record belongs to, or none.

        Of a document guarded by roles it is known; others belong to nobody here.
        """
        return self.env["res.partner"]

    def _get_partner_as_printed(self, name):
        """Return the partner in a field as a paper of this record prints it.

        Documents that were issued override it with what was true then.
        """
        return self[name]

    def read(self, fields=None, load="_classic_read"):
        """Extend: to people of customers a foreign record is like a missing one.

        Core leaves missing records out of the answer and refuses foreign ones, which
        tells that they exist.
        """
        return super(Base, self._leave_out_foreign()).read(fields, load)

    def _leave_out_foreign(self):
        """Return the records without those that a person of a customer may not read.

        Staff are refused as before, and so is who may not read the model at all.
        """
        if (
            self.env.su
            or not self.env.user.share
            or not self.browse().has_access("read")
        ):
            return self
        return self.exists()._filtered_access("read")
