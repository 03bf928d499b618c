"""Who of a customer gets which mails."""

from odoo import api, fields, models
from odoo.exceptions import ValidationError

FUNCTIONS = [
    ("invoices", "Invoices"),
    ("reminders", "Payment reminders"),
    ("shipping", "Shipping notices"),
    ("tickets", "Mails about tickets"),
]


class PortalContactFunction(models.Model):
    """One contact gets the mails of one kind, for one company or branch.

    Without any, the mails go where Odoo sends them by itself.
    """

    _name = "portal.contact.function"
    _description = "Contact by function"
    _inherit = ["portal.scoped.mixin"]
    _order = "partner_id, function, id"
    _rec_name = "contact_id"

    _portal_code = "manage_company"
    _portal_partner_is_customer = True

    partner_id = fields.Many2one(
        "res.partner", "Customer", required=True, ondelete="cascade", index=True
    )
    function = fields.Selection(FUNCTIONS, "Gets", required=True)
    contact_id = fields.Many2one(
        "res.partner", "Contact", required=True, ondelete="cascade", index=True
    )
    email = fields.Char(related="contact_id.email", string="E-mail address")

    _contact_unique = models.UniqueIndex(
        "(partner_id, function, contact_id)", "This contact gets these mails already."
    )

    @api.constrains("partner_id", "contact_id")
    def _check_contact(self):
        for line in self:
            # sudo: whose contact it is
            line_sudo = line.sudo()
            customer = line_sudo.partner_id
            if customer != customer.commercial_partner_id:
                raise ValidationError(
                    self.env._("%s is a contact. Choose the company.", customer.name)
                )
            if line_sudo.contact_id.commercial_partner_id != customer:
                raise ValidationError(
                    self.env._(
                        "%(contact)s is no contact of %(company)s.",
                        contact=line_sudo.contact_id.display_name,
                        company=customer.display_name,
                    )
                )

    def _get_portal_own_domain(self, user):
        """Override: what the person gets."""
        return fields.Domain("contact_id", "=", user.partner_id.id)

    @api.model
    def _get_contacts(self, customer, function):
        """Return who gets the mails of one kind, with an address; in sudo, or none."""
        # sudo: where mails of the seller go
        lines = self.sudo().search(
            [("partner_id", "=", customer.id), ("function", "=", function)]
        )
        return lines.contact_id.filtered(
            lambda contact: (
                contact.active
                and contact.email
                and contact.commercial_partner_id == customer
            )
        )

    @api.model
    def _replace_contact(self, old, new):
        """Let another contact get what one got; in sudo."""
        lines = self.search([("contact_id", "=", old.id)])
        lines.contact_id = new
