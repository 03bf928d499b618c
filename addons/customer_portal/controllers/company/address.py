from werkzeug.exceptions import NotFound

from odoo import http
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.http import request, route

from ...const import ADDRESS_DEFAULTS, ADDRESS_KINDS, ADDRESS_TYPES
from ...tools import table
from ...tools.parse import clean_text, parse_id
from ...tools.search import search_text
from ..portal import CHANGE, Portal
from ..searchbar import Filter, Searchbar, Sorting

MAX_ROWS = 10_000  # of an export
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
    "commercial_company_name",
]


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
        is_archived = query.get("notice") == "address_archived"
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
                "undo_id": parse_id(query.get("address")) if is_archived else 0,
                "max_rows": MAX_ROWS,
            },
        )

    @http.route("/my/addresses/export", limit="export", **CHANGE)
    def portal_my_addresses_export(self, **query):
        """Answer with the filtered list as a table of text, and write that down."""
        self._check_manages_addresses()
        self._check_can("export")
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
        return self._send_table(content, "addresses")

    def _get_done_texts(self):
        """Extend: what became of an address."""
        _ = request.env._
        return {
            **super()._get_done_texts(),
            "address_archived": _("The address has been archived. Documents keep it."),
            "address_restored": _("The address is in use again."),
            "default_added": _("Saved. New orders will use this address."),
            "default_removed": _("Saved. It is no longer a default."),
        }

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
                "all": Filter(env._("All in use"), active),
                "delivery": Filter(
                    env._("For deliveries"),
                    active & Domain("type", "in", ADDRESS_KINDS["delivery"]),
                ),
                "invoice": Filter(
                    env._("For invoices"),
                    active & Domain("type", "in", ADDRESS_KINDS["invoice"]),
                ),
                "other": Filter(
                    env._("For both"), active & Domain("type", "=", "other")
                ),
                "archived": Filter(env._("Archived"), Domain("active", "=", False)),
            },
            menus=self._get_address_menus(),
            sortings={
                "name": Sorting(env._("Name"), "complete_name"),
                "newest": Sorting(env._("Newest"), "create_date", descending=True),
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
            placeholder=env._("Name, street, city or on-site contact"),
        )

    def _get_address_menus(self):
        """Return the menu of the companies, where there are several."""
        return self._get_customer_menus(
            self._get_address_customers(), "commercial_partner_id"
        )

    def _prepare_address_rows(self, addresses):
        """Return what the list shows of addresses, in a few queries for all rows.

        :return: list of dicts with address, lines (of the postal address), customer,
            has_site_contact, kinds (that it can serve), mine and company (kinds that it
            is usual for), is_own, and is_shared (whether the person decides for the
            customer too)
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
            kinds = [
                kind for kind in ADDRESS_KINDS if address.type in ADDRESS_KINDS[kind]
            ]
            lines = address_sudo._display_address(without_company=True).split("\n")
            rows.append(
                {
                    "address": address,
                    "customer": customer.name,
                    "has_site_contact": bool(
                        address.site_contact_name or address.site_contact_phone
                    ),
                    "lines": [line.strip() for line in lines if line.strip()],
                    "kinds": kinds,
                    "mine": [
                        kind
                        for kind in kinds
                        if member and member[ADDRESS_DEFAULTS[kind][0]] == address_sudo
                    ],
                    "company": [
                        kind
                        for kind in kinds
                        if customer[ADDRESS_DEFAULTS[kind][1]] == address_sudo
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
            env._("On-site contact"),
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
            or kind not in ADDRESS_DEFAULTS
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
        self._lock_addresses(customer)
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
        self._lock_addresses(address.commercial_partner_id)
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
        address_id = parse_id(partner_id)
        if address_id == request.env.user.partner_id.id:
            raise UserError(request.env._("You cannot archive your main address."))
        self._archive(self._get_address(address_id))

    @staticmethod
    def _lock_addresses(customer):
        """Let who changes an address of this customer at the same time begin anew."""
        # sudo: the lock is no one's to write, and the seller's company
        locks = request.env["portal.ledger.lock"].sudo()
        locks._lock(request.env.company, customer)

    def _archive(self, address):
        """Archive an address, once."""
        self._lock_addresses(address.commercial_partner_id)
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
        if not parse_id(address_id):
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
