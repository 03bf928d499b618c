from odoo import api, fields, models
from odoo.fields import Domain

from ...const import BOOKED_STATES, CLOSED_STATES, PAYABLE_TYPES
from ...tools.holding import NOTHING


class PortalRemittanceLine(models.Model):
    _name = "portal.remittance.line"
    _description = "Document of a remittance"
    _order = "id"

    _portal_customer_fields = {"partner_id": None}

    remittance_id = fields.Many2one(
        "portal.remittance", required=True, ondelete="cascade", index=True
    )
    move_id = fields.Many2one(
        "account.move", "Document", required=True, ondelete="restrict", index=True
    )
    kind = fields.Selection(
        selection=[("invoice", "Invoice"), ("credit", "Credit")], required=True
    )
    partner_id = fields.Many2one(
        "res.partner",
        "Customer",
        help="The customer or branch whose document, or money on account, it is.",
    )
    currency_id = fields.Many2one(related="remittance_id.currency_id")
    amount_requested = fields.Monetary(
        "Chosen amount",
        required=True,
        help="How much of the document is settled, the discount included.",
    )
    discount_requested = fields.Monetary(
        "Promised discount",
        help=("How much of the chosen amount does not have to be paid."),
    )
    amount_applied = fields.Monetary(
        "Applied amount",
        help="How much of the document was settled, the discount included.",
    )
    discount_applied = fields.Monetary("Discount given")
    reason_id = fields.Many2one(
        "portal.short.payment.reason", "Reason for paying less", ondelete="restrict"
    )
    reason_note = fields.Char("What is wrong")

    _remittance_move_unique = models.UniqueIndex("(remittance_id, move_id)")
    _amount_positive = models.Constraint(
        "CHECK(amount_requested > 0)", "The amount of a document must be positive."
    )
    _discount_within_amount = models.Constraint(
        "CHECK(discount_requested >= 0 AND discount_requested < amount_requested)",
        "A discount is a part of the amount.",
    )

    def _filtered_own(self):
        """Return the lines of documents that are still of whom they were chosen for.

        Staff may set an invoice back to draft and give it to another customer.
        """
        return self.filtered(
            lambda line: (
                not line.partner_id
                or not line.move_id._filtered_papers()
                or line.move_id.commercial_partner_id == line.partner_id
            )
        )

    def _get_open_items(self):
        """Return the unreconciled receivable lines of the document."""
        return self.move_id._get_open_items(self.partner_id, self.currency_id)

    def _get_amount_open(self):
        """Return what is left of the document; positive, also for credits."""
        self.ensure_one()
        if self.move_id.state != "posted":
            return 0.0
        if self.move_id._filtered_papers():
            return self.move_id.amount_residual
        items = self._get_open_items()
        sign = 1 if self.kind == "invoice" else -1
        return max(0.0, sign * sum(items.mapped("amount_residual_currency")))

    def _get_discount(self, date):
        """Return the promised discount if it still holds for money sent on a day."""
        self.ensure_one()
        if not self.discount_requested:
            return 0.0
        open_discount = self.move_id._get_open_discount(date)
        is_same = not self.currency_id.compare_amounts(
            open_discount, self.discount_requested
        )
        return self.discount_requested if is_same else 0.0

    def _get_applicable(self, unit, discount=None):
        """Return what can be applied now: as chosen, but not above what is open.

        Without its discount, an invoice gets what was chosen to be paid in money.

        :param int unit: smallest units in one of the currency
        :param float discount: what of it need not be paid; by default as promised
        :return: integer in the smallest unit
        """
        self.ensure_one()
        amount = self.amount_requested
        if discount is not None:
            amount += discount - self.discount_requested
        return min(round(amount * unit), round(self._get_amount_open() * unit))

    def _get_holds(self, holds):
        """Return those of the document, of whom it was chosen for.

        :param dict holds: of `account.move._get_holds`
        """
        partner = self.partner_id or self.move_id.commercial_partner_id
        key = (self.move_id.id, partner.id, self.currency_id.id)
        return holds.get(key, NOTHING)

    def _get_obstacle(self, date, holds):
        """Return why this cannot be paid as chosen on a day, or ""; in sudo.

        :param dict holds: of `account.move._get_holds`, of other payments
        """
        self.ensure_one()
        currency = self.currency_id
        if own := self._get_holds(holds):
            left = own.left(self._get_amount_open(), currency)
            is_less = currency.compare_amounts(self.amount_requested, left) > 0
            if is_less or self.discount_requested:
                return self.move_id._get_holds_message(own)
        if currency.compare_amounts(self.amount_requested, self._get_amount_open()) > 0:
            return self.env._(
                "%s has changed since you selected it. Please choose again.",
                self.move_id.name,
            )
        if self.discount_requested and not self._get_discount(date):
            return self.env._(
                "The discount on %s has expired. Please choose again.",
                self.move_id.name,
            )
        return ""

    def _prepare_portal_line(self):
        """Return what the page of the remittance shows of this document; in sudo."""
        self.ensure_one()
        is_paid = self.remittance_id.state in CLOSED_STATES
        sign = -1 if self.kind == "credit" else 1
        discount = self.discount_applied if is_paid else self.discount_requested
        return {
            "move_id": self.move_id.id,
            "hidden": 0,
            "name": self.move_id.name,
            "is_paper": bool(self.move_id._filtered_papers()),
            "sign": sign,
            "requested": sign * self.amount_requested,
            "applied": sign * self.amount_applied,
            "discount": discount,
            "discount_until": discount
            and not is_paid
            and self.move_id._get_discount_date(),
            "reason": self.reason_id.name or "",
            "note": self.reason_note or "",
        }

    def _prepare_portal_hidden(self):
        """Return one row in place of these lines, none for none; in sudo."""
        if not self:
            return []
        rows = [line._prepare_portal_line() for line in self]
        return [
            {
                **dict.fromkeys(rows[0], ""),
                "move_id": 0,
                "hidden": len(self),
                "sign": 1,
                **{
                    name: sum(row[name] for row in rows)
                    for name in ("requested", "applied", "discount")
                },
            }
        ]

    def _get_portal_rule_domain(self, user):
        """Return the domain of the record rule: of what the person sees, and reads.

        A payment of the head office also names documents of branches, which are not
        for everybody who sees the payment.
        """
        remittances = self.env["portal.remittance"]._get_portal_rule_domain(user)
        moves = self.env["account.move"]
        on_account = Domain("move_id.move_type", "not in", PAYABLE_TYPES) & Domain(
            "partner_id",
            "in",
            sorted(user._get_portal_rights().get_ids(moves._portal_code)),
        )
        return Domain("remittance_id", "any!", remittances) & (
            Domain("move_id", "any!", moves._get_portal_rule_domain(user)) | on_account
        )

    @api.model
    def _get_booked_remittances(self, items):
        """Return the booked remittances whose entries have these journal items."""
        return items.remittance_line_id.remittance_id.filtered(
            lambda remittance: (
                remittance.state in BOOKED_STATES
                and remittance.move_id in items.move_id
            )
        )
