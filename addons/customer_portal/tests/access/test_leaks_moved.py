"""Nobody sees what is not theirs, after people and companies have moved.

Papers are made first. Then one contact of Northwind moves to Southwind, another one
stands alone, the branch is sold to Southwind, and a twin is merged into Northwind.
"""

import logging

from odoo.tests import tagged
from odoo.tools import mute_logger

from ..leak_case import EVERYTHING, SEE, LeakCase

_logger = logging.getLogger(__name__)

# The role of who comes to a company without one that was chosen.
MEMBER = {
    code: scope
    for code, scope in EVERYTHING.items()
    if code not in ("manage_people", "see_activity")
}
CLERK = dict.fromkeys(SEE, "branches")
# {person: (before, afterwards)}
MOVES = {
    "administrator": ({"head": EVERYTHING}, {"head": EVERYTHING}),
    "mover": ({"head": EVERYTHING}, {"other": MEMBER}),
    "leaver": ({"head": EVERYTHING}, {"alone": MEMBER}),
    "branch_clerk": ({"branch": CLERK}, {"branch": CLERK}),
    "heir": ({"other": EVERYTHING}, {"other": EVERYTHING}),
    "twin_clerk": ({"twin": CLERK}, {"head": CLERK}),
}


@tagged("post_install", "-at_install")
class TestLeaksMoved(LeakCase):
    PEOPLE = {person: before for person, (before, _after) in MOVES.items()}
    TREE = {
        "head": {"head"},
        "branch": {"branch"},
        "other": {"other", "branch"},
        "alone": {"alone"},
    }
    MAKERS = {"head": ("mover", "leaver"), "branch": (None,), "twin": (None,)}

    @classmethod
    def _get_customers(cls):
        twin = cls.env["res.partner"].create({"name": "Twin", "is_company": True})
        return {**super()._get_customers(), "twin": twin}

    @classmethod
    def _let_happen(cls):
        cls.people["mover"].partner_id.parent_id = cls.other_customer
        cls.people["leaver"].partner_id.parent_id = False
        cls.branch.parent_id = cls.other_customer
        wizard = cls.env["base.partner.merge.automatic.wizard"].create({})
        wizard._merge((cls.customer | cls.customers["twin"]).ids, cls.customer)
        cls.env.flush_all()
        cls.env.invalidate_all()
        everything = cls.works_for["administrator"]["head"]
        more = {code: everything[code] for code in everything.keys() - EVERYTHING}
        cls.works_for = {
            person: {
                customer: scopes if scopes is CLERK else scopes | more
                for customer, scopes in after.items()
            }
            for person, (_before, after) in MOVES.items()
        }
        for papers in cls.papers.values():
            for paper in papers:
                if paper["customer"] == "twin":
                    paper["customer"] = "head"

    def _get_forbidden(self, person):
        """Extend: nor where somebody works now."""
        words = super()._get_forbidden(person)
        is_of_head = person in ("administrator", "leaver", "twin_clerk")
        return [*words, "Southwind"] if is_of_head else words

    def test_models(self):
        cells = self._check_models()
        _logger.info("leak test: %s cells of models, moved", cells)

    def test_names_in_choices(self):
        self._check_names_in_choices()

    @mute_logger("odoo.http", "odoo.addons.base.models.ir_rule", "odoo.addons.payment")
    def test_routes(self):
        """Each list, and each page of a document; the others do not ask whose."""
        requests = [
            (route, kind, address, values)
            for route, kind, address, values in self._get_requests()
            if kind or route.startswith("/my")
        ]
        cells = self._check_routes(requests)
        self.assertGreater(cells, 1000)
        _logger.info("leak test: %s cells of routes, moved", cells)
