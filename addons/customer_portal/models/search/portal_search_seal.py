"""What the search has shown, for the log."""

from odoo import api, models


class PortalSearch(models.AbstractModel):
    _inherit = "portal.search"

    @api.model
    def _seal_found(self, text, found):
        """Return the seal of what the page shows, see `portal.search.log`.

        :param found: of `_find`
        """
        rows = [
            *found["cards"],
            *(row for one in found["groups"] for row in one["rows"]),
        ]
        return self.env["portal.search.log"]._seal(
            "page",
            text,
            {one["key"]: int(one["total"].rstrip("+")) for one in found["groups"]},
            [(row["model"], row["id"], row["title"], row["url"]) for row in rows],
        )

    @api.model
    def _seal_suggested(self, text, found):
        """Return the seal of suggestions, which counts once one of them is chosen.

        :param found: of `_suggest`
        """
        counts = {}
        for row in found:
            counts[row["key"]] = counts.get(row["key"], 0) + 1
        return self.env["portal.search.log"]._seal(
            "suggestion",
            text,
            counts,
            [(row["model"], row["id"], row["title"], row["url"]) for row in found],
        )
