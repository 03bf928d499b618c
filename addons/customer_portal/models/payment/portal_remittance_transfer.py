"""A bank transfer that a customer announced: it holds the documents until it comes."""

import re
from datetime import timedelta

from stdnum import iso11649
from stdnum.iso7064 import mod_97_10

from odoo import api, fields, models
from odoo.exceptions import UserError

from ...const import BOOKED_STATES, TRANSFER_DAYS
from ...report import epc
from ...tools.choice import fill

REMIND_DAYS = 3  # so many days before the end
BANK_DAYS = 5  # that a transfer may take, for the discount of the day it was sent
REFERENCE = re.compile(r"(?=(RF[0-9]{12}))")


class PortalRemittance(models.Model):
    _inherit = "portal.remittance"

    transfer_reference = fields.Char(
        readonly=True,
        copy=False,
        help=("What the customer includes with the transfer."),
    )
    announced_on = fields.Date(readonly=True, copy=False)
    transfer_date = fields.Date(
        "To be sent on", readonly=True, copy=False, help="As the customer says."
    )
    transfer_until = fields.Date(
        "Held until",
        readonly=True,
        copy=False,
        help="If nothing has arrived, the documents are open again after this day.",
    )
    is_transfer_reminded = fields.Boolean(
        readonly=True, copy=False, groups="base.group_user"
    )

    rest_of_id = fields.Many2one(
        "portal.remittance",
        "Rest of",
        readonly=True,
        copy=False,
        index="btree_not_null",
        help="The transfer of which this is a later part.",
    )
    rest_ids = fields.One2many("portal.remittance", "rest_of_id", "Later parts")

    _transfer_reference_unique = models.UniqueIndex(
        "(transfer_reference) WHERE transfer_reference IS NOT NULL"
    )

    # ------------------------------------------------------------
    # Where the money goes
    # ------------------------------------------------------------

    def _get_transfer_account(self):
        """Return the seller's bank account for this remittance, in sudo, or none.

        It is the one that the invoices print, where they agree, else one of the
        company's in the same currency or in none.
        """
        self.ensure_one()
        # sudo: the account that the seller prints on invoices
        printed = self.sudo().line_ids.move_id.partner_bank_id
        return self.company_id._get_bank_to_pay(self.currency_id, printed)

    def _get_transfer_details(self):
        """Return what the person copies into the form of the bank, or nothing.

        :return: dict with name, account_number, bic, bank (texts), amount, reference
            (spaced), qr (address of a picture, or False), announced_on, send_on and
            until
        """
        self.ensure_one()
        bank = self._get_transfer_account()
        if not bank:
            return None
        name = bank.acc_holder_name or bank.partner_id.name
        return {
            "name": name,
            "account_number": bank.acc_number,
            "bic": bank.bank_bic,
            "bank": bank.bank_name,
            "amount": self.amount_cash,
            "reference": self._space_reference(self.transfer_reference),
            "qr": self._draw_transfer_code(bank, name),
            "announced_on": self.announced_on,
            "send_on": self.transfer_date,
            "until": self.transfer_until,
        }

    def _draw_transfer_code(self, bank, name):
        if not self.transfer_reference or not epc.is_payable(
            bank.acc_number, self.currency_id.name, self.amount_cash
        ):
            return False
        return epc.draw(
            epc.build_payload(
                name=name,
                account_number=bank.acc_number,
                bic=bank.bank_bic,
                amount=self.amount_cash,
                reference=self.transfer_reference,
            )
        )

    # ------------------------------------------------------------
    # The reference
    # ------------------------------------------------------------

    def _make_transfer_reference(self):
        """Return the creditor reference (ISO 11649) of this remittance."""
        self.ensure_one()
        number = f"{self.id:010d}"
        return f"RF{mod_97_10.calc_check_digits(number + 'RF')}{number}"

    @staticmethod
    def _space_reference(reference):
        """Return a reference in groups of four, as people read it."""
        text = reference or ""
        return " ".join(text[at : at + 4] for at in range(0, len(text), 4))

    @api.model
    def _find_references(self, text):
        """Return the references that stand in what a bank wrote, however spaced."""
        letters = re.sub(r"[^A-Z0-9]", "", (text or "").upper())
        found = REFERENCE.findall(letters)
        return [reference for reference in found if iso11649.is_valid(reference)]

    # ------------------------------------------------------------
    # Announce
    # ------------------------------------------------------------

    @api.model
    def _get_transfer_days(self):
        """Return for how many days an announced transfer holds its documents."""
        return self.env["ir.config_parameter"]._get_portal_number(
            "transfer_days", TRANSFER_DAYS, most=365
        )

    def _announce(self, send_on=None):
        """Hold the documents for a bank transfer; announced twice is once.

        In sudo: the caller has checked that the person may pay it.

        :param datetime.date send_on: when it will be sent, or None
        :raise UserError: when it is paid, cancelled, or cannot come by bank
        """
        self.ensure_one()
        self._lock_account()
        if self.state == "announced":
            return
        self._check_payable()
        if self.currency_id.compare_amounts(self.amount_cash, 0) <= 0:
            raise UserError(self.env._("There is nothing to pay by bank transfer."))
        if not self._get_transfer_account():
            raise UserError(self.env._("We have no bank account for such a transfer."))
        self._hold_for_transfer(send_on)

    def _hold_for_transfer(self, send_on=None):
        """Store that the money comes by bank; the caller holds the account."""
        self.ensure_one()
        today = self.company_id._get_accounting_day()
        days = timedelta(days=self._get_transfer_days())
        self.write(
            {
                "state": "announced",
                "transfer_reference": self._make_transfer_reference(),
                "announced_on": today,
                "transfer_date": send_on,
                "transfer_until": max(today, send_on or today) + days,
                "is_transfer_reminded": False,
                "user_id": self._get_responsible().id,
            }
        )
        self.env["portal.activity"]._log(
            "transfer_announced",
            self.partner_id,
            record=self,
            detail=self.currency_id.format(self.amount_cash),
        )

    def _get_wires(self):
        """Return Odoo's own transactions of transfers that wait for money."""
        return self.transaction_ids.filtered(
            lambda tx: tx.provider_code == "custom" and tx.state == "pending"
        )

    # ------------------------------------------------------------
    # The end of it
    # ------------------------------------------------------------

    def _end_wires(self, wires, payment):
        """End Odoo's own transactions of a transfer whose money was booked.

        :param wires: those that waited before it came
        :param payment: the account.payment that booked it
        """
        for wire in wires.filtered(lambda tx: tx != payment.payment_transaction_id):
            if self.currency_id.compare_amounts(wire.amount, payment.amount):
                wire._set_canceled()
            else:
                # Paid by this payment; so nothing more is booked for it.
                wire.payment_id = payment
                wire._set_done()
                wire.is_post_processed = True

    def _get_paid_later(self):
        """Return what later parts of this transfer paid, {account.move: amount}."""
        paid = {}
        for line in self.rest_ids.line_ids:
            paid[line.move_id] = paid.get(line.move_id, 0.0) + line.amount_applied
        return paid

    def _get_rest(self):
        """Return what a transfer that came in part left open of its documents.

        :return: {line: amount in the smallest unit}
        """
        if not self.transfer_reference or self.state not in BOOKED_STATES:
            return {}
        later = self._get_paid_later()
        rest = {}
        own = self.line_ids._filtered_own()
        for line in own.filtered(lambda line: line.kind == "invoice"):
            paid = line.amount_applied + later.get(line.move_id, 0.0)
            left = min(line.amount_requested - paid, line._get_amount_open())
            rest[line] = max(0, self._to_units(left))
        return rest

    def _open_rest(self, amount):
        """Return a remittance of what an earlier part of this transfer left open.

        In sudo; the caller holds the account. None where nothing is left, or where it
        is being paid another way: then the money stays on account.

        :param float amount: what came now
        """
        none = self.browse()
        wanted = self._get_rest()
        shares = fill(wanted.values(), self._to_units(amount))
        amounts = {
            line.move_id: self._from_units(share)
            for line, share in zip(wanted, shares, strict=True)
            if share
        }
        if not amounts:
            return none
        try:
            with self.env.cr.savepoint():
                rest = self._open(
                    self.partner_id,
                    self.payer_id,
                    amounts,
                    source="transfer",
                    discounts=False,
                    company=self.company_id,
                    currency=self.currency_id,
                )
        except UserError:
            return none
        rest.rest_of_id = self
        return rest

    def _get_transfer_day(self, date):
        """Return when a transfer that came on a day was sent, for its discounts.

        As the customer said, if it came within what a bank takes.
        """
        said = self.transfer_date
        if said and date - timedelta(days=BANK_DAYS) <= said <= date:
            return said
        return date

    def _release_transfer(self):
        """Open the documents again: the money did not come. The caller holds it.

        :return: whether there is anything left to pay; else it is cancelled
        """
        self.ensure_one()
        self._get_wires()._set_canceled()
        self.state = "open" if self._is_left_to_pay() else "cancelled"
        return self.state == "open"

    def _is_left_to_pay(self):
        """Return whether anything is left to pay: accounting may have booked it."""
        invoices = self.line_ids.filtered(lambda line: line.kind == "invoice")
        is_open = any(line._get_amount_open() for line in invoices)
        return is_open or bool(self.amount_extra)

    def _tell_payer(self, code, title, detail=None):
        """Tell the person who announced it, as far as the person still sees it."""
        for remittance in self:
            people = remittance.payer_id.with_context(active_test=False).user_ids
            self.env["portal.notice"]._tell(
                code,
                people.filtered(
                    lambda user, remittance=remittance: remittance._portal_allows(
                        user, "see_invoices"
                    )
                ),
                remittance.partner_id,
                f"/my/pay/{remittance.id}",
                lambda env, remittance=remittance: title(env, remittance),
                detail,
            )

    # ------------------------------------------------------------
    # Days pass
    # ------------------------------------------------------------

    @api.model
    def _follow_transfers(self):
        """Remind of transfers that did not come, and end what is late (scheduled).

        Each is done in a transaction of its own.
        """
        cron = self.env["ir.cron"]
        late, to_remind = [], []
        announced = [("state", "=", "announced")]
        for [company] in self._read_group(announced, ["company_id"]):
            today = company._get_accounting_day()
            waiting = [*announced, ("company_id", "=", company.id)]
            ended = self.search([*waiting, ("transfer_until", "<", today)]).ids
            late += ended
            to_remind += self.search(
                [
                    *waiting,
                    ("is_transfer_reminded", "=", False),
                    ("transfer_until", "<=", today + timedelta(days=REMIND_DAYS)),
                    ("id", "not in", ended),
                ]
            ).ids
        cron._commit_progress(remaining=len(late) + len(to_remind))
        for remittance in self.browse(late + to_remind):
            remittance._lock_account()
            if remittance.state == "announced":
                if remittance.id in to_remind:
                    remittance._remind_of_transfer()
                else:
                    remittance._expire_transfer()
            if not cron._commit_progress(1):
                break

    def _remind_of_transfer(self):
        """Say once that the money is awaited, where something is left to pay."""
        self.is_transfer_reminded = True
        if not self._is_left_to_pay():
            return
        self._tell_payer(
            "transfer_expiring",
            lambda env, remittance: env._(
                "Your transfer %s has not arrived yet.", remittance.name
            ),
            lambda env: env._("Its documents are reserved until the day shown."),
        )

    def _expire_transfer(self):
        """Give the transfer up, and say so where something is left to pay."""
        if not self._release_transfer():
            return
        self._tell_payer(
            "transfer_expiring",
            lambda env, remittance: env._(
                "Your transfer %s did not arrive.", remittance.name
            ),
            lambda env: env._(
                "Its documents are open again. If the money comes later, we book it."
            ),
        )
