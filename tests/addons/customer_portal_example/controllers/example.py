from odoo import http
from odoo.http import request

from odoo.addons.customer_portal.controllers.portal import CHANGE, PAGE, Portal
from odoo.addons.customer_portal.controllers.searchbar import (
    Filter,
    ListPage,
    Searchbar,
    Sorting,
)

ROW_FIELDS = ["name", "date", "state"]


class ExamplePortal(Portal):
    @http.route("/my/examples", **PAGE)
    def portal_my_examples(self, **query):
        """List the examples of the customer."""
        self._check_can("see_examples")
        choice = self._get_example_searchbar().choose(query)
        domain = self._get_examples_domain() & choice.get_domain("date")
        page = choice.fetch(request.env["portal.example"], domain, ROW_FIELDS)
        return self._render_page(
            "customer_portal_example.examples",
            {
                "page_name": "examples",
                "choice": choice,
                "page": page,
                "can_export": request.env.user._portal_can("export"),
            },
        )

    @http.route("/my/examples/<int:example_id>", **PAGE)
    def portal_example_page(self, example_id, **_query):
        """Show one example."""
        return self._render_example_page(self._get_or_404("portal.example", example_id))

    @http.route("/my/examples/<int:example_id>/confirm", limit="example", **CHANGE)
    def portal_example_confirm(self, example_id, **_post):
        """Confirm an example, and go back to it."""
        example = self._get_or_404("portal.example", example_id)
        # sudo: whoever sees it may confirm it
        _done, refusal = self._attempt(example.sudo()._confirm)
        if refusal:
            return self._render_example_page(example, refusal)
        url = f"/my/examples/{example.id}?notice=example_confirmed"
        return request.redirect(url, code=303)

    def _get_done_texts(self):
        """Extend: what became of an example."""
        text = request.env._("The example is confirmed. Your colleagues are told.")
        return {**super()._get_done_texts(), "example_confirmed": text}

    def _get_lists(self):
        """Extend: the examples, as their page shows them."""
        page = ListPage(self._get_example_searchbar, self._get_examples_domain, "date")
        return {**super()._get_lists(), "examples": page}

    def _get_examples_domain(self):
        """Return the domain of the current customer's examples that one reaches."""
        return request.env["portal.example"]._get_portal_domain(
            request.env.user, root=self._get_customer()
        )

    def _render_example_page(self, example, message=""):
        return self._render_page(
            "customer_portal_example.example",
            {"page_name": "examples", "example": example, "message": message},
            status=422 if message else 200,
        )

    def _get_example_searchbar(self):
        env = request.env
        waiting = [("state", "=", "waiting")]
        return Searchbar(
            url="/my/examples",
            filters={
                "waiting": Filter(env._("Waiting for you"), waiting),
                "all": Filter(env._("All")),
            },
            sortings={
                "date": Sorting(env._("Wanted by"), "date"),
                "name": Sorting(env._("Name"), "name"),
            },
            search=env["portal.example"]._get_portal_search_domain,
            placeholder=env._("Name"),
        )
