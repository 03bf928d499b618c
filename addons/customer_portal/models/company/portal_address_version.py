"""What papers said: the values of partners before they were changed.

A partner that changes in place gets one row with what it was until then, whatever the
number of its documents. A document knows when it was issued; printing it takes the
oldest row that was replaced later, or the partner as it is.
"""

from odoo import api, fields, models
from odoo.tools import SQL

# What papers print besides the address: who it is, and how to reach them.
PRINTED_FIELDS = (
    "commercial_company_name",
    "company_name",
    "company_registry",
    "email",
    "is_company",
    "name",
    "phone",
    "ref",
    "type",
    "vat",
)


class PortalAddressVersion(models.Model):
    _name = "portal.address.version"
    _description = "Former values of an address"
    _log_access = False
    _order = "replaced_on, id"

    partner_id = fields.Many2one("res.partner", required=True, ondelete="cascade")
    values = fields.Json(required=True)  # {field name: value as in the column}
    # By the clock of the database, to the microsecond, as `issued_on` is.
    replaced_on = fields.Datetime(required=True)

    _partner_index = models.Index("(partner_id, replaced_on, id)")

    @api.model
    def _get_moment(self):
        """Return the time of the database's clock, to the microsecond."""
        [(moment,)] = self.env.execute_query(
            SQL("SELECT clock_timestamp() AT TIME ZONE 'UTC'")
        )
        return moment

    @api.model
    def _get_printed_fields(self):
        """Return the names of the columns of a partner that papers print."""
        partners = self.env["res.partner"]
        names = {*PRINTED_FIELDS, *partners._formatting_address_fields()}
        return sorted(
            name
            for name in names
            if partners._fields[name].store and partners._fields[name].column_type
        )

    @api.model
    def _keep(self, partners, with_contacts=False):
        """Keep what these partners are now; in sudo, before they are changed.

        :param bool with_contacts: also of all that print the name of these companies
        """
        names = self._get_printed_fields()
        self.env["res.partner"].flush_model([*names, "commercial_partner_id"])
        self.env.execute_query(
            SQL(
                """
                INSERT INTO portal_address_version (partner_id, "values", replaced_on)
                     SELECT partner.id,
                            jsonb_build_object(%s) || jsonb_build_object(
                                'commercial_company_name',
                                COALESCE(partner.commercial_company_name, parent.name)
                            ),
                            clock_timestamp() AT TIME ZONE 'UTC'
                       FROM res_partner partner
                  LEFT JOIN res_partner parent ON parent.id = partner.parent_id
                      WHERE partner.id = ANY(%s)
                         OR partner.commercial_partner_id = ANY(%s)
                  RETURNING id
                """,
                SQL(", ").join(
                    SQL("%s::text, partner.%s", name, SQL.identifier(name))
                    for name in names
                ),
                partners.ids,
                partners.ids if with_contacts else [],
            )
        )

    @api.model
    def _find_values(self, partner, moment):
        """Return what the partner was at a moment, or None when it is so still.

        :param moment: a datetime, or False for before all that is kept
        """
        rows = self.env.execute_query(
            SQL(
                """
                SELECT "values" FROM portal_address_version
                 WHERE partner_id = %s AND (%s::timestamp IS NULL OR replaced_on > %s)
              ORDER BY replaced_on, id LIMIT 1
                """,
                partner.id,
                moment or None,
                moment or None,
            )
        )
        return rows[0][0] if rows else None
