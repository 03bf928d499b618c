"""Who may open what of the examples."""

from odoo.addons.customer_portal.tests.access_case import LOGIN, AccessCase


class TestExampleAccess(AccessCase):
    get_rows = {
        "/my/examples": (LOGIN, 200, 200, 200),
        "/my/examples/<int:example_id>": (LOGIN, 404, 404, 200),
    }
    post_rows = {
        "/my/examples/<int:example_id>/confirm": (
            LOGIN,
            404,
            404,
            "/my/examples/<example_id>?notice=example_confirmed",
        ),
    }
    parameters = {"/my/examples": ["search", "filterby", "sortby", "limit", "after"]}

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.example = cls.env["portal.example"].create(
            {"name": "One", "partner_id": cls.customer.id}
        )

    def _get_ids(self):
        return {"example_id": self.example.id}

    def _snapshot(self):
        return (*super()._snapshot(), self.example.state)
