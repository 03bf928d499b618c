from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.http import request
from odoo.tools import format_list
from odoo.tools.misc import format_date

OVERVIEW_FIELDS = (
    "name",
    "date_order",
    "client_order_ref",
    "amount_total",
    "currency_id",
    "portal_customer_id",
    "validity_date",
    "commitment_date",
    "wished_date",
)


class SaleOrder(models.Model):
    _name = "sale.order"
    _inherit = [
        "sale.order",
        "portal.customer.mixin",
        "portal.scoped.mixin",
        "portal.listed.mixin",
        "portal.closed.mixin",
        "portal.news.mixin",
    ]

    _portal_code = "see_orders"
    _portal_list = "orders"
    # Who sees an order may write a message on it, as core has it for invoices; else
    # a person needs the link of the mail.
    _mail_post_access = "read"

    # Who has the token may do what its link does; people of a customer have roles.
    access_token = fields.Char(groups="base.group_user")

    # Core shows every contact the credit limit and what the customer owes in it.
    partner_credit_warning = fields.Text(groups="base.group_user")
    # What the seller notes about the customer and the goods.
    _portal_closed_fields = ("sale_warning_text",)

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
        help=(
            "The day on which the customer would like to have the goods. It is a "
            "request; the promise is the delivery date."
        ),
    )

    _portal_confirmed_idx = models.Index(
        "(portal_debtor_id) INCLUDE (id, company_id, currency_id) WHERE state = 'sale'"
    )
    # The newest of a customer, and the few quotes among many orders.
    _portal_list_idx = models.Index(
        "(portal_customer_id, state, date_order DESC, id DESC)"
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
        customer = self.sudo().portal_customer_id
        return not customer._get_portal_people("sign_quotes")

    def _check_order_limit(self, user, total=None):
        """Refuse an order or quote above the limit of the person who decides.

        :param float total: that the order would have, if not the one it has
        :raise UserError: with the limit and who can change it
        """
        self.ensure_one()
        member = user._get_portal_membership(self.portal_customer_id)
        total = self.amount_total if total is None else total
        if self._is_above_limit(member, total):
            names = member.partner_id._get_portal_administrators().mapped("name")
            seller = self.company_id.name
            raise UserError(
                self.env._(
                    "The total of %(total)s is above your order limit of %(limit)s. "
                    "Ask %(names)s to place it.",
                    total=self.currency_id.format(total),
                    limit=member.currency_id.format(member.order_limit),
                    names=format_list(self.env, names[:3] or [seller], "or"),
                )
            )

    def _is_above_limit(self, member, total):
        """Return whether a total is more than a person may order.

        :param member: a portal.membership, in sudo
        """
        self.ensure_one()
        if not member.has_order_limit:
            return False
        amount = self.currency_id._convert(
            total,
            member.currency_id,
            self.company_id,
            fields.Date.context_today(self),
        )
        return member.currency_id.compare_amounts(amount, member.order_limit) > 0

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
        return self._search(
            Domain.OR(
                self._get_portal_domain(self.env.user, code, customer) & domain
                for code, domain in self._get_waiting_domains().items()
            ),
            order="state desc, validity_date, id",
            limit=limit,
        )

    @api.model
    def _get_waiting_domains(self):
        """Return {permission: domain of what waits for who has it}."""
        is_valid = Domain("validity_date", "=", False) | Domain(
            "validity_date", ">=", fields.Date.context_today(self)
        )
        return {
            "sign_quotes": Domain("state", "=", "sent") & is_valid,
            "order": Domain("state", "=", "draft")
            & Domain("portal_user_id", "=", self.env.user.id),
        }

    def _fetch_overview(self):
        """Read what the overview shows of these orders, in one query."""
        self.fetch([*OVERVIEW_FIELDS, *self._get_portal_status_fields()])
        self.portal_customer_id._fetch_names()

    def _get_portal_status_fields(self):
        """Return the stored fields that `_get_portal_status` reads."""
        return ["state", "invoice_status"]

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
            "label": self.env._("Accept or decline quote %s", self.name),
            "url": f"/my/orders/{self.id}",
            "note": self.env._("valid until %s", day) if until else "",
            "date": until or None,
        }
