"""What accounting answers to a dispute."""

from odoo import api, fields, models


class PortalDisputeDecision(models.TransientModel):
    _name = "portal.dispute.decision"
    _description = "Decision about a dispute"

    dispute_id = fields.Many2one("portal.dispute", required=True, ondelete="cascade")
    decision = fields.Selection(
        [("accept", "Accept"), ("refuse", "Refuse"), ("ask", "Ask the customer")],
        required=True,
    )
    currency_id = fields.Many2one(related="dispute_id.currency_id")
    line_ids = fields.One2many(
        "portal.dispute.decision.line",
        "decision_id",
        compute="_compute_line_ids",
        store=True,
        readonly=False,
    )
    text = fields.Text("Answer")

    @api.depends("dispute_id", "decision")
    def _compute_line_ids(self):
        for wizard in self:
            lines = wizard.dispute_id.line_ids
            wizard.line_ids = [
                fields.Command.clear(),
                *(
                    fields.Command.create(
                        {"line_id": line.id, "amount_accepted": line.amount}
                    )
                    for line in lines
                    if wizard.decision == "accept"
                ),
            ]

    def action_decide(self):
        """Do it; the right is asked by the dispute.

        :raise UserError: when somebody was quicker, or something is missing
        """
        self.ensure_one()
        if self.decision == "accept":
            amounts = {line.line_id: line.amount_accepted for line in self.line_ids}
            credit_note = self.dispute_id._accept(amounts, self.text)
            return self.dispute_id._open_move(credit_note)
        if self.decision == "refuse":
            self.dispute_id._refuse(self.text)
        else:
            self.dispute_id._ask(self.text)
        return {"type": "ir.actions.act_window_close"}


class PortalDisputeDecisionLine(models.TransientModel):
    _name = "portal.dispute.decision.line"
    _description = "What is accepted of a line of a dispute"

    decision_id = fields.Many2one(
        "portal.dispute.decision", required=True, ondelete="cascade"
    )
    line_id = fields.Many2one(
        "portal.dispute.line", required=True, readonly=True, ondelete="cascade"
    )
    name = fields.Char("What", compute="_compute_name")
    currency_id = fields.Many2one(related="line_id.currency_id")
    amount = fields.Monetary(related="line_id.amount", string="Disputed")
    amount_accepted = fields.Monetary("Accepted")

    @api.depends("line_id")
    def _compute_name(self):
        for line in self:
            line.name = line.line_id.name or line.line_id.move_id.name
