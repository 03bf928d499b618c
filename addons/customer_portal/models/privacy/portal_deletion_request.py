"""A person asks that the own personal data be deleted; the seller's staff do it."""

from odoo import SUPERUSER_ID, api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain


class PortalDeletionRequest(models.Model):
    """The request of one person, and what became of it.

    Deleting makes the person unknown: name, addresses, picture and access go; what
    bookkeeping needs stays, without the person where the law lets it. See decision
    0017.
    """

    _name = "portal.deletion.request"
    _description = "Request to delete personal data"
    _inherit = [
        "portal.mail.mixin",
        "mail.thread",
        "portal.todo.mixin",
        "portal.held.mixin",
    ]
    _order = "id desc"
    _rec_name = "person_name"

    user_id = fields.Many2one(
        "res.users", "Sign-in", readonly=True, ondelete="set null", index=True
    )
    partner_id = fields.Many2one(
        "res.partner", "Contact", readonly=True, ondelete="set null"
    )
    person_name = fields.Char("Person", required=True, readonly=True)
    customer_id = fields.Many2one("res.partner", readonly=True, ondelete="set null")
    reason = fields.Char("What the person says", readonly=True)
    state = fields.Selection(
        [
            ("open", "Open"),
            ("done", "Deleted"),
            ("refused", "Refused"),
            ("withdrawn", "Withdrawn"),
        ],
        "Status",
        required=True,
        readonly=True,
        default="open",
        index=True,
        tracking=True,
    )
    age = fields.Integer(
        "Days", compute="_compute_age", help="Since the person requested it."
    )
    successor_id = fields.Many2one(
        "res.users",
        "Takes over",
        domain="[('id', 'in', possible_successor_ids)]",
        groups="base.group_user",
        help="Who takes over the person's draft orders.",
    )
    possible_successor_ids = fields.Many2many(
        "res.users",
        compute="_compute_open_work",
        compute_sudo=True,
        groups="base.group_user",
    )
    open_work = fields.Char(
        compute="_compute_open_work", compute_sudo=True, groups="base.group_user"
    )
    kept = fields.Char(
        "Kept by law",
        compute="_compute_kept",
        compute_sudo=True,
        groups="base.group_user",
    )
    answer = fields.Char(
        "Message", tracking=True, help="Included in the e-mail when you refuse."
    )
    decided_by_id = fields.Many2one(
        "res.users", readonly=True, groups="base.group_user"
    )
    decided_on = fields.Datetime(readonly=True)

    def _get_portal_rule_domain(self, user):
        """Return the domain of the record rule: one's own."""
        return Domain("user_id", "=", user.id)

    def _compute_age(self):
        now = fields.Datetime.now()
        for asked in self:
            end = asked.decided_on or now
            asked.age = (end - (asked.create_date or now)).days

    @api.depends("user_id")
    def _compute_open_work(self):
        for asked in self:
            members = asked._get_memberships()
            work = [
                f"{label}: {', '.join(records.mapped('display_name'))}"
                for member in members
                for label, records in member._get_open_work()
            ]
            asked.open_work = "; ".join(work)
            people = self.env["res.users"]
            for member in members:
                people |= member._get_successors()
            asked.possible_successor_ids = people

    @api.depends("partner_id")
    def _compute_kept(self):
        years = self.env.user._get_retention_years()
        labels = {
            "invoices": self.env._("Invoices"),
            "orders": self.env._("Orders"),
        }
        for asked in self:
            partner = asked.partner_id
            kept = partner._get_portal_kept_documents(years) if partner else []
            asked.kept = ", ".join(
                self.env._(
                    "%(kind)s: %(count)s, until %(date)s",
                    kind=labels[row["kind"]],
                    count=row["count"],
                    date=fields.Date.to_string(row["until"]),
                )
                for row in kept
            )

    def _get_memberships(self):
        return self.user_id.portal_membership_ids.filtered(
            lambda member: member.state == "active"
        ).sorted("partner_id")

    # ------------------------------------------------------------
    # Ask
    # ------------------------------------------------------------

    @api.model
    def _ask(self, user, reason):
        """Keep the request of a person; who has asked is not asked again; in sudo.

        :return: the open request
        """
        # sudo: nobody writes requests but the portal; the caller is the person
        requests = self.sudo().with_context(mail_create_nosubscribe=True)
        user._lock_portal_person()
        waiting = [("user_id", "=", user.id), ("state", "=", "open")]
        if asked := requests.search(waiting, limit=1):
            return asked
        # sudo: the own contact
        partner = user.sudo().partner_id
        asked = requests.create(
            {
                "user_id": user.id,
                "partner_id": partner.id,
                "person_name": partner.name,
                "customer_id": partner.commercial_partner_id.id,
                "reason": reason,
            }
        )
        asked._log("deletion_requested")
        asked._ask_staff()
        return asked

    def _ask_staff(self):
        """Give a portal manager of the person's company something to do."""
        self._give_todo(
            lambda env: env._("Delete personal data, or say why not"),
            group="customer_portal.group_portal_manager",
            company=self.user_id.company_id,
            salesperson=self.customer_id.user_id,
        )

    def _withdraw(self):
        """Take the request back; in sudo, for the person.

        :return: whether it was still open
        """
        self.ensure_one()
        if not self._take(["open"]):
            return False
        self.state = "withdrawn"
        self.decided_on = fields.Datetime.now()
        self.activity_unlink(["mail.mail_activity_data_todo"])
        return True

    def _log(self, action):
        customer = self.customer_id
        self.env["portal.activity"]._log(action, customer, user=self.user_id or None)

    # ------------------------------------------------------------
    # Decide
    # ------------------------------------------------------------

    def _take_to_decide(self):
        """Return this request in sudo, held until the end.

        :raise AccessError: without the right to decide
        :raise UserError: when it is not open any more
        """
        self.ensure_one()
        self.check_access("write")
        # sudo: the right to decide was just asked
        asked_sudo = self.sudo()
        if not asked_sudo._take(["open"]):
            raise UserError(self.env._("This request is no longer open."))
        return asked_sudo

    def action_refuse(self):
        """Refuse the request; the person reads the message in a mail.

        :raise UserError: without a message
        """
        asked_sudo = self._take_to_decide()
        if not (asked_sudo.answer or "").strip():
            raise UserError(self.env._("Write the message for the person."))
        asked_sudo._decide("refused")
        asked_sudo._queue_answer()

    def action_delete(self):
        """Take the access of the person, and make the person unknown.

        :raise UserError: for the last administrator of a customer, and without a
            successor where there is work to hand over
        """
        asked_sudo = self._take_to_decide()
        asked_sudo._decide("done")
        asked_sudo._queue_answer()  # while the address is known
        asked_sudo.with_context(
            portal_forgets=True, tracking_disable=True
        )._forget_person()

    def _decide(self, state):
        self.write(
            {
                "state": state,
                "decided_on": fields.Datetime.now(),
                "decided_by_id": self.env.uid,
            }
        )
        self.activity_unlink(["mail.mail_activity_data_todo"])

    def _queue_answer(self):
        """Queue the mail with the answer; as the system, and linked to nothing."""
        template = self.env.ref("customer_portal.mail_template_deletion_answer")
        if self.partner_id.email:
            mail_id = template.with_user(SUPERUSER_ID).send_mail(
                self.id,
                email_values={
                    "model": False,
                    "res_id": False,
                    "partner_ids": [],
                    "recipient_ids": [],
                },
            )
            mail = self.env["mail.mail"].browse(mail_id)
            mail.email_to = self.partner_id.email_formatted
            self.env["res.users"]._send_mails_soon()

    # ------------------------------------------------------------
    # Forget
    # ------------------------------------------------------------

    def _forget_person(self):
        """Disable the access, hand over the work and anonymise the contact."""
        user, partner = self.user_id, self.partner_id
        self._disable_memberships()
        if user.active:
            user._deactivate_portal_user()
        elif user:
            user._forget_portal_person()
        user._forget_portal_traces()
        if partner:
            partner._anonymise_portal_contact()
        name = self._get_unknown_name(partner or self)
        self.write({"person_name": name, "reason": False})
        # What the person agreed to stays, without the name.
        consents = self.env["portal.consent"].search([("user_id", "in", user.ids)])
        consents.user_name = name

    def _disable_memberships(self):
        """Disable each access as an administrator of the customer would.

        :raise UserError: see `action_delete`
        """
        for member in self._get_memberships():
            member._lock_people(member.partner_id)
            member._check_not_last_administrator()
            candidates = member._get_successors()
            if candidates:
                if self.successor_id not in candidates:
                    raise UserError(
                        self.env._("Choose who takes over the work of %s.", member.name)
                    )
                member._hand_over(self.successor_id)
            member.write({"state": "disabled", "disabled_on": fields.Datetime.now()})
            member._log_people("member_disabled", user=self.env.user)

    @api.model
    def _get_unknown_name(self, record):
        return self.env._("Deleted person %s", record.id)
