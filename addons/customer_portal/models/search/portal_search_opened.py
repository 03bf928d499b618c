from odoo import fields, models


class PortalSearchOpened(models.Model):
    """A result that was opened, as it was shown."""

    _name = "portal.search.opened"
    _description = "Opened result of a search"
    _order = "date, id"
    _rec_name = "title"
    _log_access = False

    log_id = fields.Many2one(
        "portal.search.log", required=True, readonly=True, ondelete="cascade"
    )
    date = fields.Datetime(required=True, readonly=True)
    res_model = fields.Char("Kind", readonly=True)
    res_id = fields.Many2oneReference("Record", model_field="res_model", readonly=True)
    title = fields.Char("Result", readonly=True)
    url = fields.Char("Address", readonly=True)

    _once = models.Constraint("UNIQUE (log_id, url)", "This is noted already.")

    def action_open(self):
        """Open what was opened, in the own rights of the reader."""
        self.ensure_one()
        self.check_access("read")
        record = self.env[self.res_model].browse(self.res_id).exists()
        record.check_access("read")
        return {
            "type": "ir.actions.act_window",
            "res_model": self.res_model,
            "res_id": record.id,
            "view_mode": "form",
        }
