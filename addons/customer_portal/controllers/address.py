import json

from odoo.http import request, route

from odoo.addons.portal.controllers.portal import CustomerPortal

from .forms import clean_text, parse_ids


class AddressPortal(CustomerPortal):
    @route()
    def portal_address_submit(self, partner_id=None, **form_data):
        """Extend: checks stay on, the company keeps its name, no way to other sites.

        Core forwards every field of the form as a keyword to the method that
        checks it, writes a company's name for any contact of it, and sends the
        browser wherever `callback` says.
        """
        if partner_id and len(parse_ids(partner_id)) != 1:
            return json.dumps({"messages": [request.env._("Unknown address.")]})
        for name in ("verify_address_values", "partner_sudo"):
            form_data.pop(name, None)
        if request.env.user.partner_id.parent_id:
            form_data.pop("company_name", None)
        if not _is_local_path(form_data.get("callback", "")):
            form_data.pop("callback", None)
        return super().portal_address_submit(partner_id=partner_id, **form_data)


def _is_local_path(text):
    return clean_text(text).startswith("/") and not text.startswith(("//", "/\\"))
