"""Addresses among what the search finds."""

from odoo import api, models
from odoo.fields import Domain

from ...tools.found import FoundGroup
from ...tools.search import get_text_index

ADDRESS_FIELDS = ("name", "street", "street2", "zip", "city")
CONTACT_FIELDS = ("site_contact_name", "site_contact_phone")


class ResPartner(models.Model):
    _name = "res.partner"
    _inherit = ["res.partner", "portal.found.mixin"]

    # Papers are found by the people on them.
    _portal_name_idx = models.Index(get_text_index("name"))

    _portal_search_fields = (*ADDRESS_FIELDS, *CONTACT_FIELDS)
    _portal_found_order = "complete_name, id"
    _portal_alike_field = "city"

    @api.model
    def _get_portal_found_groups(self, user, customer):
        """Override: the addresses in use, for who manages them."""
        if not user._portal_can("manage_addresses"):
            return []
        return [
            FoundGroup(
                "addresses",
                self.env._("Addresses"),
                "fa-map-marker",
                self._get_portal_address_domain(user, root=customer)
                & Domain("active", "=", True),
                url="/my/addresses",
            )
        ]

    def _prepare_portal_found_rows(self, words):
        """Override: the address on one line."""
        names = [*ADDRESS_FIELDS, "site_contact_name", "commercial_partner_id"]
        self.fetch(names)
        nameless = self.filtered(lambda address: not address.name)
        nameless.commercial_partner_id._fetch_names()
        return [
            self._prepare_portal_found_row(
                address.id,
                address.name or address.commercial_partner_id.name,
                f"/my/address?partner_id={address.id}",
                number=", ".join(
                    filter(
                        None,
                        [
                            address.street,
                            address.street2,
                            " ".join(filter(None, [address.zip, address.city])),
                        ],
                    )
                ),
                excerpt=address.site_contact_name or "",
            )
            for address in self
        ]
