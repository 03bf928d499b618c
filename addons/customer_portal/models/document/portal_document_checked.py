from odoo import fields, models


class PortalDocumentChecked(models.AbstractModel):
    """Something that the seller's staff decide about once, with an answer."""

    _name = "portal.document.checked"
    _description = "Something that staff accept or send back"
    _inherit = ["portal.held.mixin"]

    answer = fields.Text(
        "Message to the customer",
        help="Why it is sent back. The customer's people see it.",
    )
    decided_on = fields.Datetime(readonly=True)
    decided_by_id = fields.Many2one(
        "res.users", "Decided by", readonly=True, groups="base.group_user"
    )

    def _prepare_decision(self, state):
        """Return the values of a decision by the current user."""
        return {
            "state": state,
            "decided_on": fields.Datetime.now(),
            "decided_by_id": self.env.uid,
        }
