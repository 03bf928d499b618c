from odoo import fields, models


class PortalHelpTag(models.Model):
    """A word by which staff group articles."""

    _name = "portal.help.tag"
    _description = "Tag of help"
    _order = "name, id"

    name = fields.Char(required=True, translate=True)
    color = fields.Integer()

    _name_unique = models.UniqueIndex("(name)", "There is such a tag already.")
