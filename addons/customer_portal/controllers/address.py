import json
import secrets

from werkzeug.exceptions import NotFound

from odoo import http
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.http import request, route
from odoo.tools.misc import get_lang

from ..models.res_partner_address import ADDRESS_TYPES, DEFAULTS, KINDS
from ..report import table
from .forms import MAX_TEXT, Form, clean_text, parse_amount, parse_ids
from .portal import CHANGE, MAX_ID, PAGE, Portal
from .searchbar import Searchbar, search_text

MAX_ROWS = 10_000  # of an export
MAX_BRANCHES = 200  # in the menu; the search finds every address
ROW_FIELDS = [
    "name",
    "street",
    "street2",
    "zip",
    "city",
    "state_id",
    "country_id",
    "type",
    "active",
    "phone",
    "site_contact_name",
    "site_contact_phone",
    "commercial_partner_id",
]
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


class FollowForm(Form):
    """Orders that follow: `values["orders"]` is {id: dict of total, fingerprint}."""

    def clean(self):
        point = get_lang(self.env).decimal_point
        orders = {}
        for name, text in self.raw.items():
            for order_id in parse_ids(name.removeprefix("order_"))[:1]:
                if name == f"order_{order_id}" and text == "on":
                    total = self.raw.get(f"total_{order_id}", "")
                    orders[order_id] = {
                        "total": parse_amount(total, point),
                        "fingerprint": self.raw.get(f"fingerprint_{order_id}", "")[:64],
                    }
        self.values["orders"] = orders


class AddressPortal(Portal):
    """The address book, around core's form of an address.

    Everybody changes the own contact; addresses are for who manages them.
    """

    # ------------------------------------------------------------
    # The list
    # ------------------------------------------------------------

    @route()
    def my_addresses(self, **query):
        """Override: core's page costs queries for each contact and has no search."""
        self._check_manages_addresses()
        choice = self._get_address_searchbar().choose(query)
        page = choice.fetch(
            self._get_addresses(), self._get_addresses_domain(choice), ROW_FIELDS
        )
        undo_ids = parse_ids(query.get("address", ""))
        return self._render_page(
            "customer_portal.addresses",
            {
                "page_name": "my_addresses",
                "choice": choice,
                "page": page,
                "rows": self._prepare_address_rows(page["records"]),
                "show_customer": len(self._get_address_customers()) > 1,
                "can_add": bool(self._get_address_customers()),
                "can_export": request.env.user._portal_can("export"),
                "export_url": choice.address().replace(
                    "/my/addresses", "/my/addresses/export", 1
                ),
                "undo_id": undo_ids[0] if undo_ids else 0,
                "max_rows": MAX_ROWS,
            },
        )

    @http.route("/my/addresses/export", **CHANGE)
    def portal_my_addresses_export(self, **query):
        """Answer with the filtered list as a table of text, and write that down."""
        self._check_manages_addresses()
        self._check_can("export")
        self._count_export()
        choice = self._get_address_searchbar().choose(query)
        addresses = self._get_addresses().search_fetch(
            self._get_addresses_domain(choice),
            ROW_FIELDS,
            order="complete_name, id",
            limit=MAX_ROWS,
        )
        content = self._write_addresses(addresses)
        request.env["portal.activity"]._log(
            "exported",
            self._get_customer(),
            detail=request.env._("Addresses, %s rows", len(addresses)),
        )
        return self._send_table("addresses", content)

    def _check_manages_addresses(self):
        if request.env.user.share:
            self._check_can("manage_addresses")

    def _get_address_customers(self):
        """Return the customers to which the person may add addresses."""
        rights = request.env.user._get_portal_rights()
        root_id = self._get_customer().id
        ids = rights.get_ids("manage_addresses", root_id)
        ids |= rights.get_own_ids("manage_addresses", root_id)
        return request.env["res.partner"].browse(sorted(ids))

    @staticmethod
    def _get_addresses():
        return request.env["res.partner"].with_context(active_test=False)

    def _get_addresses_domain(self, choice):
        """Return the domain of the filtered list; the record rules hold too."""
        return request.env["res.partner"]._get_portal_address_domain(
            request.env.user, root=self._get_customer()
        ) & choice.get_domain("create_date")

    def _get_address_searchbar(self):
        env = request.env
        active = Domain("active", "=", True)
        return Searchbar(
            url="/my/addresses",
            filters={
                "all": {"label": env._("All in use"), "domain": active},
                "delivery": {
                    "label": env._("For deliveries"),
                    "domain": active & Domain("type", "in", KINDS["delivery"]),
                },
                "invoice": {
                    "label": env._("For invoices"),
                    "domain": active & Domain("type", "in", KINDS["invoice"]),
                },
                "other": {
                    "label": env._("For both"),
                    "domain": active & Domain("type", "=", "other"),
                },
                "archived": {
                    "label": env._("Archived"),
                    "domain": Domain("active", "=", False),
                },
            },
            menus=self._get_address_menus(),
            sortings={
                "name": {
                    "label": env._("Name"),
                    "field": "complete_name",
                    "descending": False,
                },
                "newest": {
                    "label": env._("Newest"),
                    "field": "create_date",
                    "descending": True,
                },
            },
            search=lambda text: search_text(
                text,
                [
                    "name",
                    "street",
                    "street2",
                    "zip",
                    "city",
                    "site_contact_name",
                    "site_contact_phone",
                ],
            ),
            placeholder=env._("Name, street, city or contact on site"),
        )

    def _get_address_menus(self):
        """Return the menu of the companies, where there are several."""
        customers = self._get_address_customers()
        if len(customers) < 2:
            return {}
        options = {"": {"label": request.env._("All companies"), "domain": []}}
        for customer in customers[:MAX_BRANCHES]:
            options[str(customer.id)] = {
                "label": customer.name,
                "domain": Domain("commercial_partner_id", "=", customer.id),
            }
        return {"company": {"label": request.env._("Company"), "options": options}}

    def _prepare_address_rows(self, addresses):
        """Return what the list shows of addresses, in a few queries for all rows.

        :return: list of dicts with address, lines (of the postal address), customer,
            kinds (that it can serve), mine and company (kinds that it is usual for),
            and is_shared (whether the person decides for the customer too)
        """
        user = request.env.user
        root = self._get_customer()
        # sudo: which addresses are the usual ones
        customers = addresses.commercial_partner_id.sudo()
        member = user._get_portal_membership(root) if user.share else None
        full_ids = user._get_portal_rights().get_ids("manage_addresses", root.id)
        rows = []
        for address, address_sudo in zip(
            addresses,
            addresses.sudo(),  # sudo: names of countries and states
            strict=True,
        ):
            customer = address_sudo.commercial_partner_id & customers
            kinds = [kind for kind in KINDS if address.type in KINDS[kind]]
            lines = address_sudo._display_address(without_company=True).split("\n")
            rows.append(
                {
                    "address": address,
                    "customer": customer.name,
                    "lines": [line.strip() for line in lines if line.strip()],
                    "kinds": kinds,
                    "mine": [
                        kind
                        for kind in kinds
                        if member and member[DEFAULTS[kind][0]] == address_sudo
                    ],
                    "company": [
                        kind
                        for kind in kinds
                        if customer[DEFAULTS[kind][1]] == address_sudo
                    ],
                    "is_own": bool(member) and customer == member.partner_id,
                    "is_shared": customer.id in full_ids,
                }
            )
        return rows

    def _write_addresses(self, addresses):
        """Return addresses as a table of text."""
        env = request.env
        yes = env._("yes")
        purposes = self._get_purposes()
        header = [
            env._("Name"),
            env._("Company"),
            env._("For"),
            env._("Street"),
            env._("Street 2"),
            env._("ZIP"),
            env._("City"),
            env._("State"),
            env._("Country"),
            env._("Phone"),
            env._("Contact on site"),
            env._("Phone on site"),
            env._("Your default"),
            env._("Company default"),
            env._("Archived"),
        ]
        rows = []
        for row in self._prepare_address_rows(addresses):
            address = row["address"]
            rows.append(
                [
                    address.name,
                    row["customer"],
                    purposes[address.type],
                    address.street,
                    address.street2,
                    address.zip,
                    address.city,
                    address.state_id.name,
                    address.country_id.name,
                    address.phone,
                    address.site_contact_name,
                    address.site_contact_phone,
                    yes if row["mine"] else "",
                    yes if row["company"] else "",
                    "" if address.active else yes,
                ]
            )
        return table.write(header, rows)

    @staticmethod
    def _get_purposes():
        """Return {type: what such an address is for}."""
        env = request.env
        return {
            "delivery": env._("Deliveries"),
            "invoice": env._("Invoices"),
            "other": env._("Deliveries and invoices"),
        }

    # ------------------------------------------------------------
    # Usual, archived, used again
    # ------------------------------------------------------------

    @http.route("/my/addresses/<int:address_id>/default", **CHANGE)
    def portal_address_default(self, address_id, choice="", **_post):
        """Make an address the usual one, for oneself or for the company, or no more.

        `choice` is add or remove, delivery or invoice, mine or company.
        """
        address = self._get_address(address_id)
        verb, kind, whose = [*clean_text(choice).split("-"), "", "", ""][:3]
        # sudo: the person manages this address; who for is checked below
        address_sudo = address.sudo()
        if (
            verb not in ("add", "remove")
            or kind not in DEFAULTS
            or whose not in ("mine", "company")
            or not address.active
            or not address._serves(kind)
        ):
            return request.redirect("/my/addresses", code=303)
        user = request.env.user
        customer = address.commercial_partner_id
        member = None
        if whose == "mine":
            member = user._get_portal_membership(customer)
            if member.partner_id != customer:
                self._refuse()
        elif customer.id not in user._get_portal_rights().get_ids("manage_addresses"):
            self._refuse()
        address_sudo._set_usual(kind, verb == "add", member)
        request.env["portal.activity"]._log(
            "default_address_changed",
            customer,
            record=address,
            detail=address_sudo._get_one_line(),
        )
        notice = "default_added" if verb == "add" else "default_removed"
        return request.redirect(f"/my/addresses?notice={notice}", code=303)

    @http.route("/my/addresses/<int:address_id>/archive", **CHANGE)
    def portal_address_put_away(self, address_id, **_post):
        """Archive an address: it is offered no more, and papers keep it."""
        address = self._get_address(address_id)
        self._archive(address)
        return request.redirect(
            f"/my/addresses?notice=address_archived&address={address.id}", code=303
        )

    @http.route("/my/addresses/<int:address_id>/restore", **CHANGE)
    def portal_address_restore(self, address_id, **_post):
        """Use an archived address again."""
        address = self._get_address(address_id)
        if not address.active:
            # sudo: the person manages this address
            address.sudo()._restore_address()
            address._tell_address_changed(
                "address_restored",
                lambda env: env._("An address is in use again"),
            )
        return request.redirect("/my/addresses?notice=address_restored", code=303)

    @route()
    def address_archive(self, partner_id=None, **_browser_values):
        """Override: core archives whatever stands below the own company."""
        address_ids = parse_ids(str(partner_id))
        if len(address_ids) != 1:
            raise NotFound
        if address_ids[0] == request.env.user.partner_id.id:
            raise UserError(request.env._("You cannot archive your main address."))
        self._archive(self._get_address(address_ids[0]))

    @staticmethod
    def _archive(address):
        """Archive an address, once."""
        if not address.active:
            return
        # sudo: the person manages this address
        address.sudo()._archive_address()
        address._tell_address_changed(
            "address_archived", lambda env: env._("An address was archived")
        )

    def _get_address(self, address_id):
        """Return an address that the person manages, an archived one too.

        :raise NotFound: for what is missing, foreign, or no address
        :raise HTTPException: when the role does not allow it
        """
        if not 0 < address_id < MAX_ID:
            raise NotFound
        # A search in the person's own rights: the record rules decide.
        address = self._get_addresses().search([("id", "=", address_id)], limit=1)
        if not address or address.type not in ADDRESS_TYPES:
            raise NotFound
        self._follow_document(address)
        self._check_manages_addresses()
        # sudo: whether the person manages this address
        is_managed = address.sudo().filtered_domain(
            address._get_portal_address_domain(
                request.env.user, root=self._get_customer()
            )
        )
        if not is_managed:
            raise NotFound
        return address

    # ------------------------------------------------------------
    # Which open orders follow
    # ------------------------------------------------------------

    @http.route("/my/addresses/<int:address_id>/orders", **{**PAGE, "readonly": False})
    def portal_address_orders(self, address_id, **_query):
        """Ask which open orders go to the changed address.

        What each would cost is found by doing it and taking it back, so the cursor can
        write; nothing stays.
        """
        return self._render_address_orders(self._get_address(address_id))

    @http.route("/my/addresses/<int:address_id>/orders", **CHANGE)
    def portal_address_orders_follow(self, address_id, **post):
        """Let the chosen orders follow, each one whole or not at all."""
        address = self._get_address(address_id)
        form = FollowForm(request.env, post)
        # sudo: the person manages this address
        address_sudo = address.sudo()
        left = request.env["sale.order"]._get_orders_left_behind(address_sudo)
        errors = {}
        for order in left.filtered(lambda order: order.id in form.values["orders"]):
            seen = form.values["orders"][order.id]
            # sudo: customers change no orders themselves; the method asks for the right
            order_sudo = order.sudo()
            try:
                with request.env.cr.savepoint():
                    order_sudo._follow_replaced(
                        address_sudo,
                        request.env.user,
                        seen["total"],
                        seen["fingerprint"],
                    )
            except UserError as error:
                errors[order.id] = error.args[0]
        if errors:
            return self._render_address_orders(address, errors=errors)
        notice = "orders_follow" if form.values["orders"] else "orders_stay"
        return request.redirect(f"/my/addresses?notice={notice}", code=303)

    def _render_address_orders(self, address, *, errors=None):
        # sudo: names of the customer and former values of the address
        address_sudo = address.sudo()
        orders = request.env["sale.order"]._get_orders_left_behind(address_sudo)
        rows = [
            # sudo: what a change would do to orders that were found in own rights
            order.sudo()._preview_follow(address_sudo, request.env.user)
            for order in orders
        ]
        return self._render_page(
            "customer_portal.address_orders",
            {
                "page_name": "my_addresses",
                "address": address_sudo,
                "following": [row for row in rows if not row["reason"]],
                "staying": [row for row in rows if row["reason"]],
                "errors": errors or {},
                "message": request.env._("Not all orders could follow; see below.")
                if errors
                else "",
            },
            status=422 if errors else 200,
        )

    # ------------------------------------------------------------
    # The form
    # ------------------------------------------------------------

    @route()
    def portal_address(self, partner_id=None, **query):
        """Extend: for who manages addresses; a foreign one is like a missing one."""
        address = self._choose_address(partner_id, query.get("customer_id"))
        address_type = query.get("address_type")
        for_both = query.get("use_delivery_as_billing") == "true"
        if address.type in ADDRESS_TYPES:
            address_type, for_both = _get_form_type(address.type)
        callback = query.get("callback", "")
        return super().portal_address(
            partner_id=str(address.id) if address else None,
            address_type="billing" if address_type == "billing" else "delivery",
            use_delivery_as_billing="true" if for_both else "false",
            callback=clean_text(callback) if _is_local_path(callback) else "",
        )

    def _prepare_address_form_values(self, partner_sudo, *args, **kwargs):
        """Extend: what the form shows more for an address of the address book."""
        values = super()._prepare_address_form_values(partner_sudo, *args, **kwargs)
        is_own = partner_sudo == request.env.user.partner_id
        values["is_address_book"] = False
        if request.httprequest.path != "/my/address" or is_own:
            return values
        customer = request.env["res.partner"]._get_current_partner()
        return {
            **values,
            "is_address_book": True,
            "address_customers": self._get_address_customers()[:MAX_BRANCHES],
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
        if partner_id and len(parse_ids(partner_id)) != 1:
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
        if not _is_local_path(form.get("callback", "")):
            form.pop("callback", None)
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
        if partner_id and len(parse_ids(partner_id)) != 1:
            raise NotFound
        address_id = int(partner_id or 0)
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
            chosen = parse_ids(customer_id or "")
            allowed = self._get_address_customers()
            if not customer <= allowed:
                customer = allowed[:1]
            if chosen and chosen[0] in allowed.ids:
                customer = allowed.browse(chosen[0])
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
        if values.get("address_type") not in ("billing", "delivery"):
            # Core makes a contact of any other word.
            values["address_type"] = "delivery"
        for_both = values.get("use_delivery_as_billing") in (True, "true", "True")
        values["use_delivery_as_billing"] = "true" if for_both else "false"
        for name in {"vat", "company_name", *partner_sudo._commercial_fields()}:
            values.pop(name, None)
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
        if partner_sudo._is_used_in_documents():
            return self._replace_address(partner_sudo, values)
        before = partner_sudo._get_frontend_values()
        address, feedback = super()._create_or_update_address(partner_sudo, **values)
        if before != address._get_frontend_values():
            self._tell_changed(address)
        self._lead_back(feedback, values, "address_saved")
        return address, feedback

    def _replace_address(self, old, values):
        """Save a new address in the place of one that papers name; in sudo."""
        savepoint = request.env.cr.savepoint()
        new = old._copy_to_change()
        new, feedback = super()._create_or_update_address(new, **values)
        is_saved = "redirectUrl" in feedback
        if is_saved and new._get_frontend_values() != old._get_frontend_values():
            savepoint.close(rollback=False)
            new._take_over_from(old)
            self._tell_changed(new)
            self._lead_back(feedback, values, "address_saved")
            orders = request.env["sale.order"]._get_orders_left_behind(new)
            if orders and not values.get("callback"):
                feedback["redirectUrl"] = f"/my/addresses/{new.id}/orders"
            return new, feedback
        savepoint.close(rollback=True)
        self._lead_back(feedback, values, "address_saved")
        return old, feedback

    @staticmethod
    def _tell_changed(address):
        address._tell_address_changed(
            "address_changed", lambda env: env._("An address was changed")
        )

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
        if partner_sudo == user.partner_id:
            changed = self._get_changed_company_data(address_values, partner_sudo)
            if changed:
                invalid |= changed
                messages.append(
                    request.env._(
                        "This is the name, the number or the address of the company. "
                        "Ask for the change on the page Company."
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
                        "You have this address already: %s. Use that one, or tick the "
                        "box below to save a second one.",
                        same._get_one_line(),
                    )
                )
        return invalid, missing, messages

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
    ids = parse_ids(text)
    model = {"country_id": "res.country", "state_id": "res.country.state"}[name]
    # sudo: whether there is one
    found = request.env[model].sudo().browse(ids[:1]).exists()
    return str(found.id) if found else ""


def _is_local_path(text):
    return clean_text(text).startswith("/") and not text.startswith(("//", "/\\"))
