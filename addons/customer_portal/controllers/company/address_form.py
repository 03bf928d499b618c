import json
import secrets

from werkzeug.exceptions import NotFound

from odoo.http import request, route

from ...const import ADDRESS_TYPES, MAX_BRANCHES
from ...tools.mailbox import read_mailbox
from ...tools.parse import clean_text, parse_id, parse_own_path
from ..forms import MAX_TEXT, get_mailbox_refusal
from .address import AddressPortal

# Core hands each field of the form on as a keyword; these names are its own.
RESERVED_NAMES = {
    "address_values",
    "args",
    "extra_form_data",
    "form_data",
    "kwargs",
    "portal_request_key",
    "self",
    "verify_address_values",
}


class AddressFormPortal(AddressPortal):
    """Core's form of an address, for all customers that a person works for."""

    @route()
    def portal_address(self, partner_id=None, **query):
        """Extend: for who manages addresses; a foreign one is like a missing one."""
        address = self._choose_address(partner_id, query.get("customer_id"))
        address_type = query.get("address_type")
        for_both = query.get("use_delivery_as_billing") == "true"
        if address.type in ADDRESS_TYPES:
            address_type, for_both = _get_form_type(address.type)
        return super().portal_address(
            partner_id=str(address.id) if address else None,
            address_type="billing" if address_type == "billing" else "delivery",
            use_delivery_as_billing="true" if for_both else "false",
            callback=query.get("callback", ""),
        )

    def _prepare_address_form_values(self, partner_sudo, *args, **kwargs):
        """Extend: what the form shows more for an address of the address book.

        It leads to own pages only, whichever route shows it.
        """
        kwargs["callback"] = parse_own_path(kwargs.get("callback"))
        values = super()._prepare_address_form_values(partner_sudo, *args, **kwargs)
        is_own = partner_sudo == request.env.user.partner_id
        values["is_address_book"] = False
        if request.httprequest.path != "/my/address" or is_own:
            return values
        customer = request.env["res.partner"]._get_current_partner()
        customers = self._get_address_customers()[:MAX_BRANCHES]
        return {
            **values,
            "is_address_book": True,
            "address_customers": customers,
            "chooses_customer": not partner_sudo and len(customers) > 1,
            "address_customer": customer.commercial_partner_id,
            "is_used": bool(partner_sudo) and partner_sudo._is_used_in_documents(),
            "request_key": secrets.token_hex(16),
            "discard_url": values["callback"] or "/my/addresses",
        }

    @route()
    def portal_address_submit(self, partner_id=None, **form_data):
        """Extend: checks stay on, the company keeps its name, no way to other sites.

        Core forwards every field of the form as a keyword to the method that
        checks it, writes a company's name for any contact of it, and sends the
        browser wherever `callback` says.
        """
        if partner_id and not parse_id(partner_id):
            return json.dumps({"messages": [request.env._("Unknown address.")]})
        form = {
            name: clean_text(value)
            for name, value in form_data.items()
            if name not in RESERVED_NAMES and not name.endswith("_sudo")
        }
        address = self._choose_address(partner_id, form.pop("customer_id", None))
        for name in ("country_id", "state_id"):
            if name in form:
                form[name] = _clean_known_id(name, form[name])
        if too_long := [name for name in form if len(form[name]) > MAX_TEXT]:
            message = request.env._("Enter at most %s characters.", MAX_TEXT)
            return json.dumps({"invalid_fields": too_long, "messages": [message]})
        if request.env.user.partner_id.parent_id:
            form.pop("company_name", None)
        form["callback"] = parse_own_path(form_data.get("callback"))
        if not form["callback"]:
            del form["callback"]
        if form.get("use_delivery_as_billing") not in (None, "true", "True"):
            form["use_delivery_as_billing"] = "false"
        key = form.pop("request_key", "")
        if not address and (made := self._get_made(key)):
            return json.dumps({"redirectUrl": made})
        return super().portal_address_submit(
            partner_id=str(address.id) if address else None,
            portal_request_key=key,
            **form,
        )

    def _get_done_texts(self):
        """Extend: what became of the form."""
        _ = request.env._
        return {
            **super()._get_done_texts(),
            "address_added": _("The address has been added."),
            "address_saved": _("The address has been saved."),
        }

    @staticmethod
    def _get_made(key):
        """Return where to go when the form has made an address already, or None."""
        if request.env["portal.request"]._get_result(key, "res.partner"):
            return "/my/addresses?notice=address_added"
        return None

    def _choose_address(self, partner_id, customer_id=None):
        """Return the partner that a form is about, and act for its customer.

        :param partner_id: as the browser sent it; the own contact is always right
        :param customer_id: as the browser sent it, for a new address
        :return: a partner; none for a new one
        :raise NotFound: when there is no such address
        :raise HTTPException: when the role does not allow it
        """
        user = request.env.user
        if partner_id and not parse_id(partner_id):
            raise NotFound
        address_id = parse_id(partner_id)
        if address_id == user.partner_id.id:
            return user.partner_id
        if address_id:
            address = self._get_address(address_id)
            if not address.active:
                raise NotFound
            customer = address.commercial_partner_id
        else:
            self._check_manages_addresses()
            address = request.env["res.partner"]
            customer = self._get_customer()
            chosen = parse_id(customer_id)
            allowed = self._get_address_customers()
            if not customer <= allowed:
                customer = allowed[:1]
            if chosen in allowed.ids:
                customer = allowed.browse(chosen)
        if customer and customer != user.partner_id.commercial_partner_id:
            request.update_context(portal_address_customer=customer.id)
        return address

    def _create_or_update_address(self, partner_sudo, **values):
        """Extend: an address that papers name is replaced, not rewritten.

        What belongs to the company, as its VAT number, is not taken from the form of
        an address. For core's other callers too, as the checkout of a shop.
        """
        key = values.pop("portal_request_key", "")
        user = request.env.user
        if not user.share or user._is_public() or partner_sudo == user.partner_id:
            return super()._create_or_update_address(partner_sudo, **values)
        values = self._clean_address_values(partner_sudo, values)
        self._lock_addresses(partner_sudo._get_current_partner())
        if not partner_sudo:
            address, feedback = super()._create_or_update_address(
                partner_sudo, **values
            )
            if address:
                request.env["portal.request"]._remember(key, address)
                address._tell_address_changed(
                    "address_changed", lambda env: env._("An address was added")
                )
                self._lead_back(feedback, values, "address_added")
            return address, feedback
        old, savepoint = partner_sudo, None
        before = old._get_frontend_values()
        if old._is_used_in_documents():
            savepoint = request.env.cr.savepoint()
            partner_sudo = old._copy_to_change()
        address, feedback = super()._create_or_update_address(partner_sudo, **values)
        is_changed = "redirectUrl" in feedback and (
            before != address._get_frontend_values()
        )
        self._lead_back(feedback, values, "address_saved")
        if savepoint:
            savepoint.close(rollback=not is_changed)
        if not is_changed:
            return old, feedback
        if savepoint:
            address._take_over_from(old)
            orders = request.env["sale.order"]._get_orders_left_behind(address)
            if orders and not values.get("callback"):
                feedback["redirectUrl"] = f"/my/addresses/{address.id}/orders"
        address._tell_address_changed(
            "address_changed", lambda env: env._("An address was changed")
        )
        return address, feedback

    @staticmethod
    def _clean_address_values(partner_sudo, values):
        """Return the form of an address without what is not the address's."""
        values = dict(values)
        if values.get("address_type") not in ("billing", "delivery"):
            # Core makes a contact of any other word.
            values["address_type"] = "delivery"
        for_both = values.get("use_delivery_as_billing") in (True, "true", "True")
        values["use_delivery_as_billing"] = "true" if for_both else "false"
        for name in {"vat", "company_name", *partner_sudo._commercial_fields()}:
            values.pop(name, None)
        return values

    @staticmethod
    def _lead_back(feedback, values, notice):
        """Lead to the address book, with a notice, who comes from there."""
        if "redirectUrl" in feedback and not values.get("callback"):
            feedback["redirectUrl"] = f"/my/addresses?notice={notice}"

    def _validate_address_values(self, address_values, partner_sudo, *args, **kwargs):
        """Extend: company data is asked for, and a second address alike is noticed."""
        invalid, missing, messages = super()._validate_address_values(
            address_values, partner_sudo, *args, **kwargs
        )
        user = request.env.user
        if not user.share or user._is_public():
            return invalid, missing, messages
        email = address_values.get("email")
        if email and email != partner_sudo.email and not read_mailbox(email):
            if "email" not in invalid:
                messages.append(get_mailbox_refusal(request.env, email))
            invalid |= {"email"}
        if self._has_foreign_state(address_values, partner_sudo):
            invalid |= {"state_id"}
            messages.append(request.env._("Choose a state of the country."))
        if partner_sudo == user.partner_id:
            changed = self._get_changed_company_data(address_values, partner_sudo)
            if changed:
                invalid |= changed
                messages.append(
                    request.env._(
                        "This is the company's name, number or address. "
                        "Request the change on the Company page."
                    )
                )
        elif (
            not messages and "address_book" in kwargs and not kwargs.get("save_anyway")
        ):
            customer = partner_sudo._get_current_partner().commercial_partner_id
            same = partner_sudo._find_same_address(
                customer,
                address_values,
                but=partner_sudo | partner_sudo._get_replaced(),
            )
            if same:
                invalid |= {"save_anyway"}
                messages.append(
                    request.env._(
                        "You already have this address: %s. Use it, or tick "
                        "the box below to save a second one.",
                        same._get_one_line(),
                    )
                )
        return invalid, missing, messages

    @staticmethod
    def _has_foreign_state(address_values, partner_sudo):
        """Return whether the state would be one of another country."""
        env_sudo = request.env(su=True)  # sudo: names of countries and states
        states, countries = env_sudo["res.country.state"], env_sudo["res.country"]
        state = states.browse(address_values.get("state_id") or [])
        country = partner_sudo.country_id
        if "country_id" in address_values:
            country = countries.browse(address_values["country_id"] or [])
        return bool(state) and state.country_id != country

    @staticmethod
    def _get_changed_company_data(address_values, partner_sudo):
        """Return which data of a company the form of its own contact would change."""
        if not partner_sudo.is_company:
            return set()
        names = {"name", "vat", *partner_sudo._address_fields()} & address_values.keys()
        return {
            name
            for name in names
            if partner_sudo._is_changed(name, address_values[name])
        }


def _get_form_type(address_type):
    """Return what core's form calls a type: (address_type, use_delivery_as_billing)."""
    if address_type == "invoice":
        return "billing", False
    return "delivery", address_type == "other"


def _clean_known_id(name, text):
    """Return the id of a country or a state as text, or nothing."""
    model = {"country_id": "res.country", "state_id": "res.country.state"}[name]
    found = request.env[model].search([("id", "=", parse_id(text))])
    return str(found.id) if found else ""
