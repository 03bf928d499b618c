from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Command, Domain
from odoo.http import request
from odoo.tools.misc import format_date

from ...const import ADDRESS_DEFAULTS

OVERVIEW_FIELDS = (
    "name",
    "date_order",
    "client_order_ref",
    "amount_total",
    "state",
    "currency_id",
    "partner_id",
    "validity_date",
)


class SaleOrder(models.Model):
    _name = "sale.order"
    _inherit = ["sale.order", "portal.scoped.mixin", "portal.listed.mixin"]

    _portal_code = "see_orders"
    _portal_list = "orders"
    # Who sees an order may write a message on it, as core has it for invoices; else
    # a person needs the link of the mail.
    _mail_post_access = "read"

    # Who has the token may do what its link does; people of a customer have roles.
    access_token = fields.Char(groups="base.group_user")

    # Core shows every contact the credit limit and what the customer owes in it.
    partner_credit_warning = fields.Text(groups="base.group_user")

    reorder_origin_id = fields.Many2one(
        "sale.order",
        "Reorder of",
        readonly=True,
        copy=False,
        index="btree_not_null",
        groups="base.group_user",
    )
    portal_user_id = fields.Many2one(
        "res.users",
        "Ordered by",
        readonly=True,
        copy=False,
        index="btree_not_null",
        help="The customer's person who makes this order in the portal.",
    )
    wished_date = fields.Date(
        copy=False,
        help="The day on which the customer would like to have the goods. It is a "
        "wish; the promise is the delivery date.",
    )

    _portal_confirmed_idx = models.Index(
        "(partner_invoice_id) INCLUDE (id, company_id, currency_id)"
        " WHERE state = 'sale'"
    )

    def _has_to_be_signed(self):
        """Extend: what was never sent waits for nobody; else for who may sign."""
        return (
            super()._has_to_be_signed()
            and self.state == "sent"
            and self._may_be_accepted_here()
        )

    def _has_to_be_paid(self):
        """Extend: by who may pay; what is not confirmed yet is accepted by it."""
        if not super()._has_to_be_paid():
            return False
        user = request.env.user if request else self.env.user
        if user.share and self._portal_is_of(user):
            return self._portal_allows(user, "pay") and self._may_be_accepted_here()
        return self._may_be_accepted_here()

    def _may_be_accepted_here(self):
        """Return whether the visitor or person of this request may accept the quote.

        A customer with people who may sign decides who they are: a visitor with the
        link of the mail signs in first. Without such people the link is enough, as in
        stock Odoo. Outside of a request nobody is asked.
        """
        self.ensure_one()
        if not request or self.state != "sent":
            return True
        user = request.env.user
        if not user.share:
            return True
        if not user._is_public() and self._portal_is_of(user):
            return self._portal_allows(user, "sign_quotes")
        # sudo: whether there is somebody, not who
        customer = self.sudo().partner_id.commercial_partner_id
        return not customer._get_portal_people("sign_quotes")

    def _check_order_limit(self, user):
        """Refuse an order or quote above the limit of the person who decides.

        :raise UserError: with the limit and who can change it
        """
        self.ensure_one()
        member = user._get_portal_membership(self.partner_id.commercial_partner_id)
        if not member.has_order_limit:
            return
        amount = self.currency_id._convert(
            self.amount_total,
            member.currency_id,
            self.company_id,
            fields.Date.context_today(self),
        )
        if member.currency_id.compare_amounts(amount, member.order_limit) > 0:
            raise UserError(
                self.env._(
                    "The total of %(total)s is above your order limit of %(limit)s. "
                    "Ask %(names)s to place it.",
                    total=self.currency_id.format(self.amount_total),
                    limit=member.currency_id.format(member.order_limit),
                    names=", ".join(
                        member.partner_id._get_portal_administrators().mapped("name")[
                            :3
                        ]
                    )
                    or self.company_id.name,
                )
            )

    # ------------------------------------------------------------
    # Lists
    # ------------------------------------------------------------

    def _get_portal_own_domain(self, user):
        """Override: what the person ordered, or is the contact of."""
        return Domain("portal_user_id", "=", user.id) | Domain(
            "partner_id", "=", user.partner_id.id
        )

    def _get_portal_domain(self, user, code=None, root=None):
        """Extend: quotes have a permission of their own; a draft is its maker's.

        With a code it is the domain of what that permission reaches, drafts apart.
        """
        if code:
            return super()._get_portal_domain(user, code, root)
        orders = super()._get_portal_domain(user, "see_orders", root)
        quotes = super()._get_portal_domain(user, "see_quotes", root)
        drafts = super()._get_portal_domain(user, "order", root)
        return (
            (orders & Domain("state", "in", ("sale", "cancel")))
            | (quotes & Domain("state", "=", "sent"))
            | (
                drafts
                & Domain("state", "=", "draft")
                & Domain("portal_user_id", "=", user.id)
            )
        )

    def _get_portal_status(self):
        """Return the key of the status that lists show."""
        self.ensure_one()
        if self.state == "sale":
            return "invoiced" if self.invoice_status == "invoiced" else "sale"
        return "expired" if self.state == "sent" and self.is_expired else self.state

    def _get_portal_status_labels(self):
        """Return what people read for each status of `_get_portal_status`."""
        _ = self.env._
        return {
            "draft": _("Draft"),
            "expired": _("Expired"),
            "sent": _("To decide"),
            "cancel": _("Cancelled"),
            "invoiced": _("Invoiced"),
            "sale": _("Confirmed"),
        }

    def _get_portal_badge(self):
        """Return the status for `draw_badge`: its key, and what people read."""
        status = self._get_portal_status()
        return status, self._get_portal_status_labels()[status]

    def _get_portal_totals(self, domain):
        """Return the totals of a filtered list, one entry a currency.

        In the caller's own rights.

        :return: list of dicts with currency, count and total
        """
        return [
            {"currency": currency, "count": count, "total": total}
            for currency, count, total in self._read_group(
                domain, ["currency_id"], ["__count", "amount_total:sum"]
            )
        ]

    @api.model
    def _get_last_query(self, customer, limit):
        """Return the query of the last orders of a customer, for the overview.

        In the caller's own rights.
        """
        user = self.env.user
        if not user._portal_can("see_orders"):
            return self.browse()._as_query()
        last = self._get_portal_domain(user, "see_orders", customer)
        return self._search(
            last & Domain("state", "=", "sale"),
            order="date_order desc, id desc",
            limit=limit,
        )

    @api.model
    def _get_waiting_query(self, customer, limit):
        """Return the query of what waits for the person, the most urgent first.

        They are quotations to decide, then drafts to finish. In the caller's rights.

        :param customer: the customer that the person acts for
        """
        today = fields.Date.context_today(self)
        user = self.env.user
        is_valid = Domain("validity_date", "=", False) | Domain(
            "validity_date", ">=", today
        )
        to_sign = self._get_portal_domain(user, "sign_quotes", customer)
        mine = self._get_portal_domain(user, root=customer)
        return self._search(
            (to_sign & Domain("state", "=", "sent") & is_valid)
            | (mine & Domain("state", "=", "draft")),
            order="state desc, validity_date, id",
            limit=limit,
        )

    def _fetch_overview(self):
        """Read what the overview shows of these orders, in one query."""
        self.fetch(OVERVIEW_FIELDS)

    def _get_waiting_items(self):
        """Return these quotations and drafts as items, see `_get_portal_waiting`."""
        return [
            order._get_draft_item()
            if order.state == "draft"
            else order._get_quote_item()
            for order in self
        ]

    def _get_draft_item(self):
        return {
            "label": self.env._("Finish your draft %s", self.name),
            "url": f"/my/orders/{self.id}/review",
            "note": "",
            "date": None,
        }

    def _get_quote_item(self):
        until = self.validity_date
        day = format_date(self.env, until)
        return {
            "label": self.env._("Decide about quotation %s", self.name),
            "url": f"/my/orders/{self.id}",
            "note": self.env._("valid until %s", day) if until else "",
            "date": until or None,
        }

    # ------------------------------------------------------------
    # List as a file
    # ------------------------------------------------------------

    def _get_portal_list_label(self):
        return self.env._("Orders")

    def _get_portal_list_columns(self):
        _ = self.env._
        return [
            _("Number"),
            _("Date"),
            _("Your reference"),
            _("Company"),
            _("Currency"),
            _("Net"),
            _("Total"),
            _("Status"),
        ]

    def _prepare_portal_list_rows(self):
        _ = self.env._
        labels = {
            "draft": _("Draft"),
            "expired": _("Expired"),
            "sent": _("To decide"),
            "cancel": _("Cancelled"),
            "invoiced": _("Invoiced"),
        }
        for order in self:
            digits = order.currency_id.decimal_places
            moment = fields.Datetime.context_timestamp(order, order.date_order)
            yield [
                order.name,
                moment.date(),
                order.client_order_ref,
                order.partner_id.commercial_partner_id.name,
                order.currency_id.name,
                (order.amount_untaxed, digits),
                (order.amount_total, digits),
                labels.get(order._get_portal_status(), _("Confirmed")),
            ]

    # ------------------------------------------------------------
    # Reorder
    # ------------------------------------------------------------

    def _is_customer_draft(self):
        """Return whether this is a draft that the current person makes."""
        self.ensure_one()
        return self.state == "draft" and self.portal_user_id == self.env.user

    def _get_reorder_lines(self):
        """Return the lines a reorder is made from, with what has become of them.

        In sudo: customers may not read products.

        :return: list of dicts with line, price (of the order), new_price (today,
            or None), trend (of the price: 1 higher, -1 lower, else 0) and refusal (a
            sentence, or False); order of the document
        """
        self.ensure_one()
        lines = self.order_line.filtered(lambda line: line._is_reorder_item())
        refusals = {line: line._get_reorder_refusal() for line in lines}
        prices = self._get_prices_today(lines.filtered(lambda line: not refusals[line]))
        items = []
        for line in lines:
            price = line.price_unit * (1 - line.discount / 100)
            new_price = prices.get(line)
            items.append(
                {
                    "line": line,
                    "price": price,
                    "new_price": new_price,
                    "trend": self.currency_id.compare_amounts(
                        price if new_price is None else new_price, price
                    ),
                    "refusal": refusals[line],
                }
            )
        return items

    def _get_prices_today(self, lines):
        """Return {line: unit price the customer pays for its product today}.

        In the order's currency and the line's unit of measure, the discounts of
        the customer's price list included. Lines of one quantity and unit are
        priced together.
        """
        customer = self.partner_id.with_company(self.company_id)
        pricelist = customer.property_product_pricelist
        prices = {}
        for (quantity, uom), group in lines.grouped(
            lambda line: (line.product_uom_qty, line.product_uom_id)
        ).items():
            products = group.product_id.with_company(self.company_id)
            product_prices = pricelist._get_products_price(
                products, quantity, currency=self.currency_id, uom=uom
            )
            for line in group:
                prices[line] = product_prices[line.product_id.id]
                if context := line._get_product_price_context():
                    # Extra prices of attributes belong to the line, not the product.
                    prices[line] = pricelist._get_product_price(
                        line.product_id.with_context(**context),
                        quantity,
                        currency=self.currency_id,
                        uom=uom,
                    )
        return prices

    def _create_reorder(self, quantities):
        """Return a new draft order with lines of this one at today's prices.

        In sudo: the caller has checked that the person may order and may read
        this order; the new order belongs to the person who makes it.

        :param dict quantities: {line id: quantity}; lines left out or zero are
            not ordered
        :raise UserError: when nothing is left to order
        """
        self.ensure_one()
        commands = [
            Command.create(item["line"]._prepare_reorder_values(quantity))
            for item in self._get_reorder_lines()
            if not item["refusal"]
            and (quantity := quantities.get(item["line"].id, 0.0)) > 0
        ]
        if not commands:
            raise UserError(self.env._("Enter a quantity for at least one line."))
        values = {
            "partner_id": self.partner_id.id,
            "company_id": self.company_id.id,
            "origin": self.name,
            "reorder_origin_id": self.id,
            "portal_user_id": self.env.uid,
            "order_line": commands,
        }
        addresses = self._get_portal_addresses()
        for kind, (_of_person, _of_customer, name) in ADDRESS_DEFAULTS.items():
            usual = self.partner_id._get_usual_address(kind, self.env.user)
            if not usual and self[name] in addresses[name]:
                values[name] = self[name].id
        return self.with_company(self.company_id).create(values)

    def _get_portal_addresses(self):
        """Return the addresses that the order's customer may choose.

        In sudo, as partners of the own company tree.

        :return: {partner_shipping_id: partners, partner_invoice_id: partners}
        """
        self.ensure_one()
        customer = self.partner_id.commercial_partner_id
        partners = self.env["res.partner"].search(
            [
                ("commercial_partner_id", "=", customer.id),
                ("type", "in", ("delivery", "invoice", "other", "contact")),
                "|",
                ("type", "!=", "contact"),
                ("id", "in", (customer | self.partner_id).ids),
            ],
            order="type, name, id",
        )
        return {
            "partner_shipping_id": partners.filtered(
                lambda partner: partner.type != "invoice"
            ),
            "partner_invoice_id": partners.filtered(
                lambda partner: partner.type != "delivery"
            ),
        }

    def _update_customer_draft(self, values, quantities):
        """Write what the person entered on the review page.

        In sudo: the caller has checked that this is the person's draft.

        :param dict values: fields of the order, already cleaned
        :param dict quantities: {line id: quantity}; zero removes the line
        :raise UserError: when nothing is left to order
        """
        self.ensure_one()
        commands = []
        for line in self.order_line.filtered(lambda line: line.id in quantities):
            quantity = quantities[line.id]
            if quantity <= 0:
                commands.append(Command.delete(line.id))
            elif quantity != line.product_uom_qty:
                commands.append(Command.update(line.id, {"product_uom_qty": quantity}))
        if len(
            [command for command in commands if command[0] == Command.DELETE]
        ) == len(self.order_line):
            raise UserError(self.env._("Enter a quantity for at least one line."))
        self.write({**values, "order_line": commands})

    def _submit_customer_draft(self, total_seen):
        """Place a draft order exactly once and return whether this call placed it.

        Prices are those of this moment: when they differ from what the person saw,
        nothing is placed. The order is confirmed as core confirms it, so that every
        rule of the seller holds; when one of them keeps it from being confirmed, it
        is a quotation that sales decides about, and the page says so.

        :param float total_seen: the total on the page that was submitted
        :raise UserError: when a line or the total changed
        """
        self.ensure_one()
        self.env["portal.ledger.lock"]._lock(self.company_id, self.partner_id)
        self.invalidate_recordset()
        if self.state != "draft":
            return False
        for line in self.order_line:
            if refusal := line._is_reorder_item() and line._get_reorder_refusal():
                raise UserError(
                    self.env._(
                        "%(product)s: %(reason)s",
                        product=line.product_id.display_name,
                        reason=refusal,
                    )
                )
        self._recompute_prices()
        if self.currency_id.compare_amounts(self.amount_total, total_seen):
            raise UserError(
                self.env._(
                    "Quantities or prices have changed. The total is now %s; nothing "
                    "was ordered yet. Place the order again if you agree.",
                    self.currency_id.format(self.amount_total),
                )
            )
        self._check_order_limit(self.env.user)
        self.date_order = fields.Datetime.now()
        if self.require_payment and self.amount_total > 0:
            self.action_quotation_sent()
        else:
            self.require_signature = False
            self._validate_order()
        if self.state == "draft":
            self.action_quotation_sent()
        self._notify_placed_order()
        self.env["portal.activity"]._log(
            "order_placed", self.partner_id.commercial_partner_id, record=self
        )
        return True

    def _notify_placed_order(self):
        """Leave a note on the order; who placed it is the author."""
        self.message_post(
            body=self.env._("Placed in the portal."),
            author_id=self.env.user.partner_id.id,
            message_type="notification",
        )

    def _get_credit_after(self, credits):
        """Return the credit that this draft would leave, or None without a limit.

        :param list credits: `res.partner._get_credit_summary`
        :return: dict with currency, order_amount (in that currency) and available
            (negative when the order goes beyond the limit)
        """
        self.ensure_one()
        for credit in credits:
            if credit["company"] != self.company_id:
                continue
            currency = credit["currency"]
            amount = self.currency_id._convert(
                self.amount_total,
                currency,
                self.company_id,
                fields.Date.context_today(self),
            )
            return {
                "currency": currency,
                "order_amount": amount,
                "available": currency.round(credit["credit_available"] - amount),
            }
        return None
