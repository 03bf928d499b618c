from datetime import UTC, datetime, timedelta

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tools import SQL

from odoo.addons.payment import utils as payment_utils
from odoo.addons.payment_stripe import const

# A bank may book a payout some days before or after the day that Stripe says.
EARLY, LATE = timedelta(days=3), timedelta(days=7)
ACCOUNTING = "account.group_account_invoice"


class PortalStripePayout(models.Model):
    """Money that Stripe has sent to the bank, and the payments that are in it.

    It proposes one line of the bank's statement: the net amount, paired with what each
    payment, refund and dispute waits with on the outstanding account, and the fees.
    """

    _name = "portal.stripe.payout"
    _description = "Payout of Stripe"
    _inherit = ["mail.thread", "mail.activity.mixin"]
    _order = "arrives_on desc, id desc"
    _rec_name = "reference"

    provider_id = fields.Many2one(
        "payment.provider", required=True, readonly=True, ondelete="cascade"
    )
    company_id = fields.Many2one(related="provider_id.company_id")
    journal_id = fields.Many2one(related="provider_id.journal_id")
    reference = fields.Char("Payout", required=True, readonly=True)
    currency_id = fields.Many2one("res.currency", required=True, readonly=True)
    arrives_on = fields.Date("Date", readonly=True)
    status = fields.Char("Status at Stripe", readonly=True)
    state = fields.Selection(
        [
            ("waiting", "On its way"),
            ("proposed", "To book"),
            ("booked", "Booked"),
            ("unclear", "To check"),
            ("failed", "Came back"),
        ],
        required=True,
        readonly=True,
        default="waiting",
    )
    note = fields.Char(readonly=True)
    amount = fields.Monetary("Net", readonly=True)
    line_ids = fields.One2many("portal.stripe.payout.line", "payout_id", readonly=True)
    gross = fields.Monetary("Payments", compute="_compute_sums")
    refunds = fields.Monetary(compute="_compute_sums")
    disputes = fields.Monetary(compute="_compute_sums")
    others = fields.Monetary("Other", compute="_compute_sums")
    fees = fields.Monetary(compute="_compute_sums")
    unknown_count = fields.Integer("Unknown lines", compute="_compute_sums")
    statement_line_id = fields.Many2one(
        "account.bank.statement.line", readonly=True, ondelete="set null"
    )

    _provider_reference_unique = models.UniqueIndex("(provider_id, reference)")

    @api.depends("line_ids")
    def _compute_sums(self):
        for payout in self:
            sums = dict.fromkeys(("charge", "refund", "dispute", "fee", "other"), 0.0)
            for line in payout.line_ids:
                sums[line.kind] += line.amount
            payout.gross, payout.refunds = sums["charge"], sums["refund"]
            payout.disputes, payout.others = sums["dispute"], sums["other"]
            payout.fees = sums["fee"] - sum(payout.line_ids.mapped("fee"))
            payout.unknown_count = len(payout.line_ids.filtered("is_unknown"))

    # ------------------------------------------------------------
    # Follow
    # ------------------------------------------------------------

    @api.model
    def _follow(self, provider, reference):
        """Let a payout be what it is at Stripe, and return it; in sudo.

        :raise GatewayError: where Stripe cannot be asked
        """
        gateway = provider._get_stripe_gateway()
        shown = gateway.get_payout(reference)
        payout = self._keep(provider, shown)
        payout._hold()
        payout.status = shown["status"]
        if shown["status"] in ("failed", "canceled"):
            payout._come_back()
        elif payout.state == "waiting" and shown["status"] == "paid":
            if shown.get("automatic") is False:
                payout._leave_to_staff(
                    self.env._(
                        "It was paid out by hand, and Stripe does not say what is in "
                        "it. Please book it by hand."
                    )
                )
            elif shown.get("reconciliation_status", "completed") == "completed":
                payout._read_lines(gateway.list_movements(reference))
        return payout

    @api.model
    def _keep(self, provider, shown):
        """Return the payout that Stripe shows, made where there is none."""
        currency = self._find_currency(shown["currency"])
        day = datetime.fromtimestamp(shown["arrival_date"], UTC).date()
        values = (provider.id, shown["id"], currency.id, day)
        amount = self._to_amount(shown["amount"], currency)
        self.env.cr.execute(
            SQL(
                """
                INSERT INTO portal_stripe_payout
                            (provider_id, reference, currency_id, arrives_on, amount,
                             state, create_date, write_date, create_uid, write_uid)
                     VALUES (%s, %s, %s, %s, %s, 'waiting', now() AT TIME ZONE 'UTC',
                             now() AT TIME ZONE 'UTC', %s, %s)
                ON CONFLICT (provider_id, reference) DO NOTHING
                """,
                *(*values, amount, self.env.uid, self.env.uid),
            ),
            log_exceptions=False,  # two at once: one is run again
        )
        return self.search(
            [("provider_id", "=", provider.id), ("reference", "=", shown["id"])]
        )

    @api.model
    def _find_currency(self, code):
        return (
            self.env["res.currency"]
            .with_context(active_test=False)
            .search([("name", "=", code.upper())], limit=1)
        )

    @api.model
    def _to_amount(self, units, currency):
        """Return what Stripe counts in the smallest unit."""
        decimals = const.CURRENCY_DECIMALS.get(currency.name)
        return payment_utils.to_major_currency_units(units, currency, decimals)

    def _hold(self):
        """Hold it until the end of the database transaction, by a real UPDATE."""
        self.flush_recordset()
        self.env.cr.execute(
            SQL(
                """
                UPDATE portal_stripe_payout SET reference = reference
                 WHERE id = ANY(%s)
                """,
                self.ids,
            ),
            log_exceptions=False,
        )
        self.invalidate_recordset()

    def _read_lines(self, movements):
        """Keep what is in it, and propose it where the sum agrees."""
        movements = [row for row in movements if row["type"] != "payout"]
        lines = self.env["portal.stripe.payout.line"]
        self.line_ids = [Command.create(lines._prepare(self, row)) for row in movements]
        self.line_ids._match()
        total = self.currency_id.round(sum(self.line_ids.mapped("net")))
        if self.currency_id.compare_amounts(total, self.amount):
            self._leave_to_staff(
                self.env._(
                    "What is in it comes to %(total)s, and %(amount)s was paid out. "
                    "Please ask Stripe before you book it.",
                    total=self.currency_id.format(total),
                    amount=self.currency_id.format(self.amount),
                )
            )
        else:
            self.state = "proposed"

    @api.model
    def _match_proposed(self):
        """Find what was booked since the payouts were read (scheduled)."""
        self.search([("state", "=", "proposed")]).line_ids._match()

    def _come_back(self):
        """Note that the bank has given it back; what is booked is left to staff."""
        if self.state == "failed":
            return
        was_booked = self.state == "booked"
        self.state = "failed"
        if was_booked:
            self._leave_to_staff(
                self.env._(
                    "The bank has given it back to Stripe. Please undo its line of "
                    "the statement when the bank shows that."
                ),
                state="failed",
            )

    def _leave_to_staff(self, note, state="unclear"):
        """Give accounting something to do; nothing is proposed."""
        self.write({"state": state, "note": note})
        self.activity_schedule(
            "mail.mail_activity_data_todo",
            summary=self.env._("Payout %s", self.reference),
            note=note,
            user_id=self.provider_id._get_stripe_accountant().id,
        )

    # ------------------------------------------------------------
    # Book
    # ------------------------------------------------------------

    def action_book(self):
        """Book the bank's statement line of these payouts, each once.

        :raise AccessError: for those who do no accounting
        :raise UserError: saying what is in the way
        """
        if not self.env.user.has_group(ACCOUNTING):
            raise AccessError(self.env._("This is for accounting."))
        self.check_access("read")
        for payout in self:
            payout._book()

    def _book(self):
        """Book it; the caller has asked for the rights."""
        self = self.sudo()  # sudo: as said above
        self = self.company_id._keep_days(self)
        self._hold()
        if self.state != "proposed":
            raise UserError(self.env._("%s is not to be booked.", self.reference))
        self.line_ids._match()
        if obstacle := self._get_obstacle():
            raise UserError(obstacle)
        self.statement_line_id = self._find_statement_line() or (
            self.env["account.bank.statement.line"].create(
                {
                    "journal_id": self.journal_id.id,
                    "date": self.arrives_on,
                    "amount": self.amount,
                    "payment_ref": self.env._("Stripe payout %s", self.reference),
                }
            )
        )
        self._pair()
        self.state = "booked"

    def _get_obstacle(self):
        """Return why it cannot be booked now, or ""."""
        journal = self.journal_id
        currency = journal.currency_id or journal.company_id.currency_id
        if currency != self.currency_id:
            return self.env._(
                "The journal %(journal)s is kept in %(currency)s. Please book this "
                "payout by hand.",
                journal=journal.name,
                currency=currency.name,
            )
        fees = sum(abs(one._get_fee()) for one in self.line_ids)
        if fees and not self.provider_id.stripe_fee_account_id:
            return self.env._(
                "Choose the account for Stripe's fees in the payment provider."
            )
        if not self.provider_id._get_stripe_outstanding_account().reconcile:
            return self.env._(
                "The outstanding account of the journal %s must allow reconciliation.",
                journal.name,
            )
        return next(filter(None, (one._get_obstacle() for one in self.line_ids)), "")

    def _find_statement_line(self):
        """Return the line that the bank has told of it already, or none."""
        candidates = self.env["account.bank.statement.line"].search(
            [
                ("journal_id", "=", self.journal_id.id),
                ("amount", "=", self.amount),
                ("date", ">=", self.arrives_on - EARLY),
                ("date", "<=", self.arrives_on + LATE),
                ("is_reconciled", "=", False),
                ("payment_ref", "ilike", "stripe"),
            ]
        )
        fresh = candidates.filtered(
            lambda line: not line._seek_for_lines()[2] and not line.foreign_currency_id
        )
        return fresh.sorted(lambda line: abs(line.date - self.arrives_on))[:1]

    def _pair(self):
        """Put what is in it into the line's entry, and pair it with what waits."""
        statement_line = self.statement_line_id
        bank, suspense, _other = statement_line._seek_for_lines()
        parts = [part for line in self.line_ids for part in line._get_parts()]
        parts = self._add_fees(parts)
        unknown = self.currency_id.round(
            self.amount - sum(part["amount"] for part in parts)
        )
        if not self.currency_id.is_zero(unknown):
            parts.append(
                {
                    "amount": unknown,
                    "account": suspense.account_id,
                    "name": self.env._("Not of a payment known here"),
                }
            )
        balances = self._convert([part["amount"] for part in parts], bank.balance)
        before = statement_line.move_id.line_ids
        statement_line.with_context(force_delete=True, skip_readonly_check=True).write(
            {
                "line_ids": [
                    Command.delete(suspense.id),
                    *(
                        Command.create(self._prepare_item(part, balance))
                        for part, balance in zip(parts, balances, strict=True)
                    ),
                ]
            }
        )
        items = (statement_line.move_id.line_ids - before).sorted("id")
        for part, item in zip(parts, items, strict=True):
            if waiting := part.get("item"):
                (waiting + item).reconcile()
            if line := part.get("line"):
                line.item_ids |= item
        for dispute in self.line_ids.dispute_id:
            dispute._pair_with_payouts()

    def _add_fees(self, parts):
        fees = self.currency_id.round(sum(one._get_fee() for one in self.line_ids))
        if self.currency_id.is_zero(fees):
            return parts
        fee = {
            "amount": -fees,
            "account": self.provider_id.stripe_fee_account_id,
            "name": self.env._("Fees of Stripe"),
        }
        return [*parts, fee]

    def _convert(self, amounts, total):
        """Return amounts in the company's currency, which add up to the bank's line."""
        currency = self.company_id.currency_id
        whole = sum(amounts)
        so_far, before, balances = 0.0, 0.0, []
        for amount in amounts:
            so_far += amount
            share = currency.round(total * so_far / whole) if whole else so_far
            balances.append(currency.round(share - before))
            before = share
        return balances

    def _prepare_item(self, part, balance):
        """Return the values of an item of the statement line's entry."""
        values = {
            "name": part["name"],
            "account_id": part["account"].id,
            "partner_id": part.get("partner", self.env["res.partner"]).id,
            "currency_id": self.currency_id.id,
            "amount_currency": -part["amount"],
            "balance": -balance,
        }
        waiting = part.get("item")
        if waiting and waiting.currency_id != self.currency_id:
            values["currency_id"] = waiting.currency_id.id
            values["amount_currency"] = -waiting.amount_residual_currency
        return values
