from odoo import fields, models


class PortalHelpAddress(models.Model):
    """An address that a page had once."""

    _name = "portal.help.address"
    _description = "Former address of help"
    _rec_name = "slug"

    model = fields.Char(required=True, readonly=True)
    res_id = fields.Many2oneReference(model_field="model", required=True, readonly=True)
    slug = fields.Char(required=True, readonly=True)

    _slug_index = models.Index("(slug, model)")
