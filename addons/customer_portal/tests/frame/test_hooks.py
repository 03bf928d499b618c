from odoo.tests import tagged

from ...hooks import SCOPE, pre_init_hook, uninstall_hook
from ..common import PortalCommon


@tagged("post_install", "-at_install")
class TestHooks(PortalCommon):
    """Installing and uninstalling; `bin/check-install --living` does both."""

    def test_who_could_sign_up_before_can_again(self):
        parameters = self.env["ir.config_parameter"]
        for before, chosen, after in (
            ("b2c", "b2b", "b2c"),
            ("b2b", "b2b", "b2b"),
            (False, "b2b", False),
            ("b2b", "b2c", "b2c"),  # an administrator's choice stays
        ):
            with self.subTest(before=before, chosen=chosen):
                parameters.set_param(SCOPE, before)
                pre_init_hook(self.env)
                parameters.set_param(SCOPE, chosen)
                uninstall_hook(self.env)
                self.assertEqual(parameters.get_param(SCOPE), after)
                ours = [("key", "=like", "customer_portal.%")]
                self.assertFalse(parameters.search(ours))

    def test_a_database_that_remembers_nothing_stays_closed(self):
        parameters = self.env["ir.config_parameter"]
        parameters.search([("key", "=like", "customer_portal.%")]).unlink()
        parameters.set_param(SCOPE, "b2b")
        uninstall_hook(self.env)
        self.assertEqual(parameters.get_param(SCOPE), "b2b")

    def test_what_is_ours_goes_in_any_order(self):
        links = """
            SELECT count(*) FROM pg_constraint
             WHERE contype = 'f' AND confdeltype IN ('a', 'r')
               AND conrelid = %s::regclass
        """
        self.env.cr.execute(links, ["sale_order"])
        [before] = self.env.cr.fetchone()
        uninstall_hook(self.env)
        # Memberships have roles, and people have memberships.
        self.env.cr.execute("DELETE FROM portal_role")
        self.env.cr.execute(links, ["sale_order"])
        self.assertEqual(self.env.cr.fetchone(), (before,))
