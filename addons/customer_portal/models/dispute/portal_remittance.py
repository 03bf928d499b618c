from odoo import models

from ...const import BOOKED_STATES, HOLDING_STATES
from .portal_dispute import OPEN

# In these the money is on its way, or there.
BEGUN = (*HOLDING_STATES, *BOOKED_STATES)


class PortalRemittance(models.Model):
    _inherit = "portal.remittance"

    def write(self, vals):
        """Extend: what a short payment leaves out is disputed when it is made.

        Not when it is merely chosen. A transfer that is withdrawn takes its disputes
        along, as long as nobody has looked at them.
        """
        state = vals.get("state")
        begun = self.filtered(lambda one: one.state == "open" and state in BEGUN)
        ended = self.filtered(
            lambda one: one.state == "announced" and state == "cancelled"
        )
        result = super().write(vals)
        begun._dispute_rests()
        ended._withdraw_disputes()
        return result

    def _dispute_rests(self):
        """Dispute what these payments leave out; in the transaction of the payment."""
        # sudo: who pays is not the one who may write disputes
        for line in self.sudo().line_ids:
            if line.reason_id.is_dispute and line.amount_short and not line.dispute_id:
                line.dispute_id = line.remittance_id._dispute_rest(line)

    def _dispute_rest(self, line):
        """Return the dispute of what one line leaves out, or none; in sudo."""
        move = line.move_id
        disputes = self.env["portal.dispute"]
        disputes._lock_account(move)
        left = move._get_amount_left(move._get_holds())
        amount = min(line.amount_short, left, move._get_amount_to_dispute())
        if (
            not move._can_be_disputed()
            or self.currency_id.compare_amounts(amount, 0) <= 0
        ):
            return disputes
        user = self.payer_id.user_ids[:1] or self.env.user
        before = disputes.line_ids.search(
            [("move_id", "=", move.id), ("is_open", "=", True), ("kind", "=", "amount")]
        )
        if before:
            before.dispute_id._add_amount(user, amount, line.reason_note)
            return before.dispute_id
        return disputes._open(
            move,
            user,
            line.reason_id,
            text=line.reason_note,
            amount=amount,
            remittance=self,
        )

    def _withdraw_disputes(self):
        """Withdraw what was disputed by payments that did not come to be."""
        # sudo: as above
        disputes = self.sudo().line_ids.dispute_id.filtered(
            lambda one: (
                one.remittance_id in self
                and one.state in OPEN
                and one.event_ids.mapped("kind") == ["opened"]
            )
        )
        for dispute in disputes:
            dispute._withdraw(dispute.author_id or self.env.user)
