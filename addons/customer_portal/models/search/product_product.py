"""Products on the orders of a customer among what the search finds."""

from urllib.parse import urlencode

from odoo import api, models
from odoo.fields import Domain
from odoo.tools import SQL

from ...tools.found import ALIKE, EXACT, FoundGroup
from ...tools.search import get_number_index, get_text_index, split_words

PRODUCT_FIELDS = (
    "default_code",
    "product_template_attribute_value_ids",
    "product_tmpl_id",
)


class ProductProduct(models.Model):
    _name = "product.product"
    _inherit = ["product.product", "portal.found.mixin"]

    _portal_number_idx = models.Index(get_number_index(("default_code", "barcode")))
    _portal_code_idx = models.Index(get_text_index("default_code"))

    _portal_search_numbers = ("default_code", "barcode")
    _portal_found_order = "default_code, id"

    @api.model
    def _get_portal_found_groups(self, user, customer):
        """Override: what stands on orders that the person sees, in whatever amount."""
        if not user._portal_can("see_orders"):
            return []
        return [
            FoundGroup(
                "products",
                self.env._("Products"),
                "fa-tag",
                Domain("id", "in", self._get_portal_ordered_query(user, customer)),
            )
        ]

    @api.model
    def _get_portal_lines_query(self, user, customer, domain):
        """Return the query of the lines of goods on the orders that a person sees.

        :param domain: of the lines
        """
        orders = self.env["sale.order"]
        # In the person's own rights: the record rules of orders decide.
        seen = orders._search(
            orders._get_portal_domain(user, "see_orders", customer)
            & Domain("state", "=", "sale")
        )
        return self.env["sale.order.line"]._search(
            domain
            & Domain("order_id", "in", seen)
            & Domain("display_type", "=", False)
            & Domain("is_downpayment", "=", False)
            & Domain("is_expense", "=", False),
            bypass_access=True,
        )

    @api.model
    def _get_portal_ordered_query(self, user, customer):
        """Return the query of the products on the orders that a person sees."""
        query = self._get_portal_lines_query(
            user, customer, Domain("product_id", "!=", False)
        )
        return query.subselect(SQL.identifier(query.table, "product_id"))

    @api.model
    def _search_portal_found(self, text, how, group, limit):
        """Override: by name and numbers; people read no products themselves."""
        # sudo: names and numbers of what the person has ordered, which the group says
        products = self.sudo().with_context(active_test=False)
        if how == ALIKE:
            query = products._search(group.domain)
            template = query.join(
                query.table, "product_tmpl_id", "product_template", "id", "template"
            )
            name = products.product_tmpl_id._field_to_sql(template, "name", query)
            return products._order_portal_alike(query, name, text, limit)
        if how == EXACT:
            found = products._get_portal_exact_domain(text)
        else:
            found = Domain.AND(
                [
                    Domain("id", "in", products._search_portal_word(word))
                    for word in split_words(text)
                ]
            )
        return products._search(
            group.domain & found, order=self._portal_found_order, limit=limit
        )

    def _prepare_portal_found_rows(self, words):
        """Override: how often it was ordered, and when last."""
        _ = self.env._
        # sudo: names and numbers of products on orders that the person sees
        products = self.sudo().with_context(display_default_code=False)
        products.fetch(PRODUCT_FIELDS)
        products.product_tmpl_id.fetch(["name"])
        last = self._get_portal_last_orders() if words else {}
        rows = []
        for product in products:
            count, day = last.get(product.id, (0, None, None))[::2]
            found = product.default_code or product.name
            rows.append(
                self._prepare_portal_found_row(
                    product.id,
                    product.display_name,
                    f"/my/orders?{urlencode({'search': found})}",
                    number=product.default_code or "",
                    note=_("Ordered once") if count == 1 else _("Orders: %s", count),
                    date=day,
                    kind=_("Product"),
                )
            )
        return rows

    def _get_portal_last_orders(self):
        """Return {product's id: (orders, id of the last one, its day)}, in one query.

        Of the orders that the person sees.
        """
        user = self.env.user
        query = self._get_portal_lines_query(
            user, user._get_portal_customer(), Domain("product_id", "in", self.ids)
        )
        order = query.join(query.table, "order_id", "sale_order", "id", "found_order")
        order_id, day = SQL.identifier(order, "id"), SQL.identifier(order, "date_order")
        product_id = SQL.identifier(query.table, "product_id")
        query.groupby = product_id
        return {
            row[0]: row[1:]
            for row in self.env.execute_query(
                query.select(
                    product_id,
                    SQL("COUNT(DISTINCT %s)", order_id),
                    SQL("(ARRAY_AGG(%s ORDER BY %s DESC))[1]", order_id, day),
                    SQL("MAX(%s)", day),
                )
            )
        }

    def _get_portal_found_action(self, user):
        """Override: the last order that had it, again."""
        _count, order_id, _day = self._get_portal_last_orders()[self.id]
        if not self.env["sale.order"].browse(order_id)._portal_allows(user, "order"):
            return None
        label = self.env._("Reorder the last order")
        return {
            "label": label,
            "url": f"/my/orders/{order_id}/reorder",
            "is_main": False,
        }
