from odoo import api, fields, models
from odoo.exceptions import UserError


class PortalTransferWizard(models.TransientModel):
    """Ask what came of an announced transfer, and book it."""

    _name = "portal.transfer.wizard"
    _description = "Announced transfer received"
    _check_company_auto = True

    remittance_id = fields.Many2one("portal.remittance", required=True, readonly=True)
    company_id = fields.Many2one(related="remittance_id.company_id")
    currency_id = fields.Many2one(related="remittance_id.currency_id")
    expected = fields.Monetary("Announced", related="remittance_id.amount_cash")
    amount = fields.Monetary(
        "Received",
        compute="_compute_defaults",
        store=True,
        precompute=True,
        readonly=False,
        required=True,
        help=(
            "Less or more than announced: the documents are paid in order of "
            "their due dates, and the rest is kept on account."
        ),
    )
    date = fields.Date(
        "Received on",
        required=True,
        default=lambda self: self.env.company._get_accounting_day(),
    )
    journal_id = fields.Many2one(
        "account.journal",
        "Bank",
        compute="_compute_defaults",
        store=True,
        precompute=True,
        readonly=False,
        required=True,
        check_company=True,
        domain="[('type', '=', 'bank'), ('company_id', 'parent_of', company_id)]",
    )

    @api.depends("remittance_id")
    def _compute_defaults(self):
        for wizard in self:
            remittance = wizard.remittance_id
            wizard.amount = remittance.amount_cash
            journals = self.env["account.journal"].search(
                [
                    *self.env["account.journal"]._check_company_domain(
                        remittance.company_id
                    ),
                    ("type", "=", "bank"),
                ]
            )
            account_ids = remittance._get_transfer_account().ids
            usual = [
                journal
                for journal in journals
                if journal.bank_account_id.id in account_ids
            ]
            wizard.journal_id = usual[0] if usual else journals[:1]

    def action_receive(self):
        """Book what came.

        :raise UserError: when it was decided already, or cannot be booked
        """
        self.ensure_one()
        remittance_sudo = self.remittance_id._take_announced()
        if self.currency_id.compare_amounts(self.amount, 0) <= 0:
            raise UserError(self.env._("The amount must be more than 0."))
        if self.date > self.remittance_id.company_id._get_accounting_day():
            raise UserError(self.env._("The day cannot be in the future."))
        method_line = self.journal_id._get_manual_inbound_line()
        remittance_sudo._register_transfer(
            self.currency_id.round(self.amount), method_line, self.date
        )
        return {"type": "ir.actions.act_window_close"}
