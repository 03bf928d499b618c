"""What both sides see of disputes on the page of their invoice."""

from odoo import models

from ...tools.drawing import LineNumbers
from .portal_dispute import OPEN

DISPUTE_FIELDS = [
    "amount_accepted",
    "amount_disputed",
    "credit_note_id",
    "currency_id",
    "grace_until",
    "name",
    "reason_id",
    "state",
]
LINE_FIELDS = [
    "amount",
    "amount_accepted",
    "dispute_id",
    "kind",
    "name",
    "price_right",
    "price_unit",
    "quantity",
    "quantity_right",
    "unit",
]
EVENT_FIELDS = [
    "amount",
    "attachment_ids",
    "create_date",
    "dispute_id",
    "is_customer",
    "kind",
    "text",
    "user_name",
]


class PortalDispute(models.Model):
    _inherit = "portal.dispute"

    def _prepare_waiting_items(self):
        """Return disputes that wait for the customer, see `_get_portal_waiting`."""
        self.fetch(["move_id", "name"])
        self.move_id.fetch(["name"])
        return [
            {
                "label": self.env._(
                    "Answer our question about %s", dispute.move_id.name
                ),
                "url": f"/my/disputes/{dispute.id}",
                "note": dispute.name,
                "date": None,
            }
            for dispute in self
        ]

    def _prepare_portal_rows(self):
        """Return what the page of the invoice shows of these disputes; in sudo.

        In a number of queries that does not grow with them.

        :return: list of dicts with the fields of a dispute, and badge, reason, is_open,
            credit_note (of one that is posted), lines and events (lists of dicts)
        """
        self.fetch(DISPUTE_FIELDS)
        lines = self.env["portal.dispute.line"].search_fetch(
            [("dispute_id", "in", self.ids)], LINE_FIELDS
        )
        events = self.env["portal.dispute.event"].search_fetch(
            [("dispute_id", "in", self.ids)], EVENT_FIELDS
        )
        events.attachment_ids.fetch(["name"])
        self.credit_note_id.fetch(["name", "state"])
        lines_of, events_of = lines.grouped("dispute_id"), events.grouped("dispute_id")
        numbers = LineNumbers(self.env)
        labels = events._get_labels()
        return [
            {
                "id": dispute.id,
                "name": dispute.name,
                "badge": dispute._get_portal_badge(),
                "is_open": dispute.state in OPEN,
                "state": dispute.state,
                "reason": dispute.reason_id.name,
                "disputed": dispute.amount_disputed,
                "accepted": dispute.amount_accepted,
                "grace_until": dispute.grace_until,
                "credit_note": dispute.credit_note_id.filtered(
                    lambda note: note.state == "posted"
                ),
                "lines": [
                    line._prepare_portal_row(numbers)
                    for line in lines_of.get(dispute, ())
                    if line.kind != "amount"
                ],
                "events": [
                    event._prepare_portal_row(labels)
                    for event in events_of.get(dispute, ())
                ],
            }
            for dispute in self
        ]
