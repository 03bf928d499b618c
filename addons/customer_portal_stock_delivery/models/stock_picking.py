from urllib.parse import urlsplit

from odoo import models


class StockPicking(models.Model):
    _inherit = "stock.picking"

    # The number of the parcel too.
    _portal_search_numbers = ("name", "carrier_tracking_ref")

    def _get_portal_carrier(self):
        """Override: the carrier of the delivery."""
        return self.carrier_id.name or super()._get_portal_carrier()

    def _get_portal_papers(self):
        """Extend: the label to send goods back, where the carrier gives it."""
        papers = super()._get_portal_papers()
        if self.carrier_id.get_return_label_from_portal and self.return_label_ids:
            label = self.return_label_ids[:1]
            papers.append(
                {
                    "label": self.env._("Return label"),
                    "url": f"/web/content/{label.id}",
                    "token": label.access_token,
                }
            )
        return papers

    def _get_portal_tracking(self):
        """Override: where a delivery can be followed.

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
