from odoo import fields, models
from odoo.fields import Domain

EVENTS = [
    ("opened", "Disputed"),
    ("added", "More disputed"),
    ("asked", "Question"),
    ("replied", "Reply"),
    ("accepted", "Accepted"),
    ("partial", "Accepted in part"),
    ("refused", "Refused"),
    ("withdrawn", "Withdrawn"),
    ("credited", "Credit note issued"),
    ("reopened", "Opened again"),
]


class PortalDisputeEvent(models.Model):
    """What happened to a dispute, as both sides see it; written once."""

    _name = "portal.dispute.event"
    _description = "Event of a dispute"
    _order = "id"

    dispute_id = fields.Many2one(
        "portal.dispute", required=True, readonly=True, index=True, ondelete="cascade"
    )
    kind = fields.Selection(EVENTS, "What happened", required=True, readonly=True)
    user_id = fields.Many2one(
        "res.users", "Person", readonly=True, ondelete="set null", index=True
    )
    # The name stays when the person is gone.
    user_name = fields.Char("Person's name", readonly=True)
    is_customer = fields.Boolean("Of the customer", readonly=True)
    text = fields.Text(readonly=True)
    currency_id = fields.Many2one(related="dispute_id.currency_id")
    amount = fields.Monetary(readonly=True)
    attachment_ids = fields.Many2many(
        "ir.attachment",
        "portal_dispute_event_attachment_rel",
        string="Files",
        readonly=True,
        groups="base.group_user",
    )

    def _get_labels(self):
        """Return {kind: what people read}."""
        return dict(self._fields["kind"]._description_selection(self.env))

    def _prepare_portal_row(self, labels):
        """Return what the page shows of this event; in sudo.

        :param dict labels: of `_get_labels`
        """
        return {
            "label": labels[self.kind],
            "date": self.create_date,
            "who": self.user_name if self.is_customer else "",
            "text": self.text or "",
            "amount": self.amount,
            "files": [(file.id, file.name) for file in self.attachment_ids],
        }

    def _get_portal_rule_domain(self, user):
        """Return the domain of the record rule: of disputes that the person sees."""
        disputes = self.env["portal.dispute"]._get_portal_rule_domain(user)
        return Domain("dispute_id", "any!", disputes)
