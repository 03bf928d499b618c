import json

from werkzeug.exceptions import NotFound

from odoo.http import request, route

from .forms import clean_text, parse_ids
from .portal import Portal


class AddressPortal(Portal):
    """Core's pages of addresses, which are those of the person's own company.

    Everybody changes the own contact; addresses are for who manages them.
    """

    @route()
    def my_addresses(self, **query_params):
        """Extend: for who manages addresses."""
        self._check_address(0)
        return super().my_addresses(**query_params)

    @route()
    def portal_address(self, partner_id=None, **query_params):
        """Extend: for who manages addresses; a foreign one is like a missing one."""
        if partner_id and len(parse_ids(partner_id)) != 1:
            raise NotFound
        self._check_address(int(partner_id or 0))
        return super().portal_address(partner_id=partner_id, **query_params)

    @route()
    def portal_address_submit(self, partner_id=None, **form_data):
        """Extend: checks stay on, the company keeps its name, no way to other sites.

        Core forwards every field of the form as a keyword to the method that
        checks it, writes a company's name for any contact of it, and sends the
        browser wherever `callback` says.
        """
        if partner_id and len(parse_ids(partner_id)) != 1:
            return json.dumps({"messages": [request.env._("Unknown address.")]})
        self._check_address(int(partner_id or 0))
        for name in ("verify_address_values", "partner_sudo"):
            form_data.pop(name, None)
        if request.env.user.partner_id.parent_id:
            form_data.pop("company_name", None)
        if not _is_local_path(form_data.get("callback", "")):
            form_data.pop("callback", None)
        answer = super().portal_address_submit(partner_id=partner_id, **form_data)
        if "redirectUrl" in json.loads(answer.get_data()):
            self._log_address(clean_text(form_data.get("name")))
        return answer

    @route()
    def address_archive(self, partner_id=None, **_browser_values):
        """Extend: as above."""
        address_ids = parse_ids(str(partner_id))
        if len(address_ids) != 1:
            raise NotFound
        self._check_address(address_ids[0])
        address = request.env["res.partner"].browse(address_ids)
        name = address.display_name
        answer = super().address_archive(address.id)
        self._log_address(name)
        return answer

    def _check_address(self, address_id):
        """Refuse to change addresses without the right to; 0 is a new one.

        :raise NotFound: when there is no such address of the own company
        :raise HTTPException: when the role does not allow it
        """
        user = request.env.user
        if address_id and address_id == user.partner_id.id:
            return
        if user.share:
            self._follow_document(user.partner_id)
            self._check_can("manage_addresses")
        if address_id:
            address = self._get_or_404("res.partner", address_id)
            if address.commercial_partner_id != user.partner_id.commercial_partner_id:
                raise NotFound

    def _log_address(self, name):
        user = request.env.user
        request.env["portal.activity"]._log(
            "address_changed",
            user.partner_id.commercial_partner_id,
            detail=name,
        )


def _is_local_path(text):
    return clean_text(text).startswith("/") and not text.startswith(("//", "/\\"))
