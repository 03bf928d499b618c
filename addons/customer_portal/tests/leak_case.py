"""Nobody sees what is not theirs: each route, each model, each kind of person.

PEOPLE of a class says in data what each may do; `_may` reads it without the engine
under test. Each document carries a word, its canary, which must not come back to people
who may not see the document: not on a page, in a list, a total's row, a file or a
refusal.

What is walked stands in `leak_rows.py`, of the core and of each addon. An addon's may
have PERMISSIONS, codes that who may do everything has too, and
`add_papers(case, partner, person, key, **who)`, which calls `case._add` for documents
of a customer, made by one of its people (res.users) or by nobody.
"""

import itertools
import json
import re
from collections import defaultdict

from odoo.exceptions import AccessError

from .common import PortalHttpCommon
from .document_papers import DocumentMixin
from .leak_papers import LeakPapersMixin
from .role_case import RolesMixin
from .rows import find_rows, join

# The field of a line that leads to its document.
PARENTS = (
    "order_id",
    "dispute_id",
    "move_id",
    "remittance_id",
    "change_id",
    "document_id",
)
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


class LeakCase(LeakPapersMixin, DocumentMixin, RolesMixin, PortalHttpCommon):
    # {person: {customer: {permission: scope}}}, when the pages are walked
    PEOPLE = {}
    # {customer: those whose papers its people reach with "branches"}
    TREE = {"head": {"head", "branch"}, "branch": {"branch"}, "other": {"other"}}
    # {customer: by whom its papers are made; None is the seller's staff}
    MAKERS = {}
    # Of memberships with these states nothing is seen.
    WITHOUT_RIGHTS = ("disabled", "invited")
    # May do the same, nothing: each asks for a part of the documents, together for all.
    ALIKE = ()

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
            for person, works_for in cls.PEOPLE.items()
        }
        cls.customers = cls._get_customers()
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
                        "state": name if name in cls.WITHOUT_RIGHTS else "active",
                    }
                )
            # Who signed in before, for another customer, accepts on a page.
            cls.env["res.users.log"].with_user(user).sudo().create({})
            cls.people[name] = user
        # {kind: [{record, canary, customer, maker, code of permission or None}]}
        cls.papers = defaultdict(list)
        for customer, names in cls.MAKERS.items():
            for maker in names:
                cls._create_papers(customer, maker)
        cls._let_happen()

    @classmethod
    def _get_customers(cls):
        return {
            "head": cls.customer,
            "branch": cls.branch,
            "other": cls.other_customer,
        }

    @classmethod
    def _let_happen(cls):
        """Change what there is, before anything is asked for."""

    # ------------------------------------------------------------
    # What is right, in plain words
    # ------------------------------------------------------------

    @classmethod
    def _may(cls, person, code, customer, maker):
        """Return whether a person may see a document, from PEOPLE alone."""
        if person in cls.WITHOUT_RIGHTS or code is None:
            return False
        for works_at, scopes in cls.works_for[person].items():
            if code == "any":
                # Everybody reads the contacts of the widest circle of the own rights.
                widest = "branches" if "branches" in scopes.values() else "company"
            else:
                widest = scopes.get(code)
            if (
                (widest == "branches" and customer in cls.TREE[works_at])
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

    def _check_models(self):
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
        return cells

    def _check_names_in_choices(self):
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

    def _check_routes(self, requests):
        """Ask for each page as each person, and return how many were asked for."""
        cells = 0
        for person in self.PEOPLE:
            self._sign_in(self.people.get(person))
            forbidden = self._get_forbidden(person)
            for route, kind, address, values in requests:
                papers = self.papers[kind] if kind else [None]
                if person in self.ALIKE and kind:
                    papers = papers[self.ALIKE.index(person) :: len(self.ALIKE)]
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
        return cells

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
