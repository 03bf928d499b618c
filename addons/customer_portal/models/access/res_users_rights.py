"""What the rights of people come from, in the database and remembered."""

from odoo import models
from odoo.http import request
from odoo.tools import SQL, ormcache

from ...tools.linked_query import Ids, LinkedQuery
from ..frame.res_company import PORTAL_FIELDS
from .res_partner import RIGHTS_FIELDS

RIGHTS_MODELS = (
    "portal.membership",
    "portal.permission",
    "portal.role",
    "portal.role.line",
    "portal.section",
    "portal.section.switch",
)
# What every page asks of the person, and of the person's contact.
USER_FIELDS = ("active", "company_id", "partner_id", "share")
CONTACT_FIELDS = (
    "commercial_partner_id",
    "email",
    "lang",
    "name",
    "parent_id",
    "tz",
    "user_id",
)
# ... of the company that the contact belongs to, and of the seller's person.
CUSTOMER_FIELDS = ("commercial_partner_id", "name", "parent_id", "user_id")
SELLER_FIELDS = ("active", "partner_id")
SELLER_CONTACT_FIELDS = ("email", "name", "phone")


class ResUsers(models.Model):
    _inherit = "res.users"

    def _compute_portal_rights(self):
        """Read the rights of people from the database.

        Of one person they are remembered for as long as nothing is changed that they
        come from, see `portal.rights.change`.
        """
        if self.env.transaction.field_dirty or self.env.transaction.tocompute:
            for name in RIGHTS_MODELS:
                self.env[name].flush_model()
            self.env["res.partner"].flush_model(list(RIGHTS_FIELDS))
        self.portal_rights = "[]"
        mark = self._fetch_portal_people()
        people = self.filtered(lambda user: not user._is_public())
        portal_users = people.filtered("share")
        if len(people) == 1 and mark and not self._get_looked_at():
            people.portal_rights = people._get_rights_text(mark, bool(portal_users))
            return
        texts = people._read_rights(portal_users)
        for person in people:
            person.portal_rights = texts.get(person.id, "[]")

    @ormcache("self.id", "mark", "is_portal_user")
    def _get_rights_text(self, mark, is_portal_user):
        """Return the rights of one person, in the state that the mark names."""
        portal_users = self if is_portal_user else self.browse()
        return self._read_rights(portal_users).get(self.id, "[]")

    def _read_rights(self, portal_users):
        """Return {id: text of the rights} of people, in one query.

        Staff, who see the pages too, may do everything for the own company.

        :param portal_users: those of these people who are not staff
        """
        staff = self - portal_users
        queries = []
        if portal_users.ids:
            queries.append(portal_users._get_members_query())
        if staff.ids:
            queries.append(staff._get_staff_members_query())
        if not queries:
            return {}
        rows = self.env.execute_query(
            SQL(
                """
                WITH RECURSIVE member AS MATERIALIZED (%s),
                tree(root, id) AS (
                    SELECT root, root FROM member
                     UNION
                    SELECT tree.root, child.id
                      FROM tree
                      JOIN res_partner child ON child.parent_id = tree.id
                     WHERE child.is_company
                )
                SELECT member.person_id,
                       json_agg(json_build_array(
                           member.root, member.scope, member.needs_two_factor,
                           member.grants,
                           (SELECT json_agg(json_build_array(tree.id, ARRAY(%s))
                                            ORDER BY tree.id)
                              FROM tree WHERE tree.root = member.root)
                       ) ORDER BY member.root)::text
                  FROM member
              GROUP BY member.person_id
                """,
                SQL(" UNION ALL ").join(queries),
                self._get_sections_off_query(),
            )
        )
        return dict(rows)

    def _fetch_portal_people(self):
        """Read what each page needs of people, in one query.

        Of themselves, their contacts, the companies of both sides and the salesperson;
        one by one Odoo would read all columns of each. Currencies are remembered.

        :return: what names the state that rights are read from, or None
        """
        self.env["res.currency"]._remember_figures()
        if not self.ids:
            return None
        linked = self._get_people_query()
        rows = self.env.execute_query(linked.of(self.ids))
        self._insert_rows(linked, rows)
        return rows[0][-1] if rows else None

    @ormcache()
    def _get_people_query(self):
        """Return the LinkedQuery of `_fetch_portal_people`; the mark is behind it."""
        parts = self._get_people_parts()
        sql = SQL(
            """
                SELECT %s, %s
                  FROM res_users person
                  JOIN res_partner contact ON contact.id = person.partner_id
                  JOIN res_company company ON company.id = person.company_id
             LEFT JOIN res_partner customer
                    ON customer.id = contact.commercial_partner_id
             LEFT JOIN res_users seller
                    ON seller.id = COALESCE(contact.user_id, customer.user_id)
             LEFT JOIN res_partner seller_contact
                    ON seller_contact.id = seller.partner_id
                 WHERE person.id = ANY(%s)
            """,
            SQL(", ").join(part for _model, _name, part in parts),
            self.env["portal.rights.change"]._get_mark_query(),
            Ids,
        )
        return LinkedQuery(sql, tuple((model, name, True) for model, name, _ in parts))

    def _get_people_parts(self):
        """Return the columns of `_get_people_query`; other wings add theirs.

        :return: list of (model, field, SQL); a part without a field is the id of the
            records that the next ones are of
        """
        return [
            (
                model,
                name,
                SQL.identifier(
                    alias, name or "id", to_flush=self.env[model]._fields.get(name)
                ),
            )
            for alias, model, names in (
                ("person", "res.users", USER_FIELDS),
                ("contact", "res.partner", CONTACT_FIELDS),
                ("customer", "res.partner", CUSTOMER_FIELDS),
                ("company", "res.company", PORTAL_FIELDS),
                ("seller", "res.users", SELLER_FIELDS),
                ("seller_contact", "res.partner", SELLER_CONTACT_FIELDS),
            )
            for name in (None, *names)
        ]

    def _get_members_query(self):
        """Return the SQL of the active memberships of people, with their grants.

        While staff see the portal as a person, only that for the customer in whose log
        the look stands.
        """
        looked_at = SQL("TRUE")
        if view_sudo := self._get_looked_at():
            looked_at = SQL(
                "(membership.user_id != %s OR membership.partner_id = %s)",
                view_sudo.person_id.id,
                view_sudo.partner_id.id,
            )
        return SQL(
            """
            SELECT person.id AS person_id, membership.partner_id AS root,
                   membership.scope,
                   customer.portal_needs_two_factor IS TRUE
                   AND person.totp_secret IS NULL
                   AND NOT EXISTS (SELECT FROM auth_passkey_key passkey
                                    WHERE passkey.create_uid = person.id)
                       AS needs_two_factor,
                   (SELECT COALESCE(json_agg(json_build_array(
                               permission.code, permission.section_id, line.scope)
                               ORDER BY permission.code), '[]')
                      FROM portal_role_line line
                      JOIN portal_permission permission
                        ON permission.id = line.permission_id
                     WHERE line.role_id = role.id) AS grants
              FROM portal_membership membership
              JOIN portal_role role ON role.id = membership.role_id
              JOIN res_users person ON person.id = membership.user_id
              JOIN res_partner customer ON customer.id = membership.partner_id
             WHERE membership.user_id IN %s
               AND membership.state = 'active'
               AND role.active
               AND %s
            """,
            tuple(self.ids),
            looked_at,
        )

    @staticmethod
    def _get_looked_at():
        """Return the view of staff that this request is a part of, or None."""
        view_sudo = getattr(request, "portal_view", None) if request else None
        # Tests of Odoo have a request with every attribute, which means nothing.
        return view_sudo if isinstance(view_sudo, models.BaseModel) else None

    def _get_staff_members_query(self):
        return SQL(
            """
            SELECT person.id AS person_id,
                   partner.commercial_partner_id AS root, 'branches' AS scope,
                   FALSE AS needs_two_factor,
                   (SELECT json_agg(json_build_array(
                               permission.code, permission.section_id, 'branches')
                               ORDER BY permission.code)
                      FROM portal_permission permission) AS grants
              FROM res_users person
              JOIN res_partner partner ON partner.id = person.partner_id
             WHERE person.id IN %s
            """,
            tuple(self.ids),
        )

    @staticmethod
    def _get_sections_off_query():
        """Return the SQL of the ids of the sections that are off for `tree.id`."""
        return SQL(
            """
            SELECT section.id
              FROM portal_section section
             WHERE NOT COALESCE(
                   (SELECT switch.is_on IS TRUE
                      FROM portal_section_switch switch
                     WHERE switch.section_id = section.id
                       AND switch.partner_id = tree.id),
                   (SELECT bool_and(switch.is_on IS TRUE)
                      FROM portal_section_switch switch
                      JOIN res_partner_res_partner_category_rel tag
                        ON tag.category_id = switch.category_id
                     WHERE switch.section_id = section.id
                       AND tag.partner_id = tree.id),
                   section.is_on IS TRUE)
             ORDER BY section.id
            """
        )
