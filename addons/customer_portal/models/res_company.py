from odoo import models

from ..report.colors import MINIMUM_CONTRAST, get_contrast_with_white, is_hex_color


class ResCompany(models.Model):
    _inherit = "res.company"

    def _get_portal_brand(self):
        """Return the colours of the portal's buttons, from the document layout.

        The text is white where that is readable on the colour, else near black.

        :return: (background, text) as hex colours, or None without a colour
        """
        self.ensure_one()
        color = self.primary_color
        if not is_hex_color(color):
            return None
        is_dark = get_contrast_with_white(color) >= MINIMUM_CONTRAST
        return color, "#ffffff" if is_dark else "#111111"
