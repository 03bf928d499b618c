from odoo import api, fields, models
from odoo.exceptions import ValidationError

from ..const import SITES
from ..tools.sites import read_sites


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    portal_help_sites = fields.Char("Help on your own site", config_parameter=SITES)

    @api.constrains("portal_help_sites")
    def _check_portal_help_sites(self):
        for settings in self:
            _sites, wrong = read_sites(settings.portal_help_sites)
            if wrong:
                raise ValidationError(
                    self.env._(
                        "%s is not a site. Write it like https://www.seller.example.",
                        ", ".join(wrong),
                    )
                )
