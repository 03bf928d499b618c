"""What accounting does with announced transfers."""

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.tools import format_date

from ...const import CLOSED_STATES
from ...tools.choice import fill

ACCOUNTING = "account.group_account_invoice"
READERS = "account.group_account_invoice,account.group_account_readonly"


class PortalRemittance(models.Model):
    _inherit = "portal.remittance"

    statement_line_ids = fields.Many2many(
        "account.bank.statement.line",
        "portal_remittance_statement_rel",
        "remittance_id",
        "statement_line_id",
        "On bank statements",
        readonly=True,
        groups=READERS,
    )
    transfer_age = fields.Integer(
        "Days since it was announced", compute="_compute_transfer_age"
    )
    bank_proposal = fields.Char(
        "The bank says", compute="_compute_bank_proposal", groups=READERS
    )

    @api.depends("announced_on")
    def _compute_transfer_age(self):
        for remittance in self:
            today = remittance.company_id._get_accounting_day()
            since = remittance.announced_on or today
            remittance.transfer_age = (today - since).days

    @api.depends("statement_line_ids.is_reconciled", "statement_line_ids.amount")
    def _compute_bank_proposal(self):
        for remittance in self:
            remittance.bank_proposal = ", ".join(
                self.env._(
                    "%(amount)s on %(date)s",
                    amount=remittance.currency_id.format(line._get_transfer_amount()),
                    date=format_date(self.env, line.date),
                )
                for line in remittance._get_proposed_lines()
            )

    def _get_proposed_lines(self):
        """Return the lines of bank statements that name this and are not booked."""
        return self.statement_line_ids.filtered(lambda line: not line.is_reconciled)

    # ------------------------------------------------------------
    # Buttons
    # ------------------------------------------------------------

    def action_receive_transfer(self):
        """Ask what came, and when."""
        self.ensure_one()
        self._check_accounting()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Transfer received"),
            "res_model": "portal.transfer.wizard",
            "view_mode": "form",
            "target": "new",
            "context": {"default_remittance_id": self.id},
        }

    def action_book_bank_proposal(self):
        """Book what bank statements say of this transfer, against their lines.

        :raise UserError: when it is booked already
        """
        self.ensure_one()
        self._check_accounting()
        lines = self._get_proposed_lines()
        if not lines:
            raise UserError(self.env._("This has already been booked."))
        for line in lines:
            line._book_transfer()

    def action_release_transfer(self):
        """Open the documents again and tell the customer: nothing came.

        :raise UserError: when it came, or was withdrawn
        """
        remittance_sudo = self._take_announced()
        remittance_sudo._expire_transfer()

    def _check_accounting(self):
        """Refuse all but accounting of the company.

        :raise AccessError: for them
        """
        self.check_access("read")
        if not self.env.user.has_group(ACCOUNTING):
            raise AccessError(self.env._("This is for accounting."))

    def _take_announced(self):
        """Hold an announced transfer, and return it in sudo, for accounting.

        :raise AccessError: for others
        :raise UserError: when it is none any more
        """
        self.ensure_one()
        self._check_accounting()
        # sudo: accounting reads remittances, and changes them only here
        remittance_sudo = self.sudo()
        remittance_sudo._lock_account()
        if remittance_sudo.state != "announced":
            raise UserError(
                self.env._("This transfer has already been decided or withdrawn.")
            )
        return remittance_sudo

    def _share_transfer(self, amount):
        """Return what of one sum each of these transfers gets, the first ones first.

        What is too much goes to the last one that gets something; what is too little
        leaves the later ones waiting. In sudo.

        :return: list of (remittance, amount), at least one
        """
        parts = [
            sum(one._get_rest().values())
            if one.state in CLOSED_STATES
            else one._to_units(one.amount_cash)
            for one in self
        ]
        whole = self[0]._to_units(amount)
        taken = fill(parts, whole)
        shares = [[one, part] for one, part in zip(self, taken, strict=True) if part]
        shares = shares or [[self[0], 0]]
        shares[-1][1] += whole - sum(taken)
        return [(one, one._from_units(part)) for one, part in shares]

    def _register_transfer(self, amount, method_line, date, values=None):
        """Book what came for this transfer and tell the customer; in sudo.

        :return: the account.payment
        """
        payment = self._receive(
            amount,
            method_line,
            {"date": date, **(values or {})},
            sent_on=self._get_transfer_day(date),
        )
        self._tell_payer(
            "transfer_received",
            lambda env, remittance: env._(
                "Your transfer %s has arrived.", remittance.name
            ),
        )
        return payment
