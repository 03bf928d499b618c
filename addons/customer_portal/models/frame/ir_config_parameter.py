from odoo import api, models


class IrConfigParameter(models.Model):
    _inherit = "ir.config_parameter"

    @api.model
    def _get_portal_number(self, name, usual, *, least=1, most):
        """Return a whole number of the settings.

        :param str name: of the parameter, without `customer_portal.`
        :param usual: what counts where it is none, or out of bounds
        """
        # sudo: a parameter of the portal, which customers may not read
        text = self.sudo().get_param(f"customer_portal.{name}") or ""
        is_number = text.isascii() and text.isdigit() and least <= int(text) <= most
        return int(text) if is_number else usual
