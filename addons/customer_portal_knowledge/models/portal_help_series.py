from odoo import fields, models

KINDS = [
    ("start", "Getting started"),
    ("explain", "Explanations"),
    ("mend", "Troubleshooting"),
]


class PortalHelpSeries(models.Model):
    """Articles that are read one after the other."""

    _name = "portal.help.series"
    _description = "Series of help"
    _order = "sequence, id"

    name = fields.Char(required=True, translate=True)
    kind = fields.Selection(KINDS, required=True, default="start")
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    article_ids = fields.One2many("portal.help.article", "series_id", "Articles")
