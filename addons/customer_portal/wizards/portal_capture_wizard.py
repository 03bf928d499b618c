from odoo import Command, api, fields, models
from odoo.exceptions import UserError


class PortalCaptureWizard(models.TransientModel):
    """Captures what pays some of the documents of an authorised payment."""

    _name = "portal.capture.wizard"
    _description = "Capture of an authorised payment"

    transaction_id = fields.Many2one(
        "payment.transaction", required=True, readonly=True
    )
    currency_id = fields.Many2one(related="transaction_id.currency_id")
    line_ids = fields.One2many("portal.capture.wizard.line", "wizard_id")
    amount = fields.Monetary("Chosen", compute="_compute_amount")
    captures_once = fields.Boolean(
        readonly=True, help="With the first capture, the provider releases the rest."
    )
    releases_rest = fields.Boolean("Release what is left")
    capture_id = fields.Many2one("payment.transaction", readonly=True)

    @api.model
    def default_get(self, fields):
        """Extend: with what was authorised and is not captured."""
        values = super().default_get(fields)
        transaction = self.env["payment.transaction"].browse(
            values.get("transaction_id")
        )
        if not transaction:
            return values
        transaction.check_access("write")
        return {**values, **self._prepare_choice(transaction)}

    def _prepare_choice(self, transaction):
        """Return what can be chosen of a payment that the person may change."""
        transaction_sudo = transaction.sudo()  # sudo: as said above
        lines_sudo = transaction_sudo.portal_remittance_id.line_ids
        return {
            "captures_once": transaction_sudo._captures_once(),
            "line_ids": [
                Command.create(
                    {
                        "line_id": line.id,
                        "move_id": line.move_id.id,
                        "amount_left": line.amount_requested,
                        "amount": line.amount_requested,
                    }
                )
                for line in lines_sudo
                if line.kind == "invoice"
            ],
        }

    @api.depends("line_ids.amount")
    def _compute_amount(self):
        for wizard in self:
            wizard.amount = sum(wizard.line_ids.mapped("amount"))

    def action_capture(self):
        """Capture what was chosen, once.

        :raise AccessError: for those who may not change payments
        :raise UserError: for more than is left
        """
        self.ensure_one()
        self.transaction_id.check_access("write")
        return self._capture()._build_action_feedback_notification()

    def _capture(self):
        """Capture what was chosen, or return what a first click has captured."""
        # sudo: the caller has asked whether the person may change the payment
        wizard_sudo = self.sudo().with_context(payment_backend_action=True)
        transaction_sudo = wizard_sudo.transaction_id
        transaction_sudo._hold()
        wizard_sudo.invalidate_recordset(["capture_id"])
        if wizard_sudo.capture_id:
            return wizard_sudo.capture_id
        amounts = {line.line_id: line.amount for line in wizard_sudo.line_ids}
        lines_sudo = transaction_sudo.portal_remittance_id.line_ids
        if any(line not in lines_sudo for line in amounts):
            raise UserError(
                self.env._("Something was captured meanwhile. Please choose again.")
            )
        capture_sudo = transaction_sudo._begin_capture(amounts)
        wizard_sudo.capture_id = capture_sudo
        capture_sudo._capture_now(
            releases_rest=wizard_sudo.releases_rest or transaction_sudo._captures_once()
        )
        return capture_sudo


class PortalCaptureWizardLine(models.TransientModel):
    _name = "portal.capture.wizard.line"
    _description = "Document that a capture pays"

    wizard_id = fields.Many2one(
        "portal.capture.wizard", required=True, ondelete="cascade"
    )
    line_id = fields.Many2one(
        "portal.remittance.line", required=True, readonly=True, ondelete="cascade"
    )
    move_id = fields.Many2one("account.move", "Document", readonly=True)
    currency_id = fields.Many2one(related="wizard_id.currency_id")
    amount_left = fields.Monetary("Authorised", readonly=True)
    amount = fields.Monetary("Capture")
