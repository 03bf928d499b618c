from werkzeug.exceptions import NotFound

from odoo import http
from odoo.http import request

from ...tools.parse import parse_id
from ..forms import Form
from ..portal import CHANGE, PAGE, Portal


class RoleForm(Form):
    """Name, description, and `values["scopes"]`: {permission code: scope}."""

    def clean(self):
        self.clean_line("name", self.env._("Enter a name."), size=60)
        self.clean_line("description", size=200)
        prefix = "permission_"
        self.values["scopes"] = {
            name.removeprefix(prefix): value
            for name, value in self.raw.items()
            if name.startswith(prefix) and value
        }
        if not self.values["scopes"]:
            self.errors["scopes"] = self.env._("Allow at least one thing.")


class RolesPortal(Portal):
    @http.route("/my/roles", **PAGE)
    def portal_my_roles(self, **_query):
        """Show the seller's roles and the customer's own, and what each allows."""
        customer = self._get_managed_customer()
        roles = request.env["portal.role"]._get_roles_of(customer)
        roles.line_ids.fetch(["permission_id", "scope"])
        roles.line_ids.permission_id.fetch(["code", "name", "sequence"])
        return self._render_page(
            "customer_portal.roles",
            {
                "page_name": "roles",
                "scope_labels": self._get_role_scope_labels(),
                "groups": [
                    (kind, [self._prepare_role_row(role) for role in kind_roles])
                    for kind, kind_roles in (
                        ("own", roles.filtered("partner_id")),
                        ("ready", roles.filtered(lambda role: not role.partner_id)),
                    )
                ],
            },
        )

    @http.route("/my/roles/new", **PAGE)
    def portal_role_new(self, copy="", **_query):
        """Ask what a new role allows; it may begin as a copy of another one."""
        customer = self._get_managed_customer()
        original_id = parse_id(copy)
        original = (
            request.env["portal.role"]
            ._get_roles_of(customer)
            .filtered(lambda role: role.id == original_id)
        )
        return self._render_role_form(original=original)

    @http.route("/my/roles/new", **CHANGE)
    def portal_role_create(self, **post):
        """Make a role of the customer."""
        customer = self._get_managed_customer()
        form = RoleForm(request.env, post)
        if not form.is_valid:
            return self._render_role_form(form=form)
        # sudo: the method checks what the person may give
        roles = request.env["portal.role"].sudo()
        return self._save(
            form,
            "role_created",
            lambda: roles._create_for_customer(customer, **form.values),
        )

    @http.route("/my/roles/<int:role_id>", **PAGE)
    def portal_role(self, role_id, **_query):
        """Show what one role allows; the customer's own can be edited."""
        return self._render_role_form(role=self._get_role(role_id))

    @http.route("/my/roles/<int:role_id>", **CHANGE)
    def portal_role_update(self, role_id, **post):
        """Change a role of the customer."""
        role = self._get_role(role_id)
        form = RoleForm(request.env, post)
        if not form.is_valid:
            return self._render_role_form(role=role, form=form)
        return self._save(
            form,
            "role_changed",
            lambda: role._update_for_customer(**form.values),
            role=role,
        )

    @http.route("/my/roles/<int:role_id>/delete", **CHANGE)
    def portal_role_delete(self, role_id, **_post):
        """Delete a role of the customer that nobody has."""
        role = self._get_role(role_id)
        return self._save(None, "role_deleted", role._delete_for_customer, role=role)

    # ------------------------------------------------------------
    # Helpers
    # ------------------------------------------------------------

    def _get_done_texts(self):
        """Extend: what became of a role."""
        _ = request.env._
        return {
            **super()._get_done_texts(),
            "role_created": _(
                "The role has been created. You can assign it to people now."
            ),
            "role_changed": _("The role has been changed for everyone who has it."),
            "role_deleted": _("The role has been deleted."),
        }

    def _get_managed_customer(self):
        """Return the current customer, whose people the person must manage."""
        self._check_can("manage_people")
        return self._get_customer()

    def _get_role(self, role_id):
        """Return a role of the seller's or of the current customer, in sudo.

        :raise NotFound: for missing and foreign ones alike
        """
        customer = self._get_managed_customer()
        role = (
            request.env["portal.role"]
            ._get_roles_of(customer)
            .filtered(lambda role: role.id == role_id)
        )
        if not role:
            raise NotFound
        return role

    def _save(self, form, notice, action, *, role=None):
        _done, refusal = self._attempt(action)
        if refusal:
            return self._render_role_form(role=role, form=form, message=refusal)
        return request.redirect(f"/my/roles?notice={notice}", code=303)

    @staticmethod
    def _prepare_role_row(role):
        return {
            "role": role,
            "permissions": role._prepare_permission_rows(),
            "people": len(role.membership_ids) if role.partner_id else 0,
        }

    @staticmethod
    def _get_role_scope_labels():
        """Return {scope: what it is called}."""
        field = request.env["portal.role.line"]._fields["scope"]
        return dict(field._description_selection(request.env))

    def _render_role_form(self, *, role=None, original=None, form=None, message=""):
        # sudo: permissions, which people of customers may not read
        roles = request.env["portal.role"].sudo()
        source = role or original
        scopes = source._get_scopes() if source else {}
        refusal = role._get_refusal_to_edit() if role else ""
        choices = []
        for choice in roles._get_permission_choices(self._get_customer()):
            code = choice["permission"].code
            current = scopes.get(code, "")
            if form:
                current = form.values["scopes"].get(code, "")
            choices.append({**choice, "scope": current})
        return self._render_page(
            "customer_portal.role_form",
            {
                "page_name": "roles",
                "role": role,
                "original": original,
                "refusal": refusal,
                "can_delete": role and not refusal and not role.membership_ids,
                "people": role.membership_ids if role and role.partner_id else None,
                "choices": choices,
                "permissions": role._prepare_permission_rows() if role else [],
                "scope_labels": self._get_role_scope_labels(),
                "form": form,
                "errors": form.errors if form else {},
                "message": message,
            },
            status=422 if message or (form and form.errors) else 200,
        )
