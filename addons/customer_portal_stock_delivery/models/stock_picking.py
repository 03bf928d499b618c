from urllib.parse import urlsplit

from odoo import models


class StockPicking(models.Model):
    _inherit = "stock.picking"

    # The number of the parcel too.
    _portal_search_numbers = ("name", "carrier_tracking_ref")

    def _get_portal_tracking(self):
        """Return where a delivery can be followed.

        In sudo: customers may not read carriers. Carriers make the addresses; what is
        no web address is shown as text only.

        :return: list of dicts with label and url (or None)
        """
        self.ensure_one()
        if not self.carrier_tracking_ref:
            return []
        several = self.get_multiple_carrier_tracking() or [
            (self.carrier_tracking_ref, self.carrier_tracking_url)
        ]
        return [
            {
                "label": str(label),
                "url": url if url and _is_web_address(url) else None,
            }
            for label, url in several
        ]


def _is_web_address(url):
    return isinstance(url, str) and urlsplit(url).scheme in ("http", "https")
