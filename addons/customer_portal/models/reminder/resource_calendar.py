from odoo import models


class ResourceCalendar(models.Model):
    """Pages say when the next reminder comes: not on a day off."""

    _name = "resource.calendar"
    _inherit = ["resource.calendar", "portal.remembered.mixin"]
