"""Nobody sees what is not theirs: see `leak_case.py`.

The cast works at Northwind (`head`), its branch (`branch`) and Southwind (`other`).
"""

import itertools
import logging

from odoo.tests import tagged
from odoo.tools import mute_logger

from ..leak_case import EVERYTHING, SEE, LeakCase
from ..rows import join

_logger = logging.getLogger(__name__)

# {person: {customer: {permission: scope}}}
PEOPLE = {
    "administrator": {"head": EVERYTHING},
    "company_wide": {"head": dict.fromkeys(SEE, "company")},
    "own_only": {"head": {**dict.fromkeys(SEE, "own"), "order": "company"}},
    "invoices_only": {"head": {"see_invoices": "branches", "pay": "branches"}},
    "orders_only": {"head": {"see_orders": "company", "order": "company"}},
    "branch_clerk": {"branch": dict.fromkeys(SEE, "branches")},
    "bookkeeper": {
        "branch": {"see_invoices": "company", "pay": "company"},
        "other": {"see_invoices": "company"},
    },
    "rival": {"other": EVERYTHING},
    "nobody": {},
    "disabled": {"head": EVERYTHING},
    "invited": {"head": EVERYTHING},
    "visitor": {},
}
# May do the same, nothing: each asks for a third of the documents, together for all.
ALIKE = ("nobody", "disabled", "invited")


@tagged("post_install", "-at_install")
class TestLeaks(LeakCase):
    PEOPLE = PEOPLE
    ALIKE = ALIKE
    MAKERS = {"head": ("own_only", None), "branch": (None,), "other": (None,)}

    # ------------------------------------------------------------
    # Models: what RPC reads
    # ------------------------------------------------------------

    def test_every_model_has_a_line(self):
        user = self.people["administrator"]
        readable = {
            name
            for name, model in self.env.registry.items()
            if not model._abstract and self.env[name].with_user(user).has_access("read")
        }
        guarded = set(join(self.rows, "GUARDED"))
        own, shared = join(self.rows, "OWN"), join(self.rows, "SHARED")
        self.assertFalse(readable - {*guarded, *own, *shared})
        self.assertFalse(guarded - readable)

    def test_models(self):
        cells = self._check_models()
        self.assertGreater(cells, 1000)
        _logger.info("leak test: %s cells of models", cells)

    def test_people_and_log(self):
        members = self.env["portal.membership"].search([])
        entries = self.env["portal.activity"].search([("action", "=", "exported")])
        by_id = {partner.id: key for key, partner in self.customers.items()}
        for person, user in self.people.items():
            with self.subTest(person):
                seen = members.with_user(user).search([("id", "in", members.ids)])
                right = members.filtered(
                    lambda member, person=person, user=user: (
                        member.user_id == user
                        or self._may(
                            person,
                            "manage_people",
                            by_id.get(member.partner_id.id),
                            None,
                        )
                    )
                )
                self.assertEqual(set(seen.ids), set(right.ids))
                # Of who was only invited, and of people from other companies, the
                # page tells what the customer knows; their records stay closed.
                known = right.filtered(
                    lambda member, person=person: (
                        member.state != "invited"
                        and self._may(
                            person,
                            "any",
                            by_id[member.user_id.partner_id.commercial_partner_id.id],
                            None,
                        )
                    )
                ).user_id
                users = self.env["res.users"].with_user(user).search([])
                self.assertEqual(set(users.ids), set((known | user).ids))
                seen = entries.with_user(user).search([("id", "in", entries.ids)])
                right = entries.filtered(
                    lambda entry, person=person: self._may(
                        person, "see_activity", by_id[entry.partner_id.id], None
                    )
                )
                self.assertEqual(set(seen.ids), set(right.ids))

    def test_names_in_choices(self):
        self._check_names_in_choices()

    # ------------------------------------------------------------
    # Routes
    # ------------------------------------------------------------

    def test_every_route_has_a_line(self):
        routes = self._get_routes()
        unknown = {
            route
            for route in routes
            if "<" in route
            and route not in self.addresses
            and not self._is_skipped(route)
        }
        self.assertFalse(unknown)
        self.assertFalse(self.addresses.keys() - routes.keys())
        self.assertFalse(self.calls.keys() - routes.keys())

    @mute_logger("odoo.http", "odoo.addons.base.models.ir_rule", "odoo.addons.payment")
    def test_routes(self):
        cells = self._check_routes(list(self._get_requests()))
        self.assertGreater(cells, 5000)
        _logger.info("leak test: %s cells of routes", cells)

    # ------------------------------------------------------------
    # Tokens
    # ------------------------------------------------------------

    def test_token_of_one_document_opens_no_other(self):
        """Each order's and invoice's token, tried on each other one, by a rival."""
        self._sign_in(self.people["rival"])
        for kind, path in (("order", "/my/orders"), ("invoice", "/my/invoices")):
            papers = [
                paper for paper in self.papers[kind] if paper["customer"] != "other"
            ]
            for paper, other in itertools.permutations(papers[:5], 2):
                with self.subTest(paper=paper["canary"], token_of=other["canary"]):
                    answer = self._get(
                        f"{path}/{paper['record'].id}"
                        f"?access_token={other['record'].access_token}"
                    )
                    self.assertNotIn(paper["canary"], answer.text)
                    self.assertEqual(answer.status_code, 404)
