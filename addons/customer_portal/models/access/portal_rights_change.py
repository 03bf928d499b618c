from odoo import api, models
from odoo.tools import SQL

# So many rows are added up in each request without a thought.
MOST_CHANGES = 100


class PortalRightsChange(models.Model):
    """One row for each transaction that changed what the rights of people come from.

    PostgreSQL writes it, in the same transaction, whoever changes the tables and how.
    It carries a random number, its mark, a new one with each statement. The sum of the
    marks that a transaction sees names the state that it sees: what commits late, or is
    rolled back, is in the sum exactly when it is in the tables. So a text of rights
    that is remembered under the sum is never one of another day.
    """

    _name = "portal.rights.change"
    _description = "Change of rights in the portal"
    _log_access = False

    @api.model
    def _get_sources(self):
        """Return {table: columns} that the rights are read from.

        Rows that come and go count as well; a change of another column does not. An
        addon whose rights come from more adds that, and is upgraded with its tables.
        """
        return {
            "auth_passkey_key": ["create_uid"],
            "portal_membership": [
                "partner_id",
                "role_id",
                "scope",
                "state",
                "user_id",
            ],
            "portal_permission": ["code", "section_id"],
            "portal_role": ["active"],
            "portal_role_line": ["permission_id", "role_id", "scope"],
            "portal_section": ["is_on"],
            "portal_section_switch": [
                "category_id",
                "is_on",
                "partner_id",
                "section_id",
            ],
            "res_partner": [
                "commercial_partner_id",
                "is_company",
                "parent_id",
                "portal_needs_two_factor",
            ],
            "res_partner_res_partner_category_rel": ["category_id", "partner_id"],
            "res_users": ["partner_id", "totp_secret"],
        }

    def _auto_init(self):
        """Extend: the columns, which nobody reads as fields, and who writes them."""
        result = super()._auto_init()
        self.env.cr.execute(
            """
            ALTER TABLE portal_rights_change
             ADD COLUMN IF NOT EXISTS made_in xid8 NOT NULL UNIQUE,
             ADD COLUMN IF NOT EXISTS mark bigint NOT NULL
            """
        )
        # As soon as all tables are there.
        self.pool.post_init(self._watch_sources)
        return result

    @api.model
    def _watch_sources(self):
        """Make the triggers, and mark what was changed without them."""
        self.env.cr.execute(
            """
            CREATE OR REPLACE FUNCTION portal_rights_changed() RETURNS trigger AS $$
            BEGIN
                UPDATE portal_rights_change SET mark = (random() * 2 ^ 62)::bigint
                 WHERE made_in = pg_current_xact_id();
                IF NOT FOUND THEN
                    INSERT INTO portal_rights_change (made_in, mark)
                         VALUES (pg_current_xact_id(), (random() * 2 ^ 62)::bigint);
                END IF;
                RETURN NULL;
            END
            $$ LANGUAGE plpgsql
            """
        )
        for table, names in self._get_sources().items():
            columns = SQL(", ").join(map(SQL.identifier, names))
            self.env.cr.execute(
                SQL(
                    """
                    DROP TRIGGER IF EXISTS portal_rights_changed ON %(table)s;
                    CREATE TRIGGER portal_rights_changed
                     AFTER INSERT OR DELETE OR TRUNCATE OR UPDATE OF %(columns)s
                        ON %(table)s
                       FOR EACH STATEMENT EXECUTE FUNCTION portal_rights_changed();
                    ALTER TABLE %(table)s ENABLE ALWAYS TRIGGER portal_rights_changed
                    """,
                    table=SQL.identifier(table),
                    columns=columns,
                )
            )
        self._prune()

    @api.model
    def _unwatch_sources(self):
        """Let the tables be as they were."""
        self.env.cr.execute("DROP FUNCTION IF EXISTS portal_rights_changed() CASCADE")

    @api.model
    def _get_mark_query(self):
        """Return the SQL of what names the state that the rights are read from."""
        return SQL("(SELECT SUM(mark)::text FROM portal_rights_change)")

    @api.autovacuum
    def _gc_changes(self):
        [(count,)] = self.env.execute_query(
            SQL("SELECT count(*) FROM portal_rights_change")
        )
        if count > MOST_CHANGES:
            self._prune()

    @api.model
    def _prune(self):
        """Let one new row stand for all that this transaction sees."""
        self.env.cr.execute(
            """
            DELETE FROM portal_rights_change;
            INSERT INTO portal_rights_change (made_in, mark)
                 VALUES (pg_current_xact_id(), (random() * 2 ^ 62)::bigint)
            """
        )
