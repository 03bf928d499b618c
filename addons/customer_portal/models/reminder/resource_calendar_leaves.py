from odoo import models


class ResourceCalendarLeaves(models.Model):
    """Pages say when the next reminder comes: not on a day off."""

    _name = "resource.calendar.leaves"
    _inherit = ["resource.calendar.leaves", "portal.remembered.mixin"]

    def _are_remembered(self):
        """Override: days off of all are, and not those of each person."""
        return not all(leave.resource_id for leave in self)
