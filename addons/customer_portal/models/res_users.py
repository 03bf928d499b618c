from odoo import models
from odoo.exceptions import AccessError
from odoo.tools import str2bool


class ResUsers(models.Model):
    _inherit = "res.users"

    def _get_portal_customer(self):
        """Return the customer that this person acts for, a commercial partner."""
        self.ensure_one()
        return self.partner_id.commercial_partner_id

    def _get_portal_contact(self):
        """Return the seller's person for this one: a res.users in sudo, or none."""
        self.ensure_one()
        # sudo: name, mail and phone of the salesperson, as core's portal shows them
        partner = self.sudo().partner_id
        contact = partner.user_id or partner.commercial_partner_id.user_id
        return contact.filtered(lambda user: user.active and not user._is_public())

    def _portal_can(self, code):
        """Return whether this person may do what `code` names in the portal.

        Every page, menu entry and action of the portal asks here, so that roles
        are decided in one place. Without roles each contact of a customer may do
        everything for the own company and its branches.

        :param str code: see_invoices, pay, see_credit, see_orders, order or
            manage_addresses
        """
        self.ensure_one()
        if code == "pay" and not self._is_portal_payment_enabled():
            return False
        return not self._is_public()

    def _is_portal_payment_enabled(self):
        """Return core's setting whether customers pay online."""
        # sudo: a parameter, which customers may not read
        parameters = self.env["ir.config_parameter"].sudo()
        return str2bool(
            parameters.get_param("account_payment.enable_portal_payment", "False")
        )

    def _check_portal_can(self, code):
        """Refuse what this person may not do.

        :raise AccessError: when the person lacks the permission `code`
        """
        if not self._portal_can(code):
            raise AccessError(self.env._("You may not do this for your company."))
