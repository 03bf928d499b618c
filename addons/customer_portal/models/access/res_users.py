from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.http import request
from odoo.tools import SQL, str2bool

from ...tools import rights as portal_rights
from ...tools.tally import Found
from .res_users_rights import CUSTOMER_FIELDS, SELLER_CONTACT_FIELDS, SELLER_FIELDS


class ResUsers(models.Model):
    _inherit = "res.users"

    portal_membership_ids = fields.One2many(
        "portal.membership",
        "user_id",
        "Works for",
        groups="customer_portal.group_portal_manager",
    )
    portal_rights = fields.Char(
        compute="_compute_portal_rights",
        groups=fields.NO_ACCESS,
        help="What the person may do, as tools.rights.parse reads it.",
    )

    # ------------------------------------------------------------
    # Rights
    # ------------------------------------------------------------

    def _get_portal_rights(self):
        """Return what this person may do, a PortalRights."""
        self.ensure_one()
        # sudo: the rights are nobody's to read, but everybody's to have
        return portal_rights.parse(self.sudo().portal_rights)

    @api.model
    def _forget_portal_rights(self):
        """Read the rights again where they are asked for in this transaction.

        Other transactions read them anew anyway.
        """
        self.invalidate_model(["portal_rights"], flush=False)

    def _get_portal_domain(self, model_name, unguarded=False):
        """Return the domain of a global record rule; neutral for all but portal users.

        :param str model_name: a model with `_get_portal_rule_domain`
        :param bool unguarded: with the records that the roles do not guard, about
            which rules of groups decide as in stock Odoo
        """
        if not self.share or self._is_public():
            return fields.Domain.TRUE
        model = self.env[model_name]
        domain = model._get_portal_rule_domain(self)
        return domain | model._get_portal_unguarded_domain() if unguarded else domain

    def _get_portal_customer(self):
        """Return the customer that this person acts for now, a commercial partner.

        The one chosen in the session, else the own company, else another one that
        the person works for. Without any it is the own company, with no rights.
        """
        self.ensure_one()
        # First the rights: with them comes what pages need of the person.
        customer_ids = self._get_portal_rights().customer_ids
        own = self.partner_id.commercial_partner_id
        if len(customer_ids) > 1 and request and request.env.uid == self.id:
            chosen = request.session.get("portal_customer_id")
            if chosen in customer_ids:
                return own.browse(chosen)
        if own.id in customer_ids or not customer_ids:
            return own
        return own.browse(customer_ids[0])

    def _get_portal_choices(self):
        """Return the customers that this person can switch to."""
        # sudo: the names of companies that the person works for
        partners = self.env["res.partner"].sudo()
        customers = partners.browse(self._get_portal_rights().customer_ids)
        customers.fetch(CUSTOMER_FIELDS)
        return customers.sorted("name")

    def _choose_portal_customer(self, customer_id):
        """Act for another of the own customers from now on; others change nothing.

        :return: whether the person works for that customer
        """
        if customer_id not in self._get_portal_rights().customer_ids:
            return False
        if request.session.get("portal_customer_id") != customer_id:
            request.session["portal_customer_id"] = customer_id
        return True

    def _follow_portal_document(self, customer):
        """Act for the customer of a document that was opened by its link.

        A document of a branch belongs to the company that the person works for.
        """
        rights = self._get_portal_rights()
        if len(rights.customer_ids) > 1:
            current = self._get_portal_customer()
            if root_id := rights.find_root(customer.id, current.id):
                self._choose_portal_customer(root_id)

    def _get_portal_membership(self, customer):
        """Return how this person works for a customer, in sudo, or none.

        :param customer: a company, or a branch of one that the person works for
        """
        rights = self._get_portal_rights()
        root_id = rights.find_root(customer.id, self._get_portal_customer().id)
        # sudo: the person's own role and limits
        memberships = self.env["portal.membership"].sudo()
        return memberships.search(
            [("user_id", "=", self.id), ("partner_id", "=", root_id)], limit=1
        )

    def _get_portal_contact(self):
        """Return the seller's person for this one: a res.users in sudo, or none."""
        self.ensure_one()
        # sudo: name, mail and phone of the salesperson, as core's portal shows them
        person = self.sudo().partner_id
        # sudo: the same
        customer = self._get_portal_customer().sudo()
        customer.fetch(CUSTOMER_FIELDS)
        contact = customer.user_id
        if person.commercial_partner_id == customer:
            contact = person.user_id or contact
        contact.fetch(SELLER_FIELDS)
        contact.partner_id.fetch(SELLER_CONTACT_FIELDS)
        return contact.filtered(lambda user: user.active and not user._is_public())

    def _get_portal_menu(self):
        """Return the entries of the navigation as HTML."""
        return self.env["ir.qweb"]._get_portal_menu(self._get_portal_menu_key())

    def _get_portal_menu_key(self):
        """Return all that the entries of the navigation depend on, as a tuple.

        People of the same key get the same text, so that neither names nor ids of a
        person or a customer belong into it, nor into an entry. An addon whose entry
        depends on something else adds that.
        """
        self.ensure_one()
        customer = self._get_portal_customer()
        member = self._get_portal_rights().memberships.get(customer.id)
        full, own = (member.full, member.own) if member else ({}, {})
        qweb = self.env["ir.qweb"]
        return (
            *map(self.env.context.get, qweb._get_template_cache_keys()),
            qweb._get_portal_place(),
            self.env.company.id,
            # Templates show and hide by groups, too.
            self._get_group_ids(),
            frozenset(full),
            frozenset(code for code, ids in full.items() if customer.id in ids),
            frozenset(own),
            self._is_portal_payment_enabled(),
            bool(self._get_portal_contact()),
        )

    def _get_portal_waiting(self, customer, limit):
        """Return {name: (query, prepare)} of what waits for this person; wings add.

        `self` is not in sudo: all is looked for in the person's own rights.
        The overview asks all queries at once, in the rights that they were made with.
        `prepare` gets the ids that its query found, if any, and returns items: dicts
        with label, url, note (or ""), date (until when, or None), and `is_first` when
        it stands above what is to pay.

        :param customer: the customer that the person acts for
        :param int limit: how many of a kind are shown
        """
        self.ensure_one()
        return {}

    def _get_portal_coming(self, customer, limit):
        """Return {name: (query, prepare)} of what is on its way; wings and glue add.

        As `_get_portal_waiting`. An item is a dict with label, url (or ""), note
        (or ""), date (a day, or None) and badge (key and words, for `draw_badge`).
        """
        self.ensure_one()
        return {}

    def _get_portal_tallies(self):
        """Return the Tally of all that is counted for each company; wings and glue add.

        `self` is not in sudo, as of `_get_portal_waiting`: what stands there under
        "Waiting for you" and "On its way" is counted here for several companies.
        """
        self.ensure_one()
        return []

    def _count_portal_tallies(self):
        """Return {customer id: {name of a Tally: Found}}, asked all at once.

        For each company that the person works for, with its branches as far as the
        role there reaches. What the role does not show has no Found.
        """
        tallies = self._get_portal_tallies()
        selects = {
            (place, is_own): select
            for place, tally in enumerate(tallies)
            for is_own, select in tally.records._get_tally_selects(tally).items()
        }
        counted = {key: [] for key in selects}
        if selects:
            rows = self.env.execute_query(
                SQL(" UNION ALL ").join(
                    SQL("SELECT %s, %s, found.* FROM (%s) found", *key, select)
                    for key, select in selects.items()
                )
            )
            for place, is_own, *row in rows:
                counted[place, is_own].append(row)
        result = {}
        for root_id, member in self._get_portal_rights().memberships.items():
            founds = result[root_id] = {
                tally.name: Found() for tally in tallies if member.can(tally.code)
            }
            for (place, is_own), rows in counted.items():
                tally = tallies[place]
                ids = (member.own if is_own else member.full).get(tally.code, ())
                for customer_id, count, day in rows:
                    if customer_id in ids:
                        founds[tally.name] = founds[tally.name].add(count, day)
        return result

    def _portal_can(self, code):
        """Return whether this person may do what `code` names for the current customer.

        Every page, menu entry and action of the portal asks here or, with a document
        at hand, the document's `_portal_allows`.

        :param str code: the code of a portal.permission
        """
        self.ensure_one()
        if code == "pay" and not self._is_portal_payment_enabled():
            return False
        return self._get_portal_rights().can(code, self._get_portal_customer().id)

    def _get_portal_reach(self, code):
        """Return the ids of the customers of whom a permission reaches all papers.

        They are the current customer and its branches, as far as the role goes; none
        when the person reaches the own papers only.
        """
        self.ensure_one()
        return self._get_portal_rights().get_ids(code, self._get_portal_customer().id)

    def _portal_can_for_all(self, code):
        """Return whether a permission reaches all papers of the current customer."""
        return self._get_portal_customer().id in self._get_portal_reach(code)

    def _is_portal_payment_enabled(self):
        """Return core's setting whether customers pay online."""
        # sudo: a parameter, which customers may not read
        parameters = self.env["ir.config_parameter"].sudo()
        return str2bool(
            parameters.get_param("account_payment.enable_portal_payment", "False")
        )

    def _check_portal_can(self, code):
        """Refuse what this person may not do.

        :raise ValidationError: when the person lacks the permission `code`
        """
        if not self._portal_can(code):
            raise ValidationError(self._get_portal_refusal())

    def _get_portal_refusal(self):
        """Return the sentence for a missing permission, and who can give it."""
        if customer := self._get_portal_two_factor_customer():
            return self.env._(
                "%s requires two-factor sign-in. Set it up on the Security page.",
                customer.name,
            )
        names = self._get_portal_customer()._get_portal_administrators().mapped("name")
        if names:
            return self.env._(
                "Your role does not allow this. %s can change it.", names[:3]
            )
        return self.env._("Your role does not allow this. Ask us to change it.")

    # ------------------------------------------------------------
    # Memberships follow users
    # ------------------------------------------------------------

    @api.model_create_multi
    def create(self, vals_list):
        """Extend: each portal user works for the own company, with the usual role."""
        users = super().create(vals_list)
        users._ensure_portal_memberships()
        return users

    def write(self, vals):
        """Extend: who becomes a portal user gets a membership; staff have none."""
        result = super().write(vals)
        if {"group_ids", "partner_id", "active"} & vals.keys():
            self._ensure_portal_memberships()
        return result

    def _ensure_portal_memberships(self):
        """Give portal users without a membership the usual one, and staff none.

        The roles of invited people are written by whoever invites them, with
        `portal_no_membership` in the context.
        """
        if self.env.context.get("portal_no_membership"):
            return
        # sudo: memberships follow from what the caller was allowed to write
        memberships = self.env["portal.membership"].sudo()
        existing = memberships.search([("user_id", "in", self.ids)])
        existing.filtered(lambda member: member.user_id._is_internal()).unlink()
        with_one = existing.exists().user_id
        persons = self.filtered(
            lambda user: user.active and user.share and user._is_portal()
        )
        persons -= with_one
        if persons:
            role = self.env["portal.role"]._get_default()
            memberships.create(
                [
                    {
                        "user_id": user.id,
                        # sudo: the caller need not read the contact
                        "partner_id": user.sudo().partner_id.commercial_partner_id.id,
                        "role_id": role.id,
                    }
                    for user in persons
                ]
            )

    def _follow_portal_company(self, former):
        """Move the membership of a contact that was moved to another company.

        A membership of somebody who had no company, or whose company became part
        of another one, moves along. Who goes from one company to another has
        nothing to say at the former one, and the usual role at the new one.

        :param former: the commercial partner before the move
        """
        self.ensure_one()
        company = self.partner_id.commercial_partner_id
        if company == former:
            return
        # sudo: memberships follow from what the caller was allowed to write
        memberships = self.sudo().portal_membership_ids
        member = memberships.filtered(lambda member: member.partner_id == former)
        if not member:
            return
        if company in memberships.partner_id:
            member.unlink()
        elif former == self.partner_id or former != former.commercial_partner_id:
            member.partner_id = company
        else:
            member.unlink()
            self._ensure_portal_memberships()
        self.env["portal.activity"]._log(
            "member_changed", former | company, detail=self.partner_id.name
        )

    def _get_portal_rule_domain(self, user):
        """Return the domain of the record rule for a person of a customer.

        Oneself, and the people of those customers whose people one manages.
        """
        rights = user._get_portal_rights()
        domain = fields.Domain("id", "=", user.id)
        if managed_ids := rights.get_ids("manage_people"):
            domain |= fields.Domain(
                "portal_membership_ids",
                "any!",
                # The invited person may have a name that the inviter does not know.
                [
                    ("partner_id", "in", sorted(managed_ids)),
                    ("state", "!=", "invited"),
                ],
            )
        return domain
