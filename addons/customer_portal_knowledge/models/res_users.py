from odoo import models

from odoo.addons.customer_portal.tools.archive import DataSection, keys


class ResUsers(models.Model):
    _inherit = "res.users"

    def _get_help_domain(self, model_name):
        """Return the domain of a record rule of help; for visitors, people and staff.

        :param str model_name: a model with `_get_help_domain`
        """
        return self.env[model_name]._get_help_domain(self)

    def _get_portal_data_sections(self, own):
        """Extend: what the person thought of articles."""
        feedback = DataSection(
            "help_feedback",
            "portal.help.feedback",
            own,
            {"article": "article_id.slug", **keys("is_helpful", "comment", "date")},
            is_own=True,
        )
        return [*super()._get_portal_data_sections(own), feedback]

    def _forget_portal_person(self):
        """Extend: opinions stay as figures, without the person and the words."""
        feedback = self.env["portal.help.feedback"]
        feedback.search([("user_id", "in", self.ids)])._forget_person()
        return super()._forget_portal_person()
