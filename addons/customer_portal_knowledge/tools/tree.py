"""The categories that somebody sees, as a tree, without another query."""

from typing import NamedTuple


class Shelf(NamedTuple):
    """A category as a list shows it."""

    category: object
    count: int  # articles that one sees in it and below
    children: list  # Shelf


class Tree:
    """The categories that one sees, all of them.

    :param categories: portal.help.category, with the fields that pages read
    :param dict counts: {category id: number of articles that one sees in it}
    """

    def __init__(self, categories, counts):
        self.categories = categories
        self._by_id = {category.id: category for category in categories}
        self._totals = dict.fromkeys(self._by_id, 0)
        for category in categories:
            for above in self._get_path(category):
                if above in self._totals:
                    self._totals[above] += counts.get(category.id, 0)

    def find(self, slug):
        """Return the category of an address, or an empty set."""
        return self.categories.filtered(lambda category: category.slug == slug)

    def get_trail(self, category):
        """Return the categories above, from the top, and the category itself.

        Whoever sees a category sees those above it.
        """
        return [self._by_id[above] for above in self._get_path(category)]

    def get_shelves(self, parent):
        """Return the Shelf of each category below, of those with an article."""
        parent_id = parent.id if parent else None
        return [
            Shelf(category, self._totals[category.id], self.get_shelves(category))
            for category in self.categories
            if (self._get_path(category)[:-1] or [None])[-1] == parent_id
            and self._totals[category.id]
        ]

    @staticmethod
    def _get_path(category):
        return [int(part) for part in category.parent_path.split("/") if part]
