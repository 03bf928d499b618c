from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import AccessError
from odoo.fields import Domain
from odoo.tools import SQL

from ...const import DISPUTED

STAFF = "base.group_user"
# Nothing is decided yet: what is disputed need not be paid.
OPEN = ("open", "question")
AGREED = ("accepted", "partial")
# What staff change by hand.
BY_HAND = {"user_id"}


def get_mean_days(model, query):
    """Return the SQL of the days to the decision; one that is not decided keeps 0."""
    days = model._field_to_sql(model._table, "decision_days", query)
    return SQL("AVG(NULLIF(%s, 0))", days)


class PortalDispute(models.Model):
    """What of an invoice is wrong, as the customer says, and what the seller answers.

    What is disputed is set aside: nobody asks for it, and the rest is paid as ever.
    That ends with the answer; of what is accepted, when the credit note is posted.
    """

    _name = "portal.dispute"
    _description = "Dispute"
    _inherit = [
        "mail.thread",
        "portal.todo.mixin",
        "portal.held.mixin",
        "portal.scoped.mixin",
    ]
    _order = "id desc"
    _check_company_auto = True

    _portal_code = "see_invoices"
    _portal_partner_is_customer = True
    _portal_customer_fields = {"partner_id": None}

    name = fields.Char(required=True, readonly=True, copy=False)
    move_id = fields.Many2one(
        "account.move",
        "Invoice",
        required=True,
        readonly=True,
        index=True,
        ondelete="restrict",
    )
    company_id = fields.Many2one("res.company", required=True, readonly=True)
    currency_id = fields.Many2one("res.currency", required=True, readonly=True)
    partner_id = fields.Many2one(
        "res.partner", "Customer", required=True, readonly=True, index=True
    )
    author_id = fields.Many2one(
        "res.users", "Disputed by", readonly=True, ondelete="set null", index=True
    )
    # The name stays when the person is gone.
    author_name = fields.Char("Person's name", readonly=True)
    reason_id = fields.Many2one(
        "portal.short.payment.reason",
        required=True,
        readonly=True,
        ondelete="restrict",
    )
    state = fields.Selection(
        [
            ("open", "To decide"),
            ("question", "Waiting for the customer"),
            ("accepted", "Accepted"),
            ("partial", "Accepted in part"),
            ("refused", "Refused"),
            ("withdrawn", "Withdrawn"),
        ],
        "Status",
        required=True,
        readonly=True,
        default="open",
        index=True,
    )
    text = fields.Text("What is wrong", readonly=True)
    amount_disputed = fields.Monetary(
        "Disputed", readonly=True, help="Taxes included, as the invoice has them."
    )
    amount_accepted = fields.Monetary("Accepted", readonly=True)
    grace_until = fields.Date(
        "No reminder until",
        readonly=True,
        help="What was refused is due again, and reminders wait until this day.",
    )
    decided_on = fields.Datetime(readonly=True)
    line_ids = fields.One2many("portal.dispute.line", "dispute_id", readonly=True)
    event_ids = fields.One2many("portal.dispute.event", "dispute_id", readonly=True)
    remittance_id = fields.Many2one(
        "portal.remittance",
        "Short payment",
        readonly=True,
        index="btree_not_null",
        ondelete="set null",
        help="The payment that left this part out.",
    )
    credit_note_id = fields.Many2one(
        "account.move",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="set null",
        groups=STAFF,
    )
    user_id = fields.Many2one(
        "res.users",
        "Responsible",
        index="btree_not_null",
        domain="[('share', '=', False)]",
        groups=STAFF,
    )
    salesperson_id = fields.Many2one(
        related="move_id.invoice_user_id",
        string="Salesperson",
        store=True,
        groups=STAFF,
    )
    decided_by_id = fields.Many2one(
        "res.users", "Decided by", readonly=True, ondelete="set null", groups=STAFF
    )
    age = fields.Integer("Days", compute="_compute_age", groups=STAFF)
    decision_days = fields.Float(
        "Days to the decision",
        compute="_compute_decision_days",
        store=True,
        aggregator="avg",
        groups=STAFF,
    )

    _holding_index = models.Index(
        "(move_id) WHERE state NOT IN ('refused', 'withdrawn')"
    )

    @api.depends("create_date", "decided_on", "state")
    def _compute_age(self):
        now = fields.Datetime.now()
        for dispute in self:
            since = dispute.create_date or now
            end = now if dispute.state in OPEN else dispute.decided_on or since
            dispute.age = (end - since) // timedelta(days=1)

    @api.depends("decided_on")
    def _compute_decision_days(self):
        for dispute in self:
            span = timedelta()
            if dispute.decided_on and dispute.create_date:
                span = dispute.decided_on - dispute.create_date
            dispute.decision_days = max(span / timedelta(days=1), 0.0)

    @api.model
    def _read_group_select(self, aggregate_spec, query):
        """Extend: only what was decided took any days."""
        if aggregate_spec != "decision_days:avg":
            return super()._read_group_select(aggregate_spec, query)
        return get_mean_days(self, query)

    def write(self, vals):
        """Extend: by hand only the responsible is changed.

        :raise AccessError: for anything else
        """
        by_hand = {
            name for name in vals if not name.startswith(("activity_", "message_"))
        }
        if not self.env.su and by_hand - BY_HAND:
            raise AccessError(self.env._("Disputes cannot be edited by hand."))
        return super().write(vals)

    # ------------------------------------------------------------
    # Who sees it
    # ------------------------------------------------------------

    def _get_portal_own_domain(self, user):
        """Override: of the invoices that are the person's own."""
        moves = self.env["account.move"]._get_portal_own_domain(user)
        return Domain("move_id", "any!", moves)

    def _get_portal_rule_domain(self, user):
        """Extend: of invoices that the person reads."""
        moves = self.env["account.move"]._get_portal_rule_domain(user)
        return super()._get_portal_rule_domain(user) & Domain("move_id", "any!", moves)

    # ------------------------------------------------------------
    # What it sets aside
    # ------------------------------------------------------------

    @api.model
    def _get_holding_sql(self, alias):
        """Return the condition that a dispute, an SQL alias, sets something aside.

        Of what is accepted, as long as its credit note is not posted: it pays the
        invoice from then on, also when it is set back to draft and stays paired.
        """
        return SQL(
            """
            (%(alias)s.state IN %(open)s
             OR (%(alias)s.state IN %(agreed)s
                 AND NOT EXISTS (SELECT FROM account_move credit_note
                                  WHERE credit_note.id = %(alias)s.credit_note_id
                                    AND credit_note.state = 'posted')
                 AND NOT EXISTS (SELECT FROM account_move_line item
                                   JOIN account_partial_reconcile pair
                                     ON pair.credit_move_id = item.id
                                  WHERE item.move_id = %(alias)s.credit_note_id)))
            """,
            alias=SQL.identifier(alias),
            open=OPEN,
            agreed=AGREED,
        )

    @api.model
    def _get_held_sql(self, alias):
        """Return the amount that a dispute, an SQL alias, sets aside."""
        return SQL(
            """
            CASE WHEN %(alias)s.state IN %(open)s THEN %(alias)s.amount_disputed
                 ELSE %(alias)s.amount_accepted END
            """,
            alias=SQL.identifier(alias),
            open=OPEN,
        )

    @api.model
    def _flush_holding(self):
        """Write what these conditions read."""
        self.flush_model()
        self.env["account.move"].flush_model(["commercial_partner_id", "state"])
        self.env["account.partial.reconcile"].flush_model(["credit_move_id"])

    @api.model
    def _get_holds_select(self, papers):
        """Return the SELECT of `account.move._get_further_holds`."""
        self._flush_holding()
        return SQL(
            """
            SELECT dispute.move_id, move.commercial_partner_id, move.currency_id,
                   move.company_id, %(amount)s, %(disputed)s, NULL, NULL, NULL, NULL,
                   NULL, dispute.create_date, dispute.name
              FROM portal_dispute dispute
              JOIN account_move move ON move.id = dispute.move_id
             WHERE %(papers)s
               AND dispute.partner_id = move.commercial_partner_id
               AND %(holding)s
            """,
            amount=self._get_held_sql("dispute"),
            disputed=DISPUTED,
            papers=papers,
            holding=self._get_holding_sql("dispute"),
        )

    @api.model
    def _get_holding_domain(self):
        """Return the domain of the disputes that set something aside."""
        return Domain.custom(
            to_sql=lambda model, alias, _query: model._get_holding_sql(alias)
        )

    # ------------------------------------------------------------
    # What people read
    # ------------------------------------------------------------

    def _get_portal_badge(self):
        """Return the status for `draw_badge`: a key of its colour, and the words."""
        self.ensure_one()
        _ = self.env._
        badges = {
            "open": ("pending", _("Waiting for our answer")),
            "question": ("sent_back", _("Waiting for you")),
            "accepted": ("accepted", _("Accepted")),
            "partial": ("accepted", _("Accepted in part")),
            "refused": ("expired", _("Refused")),
            "withdrawn": ("archived", _("Withdrawn")),
        }
        return badges[self.state]
