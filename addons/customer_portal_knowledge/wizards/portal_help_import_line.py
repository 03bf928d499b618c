from odoo import fields, models


class PortalHelpImportLine(models.TransientModel):
    """What would become of one file, or of one article of an export."""

    _name = "portal.help.import.line"
    _description = "Line of an import of help"
    _rec_name = "path"

    import_id = fields.Many2one("portal.help.import", required=True, ondelete="cascade")
    path = fields.Char("File", readonly=True)
    name = fields.Char("Title", readonly=True)
    trail = fields.Char("Category", readonly=True)
    state = fields.Selection(
        [
            ("new", "New"),
            ("known", "Changed"),
            ("skipped", "Left out"),
            ("error", "Error"),
        ],
        readonly=True,
    )
    message = fields.Char(readonly=True)
