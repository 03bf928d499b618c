from odoo import models


class ResourceCalendarAttendance(models.Model):
    """Pages say when the next reminder comes: not on a day off."""

    _name = "resource.calendar.attendance"
    _inherit = ["resource.calendar.attendance", "portal.remembered.mixin"]
