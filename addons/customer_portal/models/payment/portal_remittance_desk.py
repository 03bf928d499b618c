"""The desk of accounting: remittances that came out other than chosen."""

from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.fields import Domain

from ...const import INVOICE_TYPES

STAFF = "account.group_account_invoice,account.group_account_readonly"


class PortalRemittance(models.Model):
    _inherit = "portal.remittance"

    user_id = fields.Many2one(
        "res.users",
        "Responsible",
        index="btree_not_null",
        domain="[('share', '=', False)]",
        groups=STAFF,
        help="Who looks after it: at first the salesperson of the invoice.",
    )
    exception_on = fields.Datetime("To check since", readonly=True, groups=STAFF)
    age = fields.Integer(
        "Days", compute="_compute_age", groups=STAFF, help="Since it is to be checked."
    )
    amount_unallocated = fields.Monetary(
        "Still on account",
        compute="_compute_amount_unallocated",
        groups=STAFF,
        help="How much of the money is not applied to any document.",
    )
    is_verified_now = fields.Boolean(
        "Being verified",
        compute="_compute_is_verified_now",
        search="_search_is_verified_now",
        groups=STAFF,
        help="The answer of the provider was lost.",
    )
    outcome = fields.Selection(
        [
            ("allocated", "Allocated to invoices"),
            ("kept", "Left on account"),
            ("refunded", "Refunded"),
            ("done", "Done"),
        ],
        readonly=True,
        groups=STAFF,
    )
    outcome_by_id = fields.Many2one(
        "res.users", "Closed by", readonly=True, groups=STAFF
    )
    outcome_on = fields.Datetime("Closed on", readonly=True, groups=STAFF)

    def write(self, vals):
        """Extend: by hand only the responsible is changed.

        :raise AccessError: for anything else
        """
        if not self.env.su and set(vals) - {"user_id"}:
            raise AccessError(self.env._("Remittances cannot be edited by hand."))
        result = super().write(vals)
        if vals.get("state") == "exception":
            self._put_on_desk()
        return result

    def _put_on_desk(self):
        for remittance in self.filtered(lambda one: not one.exception_on):
            remittance.write(
                {
                    "exception_on": fields.Datetime.now(),
                    "user_id": remittance._get_responsible().id,
                }
            )

    def _get_responsible(self):
        """Return who looks after it: who does, or the salesperson of the invoice."""
        salespeople = self.line_ids.move_id.invoice_user_id
        return (
            self.user_id
            or salespeople.filtered("active")[:1]
            or self.env.ref("base.user_admin")
        )

    @api.depends("exception_on", "state")
    def _compute_age(self):
        now = fields.Datetime.now()
        for remittance in self:
            end = now if remittance.state == "exception" else remittance.outcome_on
            since = remittance.exception_on
            remittance.age = ((end or now) - since) // timedelta(days=1) if since else 0

    @api.depends("amount_on_account", "payment_id", "move_id")
    def _compute_amount_unallocated(self):
        for remittance in self:
            items = remittance._get_unallocated_items()
            remittance.amount_unallocated = -sum(
                items.mapped("amount_residual_currency")
            )

    @api.depends("transaction_ids.outcome_unknown")
    def _compute_is_verified_now(self):
        for remittance in self:
            remittance.is_verified_now = any(
                remittance.transaction_ids.mapped("outcome_unknown")
            )

    def _search_is_verified_now(self, operator, value):
        if operator != "in" or list(value) != [True]:
            return NotImplemented
        return [("transaction_ids.outcome_unknown", "=", True)]

    def _get_unallocated_items(self):
        """Return the receivable items of the money that pay nothing now, in sudo."""
        # sudo: of payments that the remittance made
        remittance = self.sudo()
        entries = (
            remittance.move_id
            | remittance.payment_id.move_id
            | remittance.transaction_ids.payment_id.move_id
        ).filtered(lambda move: move.state == "posted")
        return entries.line_ids.filtered(
            lambda item: (
                item.account_type == "asset_receivable"
                and not item.reconciled
                and item.amount_residual_currency < 0
            )
        )

    # ------------------------------------------------------------
    # Outcomes
    # ------------------------------------------------------------

    def action_assign_to_me(self):
        """Take over these remittances.

        :raise AccessError: for those who do no accounting
        """
        self.check_access("write")
        self.user_id = self.env.user

    def action_allocate(self):
        """Pay open invoices of the customer with the money, the oldest first.

        What is left afterwards stays to be checked.

        :raise AccessError: for those who do no accounting
        :raise UserError: when there is no money, or no invoice to pay with it
        """
        for remittance in self._take_to_check():
            if not remittance._allocate():
                raise UserError(
                    self.env._(
                        "%s: there is no open invoice that this money can pay.",
                        remittance.name,
                    )
                )
            if remittance._get_unallocated_items():
                remittance.exception_note = self.env._(
                    "%s is kept on account",
                    remittance.currency_id.format(remittance.amount_unallocated),
                )
            else:
                remittance._close("allocated")

    def action_keep_on_account(self):
        """Leave the money on account, where the customer can use it."""
        self._take_to_check()._close("kept")

    def action_done(self):
        """Say that there is nothing more to do."""
        self._take_to_check()._close("done")

    def action_refund(self):
        """Open the refund of the payment."""
        self.ensure_one()
        self.check_access("write")
        return self.payment_id.action_refund_wizard()

    def _take_to_check(self):
        """Return these remittances in sudo, their accounts locked.

        :raise AccessError: for those who do no accounting
        :raise UserError: when somebody was faster
        """
        self.check_access("write")
        # sudo: the right to decide was just asked
        remittances = self.sudo()
        for remittance in remittances:
            remittance._lock_account()
            if remittance.state != "exception":
                raise UserError(
                    self.env._("%s no longer needs checking.", remittance.name)
                )
        return remittances

    def _close(self, outcome):
        for remittance in self:
            remittance.write(
                {
                    "state": "settled",
                    "outcome": outcome,
                    "outcome_by_id": self.env.uid,
                    "outcome_on": fields.Datetime.now(),
                }
            )
            (remittance.payment_id or remittance.move_id).activity_feedback(
                ["mail.mail_activity_data_todo"],
                feedback=dict(self._fields["outcome"].selection)[outcome],
            )

    def _allocate(self):
        """Pair money on account with open invoices; return whether there were any."""
        self.ensure_one()
        has_paired = False
        for item in self._get_unallocated_items():
            invoices = self.env["account.move"].search(
                Domain(
                    [
                        ("commercial_partner_id", "=", item.partner_id.id),
                        ("company_id", "=", self.company_id.id),
                        ("currency_id", "=", self.currency_id.id),
                        ("move_type", "in", INVOICE_TYPES),
                        ("state", "=", "posted"),
                    ]
                )
                & self.env["account.move"]._get_open_domain(),
                order="invoice_date_due, id",
            )
            holds = invoices._get_holds()
            # Core shares the money: of what is under way, nothing is taken.
            free = invoices.filtered(
                lambda move, holds=holds: not move._pick_holds(holds)
            )
            items = free._get_due_items().filtered(
                lambda open_item, item=item: open_item.account_id == item.account_id
            )
            if items:
                (item + items).reconcile()
                has_paired = True
        return has_paired
