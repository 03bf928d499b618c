"""Invitations: from the typed address to the first sign-in."""

from datetime import timedelta

from odoo import SUPERUSER_ID, Command, api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL

from ...tools.mailbox import has_hidden, read_named_mailbox
from ...tools.mailed_name import clean_mailed_name
from ...tools.moment import format_moment


class PortalMembership(models.Model):
    _inherit = "portal.membership"

    mail_id = fields.Many2one(
        "mail.mail",
        "Invitation e-mail",
        groups="base.group_user",
        readonly=True,
        ondelete="set null",
        index="btree_not_null",
    )
    contact_id = fields.Many2one(
        "res.partner",
        "Invited contact",
        groups="base.group_user",
        readonly=True,
        ondelete="set null",
        index="btree_not_null",
        help=(
            "The customer's contact with the invited address. Someone who already "
            "has a sign-in has another contact of their own."
        ),
    )
    is_undelivered = fields.Boolean(
        "Could not be delivered",
        compute="_compute_is_undelivered",
        store=True,
        help="The invitation e-mail failed or came back.",
    )

    @api.depends("state", "mail_id.state", "contact_id.message_bounce")
    def _compute_is_undelivered(self):
        for membership in self:
            membership.is_undelivered = membership.state == "invited" and (
                membership.mail_id.state in ("exception", "cancel")
                or membership.contact_id.message_bounce > 0
            )

    # ------------------------------------------------------------
    # Invite
    # ------------------------------------------------------------

    @api.model
    def _invite(self, customer, people, *, inviter):
        """Invite people to work for a customer, and mail each a link.

        In sudo: the caller has checked that the inviter may give these roles. What
        is not invited says why; whether an address has a sign-in with another
        customer is told nobody.

        :param customer: a commercial partner
        :param list people: dicts with email, name, role (a portal.role), scope and
            order_limit (a number, or None for no limit)
        :param inviter: the res.users who invites
        :return: list of dicts with email, membership (a record in sudo, or none) and
            error (a sentence, or ""), in the order of `people`
        """
        # sudo: the caller has checked the rights, see above
        memberships_sudo = self.sudo().with_context(portal_no_membership=True)
        memberships_sudo._lock_people(customer)
        members, persons = memberships_sudo._find_invited(customer, people)
        answers, chosen = [], {}
        for person in people:
            address = self._get_address(person)
            error = memberships_sudo._get_invitation_refusal(
                customer, person, address, members, persons
            )
            if not error and address in chosen:
                error = self.env._("%s is listed twice.", address)
            answers.append(
                {"email": person["email"], "membership": self.browse(), "error": error}
            )
            if not error:
                chosen[address] = (person, answers[-1])
        invited_sudo = memberships_sudo._create_invited(
            customer,
            {address: person for address, (person, _answer) in chosen.items()},
            persons,
            inviter,
        )
        for membership_sudo, (_person, answer) in zip(
            invited_sudo, chosen.values(), strict=True
        ):
            answer["membership"] = membership_sudo
        invited_sudo._mail_invitation()
        invited_sudo._log_people("invited", user=inviter)
        return answers

    @staticmethod
    def _get_address(person):
        """Return the address to compare and to write to, or an empty text."""
        _name, address = read_named_mailbox(person["email"])
        return address

    def _find_invited(self, customer, people):
        """Return who the addresses belong to already.

        A person is found by the login, which was proven by a mail or chosen by the
        seller. The address of a contact is not asked for customers' people: they may
        write there what they like.

        :return: ({address: membership of this customer}, {address: res.users})
        """
        addresses = {self._get_address(person) for person in people}
        addresses = list(addresses - {""})
        self.env["res.users"].flush_model(["login", "partner_id", "share"])
        self.env["res.partner"].flush_model(["email_normalized"])
        rows = self.env.execute_query(
            SQL(
                """
                SELECT lower(person.login), person.id, person.share
                  FROM res_users person
                 WHERE lower(person.login) = ANY(%(addresses)s)
                 UNION
                SELECT partner.email_normalized, person.id, person.share
                  FROM res_users person
                  JOIN res_partner partner ON partner.id = person.partner_id
                 WHERE person.share IS NOT TRUE
                   AND partner.email_normalized = ANY(%(addresses)s)
              ORDER BY 3 DESC, 2 DESC
                """,
                addresses=addresses,
            )
        )
        # Of several the last one counts: staff before others.
        users = self.env["res.users"]
        persons = {address: users.browse(user_id) for address, user_id, _share in rows}
        logins = {user.id: address for address, user in persons.items()}
        members = {}
        for member in self.search_fetch(
            [
                ("partner_id", "=", customer.id),
                "|",
                ("email", "in", addresses),
                ("user_id", "in", list(logins)),
            ]
        ):
            members[member.email] = member
            members[logins.get(member.user_id.id)] = member
        return members, persons

    def _get_invitation_refusal(self, customer, person, address, members, persons):
        """Return why somebody cannot be invited, or an empty text."""
        user = persons.get(address)
        if not address and has_hidden(person["email"] or ""):
            return self.env._(
                "This address contains an invisible character. Please type it again."
            )
        if not address or (
            user and not (user.share and user.active and user._is_portal())
        ):
            # One sentence for all of these: it tells nothing about other people.
            return self.env._(
                "%s cannot be invited. Check the address.", person["email"] or "–"
            )
        if member := members.get(address):
            sentences = {
                "active": self.env._("%s already works for you.", address),
                "invited": self.env._(
                    "%s has already been invited. Send the invitation again.", address
                ),
                "disabled": self.env._(
                    "Access for %s is disabled. Enable it first.", address
                ),
            }
            return sentences[member.state]
        role = person["role"]
        if not role.active or (role.partner_id and role.partner_id != customer):
            return self.env._("This role cannot be assigned. Choose another one.")
        if person["order_limit"] is not None and not person["order_limit"] >= 0:
            return self.env._("An order limit cannot be less than zero.")
        return ""

    def _create_invited(self, customer, people, persons, inviter):
        """Create contacts, portal users and memberships of {address: person}."""
        contacts = self._ensure_contacts(customer, people, inviter)
        company = customer.company_id or inviter.company_id
        companies = self._get_seller_companies(customer, inviter)
        portal_group = self.env.ref("base.group_portal")
        new = [address for address in people if address not in persons]
        users = (
            self.env["res.users"]
            .with_context(no_reset_password=True)
            .create(
                [
                    {
                        "partner_id": contacts[address].id,
                        "login": address,
                        "company_id": company.id,
                        "company_ids": [Command.set(companies.ids)],
                        "group_ids": [Command.set(portal_group.ids)],
                    }
                    for address in new
                ]
            )
        )
        persons = {**persons, **dict(zip(new, users, strict=True))}
        return self.create(
            [
                {
                    "user_id": persons[address].id,
                    "partner_id": customer.id,
                    "contact_id": contacts[address].id,
                    "name": person["name"] or contacts[address].name,
                    "email": address,
                    "role_id": person["role"].id,
                    "scope": person["scope"],
                    "has_order_limit": person["order_limit"] is not None,
                    "order_limit": person["order_limit"] or 0,
                    "currency_id": company.currency_id.id,
                    "state": "invited",
                    "invited_by_id": inviter.id,
                }
                for address, person in people.items()
            ]
        )

    def _get_seller_companies(self, customer, inviter):
        """Return the companies whose papers an invited person is to see; in sudo.

        They are the customer's, if it has one, or else those that a colleague who
        invites sees; of the seller's staff, those that they work with at the moment.
        """
        if customer.company_id:
            return customer.company_id
        if inviter.share:
            return inviter.company_ids
        here = self.env.companies if inviter == self.env.user else inviter.company_id
        return inviter.company_id | (inviter.company_ids & here)

    def _ensure_contacts(self, customer, people, inviter):
        """Return {address: contact of the customer}, found or made.

        Also for those who have a sign-in: otherwise a missing contact would tell.
        """
        partners = self.env["res.partner"]
        contacts = {}
        for contact in partners.search(
            [
                ("commercial_partner_id", "=", customer.id),
                ("is_company", "=", False),
                ("type", "=", "contact"),
                ("email_normalized", "in", list(people)),
            ]
        ):
            if not contact.with_context(active_test=False).user_ids:
                contacts.setdefault(contact.email_normalized, contact)
        missing = [address for address in people if address not in contacts]
        created = partners.create(
            [
                {
                    "name": people[address]["name"] or address,
                    "email": address,
                    "parent_id": customer.id,
                    "company_id": customer.company_id.id,
                    "lang": customer.lang or inviter.lang,
                }
                for address in missing
            ]
        )
        return {**contacts, **dict(zip(missing, created, strict=True))}

    # ------------------------------------------------------------
    # Mail
    # ------------------------------------------------------------

    def _mail_invitation(self):
        """Queue the mail with the link; it holds as long as core's own invitations.

        In sudo: the caller has checked that the person may invite.
        """
        if not self:
            return
        self._count_invitations()
        parameters = self.env["ir.config_parameter"]
        hours = int(parameters.get_param("auth_signup.signup.validity.hours", 144))
        now = fields.Datetime.now()
        self.write(
            {
                "state": "invited",
                "invited_on": now,
                "expires_on": now + timedelta(hours=hours),
            }
        )
        # A mail that came back in former times says nothing about this one.
        self.contact_id.filtered("message_bounce").message_bounce = 0
        new = self.filtered(lambda membership: not membership.user_id.login_date)
        new.user_id.partner_id.signup_prepare()
        template = self.env.ref("customer_portal.mail_template_invitation")
        # As the system, and not linked to the membership: its author, and who may read
        # the document, could read this mail, and its link is as good as a password.
        mails = template.with_user(SUPERUSER_ID).send_mail_batch(
            self.ids,
            email_values={
                "model": False,
                "res_id": False,
                "partner_ids": [],
                "recipient_ids": [],
            },
        )
        for membership, mail in zip(self, mails, strict=True):
            # Whatever the seller makes of the template: to nobody else.
            mail.email_to = membership.email
            membership.mail_id = mail
        self.env["res.users"]._send_mails_soon()

    def _count_invitations(self):
        """Count the mails that people who are not staff have sent.

        To each person, and of each customer and of all together.

        :raise TooManyRequests: beyond the limit
        """
        if self.env.user._is_internal():
            return
        limits = self.env["portal.rate.limit"]
        for membership in self:
            limits._check("invitation_mail", account=f"membership:{membership.id}")
        for customer, members in self.grouped("partner_id").items():
            limits._check(
                "invitation_customer",
                account=f"customer:{customer.id}",
                amount=len(members),
            )

    @staticmethod
    def _get_mailed(text):
        """Return a name that customers typed as a mail to a stranger has it."""
        return clean_mailed_name(text)

    def _get_invitation_url(self):
        """Return where the button of the mail leads: to choose a password, or on."""
        self.ensure_one()
        person = self.user_id
        if person.login_date:
            return f"{self.get_base_url()}/my/company"
        is_own = person.partner_id.commercial_partner_id == self.partner_id
        target = "/my" if is_own else "/my/company"
        partner = person.partner_id
        return partner._get_signup_url_for_action(url=target)[partner.id]

    def _get_expiry_text(self):
        """Return until when the invitation holds, in the mail's language.

        In the time zone of the person, else of the inviter, else of the company.
        """
        person, inviter = self.user_id, self.invited_by_id
        company = self.partner_id.company_id or person.company_id
        zone = person.tz or inviter.tz or company.partner_id.tz
        return format_moment(self.env, self.expires_on, zone)

    def _get_invitation_lang(self):
        """Return the language of the mail: the person's, else the customer's."""
        return self.user_id.lang or self.contact_id.lang or self.partner_id.lang

    # ------------------------------------------------------------
    # Answer
    # ------------------------------------------------------------

    @api.model
    def _get_waiting_items(self):
        """Return these invitations as items, see `_get_portal_waiting`."""
        return [
            {
                "label": self.env._(
                    "Invitation to work for %s", invitation.partner_id.name
                ),
                "url": "/my/company",
                "note": "",
                "date": None,
                "is_first": True,
            }
            for invitation in self
        ]

    def _is_waiting(self, customer, person):
        """Return whether the current person has invited that address just so.

        :param dict person: with email, as for `_invite`
        """
        address = self._get_address(person)
        return bool(
            self.search_count(
                [
                    ("partner_id", "=", customer.id),
                    ("email", "=", address),
                    ("state", "=", "invited"),
                    ("invited_by_id", "=", self.env.uid),
                ],
                limit=1,
            )
        )

    def _is_expired(self):
        return bool(
            self.state == "invited"
            and self.expires_on
            and self.expires_on < fields.Datetime.now()
        )

    def _accept(self):
        """Let the invited person begin to work for these customers.

        In sudo: the caller has checked that the invitation is the person's own.

        :raise UserError: when it has expired or was withdrawn
        """
        for membership in self:
            if membership.state != "invited" or membership._is_expired():
                raise UserError(
                    self.env._("This invitation has expired. Ask for a new one.")
                )
        for membership in self:
            membership._take_contact()
        self.write({"state": "active", "accepted_on": fields.Datetime.now()})
        for membership in self:
            user, customer = membership.user_id, membership.partner_id
            inviter = membership.invited_by_id
            companies = self._get_seller_companies(customer, inviter)
            if companies - user.company_ids:
                user.company_ids |= companies
            membership._log_people("invitation_accepted", user=membership.user_id)

    def _take_contact(self):
        """Make the invited contact the person's own where that is a stranger's yet.

        Who invites somebody first makes the sign-in, with a contact of the own. Until
        the person has worked for that customer, it is nobody's choice but theirs.
        """
        person = self.user_id
        own = person.partner_id.commercial_partner_id
        worked = person.portal_membership_ids.filtered(
            lambda membership: membership.state != "invited"
        )
        contact = self.contact_id
        if (
            worked
            or own == self.partner_id
            or person.partner_id not in self._get_invited_contacts(person)
            or contact.commercial_partner_id != self.partner_id
            or contact.with_context(active_test=False).user_ids
        ):
            return
        contact.lang = contact.lang or person.lang
        person.partner_id = contact

    @api.model
    def _get_invited_contacts(self, person):
        """Return the contact of a person if an invitation has made it.

        Staff who make a portal user choose the contact.
        """
        was_invited = person.create_date and not person.create_uid._is_internal()
        return person.partner_id if was_invited else person.partner_id.browse()

    def _decline(self):
        """Refuse these invitations; the inviter learns no more than was typed.

        In sudo: the caller has checked that the invitation is the person's own.
        """
        invited = self.filtered(lambda membership: membership.state == "invited")
        invited._log_people("invitation_declined")
        invited.unlink()

    def _log_people(self, action, *, user=None, detail=None):
        """Write one entry each; without `user` the invited address did it.

        :param str detail: what changed, by default address and role
        """
        # sudo: nobody has the right to write entries
        activity = self.env["portal.activity"].sudo()
        entries = []
        for membership in self:
            values = activity._prepare_entry(
                action,
                user=user or membership.user_id,
                record=membership,
                detail=detail or f"{membership.email}, {membership.role_id.name}",
            )
            values["document_name"] = membership.name
            if not user:
                values.update(user_id=False, user_name=membership.name)
            entries.append({**values, "partner_id": membership.partner_id.id})
        return activity.create(entries)
