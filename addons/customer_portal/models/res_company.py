import re

from odoo import models

HEX_COLOR = re.compile(r"#[0-9a-fA-F]{6}")
# Contrast of text to its background that WCAG 2.2 AA asks for.
MINIMUM_CONTRAST = 4.5


class ResCompany(models.Model):
    _inherit = "res.company"

    def _get_portal_brand(self):
        """Return the colours of the portal's buttons, from the company's layout.

        The text is white where that is readable on the colour, else near black
        (WCAG 2.2, 1.4.3).

        :return: (background, text) as hex colours, or None without a colour
        """
        self.ensure_one()
        color = self.primary_color or ""
        if not HEX_COLOR.fullmatch(color):
            return None
        contrast = 1.05 / (_luminance(color) + 0.05)
        return color, "#ffffff" if contrast >= MINIMUM_CONTRAST else "#111111"


def _luminance(color):
    """Return the relative luminance of a hex colour, 0 to 1 (WCAG 2.2)."""
    channels = [int(color[start : start + 2], 16) / 255 for start in (1, 3, 5)]
    linear = [
        channel / 12.92 if channel <= 0.03928 else ((channel + 0.055) / 1.055) ** 2.4
        for channel in channels
    ]
    return sum(
        weight * channel
        for weight, channel in zip((0.2126, 0.7152, 0.0722), linear, strict=True)
    )
