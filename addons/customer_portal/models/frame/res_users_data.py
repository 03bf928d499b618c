"""What an export of the own data holds: each wing adds its own."""

from odoo import models


class ResUsers(models.Model):
    _inherit = "res.users"

    def _get_portal_data_sections(self, own):
        """Return the lists of an export, tools.archive.DataSection.

        A section or addon with data about people extends it with its own.

        :param Domain own: the records whose `user_id` is the person
        """
        return []
