"""Each change of a credit limit is kept."""

from odoo import api, fields, models


class ResPartner(models.Model):
    _inherit = "res.partner"

    @api.model_create_multi
    def create(self, vals_list):
        """Extend: a limit that a customer begins with is kept as well."""
        partners = super().create(vals_list)
        chosen = [
            partner.id
            for partner, vals in zip(partners, vals_list, strict=True)
            if "credit_limit" in vals
        ]
        if chosen:
            field = self._fields["credit_limit"]
            usual = field.get_company_dependent_fallback(self) or 0.0
            self._log_credit_limits(dict.fromkeys(chosen, usual))
        return partners

    def write(self, vals):
        """Extend: each change of a credit limit is kept, for the history of it."""
        if "credit_limit" not in vals:
            return super().write(vals)
        before = self._read_credit_limits()
        result = super().write(vals)
        self._log_credit_limits(before)
        return result

    def _read_credit_limits(self):
        """Return {partner id: limit}; read to be compared, and shown to nobody."""
        # sudo: what the limit was; the write itself asks for the rights
        return {partner.id: partner.credit_limit for partner in self.sudo()}

    @api.model
    def _log_credit_limits(self, before):
        """Keep the limits of customers that are other ones now.

        Odoo copies the limit of a customer to its contacts; that changes nothing.

        :param dict before: {partner id: limit}
        """
        company = self.env.company
        user = self.env.user
        # sudo: whether they are customers or their contacts
        customers = self.browse(before).sudo()
        customers = customers.filtered(
            lambda partner: partner.commercial_partner_id == partner
        )
        now = customers._read_credit_limits()
        # sudo: the portal keeps them, whoever may change a limit
        self.env["portal.credit.limit.change"].sudo().create(
            [
                {
                    "date": fields.Datetime.now(),
                    "partner_id": partner_id,
                    "company_id": company.id,
                    "user_id": user.id,
                    "user_name": user.name,
                    "old_limit": max(before[partner_id], 0.0),
                    "new_limit": max(limit, 0.0),
                }
                for partner_id, limit in now.items()
                if company.currency_id.compare_amounts(before[partner_id], limit)
            ]
        )
