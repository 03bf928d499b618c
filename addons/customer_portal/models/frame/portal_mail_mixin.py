from odoo import models


class PortalMailMixin(models.AbstractModel):
    """Its mails come from the seller of the customer, with that seller's logo."""

    _name = "portal.mail.mixin"
    _description = "Sent from the seller of a customer"

    # The person whose seller it is where the customer has none of its own.
    _portal_mail_person = "user_id"

    def _mail_get_companies(self, default=False):
        """Extend: the customer's seller, else the person's, else the default."""
        default = default or self.env["res.company"]
        return {
            record.id: record.partner_id.company_id
            or record[self._portal_mail_person].company_id
            or default
            for record in self
        }
