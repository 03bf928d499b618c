"""What the seller needs from a customer: asked for, reminded of, checked."""

from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.fields import Domain
from odoo.tools.misc import format_date

REMIND_DAYS = 3
WAITING = ("open", "sent_back")
WAITING_FIELDS = ["name", "due_date", "state"]


class PortalDocumentRequest(models.Model):
    """We need a document from a customer, by a day."""

    _name = "portal.document.request"
    _description = "Request for a document"
    _inherit = [
        "mail.thread",
        "mail.activity.mixin",
        "portal.scoped.mixin",
        "portal.document.checked",
    ]
    _order = "due_date, id"

    _portal_code = "see_documents"
    _portal_search_fields = ("name", "kind_id.name")
    _portal_partner_is_customer = True

    name = fields.Char("What we need", required=True, tracking=True)
    kind_id = fields.Many2one(
        "portal.document.kind",
        required=True,
        ondelete="restrict",
        domain=[("direction", "in", ("customer", "both"))],
    )
    description = fields.Text(
        help=("What it must show, and why. The customer sees this.")
    )
    partner_id = fields.Many2one(
        "res.partner",
        "Customer",
        required=True,
        index=True,
        ondelete="cascade",
        domain="['|', ('is_company', '=', True), ('parent_id', '=', False)]",
    )
    company_id = fields.Many2one(
        "res.company", required=True, default=lambda self: self.env.company, index=True
    )
    user_id = fields.Many2one(
        "res.users",
        "Responsible",
        required=True,
        default=lambda self: self.env.user,
        domain=[("share", "=", False)],
        groups="base.group_user",
        tracking=True,
    )
    due_date = fields.Date("Needed by", required=True, index=True, tracking=True)
    state = fields.Selection(
        [
            ("open", "Open"),
            ("received", "Received"),
            ("sent_back", "Sent back"),
            ("accepted", "Accepted"),
            ("cancelled", "Cancelled"),
        ],
        "Status",
        required=True,
        readonly=True,
        default="open",
        index=True,
        tracking=True,
    )
    received_on = fields.Datetime(readonly=True)
    document_ids = fields.One2many(
        "portal.document", "request_id", "Answers", groups="base.group_user"
    )
    remind_days = fields.Integer(
        "Remind (days)",
        default=REMIND_DAYS,
        groups="base.group_user",
        help="The customer is reminded so many days before the day, and once more so "
        "many days after it. Zero: never.",
    )
    reminded_on = fields.Date(readonly=True, copy=False, groups="base.group_user")
    age = fields.Integer("Age (days)", compute="_compute_age")
    is_late = fields.Boolean(compute="_compute_age")

    _remind_days = models.Constraint(
        "CHECK (remind_days BETWEEN 0 AND 365)",
        "Enter a number of days that is not negative.",
    )

    @api.depends("create_date", "due_date", "state")
    def _compute_age(self):
        today = fields.Date.context_today(self)
        for request in self:
            asked = fields.Date.to_date(request.create_date) or today
            request.age = (today - asked).days
            request.is_late = request._is_past_due(today)

    @api.constrains("partner_id")
    def _check_customer(self):
        for request in self:
            customer = request.partner_id
            if customer != customer.commercial_partner_id:
                raise ValidationError(
                    self.env._(
                        "%s is a contact. Choose its company.", customer.display_name
                    )
                )

    @api.model_create_multi
    def create(self, vals_list):
        """Extend: tell the people who can send it."""
        requests = super().create(vals_list)
        for request in requests:
            request._tell_people(
                lambda env, request=request: env._(
                    "We need from you by %(date)s: %(name)s.",
                    date=format_date(env, request.due_date),
                    name=request.name,
                )
            )
            self.env["portal.activity"]._log(
                "document_requested", request.partner_id, record=request
            )
        return requests

    # ------------------------------------------------------------
    # Access
    # ------------------------------------------------------------

    def _get_portal_rule_domain(self, user):
        """Extend: also of those who may only send."""
        return super()._get_portal_rule_domain(user) | self._get_portal_domain(
            user, "send_documents"
        )

    def _get_portal_own_domain(self, user):
        """Override: a request is the company's, and nobody's own."""
        return Domain.FALSE

    # ------------------------------------------------------------
    # Answer
    # ------------------------------------------------------------

    def _is_waiting(self):
        """Return whether the customer can send something; not for none."""
        return bool(self) and self.state in WAITING

    def _is_past_due(self, today):
        """Return whether the customer should have sent something before today."""
        return bool(self._is_waiting() and self.due_date and self.due_date < today)

    def _get_portal_badge(self):
        """Return how the request stands for `draw_badge`: a key, and the words."""
        self.ensure_one()
        _ = self.env._
        if self._is_past_due(fields.Date.context_today(self)):
            return "late", _("Late")
        labels = {
            "open": _("Waiting for you"),
            "sent_back": _("Sent back"),
            "received": _("We are checking it"),
            "accepted": _("Accepted"),
            "cancelled": _("No longer needed"),
        }
        return self.state, labels[self.state]

    def _receive(self):
        """Note that files came; in sudo: the caller has checked the person.

        :raise UserError: when it was decided or cancelled meanwhile
        """
        self.ensure_one()
        if not self._take([*WAITING, "received"]):
            raise UserError(self.env._("We no longer need this."))
        self.write(
            {
                "state": "received",
                "answer": False,
                "received_on": fields.Datetime.now(),
            }
        )

    def _follow_documents(self, document):
        """Take over what was decided about one of the answers; in sudo."""
        if not self or self.state not in (*WAITING, "received"):
            return
        if document.state == "sent_back":
            self.write(
                {**self._prepare_decision("sent_back"), "answer": document.answer}
            )
        elif not self._get_unchecked():
            self.write({**self._prepare_decision("accepted"), "answer": False})

    def _reopen_without_documents(self):
        """Wait again when the customer has withdrawn all answers; in sudo."""
        if self and self.state == "received" and not self.document_ids:
            self.state = "open"

    # ------------------------------------------------------------
    # Staff decide
    # ------------------------------------------------------------

    def action_accept(self):
        """Accept all that was sent.

        :raise AccessError: for those who may not change requests
        :raise UserError: when nothing was sent, or it was decided meanwhile
        """
        self.check_access("write")
        for request in self:
            request._check_received()
            request._get_unchecked().action_accept()

    def action_send_back(self):
        """Ask for another file, with the reason.

        :raise AccessError: for those who may not change requests
        :raise UserError: without a reason, or when nothing waits to be checked
        """
        self.check_access("write")
        for request in self:
            request._check_received()
            documents = request._get_unchecked()
            documents.answer = request.answer
            documents.action_send_back()

    def action_cancel(self):
        """Ask no longer.

        :raise AccessError: for those who may not change requests
        :raise UserError: when it was accepted meanwhile
        """
        self.check_access("write")
        for request in self:
            request._cancel()

    def _cancel(self):
        """Ask no longer, and tell the customer; the right to do it was asked.

        :raise UserError: when it was accepted meanwhile
        """
        # sudo: the right to change requests was asked
        request_sudo = self.sudo()
        if not request_sudo._take([*WAITING, "received"]):
            raise UserError(self.env._("%s is already closed.", self.display_name))
        request_sudo.write(request_sudo._prepare_decision("cancelled"))
        name = self.name
        self._tell_people(lambda env: env._("We no longer need %s.", name))

    def _get_unchecked(self):
        return self.document_ids.filtered(lambda answer: answer.state == "to_check")

    def _check_received(self):
        if self.state != "received" or not self._get_unchecked():
            raise UserError(
                self.env._(
                    "Nothing from %s is waiting to be checked.", self.display_name
                )
            )

    def action_open_documents(self):
        """Show what was sent.

        :raise AccessError: for those who may not read it
        """
        self.ensure_one()
        self.check_access("read")
        return {
            "type": "ir.actions.act_window",
            "name": self.display_name,
            "res_model": "portal.document",
            "view_mode": "list,form",
            "domain": [("request_id", "=", self.id)],
            "context": {"create": False},
        }

    # ------------------------------------------------------------
    # Tell
    # ------------------------------------------------------------

    def _tell_people(self, title):
        """Tell the people of the customer who may send documents.

        :param callable title: as `portal.notice._tell` takes it
        """
        self.ensure_one()
        self.env["portal.notice"]._tell(
            "document_requested",
            self._get_portal_readers("send_documents"),
            self.partner_id,
            f"/my/documents/requests/{self.id}",
            title,
        )

    @api.model
    def _remind(self):
        """Remind customers some days before the day, and once more after it."""
        today = fields.Date.context_today(self)
        waiting = self.search(
            Domain("state", "in", WAITING) & Domain("remind_days", ">", 0)
        )
        due = waiting.filtered(lambda request: request._is_to_remind(today))
        for done, request in enumerate(due, 1):
            request._tell_people(
                lambda env, request=request: (
                    env._(
                        "Reminder: we need %(name)s by %(date)s.",
                        name=request.name,
                        date=format_date(env, request.due_date),
                    )
                    if request.due_date >= today
                    else env._(
                        "We are still waiting for %(name)s, needed by %(date)s.",
                        name=request.name,
                        date=format_date(env, request.due_date),
                    )
                )
            )
            request.reminded_on = today
            self.env["ir.cron"]._commit_progress(1, remaining=len(due) - done)

    def _is_to_remind(self, today):
        """Return whether a reminder is due that was not sent."""
        days = timedelta(days=self.remind_days)
        moments = [self.due_date - days, self.due_date + days]
        reached = [moment for moment in moments if moment <= today]
        asked = fields.Date.to_date(self.create_date)
        last = self.reminded_on or asked
        # Who was asked after that moment has just heard of it.
        return bool(reached) and last < reached[-1]

    # ------------------------------------------------------------
    # Lists
    # ------------------------------------------------------------

    def _get_waiting_domain(self, customer):
        """Return the domain of what a customer is waited for."""
        reached = self._get_portal_domain(self.env.user, "send_documents", customer)
        return reached & self._get_waiting_state_domain()

    @api.model
    def _get_waiting_state_domain(self):
        return Domain("state", "in", WAITING)

    @api.model
    def _get_waiting_query(self, customer, limit):
        """Return the query of what a customer is waited for, the most urgent first.

        In the caller's own rights.

        :param customer: the customer that the person acts for
        """
        return self._search(
            self._get_waiting_domain(customer), order=self._order, limit=limit
        )

    @api.model
    def _get_waiting(self, customer, limit):
        """Return what a customer is waited for, as `_get_waiting_query` finds it."""
        return self.search_fetch(
            self._get_waiting_domain(customer),
            WAITING_FIELDS,
            order=self._order,
            limit=limit,
        )

    def _get_waiting_items(self):
        """Return these requests as items, see `_get_portal_waiting`."""
        self.fetch(WAITING_FIELDS)
        _ = self.env._
        return [
            {
                "label": _("Send us: %s", asked.name),
                "url": f"/my/documents/requests/{asked.id}",
                "note": _("needed by %s", format_date(self.env, asked.due_date)),
                "date": asked.due_date,
            }
            for asked in self
        ]
