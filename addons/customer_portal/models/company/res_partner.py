"""The address book of a customer: whose, which one is usual, and what a change does."""

import re

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain

from ...const import ADDRESS_DEFAULTS, ADDRESS_KINDS, ADDRESS_TYPES


class ResPartner(models.Model):
    _inherit = "res.partner"

    # Contacts read these of their own company's addresses, as they read the street.
    site_contact_name = fields.Char(
        "On-site contact",
        help=("The person the carrier should ask for at this address."),
    )
    site_contact_phone = fields.Char("Phone on site")

    portal_shipping_id = fields.Many2one(
        "res.partner",
        "Usual delivery address",
        ondelete="set null",
        index="btree_not_null",
        domain="[('commercial_partner_id', '=', id), ('id', '!=', id), "
        "('type', 'in', ('delivery', 'other'))]",
        groups="base.group_user",
        help="New orders go there, unless the person who orders has an own one.",
    )
    portal_invoice_id = fields.Many2one(
        "res.partner",
        "Usual invoice address",
        ondelete="set null",
        index="btree_not_null",
        domain="[('commercial_partner_id', '=', id), ('id', '!=', id), "
        "('type', 'in', ('invoice', 'other'))]",
        groups="base.group_user",
        help="Invoices of new orders go there, unless the person who orders has an own "
        "one.",
    )
    portal_replaces_id = fields.Many2one(
        "res.partner",
        "In place of",
        readonly=True,
        copy=False,
        ondelete="set null",
        index="btree_not_null",
        groups="base.group_user",
        help=(
            "The address that this one replaced in the portal. Documents keep the "
            "old one."
        ),
    )

    portal_function_ids = fields.One2many(
        "portal.contact.function",
        "partner_id",
        "Who gets which e-mails",
        groups="base.group_user",
    )

    # ------------------------------------------------------------
    # Whose addresses
    # ------------------------------------------------------------

    @api.model
    def _get_portal_address_domain(self, user, root=None):
        """Return the domain of the addresses that a person manages, archived ones too.

        They are no contacts of people. Who manages the own ones only: those that the
        person has added.

        :param root: the customer that the person acts for, with its branches; all
            customers of the person without it
        """
        rights = user._get_portal_rights()
        root_id = root.id if root else None
        all_ids = rights.get_ids("manage_addresses", root_id)
        own_ids = rights.get_own_ids("manage_addresses", root_id)
        return (
            Domain("type", "in", ADDRESS_TYPES)
            & Domain("is_company", "=", False)
            & Domain("parent_id", "!=", False)
            # Past the rules of users: whether there is one.
            & Domain("user_ids", "not any!", Domain("active", "in", (True, False)))
            & (
                Domain("commercial_partner_id", "in", sorted(all_ids))
                | (
                    Domain("commercial_partner_id", "in", sorted(own_ids))
                    & Domain("create_uid", "=", user.id)
                )
            )
        )

    def _get_frontend_writable_fields(self):
        """Extend: the contact on site."""
        return super()._get_frontend_writable_fields() | {
            "site_contact_name",
            "site_contact_phone",
        }

    def _get_current_partner(self, **kwargs):
        """Extend: addresses are made for the customer that was chosen.

        `portal_address_customer` in the context is its id; the caller has checked that
        the person manages its addresses.
        """
        if chosen := self.env.context.get("portal_address_customer"):
            # sudo: as core's own
            return self.env["res.partner"].sudo().browse(chosen)
        return super()._get_current_partner(**kwargs)

    def _can_be_edited_by_current_customer(self, **kwargs):
        """Extend: the role decides, for all customers that the person works for.

        Core lets every contact change all addresses below the own company.
        """
        user = self.env.user
        if not user.share or user._is_public() or self == user.partner_id:
            return super()._can_be_edited_by_current_customer(**kwargs)
        # sudo: whether the person manages this address
        addresses = self.env["res.partner"].sudo()
        domain = self._get_portal_address_domain(user) & Domain("id", "=", self.id)
        return bool(addresses.search_count(domain, limit=1))

    def _fields_sync(self, values):
        """Extend: what a person of a customer changes does not change the company.

        Core writes the address of a contact, and the VAT number of an address, to the
        company above. In the portal both are asked for (`portal.company.change`), and
        what a branch asks for (`portal_keep_companies` in the context) is its own too.
        """
        user = self.env.user
        is_person = user.share and not user._is_public()
        is_kept = is_person or self.env.context.get("portal_keep_companies")
        if not is_kept or not self.parent_id:
            return super()._fields_sync(values)
        upwards = {*self._address_fields(), *self._synced_commercial_fields()}
        result = super()._fields_sync(
            {name: values[name] for name in values if name not in upwards}
        )
        self._children_sync({name: values[name] for name in values if name in upwards})
        return result

    def _update_address(self, vals):
        """Extend: branches keep their address when the head office moves on request.

        Core takes the address of a company over to the companies below, past `write`.
        """
        self._keep_printed(vals)
        partners = self
        if self.env.context.get("portal_keep_companies"):
            partners = self.filtered(lambda partner: not partner.is_company)
        return super(ResPartner, partners)._update_address(vals)

    # ------------------------------------------------------------
    # The usual ones
    # ------------------------------------------------------------

    def address_get(self, adr_pref=None):
        """Extend: the usual address of the person, else of the customer."""
        result = super().address_get(adr_pref)
        kinds = (ADDRESS_DEFAULTS.keys() & set(adr_pref or ())) - {self[:1].type}
        if len(self) == 1 and kinds:
            result.update(self._get_usual_ids(kinds))
        return result

    def _get_usual_ids(self, kinds):
        """Return {kind: id} of the usual addresses of this contact or customer."""
        # sudo: ids, as core gives them
        partner = self.sudo()
        person = partner.user_ids.filtered(lambda user: user.share)[:1]
        usual = {kind: partner._get_usual_address(kind, person) for kind in kinds}
        return {kind: address.id for kind, address in usual.items() if address}

    def _get_usual_address(self, kind, user=None):
        """Return the usual address of a person, else of the customer, or none; in sudo.

        :param str kind: delivery or invoice
        :param user: who orders, or none
        """
        # sudo: which address is the usual one
        customer = self.sudo().commercial_partner_id
        of_person, of_customer, _of_order = ADDRESS_DEFAULTS[kind]
        usual = customer[of_customer]
        if user:
            # sudo: as above
            members = self.env["portal.membership"].sudo()
            member = members.search(
                [
                    ("user_id", "=", user.id),
                    ("partner_id", "=", customer.id),
                    ("state", "=", "active"),
                ],
                limit=1,
            )
            own = member[of_person]
            if own and own._is_address_of(customer):
                return own
        return usual if usual._is_address_of(customer) else usual.browse()

    def _is_address_of(self, customer):
        """Return whether this is an address of a customer that can be used now."""
        return bool(self and self.active and self.commercial_partner_id == customer)

    def _serves(self, kind):
        """Return whether the address may be the one for `kind`."""
        self.ensure_one()
        return self.type in ADDRESS_KINDS[kind]

    def _set_usual(self, kind, is_usual, member=None):
        """Make this the usual address of a person or of the customer, or no more.

        In sudo: the caller has checked the right to.

        :param member: the membership of the person; without it, for the customer
        """
        self.ensure_one()
        of_person, of_customer, _of_order = ADDRESS_DEFAULTS[kind]
        holder = member or self.commercial_partner_id
        name = of_person if member else of_customer
        if is_usual:
            holder[name] = self
        elif holder[name] == self:
            holder[name] = False

    def write(self, vals):
        """Extend: papers keep what they print; an archived address is no usual one."""
        self._keep_printed(vals)
        result = super().write(vals)
        if "active" in vals and not vals["active"]:
            self._move_usual(self.browse())
        return result

    def _move_usual(self, successor):
        """Let another address, or none, be usual in the place of these."""
        for kind, (of_person, of_customer, _of_order) in ADDRESS_DEFAULTS.items():
            new = successor if successor and successor._serves(kind) else self.browse()
            # sudo: it follows from what the caller was allowed to change
            members = self.env["portal.membership"].sudo()
            members.search([(of_person, "in", self.ids)])[of_person] = new
            # sudo: as above
            customers = self.env["res.partner"].sudo().with_context(active_test=False)
            customers.search([(of_customer, "in", self.ids)])[of_customer] = new

    # ------------------------------------------------------------
    # Duplicates
    # ------------------------------------------------------------

    @api.model
    def _find_same_address(self, customer, values, but=()):
        """Return an address of a customer with the same words, or none; in sudo.

        :param dict values: of the address, as the form gives them
        :param but: the address that is changed
        """
        # sudo: the caller manages the addresses of this customer
        addresses = self.sudo().search_fetch(
            [
                ("commercial_partner_id", "=", customer.id),
                ("type", "in", ADDRESS_TYPES),
                ("country_id", "=", values.get("country_id")),
                ("id", "not in", but.ids if but else []),
            ],
            ["name", "street", "street2", "zip", "city"],
            order="id",
        )
        key = self._get_address_key(values)
        return next(
            (address for address in addresses if self._get_address_key(address) == key),
            self.browse(),
        )

    @staticmethod
    def _get_address_key(values):
        """Return what tells addresses apart: letters and digits, without case."""
        return tuple(
            re.sub(r"[\W_]+", " ", (values[name] or "").casefold()).strip()
            if name in values
            else ""
            for name in ("name", "street", "street2", "zip", "city")
        )

    # ------------------------------------------------------------
    # Change
    # ------------------------------------------------------------

    def _is_used_in_documents(self):
        """Return whether an order, an invoice or a delivery names this address.

        In sudo, of all companies. Glue adds its own documents.
        """
        self.ensure_one()
        # sudo: whether there is one
        orders = self.env["sale.order"].sudo()
        # sudo: as above
        moves = self.env["account.move"].sudo()
        names = ("partner_id", "partner_shipping_id", "partner_invoice_id")
        return bool(
            orders.search_count(
                Domain.OR([Domain(name, "=", self.id) for name in names]), limit=1
            )
            or moves.search_count(
                Domain.OR([Domain(name, "=", self.id) for name in names[:2]]), limit=1
            )
        )

    def _get_frontend_values(self):
        """Return {name: value} of what the form of an address can change."""
        names = sorted(self._get_frontend_writable_fields() & self._fields.keys())
        return {
            name: self._fields[name].convert_to_write(self[name], self)
            for name in names
        }

    def _copy_to_change(self):
        """Return a new address like this one, to be changed in its place; in sudo."""
        self.ensure_one()
        partner = self.with_context(no_vat_validation=True, tracking_disable=True)
        new = partner.copy({"name": self.name or "-", "portal_replaces_id": self.id})
        if not self.name:
            new.name = False
        return new

    def _take_over_from(self, old):
        """Stand in the place of another address, which is archived; in sudo.

        What is placed keeps the old one, see `_get_replaced`. Drafts and quotations
        follow, and so does who is told what.
        """
        self.ensure_one()
        old._move_usual(self)
        self.env["portal.contact.function"]._replace_contact(old, self)
        self.env["sale.order"]._follow_address(old, self)
        old.active = False

    def _get_replaced(self):
        """Return the addresses in whose place this one stands, the latest first."""
        replaced = self.browse()
        # sudo: former addresses of the same customer
        address = self.sudo().portal_replaces_id
        while address and address not in replaced:
            replaced |= address
            address = address.portal_replaces_id
        return replaced

    def _archive_address(self):
        """Archive an address of the address book; in sudo.

        :raise UserError: when it was archived already
        """
        self.ensure_one()
        if not self.active:
            raise UserError(self.env._("This address is already archived."))
        self.action_archive()

    def _restore_address(self):
        """Use an archived address again; in sudo. Doing it twice is the same."""
        self.ensure_one()
        if not self.active:
            self.action_unarchive()

    def _tell_address_changed(self, action, title):
        """Write down what was done with an address, and tell those who manage it.

        :param str action: of the log
        :param callable title: as `portal.notice._tell` takes it
        """
        self.ensure_one()
        # sudo: names for the log; the caller was allowed to do it
        address = self.sudo()
        customer = address.commercial_partner_id
        self.env["portal.activity"]._log(
            action, customer, record=self, detail=address._get_one_line()
        )
        self.env["portal.notice"]._tell(
            "address_changed",
            customer._get_portal_people("manage_addresses"),
            customer,
            "/my/addresses",
            title,
            detail=lambda env: address._get_one_line(),
        )

    def _get_one_line(self):
        """Return name and place of an address, as lists and the log name it."""
        parts = (self.name, self.street, self.zip, self.city)
        return ", ".join(filter(None, parts))
