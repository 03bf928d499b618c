from odoo import api, fields, models

from .portal_dispute import OPEN, STAFF, get_mean_days


class PortalDisputeLine(models.Model):
    """One line of an invoice that is disputed, or an amount of the whole invoice."""

    _name = "portal.dispute.line"
    _description = "Disputed line of an invoice"
    _order = "id"

    dispute_id = fields.Many2one(
        "portal.dispute", required=True, readonly=True, index=True, ondelete="cascade"
    )
    move_id = fields.Many2one(
        related="dispute_id.move_id", store=True, string="Invoice", index=True
    )
    # Staff may set the invoice back to draft, and remove the line.
    move_line_id = fields.Many2one(
        "account.move.line",
        "Line of the invoice",
        readonly=True,
        index="btree_not_null",
        ondelete="set null",
        groups=STAFF,
    )
    kind = fields.Selection(
        [
            ("all", "All of it"),
            ("quantity", "Quantity"),
            ("price", "Price"),
            ("both", "Quantity and price"),
            ("amount", "Amount"),
        ],
        "What is wrong",
        required=True,
        readonly=True,
    )
    name = fields.Char("Line", readonly=True)
    unit = fields.Char(readonly=True)
    quantity = fields.Float(digits="Product Unit", readonly=True)
    quantity_right = fields.Float(
        "Right quantity", digits="Product Unit", readonly=True
    )
    price_unit = fields.Float("Price", digits="Product Price", readonly=True)
    price_right = fields.Float("Right price", digits="Product Price", readonly=True)
    currency_id = fields.Many2one(related="dispute_id.currency_id")
    amount = fields.Monetary(
        "Disputed", readonly=True, help="Taxes included, as the invoice has them."
    )
    amount_accepted = fields.Monetary("Accepted", readonly=True)
    is_open = fields.Boolean(
        compute="_compute_is_open", store=True, precompute=True, groups=STAFF
    )
    # For the statistics of staff.
    company_id = fields.Many2one(
        related="dispute_id.company_id", store=True, groups=STAFF
    )
    company_currency_id = fields.Many2one(
        related="company_id.currency_id", string="Currency of the company", groups=STAFF
    )
    amount_company = fields.Monetary(
        "Disputed, in our currency",
        compute="_compute_amounts_company",
        store=True,
        currency_field="company_currency_id",
        groups=STAFF,
    )
    accepted_company = fields.Monetary(
        "Accepted, in our currency",
        compute="_compute_amounts_company",
        store=True,
        currency_field="company_currency_id",
        groups=STAFF,
    )
    product_id = fields.Many2one(
        related="move_line_id.product_id", store=True, groups=STAFF
    )
    partner_id = fields.Many2one(
        related="dispute_id.partner_id", store=True, groups=STAFF
    )
    reason_id = fields.Many2one(
        related="dispute_id.reason_id", store=True, groups=STAFF
    )
    salesperson_id = fields.Many2one(
        related="dispute_id.salesperson_id", store=True, groups=STAFF
    )
    state = fields.Selection(related="dispute_id.state", store=True, groups=STAFF)
    decision_days = fields.Float(
        related="dispute_id.decision_days", store=True, aggregator="avg", groups=STAFF
    )

    # Two of the same instant: the second one is run again, and finds the first.
    _one_open_per_line = models.UniqueIndex(
        "(move_line_id) WHERE is_open AND move_line_id IS NOT NULL",
        "This line is disputed already.",
    )
    _one_open_per_document = models.UniqueIndex(
        "(move_id) WHERE is_open AND kind = 'amount'",
        "This invoice is disputed already.",
    )
    _amount_positive = models.Constraint(
        "CHECK(amount > 0)", "What is disputed must be more than 0."
    )

    @api.depends("dispute_id.state")
    def _compute_is_open(self):
        for line in self:
            line.is_open = line.dispute_id.state in OPEN

    @api.depends("amount", "amount_accepted")
    def _compute_amounts_company(self):
        for line in self:
            move = line.move_id
            rate = 1.0
            if move.amount_total:
                rate = abs(move.amount_total_signed / move.amount_total)
            currency = move.company_currency_id
            line.amount_company = currency.round(line.amount * rate)
            line.accepted_company = currency.round(line.amount_accepted * rate)

    def _prepare_portal_row(self, numbers):
        """Return what the page shows of this line; numbers as text.

        :param numbers: a LineNumbers
        """
        digits = numbers.price_digits
        has_quantity = self.kind in ("quantity", "both")
        has_price = self.kind in ("price", "both")
        return {
            "name": self.name or "",
            "unit": self.unit or "",
            "quantity": numbers.short(self.quantity),
            "quantity_right": has_quantity and numbers.short(self.quantity_right),
            "price": numbers.fixed(self.price_unit, digits),
            "price_right": has_price and numbers.fixed(self.price_right, digits),
            "amount": self.amount,
        }

    def _get_portal_rule_domain(self, user):
        """Return the domain of the record rule: of disputes that the person sees."""
        disputes = self.env["portal.dispute"]._get_portal_rule_domain(user)
        return fields.Domain("dispute_id", "any!", disputes)

    @api.model
    def _read_group_select(self, aggregate_spec, query):
        """Extend: only what was decided took any days."""
        if aggregate_spec != "decision_days:avg":
            return super()._read_group_select(aggregate_spec, query)
        return get_mean_days(self, query)
