"""A placed order is changed in the portal, as long as the ERP allows it."""

import hashlib
import json

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL

# What a person chooses; the rest of what changes follows from it.
PLAIN_FIELDS = ("site_contact_name", "site_contact_phone", "wished_date")


class SaleOrder(models.Model):
    _inherit = "sale.order"

    # Whom the carrier asks for; of the address as it was when it was chosen.
    site_contact_name = fields.Char(
        "On-site contact",
        compute="_compute_site_contact_name",
        store=True,
        readonly=False,
        precompute=True,
        help="The person the carrier should ask for at the delivery address.",
    )
    site_contact_phone = fields.Char(
        "Phone on site",
        compute="_compute_site_contact_phone",
        store=True,
        readonly=False,
        precompute=True,
    )
    portal_change_ids = fields.One2many(
        "portal.order.change",
        "order_id",
        "Changes in the portal",
        groups="base.group_user",
    )
    portal_change_count = fields.Integer(
        "Changes",
        compute="_compute_portal_change_count",
        groups="base.group_user",
    )
    portal_has_request = fields.Boolean(
        "A change is requested",
        compute="_compute_portal_change_count",
        groups="base.group_user",
    )

    # One for each: whoever writes one of the two, gets the other with the address.
    @api.depends("partner_shipping_id")
    def _compute_site_contact_name(self):
        for order in self:
            order.site_contact_name = order.partner_shipping_id.site_contact_name

    @api.depends("partner_shipping_id")
    def _compute_site_contact_phone(self):
        for order in self:
            order.site_contact_phone = order.partner_shipping_id.site_contact_phone

    @api.depends("portal_change_ids.state")
    def _compute_portal_change_count(self):
        counts = {}
        for order, state, count in self.env["portal.order.change"]._read_group(
            [("order_id", "in", self.ids)], ["order_id", "state"], ["__count"]
        ):
            counts.setdefault(order.id, {})[state] = count
        for order in self:
            own = counts.get(order.id, {})
            order.portal_change_count = sum(own.values())
            order.portal_has_request = bool(own.get("requested"))

    def message_post(self, **kwargs):
        """Extend: whoever looks at what a change would do says nothing by it."""
        if self.env.context.get("portal_change_preview"):
            return self.env["mail.message"]
        return super().message_post(**kwargs)

    # ------------------------------------------------------------
    # Look at a change before it is made
    # ------------------------------------------------------------

    def _preview_change(self, changes, user=None):
        """Return what a change would do, by doing it and taking it back.

        In sudo: the caller has checked that the person may change this order. It
        needs a cursor that can write, and leaves nothing behind.

        :param dict changes: as `_change_in_portal` takes them
        :param user: whose order limit counts, or nobody's
        :return: dict of
            before, after: dicts of untaxed, tax, total and freight (None without)
            difference: of the totals; positive when it costs more
            lines: list of dicts with name, unit, and before and after: dicts of
                quantity, taxes and amount
            taxes: list of dicts with before and after, the taxes, and names of the
                lines that have them
            fiscal_position: (name before, name after), or None when it stays
            items: list of dicts with label, before and after, in words
            cancels_order: whether nothing remains of the order
            cancels_lines: whether lines stay with a quantity of zero
            has_freight: whether the order has freight, before or after
            refusal: why it cannot be done at once, a sentence, or None
            can_ask: whether staff can be asked for it instead
            fingerprint: of the order as it was, for `_change_in_portal`
            state: everything of the order as it would be, as plain data
        :raise UserError: when it changes nothing, or cannot be done at all
        """
        self.ensure_one()
        # What is tried is written: whoever changes the order at the moment comes first.
        self._lock_for_change()
        values = self._prepare_change(changes)
        fingerprint = self._get_change_fingerprint()
        terms = self._get_change_terms()
        refusal, can_ask = None, True
        before = self._get_change_state()
        if values.get("cancel_order"):
            after = {**before, "state": "cancel", **self._get_no_amounts()}
        else:
            try:
                after = self._try_change(values)
            except UserError as error:
                # Where the ERP does not do it, somebody can be asked.
                refusal = terms["reason"] or error.args[0]
                after = {**before, **self._foretell(values)}
        change = self.env["portal.order.change"]
        result = self._compare_change_states(before, after)
        if not refusal:
            refusal, can_ask = self._get_change_refusal(values, before, after, terms)
        if user and result["difference"] > 0:
            try:
                self._check_order_limit(user, after["total"])
            except UserError as error:
                refusal, can_ask = error.args[0], False
        return {
            **result,
            "items": change._get_words(*change._keep_changed(before, after)),
            "cancels_order": bool(values.get("cancel_order")),
            "cancels_lines": any(
                not line["after"]["quantity"] for line in result["lines"]
            ),
            "has_freight": any(
                state["freight"] is not None
                for state in (result["before"], result["after"])
            ),
            "refusal": refusal,
            "can_ask": terms["can_ask"] and can_ask,
            "fingerprint": fingerprint,
            "state": after,
        }

    def _try_change(self, values):
        """Return the state that a change would lead to; nothing of it stays."""
        order = self.with_company(self.company_id).with_context(
            portal_change_preview=True,
            skip_procurement=True,
            tracking_disable=True,
            mail_activity_automation_skip=True,
        )
        with self.env.cr.savepoint() as savepoint:
            order.locked = False  # staff unlock it to do what is asked
            order._apply_change(values)
            self.env.flush_all()
            after = order._get_change_state()
            savepoint.rollback()
        return after

    def _foretell(self, values):
        """Return of a state what a change says itself, without doing it."""
        state = {
            name: _to_data(values[name]) for name in PLAIN_FIELDS if name in values
        }
        if address_id := values.get("partner_shipping_id"):
            address = self.env["res.partner"].browse(address_id)
            state["partner_shipping_id"] = _describe_address(address)
        return state

    def _compare_change_states(self, before, after):
        lines = []
        for line_id in {**before["lines"], **after["lines"]}:
            old, new = before["lines"].get(line_id), after["lines"].get(line_id)
            if old and new and old != new:
                lines.append(
                    {
                        "name": new["name"],
                        "unit": new["unit"],
                        "before": old,
                        "after": new,
                    }
                )
        taxes = {}
        for line in lines:
            key = (line["before"]["taxes"], line["after"]["taxes"])
            if key[0] != key[1] and line["after"]["quantity"]:
                taxes.setdefault(key, []).append(line["name"])
        fiscal = (before["fiscal_position"], after["fiscal_position"])
        amounts = ("untaxed", "tax", "total", "freight")
        return {
            "before": {name: before[name] for name in amounts},
            "after": {name: after[name] for name in amounts},
            "difference": self.currency_id.round(after["total"] - before["total"]),
            "lines": lines,
            "taxes": [
                {"before": old, "after": new, "names": names}
                for (old, new), names in taxes.items()
            ],
            "fiscal_position": fiscal if fiscal[0] != fiscal[1] else None,
        }

    def _get_change_state(self):
        """Return everything of the order that a change can touch, as plain data."""
        self.ensure_one()
        freight = self.order_line._get_freight()
        return {
            "state": self.state,
            "partner_shipping_id": _describe_address(self.partner_shipping_id),
            "site_contact_name": self.site_contact_name or "",
            "site_contact_phone": self.site_contact_phone or "",
            "wished_date": _to_data(self.wished_date),
            "fiscal_position": self.fiscal_position_id.name or "",
            "lines": {
                str(line.id): {
                    "name": line._get_portal_name(),
                    "quantity": line.product_uom_qty,
                    "unit": line.product_uom_id.name or "",
                    "taxes": ", ".join(line.tax_ids.mapped("name")),
                    "amount": line.price_subtotal,
                }
                for line in self._get_delivered_lines()
            },
            "freight": sum(freight.mapped("price_subtotal")) if freight else None,
            "untaxed": self.amount_untaxed,
            "tax": self.amount_tax,
            "total": self.amount_total,
        }

    @staticmethod
    def _get_no_amounts():
        return {"untaxed": 0.0, "tax": 0.0, "total": 0.0, "freight": None}

    def _get_change_fingerprint(self):
        """Return a short text that differs when the order was changed meanwhile."""
        text = json.dumps(self._get_change_state(), sort_keys=True)
        return hashlib.sha256(text.encode()).hexdigest()[:32]

    # ------------------------------------------------------------
    # The customer's reference
    # ------------------------------------------------------------

    def _change_reference(self, user, reference):
        """Write the customer's own number of the order; return whether it differs.

        In sudo: the caller reached the order in the person's rights. It changes
        nothing that was agreed, so that it needs no request and knows no end; what is
        invoiced keeps the number of its day.

        :raise UserError: for who may not change orders
        """
        self.ensure_one()
        self._check_change_right(user)
        before = self.client_order_ref or ""
        if reference == before:
            return False
        self.client_order_ref = reference or False
        _ = self.env._
        sentence = _(
            "%(label)s: %(before)s → %(after)s",
            label=_("Your reference"),
            before=before or _("none"),
            after=reference or _("none"),
        )
        self.env["portal.activity"]._log(
            "order_changed",
            self.portal_customer_id,
            user=user,
            record=self,
            detail=sentence,
        )
        lang = self.env["portal.order.change"]._get_lang_of_staff(self)
        self.message_post(
            body=self.with_context(lang=lang).env._(
                "Customer reference changed in the portal: %(before)s → %(after)s",
                before=before or "–",
                after=reference or "–",
            ),
            author_id=user.partner_id.id,
            message_type="notification",
        )
        return True

    # ------------------------------------------------------------
    # Change
    # ------------------------------------------------------------

    def _change_in_portal(self, user, changes, total_seen=None, fingerprint_seen=None):
        """Change a placed order at once and return the portal.order.change.

        In sudo: the caller reached the order in the person's rights. All or nothing.

        :param user: who changes it, a res.users
        :param dict changes: any of partner_shipping_id (an id), site_contact_name,
            site_contact_phone, wished_date, cancel_line_ids (a list), quantities (by
            line id; zero cancels the line), cancel_order
        :param float total_seen: the total that the person agreed to, if any was shown
        :param str fingerprint_seen: of the order that the person looked at
        :raise UserError: with one sentence, when nothing was changed
        """
        self.ensure_one()
        self._lock_for_change()
        self._check_change_right(user)
        terms = self._get_change_terms()
        if fingerprint_seen and fingerprint_seen != self._get_change_fingerprint():
            raise UserError(
                self.env._(
                    "This order was changed a moment ago, so your change was "
                    "not made. Check the order and try again."
                )
            )
        if not terms["can_change"]:
            raise UserError(terms["reason"])
        values = self._prepare_change(changes)
        with self.env.cr.savepoint():
            before, after = self._carry_out_change(values)
            refusal, _can_ask = self._get_change_refusal(values, before, after, terms)
            if refusal:
                raise UserError(refusal)
            self._check_total_seen(after, total_seen)
            if self.currency_id.compare_amounts(after["total"], before["total"]) > 0:
                self._check_order_limit(user)
            return self.env["portal.order.change"]._record_applied(
                self, user, values, before, after
            )

    def _check_change_right(self, user):
        if user.share and not self._portal_allows(user, "change_orders"):
            raise UserError(user._get_portal_refusal())

    def _check_total_seen(self, after, total_seen):
        if total_seen is None:
            return
        if self.currency_id.compare_amounts(after["total"], total_seen):
            raise UserError(
                self.env._(
                    "The new total is %s, which differs from the one shown. "
                    "Nothing has been changed yet. Confirm again if you agree.",
                    self.currency_id.format(after["total"]),
                )
            )

    def _lock_for_change(self):
        """Hold the account of the customer, the order and its lines.

        A real UPDATE: whoever delivers, invoices or changes the order at the same
        moment fails to serialize, is run again and sees what was done first.
        """
        self.env.flush_all()
        self.env["portal.ledger.lock"]._lock(self.company_id, self.portal_customer_id)
        for query in self._get_change_locks():
            self.env.cr.execute(query, log_exceptions=False)
        self.env.invalidate_all()

    def _get_change_locks(self):
        """Return the statements that lock, outermost record first."""
        return [
            SQL("UPDATE sale_order SET write_date = write_date WHERE id = %s", self.id),
            SQL(
                "UPDATE sale_order_line SET write_date = write_date"
                " WHERE order_id = %s",
                self.id,
            ),
        ]

    def _prepare_change(self, changes, *, by_staff=False):
        """Return of the changes what differs from the order, checked.

        :param bool by_staff: take a wished date that has passed meanwhile

        :raise UserError: when nothing differs, or something cannot be chosen
        """
        self.ensure_one()
        if changes.get("cancel_order"):
            return {"cancel_order": True}
        values = {}
        address_id = changes.get("partner_shipping_id")
        if address_id and address_id != self.partner_shipping_id.id:
            if address_id not in self._get_change_addresses().ids:
                raise UserError(self.env._("Choose one of the addresses in the list."))
            values["partner_shipping_id"] = address_id
        for name in PLAIN_FIELDS:
            if name in changes and (changes[name] or False) != self[name]:
                values[name] = changes[name] or False
        wished = values.get("wished_date")
        if wished and not by_staff and wished < fields.Date.context_today(self):
            raise UserError(self.env._("Choose today or a later date."))
        values.update(self._choose_quantities(changes))
        if not values:
            raise UserError(self.env._("Nothing was changed."))
        return values

    def _carry_out_change(self, values, *, by_staff=False):
        """Change the order and what follows it; return the states before and after.

        :param bool by_staff: keep taxes that sales set by hand, instead of refusing
        """
        order = self.with_company(self.company_id)
        order = order.with_context(portal_no_news=True)  # the change itself is told
        before = order._get_change_state()
        order._apply_change(values, by_staff=by_staff)
        order._follow_change(values, before)
        self.env.flush_all()
        after = order._get_change_state()
        if after["state"] == "cancel":
            after.update(self._get_no_amounts())
        return before, after

    def _apply_change(self, values, *, by_staff=False):
        """Write the change on the order, with taxes and freight as core has them."""
        if values.get("cancel_order"):
            self._check_not_begun()
            self._action_cancel()
            return
        fiscal_position = self.fiscal_position_id
        by_hand = fiscal_position != self._get_usual_fiscal_position()
        plain = {
            name: values[name]
            for name in ("partner_shipping_id", *PLAIN_FIELDS)
            if name in values
        }
        if plain:
            # The pickings follow by themselves; nobody has to be reminded of them.
            self.with_context(mail_activity_automation_skip=True).write(plain)
        if self.fiscal_position_id != fiscal_position:
            if by_hand and by_staff:
                self.fiscal_position_id = fiscal_position
                self.show_update_fpos = False
            elif by_hand:
                raise UserError(
                    self.env._(
                        "Our sales team has set the taxes of this order, so "
                        "its address cannot be changed at once."
                    )
                )
            else:
                self._recompute_changed_taxes()
        if _changes_quantities(values):
            self._change_quantities(values, by_staff=by_staff)
        if "partner_shipping_id" in values or _changes_quantities(values):
            self._recompute_freight()

    def _get_usual_fiscal_position(self):
        """Return the fiscal position that core gives this customer and address."""
        positions = self.env["account.fiscal.position"].with_company(self.company_id)
        return positions._get_fiscal_position(self.partner_id, self.partner_shipping_id)

    def _recompute_changed_taxes(self):
        """Recompute the taxes; what is invoiced keeps those of its invoice."""
        invoiced = self.order_line.filtered("qty_invoiced")
        if not invoiced:
            self._recompute_taxes()
            return
        lines = self.order_line - invoiced
        lines.filtered(lambda line: not line.display_type)._compute_tax_ids()
        self.show_update_fpos = False

    def _recompute_freight(self):
        """Rate the freight again; there is none without the app for it."""

    def _follow_change(self, values, before):
        """Change what was made of the order; nothing is without the app for it.

        :param dict before: `_get_change_state` before the change
        """

    def _check_not_begun(self):
        """Refuse to cancel an order of which something left or is invoiced.

        :raise UserError: then
        """
        if any(line.qty_delivered for line in self.order_line):
            raise UserError(
                self.env._(
                    "Part of this order has been delivered, so it cannot be cancelled."
                )
            )
        if self.invoice_ids.filtered(lambda move: move.state != "cancel"):
            raise UserError(
                self.env._("This order has been invoiced, so it cannot be cancelled.")
            )

    def _get_change_refusal(self, values, before, after, terms):
        """Return why a change cannot be done at once, from what it does.

        :return: (a sentence or None, whether staff can be asked for it)
        """
        if not terms["can_change"]:
            return terms["reason"], terms["can_ask"]
        is_about_total = bool(
            values.keys() & {"cancel_order", "cancel_line_ids", "quantities"}
        ) or any(
            before[name] != after[name]
            for name in ("untaxed", "tax", "total", "freight", "fiscal_position")
        )
        if is_about_total and not terms["can_change_total"]:
            return terms["total_reason"], terms["can_ask_total"]
        refusal = self._get_lines_refusal(values) or self._get_rule_refusal(
            before, after
        )
        return refusal, True


def _changes_quantities(values):
    return bool(values.keys() & {"cancel_line_ids", "quantities"})


def _describe_address(partner):
    """Return an address as it reads today: its id, and its text on one line."""
    parts = [
        partner.name or partner.commercial_partner_id.name,
        partner.street,
        partner.street2,
        " ".join(filter(None, [partner.zip, partner.city])),
        partner.state_id.name,
        partner.country_id.name,
    ]
    return {"id": partner.id, "text": ", ".join(filter(None, parts))}


def _to_data(value):
    return (fields.Date.to_string(value) if hasattr(value, "year") else value) or ""
