"""What becomes of papers when a contact moves: they stay where they are.

Only who was a customer and becomes a part of another one brings the own papers along,
as core does with invoices: there is nobody else who could see and pay them.
"""

from odoo import api, models
from odoo.tools import SQL


class ResPartner(models.Model):
    _inherit = "res.partner"

    @api.model
    def _get_customer_columns(self):
        """Return [(model, field)] of papers that stand by a customer of their day."""
        return [
            (name, field)
            for name, model in sorted(self.env.registry.items())
            if model._auto and not model._abstract
            for field in model._portal_customer_fields
        ]

    def _settle_papers(self, vals):
        """Write down whose the papers are, before these partners move; wings add.

        :param dict vals: what is going to be written on them
        """
        # sudo: what a paper says follows from the paper
        env = self.sudo().env
        for model, field in self._get_customer_columns():
            env[model].flush_model([field])

    def _hand_over_joined(self):
        """Hand over the papers of those that were customers and are a part of one."""
        # sudo: papers follow from what the caller was allowed to write
        for partner in self.sudo():
            if partner != partner.commercial_partner_id:
                partner._hand_over_papers(partner.commercial_partner_id)

    def _hand_over_papers(self, customer):
        """Let another customer have the papers of this one, which is none any more.

        In sudo; wings add what is not in the table of columns.
        """
        self.ensure_one()
        for model, field in self._get_customer_columns():
            records = self.env[model]
            records.flush_model([field])
            self.env.execute_query(
                SQL(
                    "UPDATE %(table)s SET %(field)s = %(new)s"
                    " WHERE %(field)s = %(old)s RETURNING id",
                    table=SQL.identifier(records._table),
                    field=SQL.identifier(field),
                    new=customer.id,
                    old=self.id,
                )
            )
            records.invalidate_model([field], flush=False)
