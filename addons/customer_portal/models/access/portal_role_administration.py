"""Roles that a customer's administrator makes for the own company."""

from odoo import api, models
from odoo.exceptions import UserError

from ...tools.rights import SCOPES


class PortalRole(models.Model):
    _inherit = "portal.role"

    @api.model
    def _get_roles_of(self, customers):
        """Return the seller's roles and those of these customers, in sudo.

        The caller has checked that the person manages the people of these customers.
        """
        # sudo: people of customers may not read roles; these are theirs to see
        roles = self.sudo()
        return roles.search_fetch(
            [("partner_id", "in", [False, *customers.ids])],
            ["description", "line_ids", "name", "partner_id"],
        )

    def _prepare_permission_rows(self, widest="branches"):
        """Return what the role allows, in words and in the order of the portal.

        :param str widest: the scope of a person, which narrows that of the role
        :return: list of dicts with code, name, scope
        """
        return [
            {
                "code": line.permission_id.code,
                "name": line.permission_id.name,
                "scope": min(line.scope, widest, key=SCOPES.index),
            }
            for line in self.line_ids.sorted(
                lambda line: (line.permission_id.sequence, line.permission_id.id)
            )
        ]

    @api.model
    def _get_permission_choices(self, customer):
        """Return which permissions a role of this customer can have, and how wide.

        Those that the current person has, that customers may use in roles, and whose
        section is on.

        :return: list of dicts with permission (in sudo) and scopes, a list of keys
        """
        reach = self.env["portal.membership"]._get_reach(customer)
        rights = self.env.user._get_portal_rights()
        choices = []
        permissions = self.env["portal.permission"].search_fetch(
            [("is_delegable", "=", True), ("code", "in", list(reach.scopes))],
            ["code", "has_own", "name", "section_id", "sequence"],
        )
        permissions.section_id.fetch(["name"])
        for permission in permissions:
            code = permission.code
            if customer.id not in rights.get_ids(code) | rights.get_own_ids(code):
                continue
            widest = SCOPES.index(reach.scopes[code])
            scopes = [
                scope
                for scope in SCOPES[: widest + 1]
                if scope != "own" or permission.has_own
            ]
            if scopes:
                choices.append({"permission": permission, "scopes": scopes})
        return choices

    def _get_refusal_to_edit(self):
        """Return why the current person cannot edit this role, or ""."""
        self.ensure_one()
        memberships = self.env["portal.membership"]
        if not self.partner_id:
            return self.env._("This role is the same for all our customers.")
        reach = memberships._get_reach(self.partner_id)
        people = self.membership_ids
        if self.env.user in people.user_id:
            return self.env._("This is your own role. Someone else can edit it.")
        if not reach.covers_scopes(self._get_scopes()):
            return self.env._("This role allows more than your own.")
        for member in people:
            limit = member.order_limit if member.has_order_limit else None
            if not reach.covers_limit(limit, member.currency_id):
                return self.env._(
                    "%s has this role and a higher order limit than yours.", member.name
                )
        return ""

    @api.model
    def _create_for_customer(self, customer, name, description, scopes):
        """Make a role that only this customer has; in sudo, for the current person.

        :param dict scopes: {permission code: scope}; of `_get_permission_choices`
        :return: the role
        :raise UserError: for rights beyond the own, and for a name that is taken
        """
        self.env["portal.membership"]._lock_people(customer)
        lines = self._check_role(customer, name, scopes)
        # One text in all languages: who typed it did so once.
        role = self.with_context(lang=None).create(
            {
                "name": name,
                "description": description,
                "partner_id": customer.id,
                "sequence": 100,
                "line_ids": [
                    (0, 0, {"permission_id": permission.id, "scope": scope})
                    for permission, scope in lines.items()
                ],
            }
        )
        self.env["portal.activity"]._log(
            "role_created", customer, record=role, detail=role._get_scopes_text()
        )
        return role

    def _update_for_customer(self, name, description, scopes):
        """Change a customer's own role; in sudo, for the current person.

        Permissions that the form did not offer stay as they are.

        :raise UserError: see `_create_for_customer` and `_get_refusal_to_edit`
        """
        self.ensure_one()
        customer = self.partner_id
        self.env["portal.membership"]._lock_people(customer)
        if refusal := self._get_refusal_to_edit():
            raise UserError(refusal)
        lines = self._check_role(customer, name, scopes)
        offered = [
            choice["permission"] for choice in self._get_permission_choices(customer)
        ]
        before = f"{self.name} ({self._get_scopes_text()})"
        self.line_ids.filtered(lambda line: line.permission_id in offered).unlink()
        self.with_context(lang=None).write(
            {
                "name": name,
                "description": description,
                "line_ids": [
                    (0, 0, {"permission_id": permission.id, "scope": scope})
                    for permission, scope in lines.items()
                ],
            }
        )
        self.env["portal.activity"]._log(
            "role_changed",
            customer,
            record=self,
            detail=f"{before} → {self.name} ({self._get_scopes_text()})",
        )

    def _delete_for_customer(self):
        """Delete a customer's own role; in sudo, for the current person.

        :raise UserError: while somebody has it, with the names
        """
        self.ensure_one()
        customer = self.partner_id
        self.env["portal.membership"]._lock_people(customer)
        if refusal := self._get_refusal_to_edit():
            raise UserError(refusal)
        if people := self.membership_ids:
            names = ", ".join(people[:5].mapped("name"))
            if len(people) > 5:
                names = self.env._(
                    "%(names)s and %(count)s more", names=names, count=len(people) - 5
                )
            raise UserError(
                self.env._(
                    "This role is in use: %s. Assign these people another role first.",
                    names,
                )
            )
        self.env["portal.activity"]._log("role_deleted", customer, record=self)
        self.unlink()

    @api.model
    def _check_role(self, customer, name, scopes):
        """Return {permission: scope} of a form that goes nowhere beyond the own rights.

        :raise UserError: with a sentence for the form
        """
        taken = self.search(
            [
                ("partner_id", "in", (False, customer.id)),
                ("name", "=ilike", name.replace("\\", "\\\\").replace("%", r"\%")),
                ("id", "not in", self.ids),
            ],
            limit=1,
        )
        if taken:
            raise UserError(self.env._("A role with that name already exists."))
        lines = {}
        for choice in self._get_permission_choices(customer):
            scope = scopes.pop(choice["permission"].code, None)
            if scope in choice["scopes"]:
                lines[choice["permission"]] = scope
            elif scope:
                raise UserError(
                    self.env._(
                        "%s goes beyond your own rights.", choice["permission"].name
                    )
                )
        if scopes:
            raise UserError(self.env._("A role cannot allow more than your own."))
        return lines

    def _get_scopes_text(self):
        """Return the permissions in words, for the log."""
        labels = dict(self.line_ids._fields["scope"]._description_selection(self.env))
        return ", ".join(
            f"{row['name']}: {labels[row['scope']]}"
            for row in self._prepare_permission_rows()
        )
