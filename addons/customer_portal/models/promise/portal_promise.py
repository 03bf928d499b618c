"""A promise to pay: what a customer says will come, and until when."""

from odoo import api, fields, models
from odoo.exceptions import AccessError
from odoo.fields import Domain
from odoo.tools import format_amount

from ...const import OPEN_STATES
from ...tools.drawing import Drawing

STAFF = "account.group_account_invoice,account.group_account_readonly"
# What staff note on it, beside what was promised.
NOTED = ("activity_ids", "message_follower_ids", "message_ids")
# Of a document that counts how often it was promised in vain.
IN_VAIN = ("broken", "withdrawn")


class PortalPromise(models.Model):
    """An amount that a customer promises to pay until a day, of some documents.

    It is no payment and holds nothing: the documents can be paid at any time, with
    it or without it. Until its day nobody is reminded of what is promised.
    """

    _name = "portal.promise"
    _description = "Promise to pay"
    _inherit = [
        "mail.thread",
        "portal.todo.mixin",
        "portal.held.mixin",
        "portal.scoped.mixin",
        "portal.news.mixin",
    ]
    _order = "id desc"
    _rec_name = "partner_id"

    _portal_code = "see_invoices"
    _portal_partner_is_customer = True
    _portal_customer_fields = {"partner_id": None}

    partner_id = fields.Many2one(
        "res.partner",
        "Customer",
        required=True,
        readonly=True,
        index=True,
        ondelete="restrict",
    )
    company_id = fields.Many2one(
        "res.company", required=True, readonly=True, index=True, ondelete="cascade"
    )
    currency_id = fields.Many2one("res.currency", required=True, readonly=True)
    amount = fields.Monetary("Promised", required=True, readonly=True)
    day = fields.Date("Promised for", required=True, readonly=True)
    last_day = fields.Date(
        "Counts until",
        required=True,
        readonly=True,
        help="The promised day, or the first working day after it.",
    )
    since = fields.Date(
        "First promised on",
        required=True,
        readonly=True,
        help="Days count from here, also after it was changed.",
    )
    made_on = fields.Datetime("Made on", required=True, readonly=True)
    user_id = fields.Many2one(
        "res.users", "Person", readonly=True, ondelete="set null", index=True
    )
    source = fields.Selection(
        [
            ("portal", "Portal"),
            ("link", "Payment link"),
            ("staff", "Recorded by staff"),
        ],
        required=True,
        readonly=True,
        default="portal",
    )
    note = fields.Char(readonly=True, groups="base.group_user")
    state = fields.Selection(
        [
            ("open", "Open"),
            ("kept", "Kept"),
            ("broken", "Broken"),
            ("withdrawn", "Withdrawn"),
            ("replaced", "Changed"),
        ],
        "Status",
        required=True,
        readonly=True,
        index=True,
        default="open",
    )
    is_under_way = fields.Boolean(
        "On hold",
        readonly=True,
        help="On its last day a payment of it had begun, or it was disputed: what that "
        "brings counts, whenever it is booked.",
    )
    ended_on = fields.Datetime("Ended on", readonly=True)
    replaces_id = fields.Many2one(
        "portal.promise", "Instead of", readonly=True, ondelete="set null", index=True
    )
    line_ids = fields.One2many(
        "portal.promise.line", "promise_id", readonly=True, groups="base.group_user"
    )

    _partner_open_index = models.Index("(company_id, partner_id) WHERE state = 'open'")
    _amount_positive = models.Constraint(
        "CHECK (amount > 0)", "The amount must be more than 0."
    )

    @api.depends("partner_id", "amount", "currency_id")
    @api.depends_context("lang")
    def _compute_display_name(self):
        for promise in self:
            # sudo: which customer it is, of a promise that is seen
            name = promise.sudo().partner_id.display_name
            amount = format_amount(self.env, promise.amount, promise.currency_id)
            promise.display_name = f"{name}, {amount}"

    def write(self, vals):
        """Extend: of what was promised nothing is rewritten.

        :raise AccessError: for anything but an activity
        """
        if not self.env.su and not all(name in NOTED for name in vals):
            raise AccessError(self.env._("Promises cannot be edited by hand."))
        return super().write(vals)

    # ------------------------------------------------------------
    # Who sees it
    # ------------------------------------------------------------

    def _get_portal_own_domain(self, user):
        """Override: what the person promised."""
        return Domain("user_id", "=", user.id)

    # ------------------------------------------------------------
    # Pages
    # ------------------------------------------------------------

    def _get_portal_badge(self):
        """Return the status for `draw_badge`: a key of its colour, and the words."""
        self.ensure_one()
        if self.state == "open" and self.is_under_way:
            return "pending", self.env._("On hold")
        colors = {"open": "pending", "kept": "paid", "broken": "overdue"}
        labels = dict(self._fields["state"]._description_selection(self.env))
        return colors.get(self.state, "cancel"), labels[self.state]

    def _prepare_portal_documents(self, user):
        """Return what the page says of each document; in sudo.

        :param user: who reads: what he or she does not see has no link and no name
        :return: list of dicts with name, url, amount and left (what is open of it)
        """
        self.line_ids.move_id.fetch(["amount_residual", "name", "payment_state"])
        seen = self.line_ids.move_id._filtered_followed(user)
        return [
            {
                "id": line.move_id.id,
                "name": line.move_id.name if line.move_id in seen else "",
                "url": f"/my/invoices/{line.move_id.id}"
                if line.move_id in seen
                else "",
                "amount": line.amount,
                "left": line.move_id.amount_residual,
                "is_open": line.move_id.payment_state in OPEN_STATES,
            }
            for line in self.line_ids
        ]

    def _get_sentence(self, amount, user):
        """Return what both sides read of an open promise, as HTML; in sudo.

        :param amount: of it, or of a document of it
        :param user: who reads
        """
        self.ensure_one()
        drawing, _ = Drawing(self.env), self.env._
        values = {
            "amount": drawing.figure(amount, self.currency_id, "promised"),
            "day": drawing.date(self.day),
        }
        if self.user_id == user:
            return _("You promised to pay %(amount)s on %(day)s.", **values)
        return _("%(amount)s is promised for %(day)s.", **values)
