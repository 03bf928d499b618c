from odoo import fields, models
from odoo.tools import SQL


class PortalDocumentChecked(models.AbstractModel):
    """Something that the seller's staff decide about once, with an answer."""

    _name = "portal.document.checked"
    _description = "Something that staff accept or send back"

    answer = fields.Text(
        "Message to the customer",
        help="Why it is sent back. The customer's people read it.",
    )
    decided_on = fields.Datetime(readonly=True)
    decided_by_id = fields.Many2one(
        "res.users", "Decided by", readonly=True, groups="base.group_user"
    )
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

    def _prepare_decision(self, state):
        """Return the values of a decision by the current user."""
        return {
            "state": state,
            "decided_on": fields.Datetime.now(),
            "decided_by_id": self.env.uid,
        }
