"""Roles for the cast."""

from odoo import Command


class RolesMixin:
    """Roles for the cast: what somebody may do is changed in one line."""

    @classmethod
    def _give_role(cls, user, role, customer=None, **values):
        """Give a person a role of the seller at a customer, by default the own."""
        customer = customer or user.partner_id.commercial_partner_id
        member = user.portal_membership_ids.filtered(
            lambda member: member.partner_id == customer
        )
        values["role_id"] = cls.env.ref(f"customer_portal.role_{role}").id
        if member:
            member.write(values)
            return member
        return cls.env["portal.membership"].create(
            {"user_id": user.id, "partner_id": customer.id, **values}
        )

    @classmethod
    def _create_role(cls, scopes, **values):
        """Return a role of {permission code: scope}."""
        return cls.env["portal.role"].create(
            {
                "name": "Tailored",
                "line_ids": [
                    Command.create(
                        {
                            "permission_id": cls.env["portal.permission"]
                            .search([("code", "=", code)])
                            .id,
                            "scope": scope,
                        }
                    )
                    for code, scope in scopes.items()
                ],
                **values,
            }
        )

    @classmethod
    def _tailor(cls, user, scopes, **values):
        """Give a person exactly these permissions."""
        [member] = user.portal_membership_ids
        member.write({"role_id": cls._create_role(scopes).id, **values})
        return member

    def _see(self, user, model):
        """Return what a person finds of a model."""
        return self.env[model].with_user(user).search([])
