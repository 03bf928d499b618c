from odoo import models

from ..report.colors import (
    MINIMUM_CONTRAST,
    darken_until_readable,
    get_contrast_with_white,
    is_hex_color,
)


class ResCompany(models.Model):
    _inherit = "res.company"

    def _get_portal_brand(self):
        """Return the portal's colours, from the company's document layout.

        The text on a button is white where that is readable, else near black; the
        colour of links is darkened until it is readable on white.

        :return: dict of the hex colours color, text and link, or None without one
        """
        self.ensure_one()
        color = self.primary_color
        if not is_hex_color(color):
            return None
        is_dark = get_contrast_with_white(color) >= MINIMUM_CONTRAST
        return {
            "color": color,
            "text": "#ffffff" if is_dark else "#111111",
            "link": darken_until_readable(color),
        }
