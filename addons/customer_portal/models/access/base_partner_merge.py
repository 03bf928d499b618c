"""Merging contacts: what would be there twice becomes one.

Core moves foreign keys by SQL. It is prepared for a constraint, not for a unique index
(`models.UniqueIndex`), and crashes on the first row that is there twice.
"""

from odoo import models
from odoo.tools import SQL


class BasePartnerMerge(models.TransientModel):
    _inherit = "base.partner.merge.automatic.wizard"

    def _update_foreign_keys(self, src_partners, dst_partner):
        """Extend: of rows that become the same one stays, see `_choose_merged`.

        A customer that is merged into a contact becomes a part of that one's company.
        """
        self.env.flush_all()
        tables = {model._table for model in self.env.registry.values()}
        columns = {}
        for table, column in self._get_fk_on("res_partner"):
            columns.setdefault(table, set()).add(column)
        for table, unique, condition in self._get_unique_indexes():
            if table in tables and (names := columns.get(table, set()) & set(unique)):
                self._join_rows(
                    table, unique, names, condition, src_partners, dst_partner
                )
        result = super()._update_foreign_keys(src_partners, dst_partner)
        self.env["res.users"]._forget_portal_rights()
        # sudo: what is a customer's follows from the merge, which core checks
        self._follow_customer(dst_partner.sudo())
        return result

    def _follow_customer(self, partner):
        customer = partner.commercial_partner_id
        if customer == partner:
            return
        partners = partner.with_context(active_test=False)
        below = partners.search([("id", "child_of", partner.id)]) - partner
        self.env.add_to_compute(partner._fields["commercial_partner_id"], below)
        for user in partners.user_ids.filtered("share"):
            user._follow_portal_company(partner)
        partner._hand_over_papers(customer)

    def _get_unique_indexes(self):
        """Return [(table, columns, condition or None)] of unique indexes of columns."""
        self.env.cr.execute(
            """
            SELECT class.relname,
                   ARRAY(SELECT column_.attname::text
                           FROM unnest(index.indkey)
                                WITH ORDINALITY AS key(number, position)
                           JOIN pg_attribute column_
                             ON column_.attrelid = index.indrelid
                            AND column_.attnum = key.number
                       ORDER BY key.position),
                   pg_get_expr(index.indpred, index.indrelid)
              FROM pg_index index
              JOIN pg_class class ON class.oid = index.indrelid
             WHERE index.indisunique AND NOT index.indisprimary
               AND index.indexprs IS NULL
               AND class.relnamespace = current_schema::regnamespace
               AND EXISTS (SELECT FROM pg_attribute column_
                            WHERE column_.attrelid = index.indrelid
                              AND column_.attname = 'id')
          ORDER BY class.relname, index.indexrelid
            """
        )
        return self.env.cr.fetchall()

    def _join_rows(self, table, unique, names, condition, src_partners, dst_partner):
        """Keep one of the rows of an index that name these partners and are alike."""
        partner_ids = (src_partners | dst_partner).ids
        alike = [
            SQL(
                "CASE WHEN %(name)s = ANY(%(partners)s) THEN %(target)s"
                " ELSE %(name)s END",
                name=SQL.identifier(name),
                partners=partner_ids,
                target=dst_partner.id,
            )
            if name in names
            else SQL.identifier(name)
            for name in unique
        ]
        groups = self.env.execute_query(
            SQL(
                """
                SELECT array_agg(id ORDER BY (%(is_of_target)s) DESC, id)
                  FROM %(table)s
                 WHERE (%(condition)s) AND (%(is_theirs)s) AND %(is_full)s
              GROUP BY %(alike)s
                HAVING COUNT(*) > 1
                """,
                table=SQL.identifier(table),
                # What PostgreSQL says of the index itself.
                condition=SQL(condition or "TRUE"),
                is_of_target=SQL(" AND ").join(
                    SQL("%s = %s", SQL.identifier(name), dst_partner.id)
                    for name in names
                ),
                is_theirs=SQL(" OR ").join(
                    SQL("%s = ANY(%s)", SQL.identifier(name), partner_ids)
                    for name in names
                ),
                is_full=SQL(" AND ").join(
                    SQL("%s IS NOT NULL", SQL.identifier(name)) for name in unique
                ),
                alike=SQL(", ").join(alike),
            )
        )
        models_ = {model._table: name for name, model in self.env.registry.items()}
        for (ids,) in groups:
            # sudo: what becomes of rows is decided by the merge, which core checks
            rows = self.env[models_[table]].sudo().browse(ids)
            (rows - rows._choose_merged())._give_way_to_merged()
