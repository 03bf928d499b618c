"""Rights are remembered, and never those of another moment."""

from unittest.mock import patch

from odoo.orm.environments import Environment
from odoo.tests import tagged
from odoo.tools import SQL

from ...models.access import portal_rights_change
from ..common import PortalCommon
from ..role_case import RolesMixin


@tagged("post_install", "-at_install")
class TestRightsChange(RolesMixin, PortalCommon):
    def setUp(self):
        super().setUp()
        self.member = self.buyer.portal_membership_ids
        self.changes = self.env["portal.rights.change"]

    def _get_mark(self):
        self.env.flush_all()
        [(mark,)] = self.env.execute_query(
            SQL("SELECT %s", self.changes._get_mark_query())
        )
        return mark

    def _read_again(self):
        """Return the rights as a new request would."""
        self.env.flush_all()
        self.env.invalidate_all()
        return self.buyer._get_portal_rights()

    def _catch_rights_query(self):
        """Return the SQL by which rights of a customer's person and staff are read."""
        caught = []
        execute_query = Environment.execute_query

        def catch(env, query):
            caught.append(query)
            return execute_query(env, query)

        with patch.object(Environment, "execute_query", catch):
            (self.buyer | self.env.user)._read_rights(self.buyer)
        [query] = caught
        return query

    def test_all_that_is_read_is_watched(self):
        query = self._catch_rights_query()
        self.env.cr.execute(SQL("CREATE TEMP VIEW read_by_rights AS %s", query))
        rows = self.env.execute_query(
            SQL(
                """
                SELECT table_name, array_agg(column_name::text ORDER BY column_name)
                  FROM information_schema.view_column_usage
                 WHERE view_name = 'read_by_rights' AND column_name != 'id'
              GROUP BY table_name
                """
            )
        )
        self.assertEqual(dict(rows), self.changes._get_sources())

    def test_each_change_has_a_mark_of_its_own(self):
        role = self._create_role({"see_orders": "company"})
        tag = self.env["res.partner.category"].create({"name": "Cash only"})
        section = self.env.ref("customer_portal.section_invoices")
        switches = self.env["portal.section.switch"]
        tick = {"section_id": section.id, "category_id": tag.id}
        changes = (
            lambda: self.member.write({"role_id": role.id}),
            lambda: role.line_ids.unlink(),
            lambda: role.write({"active": False}),
            lambda: switches.create(tick),
            lambda: section.write({"is_on": False}),
            lambda: self.customer.write({"category_id": tag.ids}),
            lambda: self.customer.write({"portal_needs_two_factor": True}),
            lambda: self.branch.write({"is_company": False}),
            lambda: self.env["res.partner"].create({"name": "Anybody"}),
            # Core writes the secret past the ORM.
            lambda: self.env.cr.execute(
                "UPDATE res_users SET totp_secret = 'secret' WHERE id = %s",
                [self.buyer.id],
            ),
            lambda: self.member.unlink(),
        )
        marks = [self._get_mark()]
        for change in changes:
            change()
            marks.append(self._get_mark())
        self.assertEqual(len(set(marks)), len(marks))

    def test_what_no_right_comes_from_leaves_the_mark(self):
        mark = self._get_mark()
        self.customer.write({"name": "Renamed", "phone": "+32 2 555 01 01"})
        self.buyer.write({"signature": "B."})
        self.member._write({"create_date": "2020-01-01"})
        self.buyer._update_last_login()
        self.env.flush_all()
        self.assertEqual(self._get_mark(), mark)

    def test_rights_are_asked_once(self):
        self._read_again()
        with patch.object(type(self.buyer), "_read_rights") as read:
            self.assertTrue(self._read_again().can("see_invoices"))
        read.assert_not_called()

    def test_what_is_rolled_back_was_never_so(self):
        before = self._read_again()
        savepoint = self.env.cr.savepoint()
        self.member.state = "disabled"
        self.assertFalse(self._read_again().customer_ids)
        savepoint.rollback()
        self.assertIs(self._read_again(), before)
        self.member.role_id = self._create_role({"see_orders": "company"})
        self.assertFalse(self._read_again().can("see_invoices"))
        savepoint.close()

    def test_pruning_leaves_one_new_mark(self):
        mark = self._get_mark()
        self._read_again()
        with patch.object(portal_rights_change, "MOST_CHANGES", 0):
            self.changes._gc_changes()
        [(count,)] = self.env.execute_query(
            SQL("SELECT count(*) FROM portal_rights_change")
        )
        self.assertEqual(count, 1)
        self.assertNotEqual(self._get_mark(), mark)
        self.assertTrue(self._read_again().can("see_invoices"))

    def test_without_a_mark_rights_are_read(self):
        self._read_again()
        self.env.cr.execute("TRUNCATE portal_rights_change")
        self.env.cr.execute("ALTER TABLE portal_membership DISABLE TRIGGER USER")
        self.env.cr.execute(
            "UPDATE portal_membership SET state = 'disabled' WHERE id = %s",
            [self.member.id],
        )
        self.assertFalse(self._read_again().customer_ids)
