"""Nobody sees what is not theirs: each route, each model, each kind of person.

The cast works at Northwind (`head`), its branch (`branch`) and Southwind (`other`).
PEOPLE says in data what each may do; `_may` reads it without the engine under test.
Each document carries a word, its canary, which must not come back to people who may
not see the document: not on a page, in a list, a total's row, a file or a refusal.

What is walked stands in `leak_rows.py`, of the core and of each addon. An addon's may
have PERMISSIONS, codes that who may do everything has too, and
`add_papers(case, partner, person, key, **who)`, which calls `case._add` for documents
of a customer, made by one of its people (res.users) or by nobody.
"""

import itertools
import json
import logging
import re
from collections import defaultdict

from odoo.exceptions import AccessError
from odoo.tests import tagged
from odoo.tools import mute_logger

from ..common import PortalHttpCommon
from ..document_papers import DocumentMixin
from ..leak_papers import LeakPapersMixin
from ..role_case import RolesMixin
from ..rows import find_rows, join

_logger = logging.getLogger(__name__)

# The field of a line that leads to its document.
PARENTS = ("order_id", "move_id", "remittance_id", "change_id", "document_id")
TREE = {"head": {"head", "branch"}, "branch": {"branch"}, "other": {"other"}}
SEE = ("see_invoices", "see_orders", "see_quotes")
EVERYTHING = dict.fromkeys(
    (
        *SEE,
        "pay",
        "order",
        "sign_quotes",
        "see_credit",
        "change_orders",
        "manage_addresses",
        "manage_company",
        "see_documents",
        "send_documents",
        "manage_people",
        "see_activity",
        "export",
    ),
    "branches",
)
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
WITHOUT_RIGHTS = ("disabled", "invited")
# May do the same, nothing: each asks for a third of the documents, together for all.
ALIKE = ("nobody", *WITHOUT_RIGHTS)


@tagged("post_install", "-at_install")
class TestLeaks(LeakPapersMixin, DocumentMixin, RolesMixin, PortalHttpCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.rows = find_rows(cls.env, "leak_rows")
        cls.addresses = join(cls.rows, "ADDRESSES")
        cls.calls = join(cls.rows, "CALLS")
        cls.skipped = join(cls.rows, "SKIPPED")
        more = dict.fromkeys(join(cls.rows, "PERMISSIONS"), "branches")
        cls.works_for = {
            person: {
                customer: scopes | more if scopes is EVERYTHING else scopes
                for customer, scopes in works_for.items()
            }
            for person, works_for in PEOPLE.items()
        }
        cls.customers = {
            "head": cls.customer,
            "branch": cls.branch,
            "other": cls.other_customer,
        }
        for user in (cls.buyer, cls.colleague, cls.stranger):
            user.portal_membership_ids.unlink()
        cls.people = {}
        for name, works_for in cls.works_for.items():
            if name == "visitor":
                continue
            home = next(iter(works_for), "head")
            user = cls._create_portal_user(name, cls.customers[home])
            user.portal_membership_ids.unlink()
            for customer, scopes in works_for.items():
                cls.env["portal.membership"].create(
                    {
                        "user_id": user.id,
                        "partner_id": cls.customers[customer].id,
                        "role_id": cls._create_role(scopes).id,
                        "state": name if name in WITHOUT_RIGHTS else "active",
                    }
                )
            # Who signed in before, for another customer, accepts on a page.
            cls.env["res.users.log"].with_user(user).sudo().create({})
            cls.people[name] = user
        # {kind: [{record, canary, customer, maker, code of permission or None}]}
        cls.papers = defaultdict(list)
        makers = {"head": ("own_only", None), "branch": (None,), "other": (None,)}
        for customer, names in makers.items():
            for maker in names:
                cls._create_papers(customer, maker)

    # ------------------------------------------------------------
    # What is right, in plain words
    # ------------------------------------------------------------

    @classmethod
    def _may(cls, person, code, customer, maker):
        """Return whether a person may see a document, from PEOPLE alone."""
        if person in WITHOUT_RIGHTS or code is None:
            return False
        for works_at, scopes in cls.works_for[person].items():
            if code == "any":
                # Everybody reads the contacts of the widest circle of the own rights.
                widest = "branches" if "branches" in scopes.values() else "company"
            else:
                widest = scopes.get(code)
            if (
                (widest == "branches" and customer in TREE[works_at])
                or (widest == "company" and customer == works_at)
                or (widest == "own" and customer == works_at and maker == person)
            ):
                return True
        return False

    def _may_see(self, person, paper):
        return self._may(person, paper["code"], paper["customer"], paper["maker"])

    def _get_forbidden(self, person):
        """Return the words that must not come back to a person."""
        return [
            paper["canary"]
            for paper in itertools.chain(*self.papers.values())
            if not self._may_see(person, paper)
        ]

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
        cells = 0
        kinds = join(self.rows, "KINDS")
        for person, user in self.people.items():
            for kind, children in kinds.items():
                papers = self.papers[kind]
                records = papers[0]["record"].browse(
                    [paper["record"].id for paper in papers]
                )
                own = records.with_user(user).with_context(active_test=False)
                right = records.browse(
                    [
                        paper["record"].id
                        for paper in papers
                        if self._may_see(person, paper)
                    ]
                )
                wrong = records - right
                cells += 3 * len(records)
                with self.subTest(kind, person=person):
                    found = own.search([("id", "in", own.ids)])
                    self.assertEqual(set(found.ids), set(right.ids))
                    self.assertEqual(
                        own.search_count([("id", "in", own.ids)]), len(right)
                    )
                    [(count,)] = own._read_group(
                        [("id", "in", own.ids)], [], ["__count"]
                    )
                    self.assertEqual(count, len(right))
                    for record in wrong.with_user(user):
                        with self.assertRaises(AccessError):
                            record.check_access("read")
                        with self.assertRaises(AccessError):
                            record.read(["create_date"])
                    for field in children:
                        lines = records.sudo()[field].with_user(user)
                        parent = lines._fields
                        name = next(
                            name
                            for name in PARENTS
                            if name in parent
                            and parent[name].comodel_name == records._name
                        )
                        seen = lines.search([("id", "in", lines.ids)])
                        self.assertEqual(
                            seen.mapped(name).ids and set(seen.sudo()[name].ids),
                            set(right.ids) or [],
                        )
                        cells += len(lines)
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
        """Suggestions and labels obey the same rules."""
        for person, user in self.people.items():
            forbidden = self._get_forbidden(person)
            for model in ("sale.order", "account.move", "res.partner"):
                with self.subTest(model, person=person):
                    names = self.env[model].with_user(user).name_search("CANARY")
                    self._assert_silent(json.dumps(names), forbidden)

    # ------------------------------------------------------------
    # Routes
    # ------------------------------------------------------------

    def _get_routes(self):
        """Return {route: routing} of what a portal user or a visitor can call."""
        rules = self.env["ir.http"]._generate_routing_rules(
            self.env.registry._init_modules, {}
        )
        return {
            url: endpoint.routing
            for url, endpoint in rules
            if endpoint.routing["auth"] in ("user", "public")
        }

    def _is_skipped(self, route):
        return route not in self.addresses and any(
            route.startswith(beginning) for beginning in self.skipped
        )

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

    def _get_requests(self):
        """Return (route, kind of the record or None, address, JSON values or None)."""
        kinds = self.papers.keys()
        for route, routing in self._get_routes().items():
            if self._is_skipped(route):
                continue
            methods = routing.get("methods") or ["GET"]
            is_json = routing["type"] == "jsonrpc"
            if not is_json and "GET" not in methods:
                continue  # forms are tested one by one, with their values
            for address in self.addresses.get(route, [] if "<" in route else [route]):
                for values in self.calls.get(route, [{}]) if is_json else [None]:
                    text = address + json.dumps(values)
                    kind = next((kind for kind in kinds if f"{{{kind}}}" in text), None)
                    yield route, kind, address, values
        for address in join(self.rows, "LISTS"):
            yield address.partition("?")[0], None, address, None

    def _call(self, address, values, record_id):
        """Return the answer to one request, the record filled in."""
        for kind in self.papers:
            address = address.replace(f"{{{kind}}}", str(record_id))
        if values is None:
            return self.url_open(address, allow_redirects=False)
        text = json.dumps(values)
        for kind in self.papers:
            text = text.replace(f'"{{{kind}}}"', str(record_id))
        return self.url_open(address, json={"params": json.loads(text)})

    def _assert_silent(self, text, forbidden, asked=""):
        told = [canary for canary in forbidden if canary in text and canary != asked]
        self.assertFalse(told)

    @mute_logger("odoo.http", "odoo.addons.base.models.ir_rule", "odoo.addons.payment")
    def test_routes(self):
        requests = list(self._get_requests())
        cells = 0
        for person in PEOPLE:
            self._sign_in(self.people.get(person))
            forbidden = self._get_forbidden(person)
            for route, kind, address, values in requests:
                papers = self.papers[kind] if kind else [None]
                if person in ALIKE and kind:
                    papers = papers[ALIKE.index(person) :: len(ALIKE)]
                missing = None
                for paper in papers:
                    cells += 1
                    record_id = paper["record"].id if paper else 0
                    answer = self._call(address, values, record_id)
                    with self.subTest(address, person=person, paper=paper):
                        self._assert_silent(answer.text, forbidden)
                        if route.startswith("/my"):
                            self.assertLess(answer.status_code, 500)
                        if not (paper and self._is_ours(route)):
                            continue
                        if self._may_see(person, paper):
                            continue
                        if missing is None:
                            missing = self._call(address, values, 99999999)
                        self.assertEqual(
                            self._as_seen(answer, record_id),
                            self._as_seen(missing, 99999999),
                        )
        self.assertGreater(cells, 5000)
        _logger.info("leak test: %s cells of routes", cells)

    @staticmethod
    def _is_ours(route):
        return route.startswith(("/my/", "/invoice/"))

    @staticmethod
    def _as_seen(answer, record_id):
        """Return what could tell a foreign record from a missing one."""
        location = answer.headers.get("Location", "")
        location = re.sub(rf"(?<=F|/){record_id}\b", "ID", location)
        error = ""
        if answer.headers["Content-Type"].startswith("application/json"):
            body = answer.json()
            error = body.get("error", {}).get("message") or body.get("result")
        return answer.status_code, location, error

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
                    self.assertEqual(answer.status_code, 303)
