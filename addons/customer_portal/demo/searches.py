"""What was searched in four weeks, and what became of it."""

from datetime import timedelta
from typing import NamedTuple

from odoo import api, fields, models


class Search(NamedTuple):
    words: str
    days: tuple  # how many days ago, once each
    found: dict
    outcome: str | None
    place: str = "page"
    first: str = ""  # the words before they were changed
    opens: bool = False  # the first result was opened


SEARCHES = (
    Search("hex bolt m8", (1, 3, 6, 9, 15), {"products": 2, "orders": 4}, "answered"),
    Search("hex bolt m10", (2, 8), {"products": 1}, "answered", first="hexbolt"),
    Search("invoice copy", (2, 5, 12, 20), {}, "nothing"),
    Search("return damaged goods", (4, 7, 18), {}, "ticket", place="ticket"),
    Search("delivery note", (3, 11, 16, 24), {}, "nothing"),
    Search("po-4471", (1, 10), {"orders": 1}, "answered", "suggestion", opens=True),
    Search("washer", (5, 13, 22), {"products": 3}, "answered"),
    Search("bank details", (6, 14), {}, "ticket"),
    Search("credit note", (8, 17), {"invoices": 2}, "answered", opens=True),
    Search("where is my order", (9, 19), {"orders": 2}, "solved", place="ticket"),
    Search("price list", (2, 21), {}, "nothing", first="prices"),
    Search("opening hours", (3, 12, 23), {"articles": 0}, None, place="help"),
)


class PortalDemo(models.AbstractModel):
    _inherit = "portal.demo"

    @api.model
    def _load_searches(self):
        """Write the searches as if their windows had closed."""
        now = fields.Datetime.now()
        company = self.env.ref("base.main_company")
        lang = self.env["res.lang"]._get_data(code="en_US").id
        order = self.env["sale.order"].search(
            [("state", "=", "sale"), ("company_id", "=", company.id)], limit=1
        )
        for number, search in enumerate(SEARCHES):
            for days in search.days:
                moment = now - timedelta(days=days, hours=number % 8)
                log = self.env["portal.search.log"].create(
                    {
                        "date": moment,
                        "last_on": moment,
                        "company_id": company.id,
                        "place": search.place,
                        "words": search.words,
                        "first_words": search.first or search.words,
                        "refined_count": int(bool(search.first)),
                        "lang_id": lang,
                        "found": search.found,
                        "found_count": sum(search.found.values()),
                        "outcome": search.outcome,
                        "opened_count": int(search.opens and bool(order)),
                        "mark": f"demo-{number}-{days}",
                    }
                )
                if search.opens and order:
                    self.env["portal.search.opened"].create(
                        {
                            "log_id": log.id,
                            "date": moment,
                            "res_model": order._name,
                            "res_id": order.id,
                            "title": order.name,
                            "url": f"/my/orders/{order.id}",
                        }
                    )
