"""Which requests are counted: what a route says of itself with `limit=`."""

import re

from odoo.tests import TransactionCase, tagged

from ...models.frame.ir_http import STOCK_LIMITS

# Why a POST of ours is not counted: routes.
UNLIMITED = {
    "counts itself, by what is in it": {
        "/my/documents/<int:document_id>/versions",
        "/my/documents/requests/<int:request_id>",
        "/my/documents/send",
        "/my/people/<int:membership_id>/resend",
        "/my/people/invite",
        "/my/privacy/deletion",
        "/my/security/sessions/<int:session_id>/end",
        "/my/security/sessions/end",
    },
    "a switch: the second time changes nothing": {
        "/my/addresses/<int:address_id>/archive",
        "/my/addresses/<int:address_id>/default",
        "/my/addresses/<int:address_id>/restore",
        "/my/company",
        "/my/company/changes/<int:company_change_id>/withdraw",
        "/my/company/contacts/<int:function_id>/remove",
        "/my/company/invitations/<int:membership_id>",
        "/my/documents/<int:document_id>/withdraw",
        "/my/notices/<int:notice_id>/open",
        "/my/notices/read",
        "/my/notifications",
        "/my/orders/<int:order_id>/reference",
        "/my/notifications/unsubscribe",
        "/my/orders/<int:order_id>/changes/<int:change_id>/withdraw",
        "/my/pay/<int:remittance_id>/cancel",
        "/my/payment_method/<int:token_id>/remove",
        "/my/payment_method/<int:token_id>/share",
        "/my/payment_method/<int:token_id>/unshare",
        "/my/people/<int:membership_id>/disable",
        "/my/people/<int:membership_id>/enable",
        "/my/people/two_factor",
        "/my/privacy/consents/<int:text_id>",
        "/my/privacy/deletion/withdraw",
        "/my/profile",
        "/my/promises/<int:promise_id>/withdraw",
        "/my/roles/<int:role_id>/delete",
        "/my/statement/monthly",
        "/my/statement/unsubscribe",
        "/my/view_as/stop",
    },
    "short work in the person's own rights": {
        "/my/addresses/<int:address_id>/orders",
        "/my/company/change",
        "/my/company/contacts",
        "/my/orders/<int:order_id>/hand_over",
        "/my/orders/<int:order_id>/products",
        "/my/orders/<int:order_id>/reorder",
        "/my/orders/<int:order_id>/review",
        "/my/pay",
        "/my/pay/<int:remittance_id>/apply",
        "/my/people/<int:membership_id>",
        "/my/promise",
        "/my/promises/<int:promise_id>/change",
        "/my/roles/<int:role_id>",
        "/my/roles/new",
    },
}
# What makes or sends a file says so in its address.
FILE = re.compile(r"/(pdf|receipt|advice|xml|xlsx|csv|zip|export|download)$")


@tagged("post_install", "-at_install")
class TestLimits(TransactionCase):
    def test_kinds_of_routes_are_known(self):
        kinds = {kind for _url, kind, _methods in self._get_routes()} - {None}
        kinds |= {kind for kind, _method, _path, _parameter in STOCK_LIMITS}
        self.assertGreater(len(kinds), 8)
        limits = self.env["portal.rate.limit"]
        self.assertEqual(kinds - limits._get_limits().keys(), set())

    def test_every_post_is_limited_or_named_here(self):
        unlimited = {
            url
            for url, kind, methods in self._get_routes()
            if methods == ["POST"] and not kind
        }
        self.assertEqual(unlimited, set().union(*UNLIMITED.values()))

    def test_every_file_is_limited(self):
        files = {url: kind for url, kind, _methods in self._get_routes()}
        files = {url: kind for url, kind in files.items() if FILE.search(url)}
        self.assertGreater(len(files), 15)
        self.assertLessEqual(set(files.values()), {"pdf", "export"})

    def test_an_addon_adds_a_kind(self):
        limits = self.env["portal.rate.limit"]
        get_limits = type(limits)._get_limits
        few = limits._get_limit("search")._replace(account=2, address=None)
        self.patch(
            type(limits),
            "_get_limits",
            lambda records: {**get_limits(records), "ticket": few},
        )
        self.assertEqual(limits._get_limit("ticket"), few)
        self.env["ir.config_parameter"].set_param("customer_portal.limit_ticket", "5")
        self.assertEqual(limits._get_limit("ticket"), few._replace(account=5))

    def _get_routes(self):
        """Return (url, kind, methods) of the routes that are ours, not Odoo's."""
        rules = self.env["ir.http"]._generate_routing_rules(
            self.env.registry._init_modules, converters={}
        )
        routes = []
        for url, endpoint in rules:
            routing = endpoint.routing
            name = endpoint.func.__name__
            first = [
                cls for cls in type(endpoint.func.__self__).__mro__ if name in vars(cls)
            ][-1]
            if first.__module__.startswith("odoo.addons.customer_portal"):
                is_call = routing["type"] == "jsonrpc"
                methods = ["POST"] if is_call else routing["methods"]
                routes.append((url, routing.get("limit"), methods))
        return routes
