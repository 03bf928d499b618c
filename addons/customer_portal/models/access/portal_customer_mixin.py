from contextlib import ExitStack

from odoo import api, fields, models
from odoo.tools import SQL
from odoo.tools.sql import column_exists, create_column, table_exists


class PortalCustomerMixin(models.AbstractModel):
    """A paper that stays with the customer of the day on which it was made.

    As `commercial_partner_id` of an invoice: the contact may move to another company
    later, the paper does not (docs/decisions/0028-customer-of-a-paper.md).
    """

    _name = "portal.customer.mixin"
    _description = "Paper of the customer of its day"

    _portal_partner_field = "portal_customer_id"
    _portal_partner_is_customer = True
    _portal_customer_fields = {"portal_customer_id": "partner_id"}

    # Who sees the paper may know whose it is: no groups.
    portal_customer_id = fields.Many2one(
        "res.partner",
        "Customer of its day",
        compute="_compute_portal_customer_id",
        store=True,
        precompute=True,
        index="btree_not_null",
        ondelete="restrict",
        help=(
            "The company whose document it is, even after its contact has moved "
            "to another one."
        ),
    )

    @api.depends("partner_id")
    def _compute_portal_customer_id(self):
        for paper in self:
            paper.portal_customer_id = paper.partner_id.commercial_partner_id

    def _get_contacts_left(self):
        """Return {contact: customer} of contacts who have left the paper's customer."""
        # sudo: whose the paper is, and who has left, of a paper that is seen
        paper = self.sudo()
        return {
            paper[contact]: paper[customer]
            for customer, contact in self._portal_customer_fields.items()
            if paper[customer]
            and paper[contact].commercial_partner_id != paper[customer]
        }

    def _get_moment_of_paper(self):
        """Return since when its contacts are those of the paper's customer."""
        return self.create_date

    def _get_partner_as_printed(self, name):
        """Override: a contact who has left is printed as on the day of the paper.

        Nobody reads on it for whom he or she works now.
        """
        partner = super()._get_partner_as_printed(name)
        left = self._get_contacts_left()
        if partner not in left:
            return partner
        printed = partner._get_as_of(self._get_moment_of_paper())
        return left[partner].with_env(partner.env) if printed == partner else printed

    def _auto_init(self):
        """Extend: fill new columns at once, not record by record."""
        is_new = (
            not self._abstract
            # A new model of an addon has nothing to fill.
            and table_exists(self.env.cr, self._table)
            and not column_exists(self.env.cr, self._table, "portal_customer_id")
        )
        if is_new:
            for name in self._portal_customer_fields:
                create_column(self.env.cr, self._table, name, "int4")
        result = super()._auto_init()
        if is_new:
            self._fill_portal_customers()
        return result

    def _fill_portal_customers(self):
        """Fill the columns of what was there before, with the best that is known."""
        self.env.cr.execute(
            SQL(
                """
                UPDATE %s paper SET portal_customer_id = partner.commercial_partner_id
                  FROM res_partner partner
                 WHERE partner.id = paper.partner_id
                """,
                SQL.identifier(self._table),
            )
        )

    def write(self, vals):
        """Extend: who writes the same contact again moves no paper."""
        with ExitStack() as stack:
            for name, contact in self._portal_customer_fields.items():
                written = {"partner_id", contact} & vals.keys()
                kept = self.filtered(
                    lambda paper, name=name, written=written: (
                        paper[name]
                        and all(paper[field].id == vals[field] for field in written)
                    )
                )
                if written and kept:
                    protecting = self.env.protecting([self._fields[name]], kept)
                    stack.enter_context(protecting)
            return super().write(vals)
