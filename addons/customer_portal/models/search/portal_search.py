from urllib.parse import urlencode

from odoo import api, models

from ...tools.found import ALIKE, EXACT, NAMES, WORDS, cut_excerpt, mark_words
from ...tools.search import get_weight, split_words

SHOWN = 5  # rows of each group
SHOWN_OF_KIND = 50  # of the one that was chosen
MOST_COUNTED = 100  # to count further would cost, and nobody reads so far
MOST_CARDS = 3  # of what is meant exactly; more of them are no answer
MOST_SUGGESTED = 8
SUGGESTED_OF_GROUP = 3
SHORTEST = 2  # letters and digits; one of Chinese is enough
SHORTEST_TYPED = 3


class PortalSearch(models.AbstractModel):
    """The one search over all records that a person reaches.

    `_get_sources` names models with `portal.found.mixin`. One query finds the ids of
    all groups; each group that has some reads its rows.
    """

    _name = "portal.search"
    _description = "Search of the portal"

    @api.model
    def _get_sources(self):
        """Return the names of the models that are searched, in the order of groups."""
        return [
            "sale.order",
            "account.move",
            "portal.payment",
            "product.product",
            "portal.document",
            "portal.membership",
            "res.partner",
        ]

    @api.model
    def _get_groups(self):
        """Return [(empty recordset, FoundGroup)] of what the person may find."""
        user = self.env.user
        customer = user._get_portal_customer()
        return [
            (self.env[name], group)
            for name in self._get_sources()
            for group in self.env[name]._get_portal_found_groups(user, customer)
        ]

    @api.model
    def _get_lists(self):
        """Return [(label, address)] of the lists of what the person may find."""
        return [
            (group.label, group.url)
            for _model, group in self._get_groups()
            if group.url
        ]

    @api.model
    def _is_enough(self, text, shortest=SHORTEST):
        """Return whether a text says enough to be looked for."""
        return bool(split_words(text)) and get_weight(text) >= shortest

    @api.model
    def _find(self, text, kind=""):
        """Return what a text finds, for the page of the search.

        :param str text: short and clean
        :param str kind: the key of the group to show, or "" for all
        :return: dict with cards and groups (lists of dicts), kinds (what may be chosen:
            all, and each group), is_alike (whether only what is called alike was found)
            and kind (the key of a group that was found, or ""). A group has key, label,
            icon, total (a text), is_current, address (of the page with this group
            alone), more_url (where the others are, or "") and rows, of which there are
            none where another kind was chosen
        """
        groups = self._get_groups()
        found = self._find_ids(
            [(EXACT, MOST_CARDS + 1), (WORDS, MOST_COUNTED + 1)], text, groups
        )
        exact = [
            (model, group, record_id)
            for model, group in groups
            for record_id in found.get((group.key, EXACT), ())
        ]
        if len(exact) > MOST_CARDS:
            exact = []
        is_alike = not any(found.values())
        if is_alike:
            alike = self._find_ids([(ALIKE, SHOWN)], text, groups)
            found = {(key, WORDS): ids for (key, _how), ids in alike.items()}
        # What is meant exactly is one of its group, whatever else finds it.
        for _model, group in groups:
            ids = [
                *found.get((group.key, EXACT), ()),
                *found.get((group.key, WORDS), ()),
            ]
            found[group.key, WORDS] = list(dict.fromkeys(ids))
        known = [group.key for _model, group in groups if found.get((group.key, WORDS))]
        kind = kind if kind in known else ""
        words = split_words(text)
        carded = {(group.key, record_id) for _model, group, record_id in exact}
        shown = [
            self._prepare_group(
                model, group, found[group.key, WORDS], text, kind, carded
            )
            for model, group in groups
            if group.key in known
        ]
        return {
            "cards": [] if kind else self._prepare_cards(exact, words),
            "groups": shown,
            "is_alike": is_alike and bool(known),
            "kind": kind,
            "kinds": [
                {
                    "label": self.env._("All"),
                    "address": f"/my/search?{urlencode({'q': text})}",
                    "total": "",
                    "is_current": not kind,
                },
                *shown,
            ],
        }

    @api.model
    def _prepare_group(self, model, group, ids, text, kind, carded):
        """Return a group with its rows, as `_find` says."""
        rows = []
        if kind in ("", group.key):
            shown = [
                record_id
                for record_id in ids[: SHOWN_OF_KIND if kind else SHOWN]
                if kind or (group.key, record_id) not in carded
            ]
            rows = self._prepare_rows(model, group, shown, split_words(text))
        is_current = kind == group.key
        page = f"/my/search?{urlencode({'q': text, 'kind': group.key})}"
        more_url = group.url and self._get_list_url(group.url, text)
        if not is_current:
            more_url = more_url or page
        return {
            "key": group.key,
            "label": group.label,
            "icon": group.icon,
            "total": f"{MOST_COUNTED}+" if len(ids) > MOST_COUNTED else str(len(ids)),
            "is_current": is_current,
            "address": page,
            "more_url": more_url if len(ids) > len(rows) else "",
            "rows": rows,
        }

    @api.model
    def _get_list_url(self, url, text):
        """Return the address of a list with the same words."""
        return f"{url}{'&' if '?' in url else '?'}{urlencode({'search': text})}"

    @api.model
    def _prepare_rows(self, model, group, ids, words):
        """Return the rows of records, with the words marked."""
        if not ids:
            return []
        rows = model.browse(ids)._prepare_portal_found_rows(words)
        for row in rows:
            row["key"], row["icon"] = group.key, group.icon
            row["model"] = model._name
            row["excerpt"] = mark_words(
                row["excerpt"]
                if hasattr(row["excerpt"], "__html__")
                else cut_excerpt(row["excerpt"], words),
                words,
            )
            for name in ("title", "number"):
                row[f"{name}_html"] = mark_words(row[name], words)
        return rows

    @api.model
    def _prepare_cards(self, exact, words):
        """Return the rows of what was meant exactly, with what there is to do."""
        cards = []
        for model, group, record_id in exact:
            record = model.browse(record_id)
            [row] = self._prepare_rows(model, group, [record_id], words)
            row["kind"] = row["kind"] or group.label
            row["action"] = record._get_portal_found_action(self.env.user)
            cards.append(row)
        return cards

    @api.model
    def _suggest(self, text):
        """Return what a text may mean while it is typed: plain values for a script.

        Names and numbers are looked through, and what is called alike if there is
        nothing else; not the words that stand in papers.

        :return: list of dicts with key (of the group), model, id, title, note, kind,
            icon and url
        """
        if not self._is_enough(text, SHORTEST_TYPED):
            return []
        groups = self._get_groups()
        found = self._find_ids(
            [(EXACT, SUGGESTED_OF_GROUP), (NAMES, SUGGESTED_OF_GROUP)], text, groups
        )
        if not any(found.values()):
            found = self._find_ids([(ALIKE, SUGGESTED_OF_GROUP)], text, groups)
        # What is meant exactly first.
        pairs = [
            (key, record_id)
            for is_exact in (True, False)
            for (key, how), ids in found.items()
            if (how == EXACT) == is_exact
            for record_id in ids
        ]
        return self._prepare_suggestions(pairs, groups)

    @api.model
    def _prepare_suggestions(self, pairs, groups):
        """Return what `_suggest` does, each once and beside the others of its group.

        :param pairs: [(key of a group, id)], the best first
        """
        by_key = {group.key: (model, group) for model, group in groups}
        chosen = {}  # {key of a group: ids}
        for key, record_id in list(dict.fromkeys(pairs))[:MOST_SUGGESTED]:
            chosen.setdefault(key, []).append(record_id)
        return [
            {
                "key": key,
                "model": by_key[key][0]._name,
                "id": row["id"],
                "title": row["title"],
                "note": row["number"] or row["note"],
                "kind": row["kind"] or by_key[key][1].label,
                "icon": by_key[key][1].icon,
                "url": row["url"],
            }
            for key, ids in chosen.items()
            for row in by_key[key][0].browse(ids)._prepare_portal_found_rows(())
        ]

    @api.model
    def _find_ids(self, ways, text, groups):
        """Return {(key of a group, how): ids}, all of them asked in one query.

        :param ways: [(how, the most ids)]
        """
        limits = dict(ways)
        found = self.env["portal.scoped.mixin"]._find_ids(
            {
                (group.key, how): model._search_portal_found(text, how, group, limit)
                for model, group in groups
                for how, limit in ways
            }
        )
        return {
            (key, how): list(dict.fromkeys(ids))[: limits[how]]
            for (key, how), ids in found.items()
        }
