from odoo import api, models


class AccountMoveSend(models.AbstractModel):
    _inherit = "account.move.send"

    @api.model
    def _get_default_mail_partner_ids(self, move, mail_template, mail_lang):
        """Extend: invoices go to those who get them at the customer, if there are any.

        Recipients who are not of the customer, such as copies for staff, stay.
        """
        partners = super()._get_default_mail_partner_ids(move, mail_template, mail_lang)
        if not move.is_sale_document():
            return partners
        customer = move.commercial_partner_id
        contacts = self.env["portal.contact.function"]._get_contacts(
            customer, "invoices"
        )
        if not contacts:
            return partners
        others = partners.filtered(
            lambda partner: partner.commercial_partner_id != customer
        )
        return others | contacts.with_env(partners.env)
