from odoo import models


class ResCompany(models.Model):
    _inherit = "res.company"

    def _get_bank_to_pay(self, currency, printed=None):
        """Return the account that customers pay to in a currency, in sudo, or none.

        :param printed: accounts on the documents that are paid; the one that they
            agree on, else one of the company's in the currency or in none
        """
        self.ensure_one()
        # sudo: the account that the seller prints on invoices
        company_sudo = self.sudo()
        own = company_sudo.partner_id.bank_ids.filtered(
            lambda bank: bank.company_id in (bank.company_id.browse(), company_sudo)
        )
        agreed = (printed or own.browse()) & own
        fitting = own.filtered(
            lambda bank: bank.currency_id in (bank.currency_id.browse(), currency)
        )
        return agreed if len(agreed) == 1 else fitting[:1]
