import secrets

from odoo import fields, http
from odoo.http import request

from ...const import SCOPE_SELECTION
from ...tools.drawing import Drawing
from ...tools.mailbox import LONGEST_NAMED, read_named_mailbox
from ...tools.parse import parse_id
from ..forms import Form
from ..portal import CHANGE, PAGE, Portal
from ..searchbar import Filter, Menu, Searchbar, Sorting

MAX_PEOPLE = 100
MAX_TYPED = 30_000  # characters of a pasted list
ROW_FIELDS = [
    "name",
    "email",
    "partner_id",
    "scope",
    "has_order_limit",
    "order_limit",
    "currency_id",
    "state",
    "expires_on",
    "is_undelivered",
]


class RightsForm(Form):
    """Role, scope and order limit; `values["order_limit"]` None is no limit."""

    def clean(self):
        self.clean_rights()

    def clean_rights(self):
        self.clean_id("role_id")
        if not self.values["role_id"]:
            self.errors["role_id"] = self.env._("Choose a role.")
        scope = self.raw.get("scope")
        self.values["scope"] = scope
        if scope not in dict(SCOPE_SELECTION):
            self.errors["scope"] = self.env._("Choose where the role counts.")
        limit_kind = self.raw.get("limit_kind")
        self.values["order_limit"] = None
        if limit_kind == "limit":
            # sudo: the seller's currency, as on invoices
            currency = self.env.company.sudo().currency_id
            self.clean_amount("order_limit", currency=currency)
            if not self.raw.get("order_limit"):
                self.errors["order_limit"] = self.env._(
                    "Enter an amount. Zero allows no order."
                )
        elif limit_kind != "none":
            self.errors["order_limit"] = self.env._(
                "Choose whether there is an order limit."
            )


class InviteForm(RightsForm):
    """The rights, and a pasted list; `values["people"]` are dicts.

    Each has number (of the line, from 1), typed, email and name.
    """

    texts = frozenset({"people"})
    longest = {"people": MAX_TYPED + 1}

    def clean(self):
        self.clean_rights()
        self.clean_id("customer_id")
        typed = self.raw.get("people", "")
        lines = enumerate(typed.replace(";", "\n").split("\n"), 1)
        lines = [(number, line.strip()) for number, line in lines if line.strip()]
        self.values["people"] = []
        if not lines:
            self.errors["people"] = self.env._("Enter an address.")
        elif len(lines) > MAX_PEOPLE or len(typed) > MAX_TYPED:
            self.errors["people"] = self.env._(
                "Enter at most %s addresses at a time.", MAX_PEOPLE
            )
        else:
            self.values["people"] = [self._read_person(*line) for line in lines]

    @staticmethod
    def _read_person(number, line):
        """Return who stands in a line; who has no address is asked about later."""
        name, address = read_named_mailbox(line.strip(" ,"))
        typed = line[:LONGEST_NAMED]
        return {
            "number": number,
            "typed": typed,
            "name": name[:100],
            "email": address or typed,
        }


class PeoplePortal(Portal):
    @http.route("/my/people", **PAGE)
    def portal_my_people(self, **query):
        """List who works for the customer and its branches, and with which rights."""
        self._check_can("manage_people")
        return self._render_people_page(query)

    @http.route("/my/people/two_factor", **CHANGE)
    def portal_people_two_factor(self, required="", **_post):
        """Say whether people act for the customer with a second factor only."""
        self._check_can("manage_people")
        customer = self._get_customer()
        # sudo: the method checks the person's own right to do it
        memberships = request.env["portal.membership"].sudo()
        is_required = required == "1"
        _done, refusal = self._attempt(
            memberships._require_two_factor,
            customer.sudo(),  # sudo: the switch is the seller's field; as above
            is_required,
        )
        if refusal:
            return self._render_people_page({}, message=refusal)
        notice = "two_factor_required" if is_required else "two_factor_optional"
        return request.redirect(f"/my/people?notice={notice}", code=303)

    def _get_done_texts(self):
        """Extend: what became of a person or an invitation."""
        _ = request.env._
        return {
            **super()._get_done_texts(),
            "invited": _("The invitations are on their way."),
            "invitation_resent": _("The invitation was sent again."),
            "withdrawn": _("The invitation was withdrawn."),
            "person_changed": _("Saved. The change takes effect at once."),
            "person_disabled": _("Access has been disabled."),
            "person_enabled": _("Access has been enabled again."),
            "two_factor_required": _("Two-factor sign-in is required from now on."),
            "two_factor_optional": _("Two-factor sign-in is optional now."),
        }

    def _render_people_page(self, query, *, message=""):
        user = request.env.user
        customer = self._get_customer()
        memberships = request.env["portal.membership"]
        choice = self._get_people_searchbar().choose(query)
        domain = memberships._get_portal_domain(user, root=customer)
        domain &= choice.get_search_domain("create_date")
        page = choice.fetch(memberships, domain & choice.filter_domain, ROW_FIELDS)
        # sudo: a count, and a switch of the customer's
        memberships_sudo, customer_sudo = memberships.sudo(), customer.sudo()
        customer_sudo.fetch(["portal_needs_two_factor"])
        return self._render_page(
            "customer_portal.people",
            {
                "page_name": "people",
                "choice": choice,
                "counts": choice.count(memberships, domain),
                "page": page,
                "rows": page["records"]._prepare_portal_rows(),
                "show_customer": len(self._get_customers("manage_people")) > 1,
                "customer": customer,
                "scopes": self._get_scope_labels(),
                "needs_two_factor": customer_sudo.portal_needs_two_factor,
                "has_second_factor": user._has_second_factor(),
                "without_factor": memberships_sudo._count_without_second_factor(
                    customer
                ),
                "message": message,
            },
            status=422 if message else 200,
        )

    def _get_people_searchbar(self):
        env = request.env
        now = fields.Datetime.now()
        customers = self._get_customers("manage_people")
        roles = env["portal.role"]._get_roles_of(customers)
        return Searchbar(
            url="/my/people",
            filters={
                "current": Filter(env._("Current"), [("state", "!=", "disabled")]),
                "active": Filter(env._("Active"), [("state", "=", "active")]),
                "invited": Filter(
                    env._("Invited"),
                    [("state", "=", "invited"), ("expires_on", ">=", now)],
                ),
                "expired": Filter(
                    env._("Invitation expired"),
                    [("state", "=", "invited"), ("expires_on", "<", now)],
                ),
                "undelivered": Filter(
                    env._("Could not be delivered"), [("is_undelivered", "=", True)]
                ),
                "disabled": Filter(env._("Disabled"), [("state", "=", "disabled")]),
                "all": Filter(env._("All")),
            },
            menus={
                "role": Menu(
                    env._("Role"),
                    {
                        "": Filter(env._("All roles")),
                        **{
                            str(role.id): Filter(role.name, [("role_id", "=", role.id)])
                            for role in roles
                        },
                    },
                )
            },
            sortings={
                "name": Sorting(env._("Name"), "name"),
                "newest": Sorting(env._("Newest"), "create_date", descending=True),
            },
            search=env["portal.membership"]._get_portal_search_domain,
            placeholder=env._("Name or address"),
        )

    @staticmethod
    def _get_scope_labels():
        """Return {scope: what it is called}."""
        field = request.env["portal.membership"]._fields["scope"]
        return dict(field._description_selection(request.env))

    # ------------------------------------------------------------
    # Invite
    # ------------------------------------------------------------

    @http.route("/my/people/invite", **PAGE)
    def portal_people_invite(self, **_query):
        """Ask whom to invite, and with which rights."""
        self._check_can("manage_people")
        return self._render_invite_page()

    @http.route("/my/people/invite", **CHANGE)
    def portal_people_invite_send(self, request_key="", **post):
        """Invite those whose line is right, once; ask again about the others."""
        self._check_can("manage_people")
        form = InviteForm(request.env, post)
        customer = self._get_customer_to_invite(form)
        role = self._get_role_to_give(form, customer)
        if not form.is_valid:
            return self._render_invite_page(form=form)
        people = form.values["people"]
        requests = request.env["portal.request"]
        sent_before = requests._get_result(request_key, "portal.membership")
        if not sent_before:
            self._count_invitations(len(people))
        # sudo: the method checks what the person may give
        memberships = request.env["portal.membership"].sudo()
        answers, refusal = self._attempt(
            memberships._invite_for_customer,
            customer,
            people,
            role=role,
            scope=form.values["scope"],
            order_limit=form.values["order_limit"],
        )
        if refusal:
            return self._render_invite_page(form=form, message=refusal)
        wrong = []
        for person, answer in zip(people, answers, strict=True):
            if answer["membership"]:
                requests._remember(request_key, answer["membership"])
            elif not (sent_before and memberships._is_waiting(customer, person)):
                wrong.append({**person, "error": answer["error"]})
        if not wrong:
            return request.redirect("/my/people?notice=invited", code=303)
        return self._render_invite_page(form=form, wrong=wrong)

    @staticmethod
    def _count_invitations(count):
        limits = request.env["portal.rate.limit"]
        account = limits._get_user_key(request.env.user)
        limits._check("invitation", account=account, amount=count)

    def _get_customer_to_invite(self, form):
        """Return the chosen customer among those whose people one manages."""
        customers = self._get_customers("manage_people")
        chosen = customers.filtered(
            lambda customer: customer.id == form.values["customer_id"]
        )
        return chosen or self._get_customer()

    def _get_role_to_give(self, form, customer):
        """Return the chosen role in sudo; what may not be given is not there."""
        # sudo: names and lines of roles
        roles = request.env["portal.membership"].sudo()._get_roles_to_give(customer)
        role = roles.filtered(lambda role: role.id == form.values["role_id"])
        if not role and "role_id" not in form.errors:
            form.errors["role_id"] = request.env._("Choose a role.")
        return role

    def _render_invite_page(self, *, form=None, message="", wrong=()):
        customer = self._get_customer()
        typed = form.raw if form else {}
        sent = []
        if wrong:
            failed = {person["number"] for person in wrong}
            people = form.values["people"]
            sent = [person for person in people if person["number"] not in failed]
            typed = {**typed, "people": "\n".join(line["typed"] for line in wrong)}
        customers = self._get_customers("manage_people")
        return self._render_page(
            "customer_portal.people_invite",
            {
                "page_name": "people",
                "form": form,
                "errors": form.errors if form else {},
                "typed": typed,
                "wrong": wrong,
                "sent": sent,
                "customers": customers if len(customers) > 1 else None,
                "chosen_id": parse_id(typed.get("customer_id")) or customer.id,
                "message": message,
                "request_key": secrets.token_hex(16),
                **self._prepare_rights_values(customer, typed, None),
            },
            status=422 if wrong or message or (form and form.errors) else 200,
        )

    def _prepare_rights_values(self, customer, typed, member):
        """Return what the fields of role, scope and limit show.

        :param dict typed: what was sent, if the form is shown again
        :param member: the membership in sudo that is changed, or None
        """
        # sudo: the person's own rights, and the names of roles
        memberships = request.env["portal.membership"].sudo()
        reach = memberships._get_reach(customer)
        roles = memberships._get_roles_to_give(customer)
        labels = self._get_scope_labels()
        widths = list(labels)[: list(labels).index(reach.widest) + 1]
        currency = (member or memberships)._get_limit_currency(reach)
        limit = reach.limit
        usual = roles & roles._get_usual()
        if member:
            limit = member.order_limit if member.has_order_limit else None
            role_id, scope = member.role_id.id, member.scope
            limit_kind = "none" if limit is None else "limit"
        else:
            # As little as possible: what is wider is chosen, and not left as it is.
            role_id = usual.id
            scope = "company" if "company" in widths else widths[-1]
            limit_kind = "" if limit is None else "limit"
            limit = None
        return {
            "roles": roles,
            "usual_role": usual if not member else usual.browse(),
            "role_texts": {role.id: role._get_portal_sentence() for role in roles},
            "role_id": parse_id(typed.get("role_id")) or role_id,
            "scopes": {width: labels[width] for width in widths},
            "scope_labels": labels,
            "scope": typed.get("scope") or scope,
            "limit_kind": typed.get("limit_kind") or limit_kind,
            "order_limit": typed.get("order_limit")
            if typed
            else ("" if limit is None else Drawing(request.env).input(limit, currency)),
            "currency": currency,
            "own_limit": reach.limit,
        }

    # ------------------------------------------------------------
    # One person
    # ------------------------------------------------------------

    @http.route("/my/people/<int:membership_id>", **PAGE)
    def portal_people_person(self, membership_id, **_query):
        """Show one person's rights, and change them."""
        return self._render_person_page(self._get_member(membership_id))

    @http.route("/my/people/<int:membership_id>", **CHANGE)
    def portal_people_person_change(self, membership_id, **post):
        """Give the person another role, scope and order limit."""
        member = self._get_member(membership_id)
        form = RightsForm(request.env, post)
        role = self._get_role_to_give(form, member.partner_id)
        if not form.is_valid:
            return self._render_person_page(member, form=form)
        return self._act(
            member,
            "person_changed",
            # sudo: the method checks what the person may give
            lambda: member.sudo()._change(
                role, form.values["scope"], form.values["order_limit"]
            ),
            form=form,
        )

    @http.route("/my/people/<int:membership_id>/resend", **CHANGE)
    def portal_people_person_resend(self, membership_id, **_post):
        """Send the invitation again."""
        member = self._get_member(membership_id)
        self._count_invitations(1)
        # sudo: the method checks that the person may do it
        return self._act(member, "invitation_resent", member.sudo()._resend)

    @http.route("/my/people/<int:membership_id>/enable", **CHANGE)
    def portal_people_person_enable(self, membership_id, **_post):
        """Give a person the access back."""
        member = self._get_member(membership_id)
        # sudo: the method checks that the person may do it
        return self._act(member, "person_enabled", member.sudo()._enable)

    @http.route("/my/people/<int:membership_id>/disable", **PAGE)
    def portal_people_person_disable(self, membership_id, **_query):
        """Say what happens, and ask who takes over the open work."""
        return self._render_disable_page(self._get_member(membership_id))

    @http.route("/my/people/<int:membership_id>/disable", **CHANGE)
    def portal_people_person_disable_confirm(
        self, membership_id, successor_id="", **_post
    ):
        """Take a person's access, and give the open work to the successor."""
        member = self._get_member(membership_id)
        # sudo: the method checks that the person may do it
        member_sudo = member.sudo()
        notice = "withdrawn" if member.state == "invited" else "person_disabled"
        successor = request.env["res.users"].browse(parse_id(successor_id))
        _done, refusal = self._attempt(member_sudo._disable, successor)
        if refusal:
            return self._render_disable_page(member, message=refusal)
        return request.redirect(f"/my/people?notice={notice}", code=303)

    def _get_member(self, membership_id):
        """Return the membership of a person whom the current one may administer."""
        member = self._get_or_404("portal.membership", membership_id)
        self._check_allows("manage_people", member)
        return member

    def _act(self, member, notice, action, *, form=None):
        """Do something with a person, and say on the page why not."""
        _done, refusal = self._attempt(action)
        if refusal:
            return self._render_person_page(member, form=form, message=refusal)
        return request.redirect(f"/my/people?notice={notice}", code=303)

    def _render_person_page(self, member, *, form=None, message=""):
        # sudo: role and rights of somebody whom the person administers
        member_sudo = member.sudo()
        [row] = member._prepare_portal_rows()
        refusal = member_sudo._get_refusal_to_change()
        return self._render_page(
            "customer_portal.person",
            {
                "page_name": "people",
                "row": row,
                "member": member,
                "refusal": refusal,
                "form": form,
                "message": message,
                "role_rows": member_sudo.role_id._prepare_permission_rows(
                    member_sudo.scope
                ),
                **self._prepare_rights_values(
                    member.partner_id, form.raw if form else {}, member_sudo
                ),
                "errors": form.errors if form else {},
            },
            status=422 if message or (form and form.errors) else 200,
        )

    def _render_disable_page(self, member, *, message=""):
        # sudo: what the person would leave, and the names of colleagues
        member_sudo = member.sudo()
        [row] = member._prepare_portal_rows()
        return self._render_page(
            "customer_portal.person_disable",
            {
                "page_name": "people",
                "row": row,
                "member": member,
                "refusal": member_sudo._get_refusal_to_change(),
                "work": member_sudo._get_open_work(),
                "successors": member_sudo._get_successors(),
                "message": message,
            },
            status=422 if message else 200,
        )
