"""What a person may do: the answer of the permission engine, as plain data.

`res.users.portal_rights` holds it as text, read from the database once a
transaction. The text is also the key under which record rules are cached, so that a
change of a role acts in the next request of every worker.
"""

import json
from dataclasses import dataclass
from functools import lru_cache

SCOPES = ("own", "company", "branches")


@dataclass(frozen=True)
class Membership:
    """What a person may do for one customer.

    `full` and `own` are {permission code: ids of customers}: of the first all
    documents, of the second those that are the person's own. Both are empty as long
    as the customer wants two-factor sign-in and the person has none.
    """

    customer_id: int
    tree_ids: frozenset  # the customer and all its branches, reached or not
    full: dict
    own: dict
    needs_two_factor: bool

    def can(self, code):
        return code in self.full or code in self.own


class PortalRights:
    """What a person may do for each customer; built by `parse`."""

    def __init__(self, memberships):
        self.memberships = {member.customer_id: member for member in memberships}

    @property
    def customer_ids(self):
        """The customers that the person works for and can switch to."""
        return list(self.memberships)

    def can(self, code, root_id=None):
        """Return whether the person may do what `code` names, for one or any customer.

        :param int root_id: the customer that the person acts for; any without it
        """
        return any(member.can(code) for member in self._chosen(root_id))

    def get_ids(self, code, root_id=None):
        """Return the ids of the customers of whom the person reaches everything."""
        return self._union("full", code, root_id)

    def get_own_ids(self, code, root_id=None):
        """Return the ids of the customers of whom the person reaches the own only."""
        return self._union("own", code, root_id) - self.get_ids(code, root_id)

    def get_all_ids(self, root_id=None):
        """Return the ids of the customers of whom the person reaches anything."""
        ids = set()
        for member in self._chosen(root_id):
            ids.add(member.customer_id)
            ids.update(*member.full.values(), *member.own.values())
        return ids

    def find_root(self, customer_id, preferred_id=None):
        """Return for which customer the person works when looking at `customer_id`."""
        roots = sorted(self.memberships, key=lambda root: root != preferred_id)
        for root in roots:
            if customer_id in self.get_all_ids(root):
                return root
        return None

    def get_reach(self, codes=None, root_id=None):
        """Return what the person reaches, to be stored: see `covers`.

        :param codes: permissions, by default all that the person has
        :return: {code: [ids of customers of whom everything, of whom the own only]}
        """
        codes = codes or {
            code
            for member in self._chosen(root_id)
            for code in (*member.full, *member.own)
        }
        return {
            code: [
                sorted(self.get_ids(code, root_id)),
                sorted(self.get_own_ids(code, root_id)),
            ]
            for code in sorted(codes)
        }

    def covers(self, reach):
        """Return whether the person still reaches all of what `get_reach` returned."""
        return all(
            self.get_ids(code).issuperset(full_ids)
            and (self.get_ids(code) | self.get_own_ids(code)).issuperset(own_ids)
            for code, (full_ids, own_ids) in reach.items()
        )

    def _chosen(self, root_id):
        if root_id is None:
            return self.memberships.values()
        member = self.memberships.get(root_id)
        return [member] if member else []

    def _union(self, kind, code, root_id):
        members = self._chosen(root_id)
        return set().union(
            *(vars(member)[kind].get(code, frozenset()) for member in members)
        )


@lru_cache(maxsize=4096)
def parse(text):
    """Return the PortalRights of the text in `res.users.portal_rights`.

    A pure function of the text, so it can be remembered for as long as one likes.

    :param str text: JSON list of [customer id, scope of the person, waits for
        two-factor sign-in, [[code, section id, scope], ...],
        [[customer or branch id, [ids of sections that are off]], ...]]
    """
    memberships = []
    for root, widest, needs_two_factor, grants, nodes in json.loads(text):
        full, own = {}, {}
        for code, section, granted in [] if needs_two_factor else grants:
            scope = min(widest, granted, key=SCOPES.index)
            ids = frozenset(
                customer
                for customer, sections_off in nodes
                if section not in sections_off
                and (scope == "branches" or customer == root)
            )
            if ids:
                (own if scope == "own" else full)[code] = ids
        tree_ids = frozenset(customer for customer, _sections_off in nodes)
        memberships.append(Membership(root, tree_ids, full, own, needs_two_factor))
    return PortalRights(memberships)
