"""What the seller's staff decide about requests for access."""

from odoo import api, fields, models
from odoo.exceptions import UserError

from .portal_registration import OPEN_STATES


class PortalRegistration(models.Model):
    _inherit = "portal.registration"

    choice = fields.Selection(
        [("join", "Join an existing customer"), ("new", "Create a new customer")],
        "What to do",
    )
    partner_id = fields.Many2one(
        "res.partner",
        "Customer",
        index="btree_not_null",
        help="The company that the person works for here.",
    )
    is_duplicate_wanted = fields.Boolean(
        "Another customer with this VAT number",
        help="Create a new customer although there is one with the same VAT number.",
    )
    has_same_vat = fields.Boolean(compute="_compute_has_same_vat")
    role_id = fields.Many2one(
        "portal.role",
        compute="_compute_role",
        store=True,
        readonly=False,
        domain="[('partner_id', 'in', [False, partner_id])]",
    )
    answer = fields.Text(
        "Message to the person",
        help=(
            "What is wrong, or why the request is refused. It is included in the "
            "e-mail."
        ),
    )
    decided_on = fields.Datetime(readonly=True)
    decided_by_id = fields.Many2one("res.users", "Decided by", readonly=True)
    membership_id = fields.Many2one(
        "portal.membership", "Invitation", readonly=True, ondelete="set null"
    )

    @api.depends("match_ids.has_vat")
    def _compute_has_same_vat(self):
        for registration in self:
            registration.has_same_vat = any(registration.match_ids.mapped("has_vat"))

    @api.depends("choice", "partner_id")
    def _compute_role(self):
        """Propose Administrator for the first person of a customer, else the usual."""
        # sudo: the seller's roles; only which one is used
        roles = self.env["portal.role"].sudo()
        administrator = roles.env.ref("customer_portal.role_administrator")
        for registration in self:
            if registration.state in ("approved", "refused"):
                registration.role_id = registration.role_id
                continue
            customer = registration.partner_id.commercial_partner_id
            is_first = not (
                registration.choice == "join"
                and customer
                and self.env["portal.membership"]
                .sudo()  # sudo: whether there is anybody
                .search_count([("partner_id", "=", customer._origin.id)], limit=1)
            )
            registration.role_id = (
                administrator if is_first else roles._get_default()
            ).id

    # ------------------------------------------------------------
    # Buttons
    # ------------------------------------------------------------

    def action_look_again(self):
        """Look for customers like this one once more.

        :raise AccessError: for those who may not decide
        :raise UserError: when it was decided already
        """
        self._take_to_decide()._look_for_customers()

    def action_open_others(self):
        """Show the other requests of this company or person."""
        self.ensure_one()
        self.check_access("read")
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Other requests"),
            "res_model": self._name,
            "view_mode": "list,form",
            "domain": self._get_others_domain(),
        }

    def action_approve(self):
        """Invite the person to work for the chosen customer, made if it is new.

        :raise AccessError: for those who may not decide
        :raise UserError: when something has to be chosen, when it was decided
            already, or when the person cannot be invited
        """
        registration_sudo = self._take_to_decide()
        customer_sudo = registration_sudo._get_chosen_customer()
        registration_sudo._ensure_contact(customer_sudo)
        [answer] = self.env["portal.membership"]._invite(
            customer_sudo,
            [
                {
                    "email": registration_sudo.email,
                    "name": registration_sudo.person_name,
                    "role": registration_sudo.role_id,
                    "scope": "branches",
                    "order_limit": None,
                }
            ],
            inviter=self.env.user,
        )
        if answer["error"]:
            raise UserError(answer["error"])
        registration_sudo._decide(
            "approved",
            partner_id=customer_sudo.id,
            membership_id=answer["membership"].id,
        )

    def action_send_back(self):
        """Ask the person to correct the request.

        :raise AccessError: for those who may not decide
        :raise UserError: without a sentence, or when it was decided already
        """
        registration_sudo = self._take_to_decide()
        registration_sudo._check_answer()
        registration_sudo._decide("sent_back")
        registration_sudo._queue_mail("sent_back")

    def action_refuse(self):
        """Refuse the request, with the reason in a mail.

        :raise AccessError: for those who may not decide
        :raise UserError: without a reason, or when it was decided already
        """
        registration_sudo = self._take_to_decide()
        registration_sudo._check_answer()
        registration_sudo._decide("refused")
        registration_sudo._queue_mail("refused")

    # ------------------------------------------------------------
    # Decide
    # ------------------------------------------------------------

    def _take_to_decide(self):
        """Hold an open request, and return it in sudo.

        :raise AccessError: for those who may not decide
        :raise UserError: when it is not confirmed, or was decided already
        """
        self.ensure_one()
        self.check_access("write")
        # sudo: the right to decide was just asked
        registration_sudo = self.sudo()
        if registration_sudo._take(OPEN_STATES):
            return registration_sudo
        if registration_sudo.state == "to_confirm":
            raise UserError(self.env._("The person has not confirmed the address yet."))
        raise UserError(
            self.env._(
                "%s has already decided this.",
                registration_sudo.decided_by_id.name,
            )
        )

    def _check_answer(self):
        if not (self.answer or "").strip():
            raise UserError(self.env._("Write the message for the person."))

    def _get_chosen_customer(self):
        """Return the customer to join, or the new one; in sudo.

        :raise UserError: when something has to be chosen first
        """
        if not self.choice or (self.choice == "join" and not self.partner_id):
            raise UserError(
                self.env._("Choose the customer to join, or create a new one.")
            )
        if not self.role_id:
            raise UserError(self.env._("Choose a role."))
        if self.choice == "join":
            return self.partner_id.commercial_partner_id
        # Two new customers wait for each other: the second sees the first one's number.
        self.env["portal.ledger.lock"]._lock(
            self.company_id, self.company_id.partner_id
        )
        same = self._find_by_vat()
        if same and not self.is_duplicate_wanted:
            raise UserError(
                self.env._(
                    "%s has this VAT number. Add the person to that customer, "
                    "or confirm that you want a second customer with the same "
                    "number.",
                    same[0].display_name,
                )
            )
        has_several = self.env["res.company"].search_count([], limit=2) > 1
        return (
            self.env["res.partner"]
            .with_company(self.company_id)
            .create(
                {
                    "name": self.company_name,
                    "is_company": True,
                    "vat": self.vat,
                    "country_id": self.country_id.id,
                    "lang": self.lang,
                    # Where there are several, it is a customer of the one asked.
                    "company_id": self.company_id.id if has_several else False,
                }
            )
        )

    def _ensure_contact(self, customer):
        """Make the contact of the person, with phone and language; in sudo."""
        partners = self.env["res.partner"]
        is_known = partners.search_count(
            [
                ("commercial_partner_id", "=", customer.id),
                ("email_normalized", "=", self.email),
            ],
            limit=1,
        )
        if not is_known:
            partners.create(
                {
                    "name": self.person_name,
                    "email": self.email,
                    "phone": self.phone,
                    "lang": self.lang,
                    "parent_id": customer.id,
                    "company_id": customer.company_id.id,
                }
            )

    def _decide(self, state, **values):
        """Write the decision down, and take it from everybody's list; in sudo."""
        self.write(
            {
                **values,
                "state": state,
                "decided_on": fields.Datetime.now(),
                "decided_by_id": self.env.uid,
            }
        )
        self.activity_unlink(["mail.mail_activity_data_todo"])
        label = dict(self._fields["state"]._description_selection(self.env))[state]
        answer = self.answer if state in ("refused", "sent_back") else ""
        self.env["portal.activity"]._log(
            "registration_decided",
            self.partner_id if state == "approved" else None,
            record=self,
            detail=": ".join(filter(None, [label, answer])),
        )
