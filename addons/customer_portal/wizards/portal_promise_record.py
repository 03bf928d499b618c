from odoo import api, fields, models
from odoo.exceptions import AccessError


class PortalPromiseRecord(models.TransientModel):
    """Record what a customer promised on the phone."""

    _name = "portal.promise.record"
    _description = "Promise of a customer"

    move_ids = fields.Many2many("account.move", string="Documents", required=True)
    currency_id = fields.Many2one("res.currency", compute="_compute_left")
    left = fields.Monetary("Left to pay", compute="_compute_left")
    amount = fields.Monetary(
        "Promised", compute="_compute_amount", store=True, readonly=False
    )
    day = fields.Date("Promised for", required=True)
    note = fields.Char(help="Who said it, and what else. The customer does not see it.")

    @api.depends("move_ids")
    def _compute_left(self):
        for wizard in self:
            moves = wizard.move_ids
            holds = moves._get_holds()
            wizard.currency_id = moves.currency_id[:1]
            wizard.left = sum(move._get_amount_left(holds) for move in moves)

    @api.depends("left")
    def _compute_amount(self):
        for wizard in self:
            wizard.amount = wizard.left

    def action_record(self):
        """Record it.

        :raise AccessError: for those who do not invoice
        :raise UserError: when it cannot be promised like this
        """
        self.ensure_one()
        self._record()
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "success",
                "message": self.env._("The promise is recorded."),
                "next": {"type": "ir.actions.act_window_close"},
            },
        }

    def _record(self):
        if not self.env.user.has_group("account.group_account_invoice"):
            raise AccessError(self.env._("Only accounting records promises."))
        self.move_ids.check_access("read")
        # sudo: the right was just asked
        promises_sudo = self.env["portal.promise"].sudo()
        return promises_sudo._make(
            self.move_ids.commercial_partner_id[:1],
            self.move_ids.sudo(),  # sudo: as above
            self.day,
            self.amount,
            source="staff",
            note=self.note,
        )
