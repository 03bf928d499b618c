"""A version is in the index of the search as long as people read it."""

from odoo import api, models


class PortalHelpVersion(models.Model):
    _inherit = "portal.help.version"

    @api.model_create_multi
    def create(self, vals_list):
        """Extend: what people read now can be found."""
        versions = super().create(vals_list)
        versions._index()
        return versions

    def write(self, vals):
        """Extend: what nobody reads any more is not found."""
        result = super().write(vals)
        if "is_current" in vals:
            self._index()
        return result

    def _index(self):
        # sudo: the index is nobody's to write; it has what the version has
        entries_sudo = self.env["portal.help.entry"].sudo()
        current = self.filtered("is_current")
        entries_sudo._add(current)
        entries_sudo._drop(self - current)
