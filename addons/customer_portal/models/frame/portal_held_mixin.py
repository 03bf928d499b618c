from odoo import fields, models
from odoo.tools import SQL


class PortalHeldMixin(models.AbstractModel):
    """A record with a `state` that is decided about once, also from two windows."""

    _name = "portal.held.mixin"
    _description = "Record that is held while it is decided about"

    # Changing it is the lock, see `_take`.
    lock_count = fields.Integer(
        readonly=True, default=0, copy=False, groups="base.group_system"
    )

    def _take(self, states):
        """Hold this record until the end of the transaction, if it is in a state.

        A real UPDATE: whoever waits for it fails to serialize, is run again by Odoo
        and sees what the first one did.

        :param list states: keys of the states that it may be in
        :return: whether it is
        """
        self.ensure_one()
        self.flush_recordset()
        self.env.cr.execute(
            SQL(
                """
                UPDATE %s SET lock_count = COALESCE(lock_count, 0) + 1
                 WHERE id = %s AND state = ANY(%s)
             RETURNING id
                """,
                SQL.identifier(self._table),
                self.id,
                list(states),
            ),
            log_exceptions=False,
        )
        is_taken = bool(self.env.cr.fetchone())
        self.invalidate_recordset()
        return is_taken
