"""Articles and categories for who has a lot, as documents can be for."""

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL


def _close(records):
    """Show to staff only what was for owners of a lot; the addon is uninstalled."""
    records.write({"audience": "staff"})


class PortalHelpAudience(models.AbstractModel):
    _inherit = "portal.help.audience"

    audience = fields.Selection(
        selection_add=[("product",), ("lot", "Owners of a lot"), ("staff",)],
        ondelete={"lot": _close},
    )
    lot_ids = fields.Many2many(
        "stock.lot",
        string="Lots and serial numbers",
        groups="base.group_user",
        help="Customers who received some of it and have not returned it.",
    )

    @api.model
    def _get_audience_domains(self, customer_ids):
        """Extend: what is for owners of a lot."""
        domains = super()._get_audience_domains(customer_ids)
        if not customer_ids:
            return {**domains, "lot": Domain.FALSE}
        documents = self.env["portal.document"]
        lots = self._fields["lot_ids"]
        lot = self._make_help_domain(
            lambda alias: SQL(
                """%s IN (
                    SELECT help_lot.%s FROM %s help_lot
                     WHERE help_lot.%s IN (SELECT owner.lot_id FROM (%s) owner))""",
                SQL.identifier(alias, "id"),
                SQL.identifier(lots.column1),
                SQL.identifier(lots.relation),
                SQL.identifier(lots.column2),
                documents._get_lot_owners_query(SQL("buyer.id IN %s", customer_ids)),
            ),
            {self._name: ["lot_ids"], **documents._get_lot_owners_fields()},
        )
        return {**domains, "lot": lot}

    @api.model
    def _get_audience_targets(self):
        """Extend: lots."""
        return {**super()._get_audience_targets(), "lot": "lot_ids"}

    @api.model
    def _get_missing_target(self, audience):
        """Extend: no lot."""
        if audience == "lot":
            return self.env._("Choose the lots or serial numbers.")
        return super()._get_missing_target(audience)
