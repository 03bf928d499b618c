"""Another product on a draft: which ones a person may find, and adding one."""

from odoo import models
from odoo.exceptions import UserError
from odoo.fields import Domain

from ...tools.search import search_word, split_words

MOST_FOUND = 10
SHORTEST = 2  # letters of what is looked for


class SaleOrder(models.Model):
    _inherit = "sale.order"

    def _get_portal_products_domain(self):
        """Return the domain of the products that may be added to this draft.

        In sudo. They are what the seller sells, and, unless a setting says otherwise,
        what the customer has ordered or been offered before, with the branches for
        which the person may order. Addons that publish products, or have charges of
        their own, extend this.

        :return: a Domain of product.product
        """
        self.ensure_one()
        company = self.company_id
        company.fetch(["portal_all_products", "sale_discount_product_id"])
        domain = (
            Domain("active", "=", True)
            & Domain("sale_ok", "=", True)
            & Domain("type", "!=", "combo")
            & Domain("company_id", "in", (False, company.id))
            & Domain("id", "!=", company.sale_discount_product_id.id)
        )
        if company.portal_all_products:
            return domain
        return domain & Domain("id", "in", self._get_known_products())

    def _get_known_products(self):
        """Return the query of the products that the customer ordered or was offered."""
        rights = self.env.user._get_portal_rights()
        customer = self.portal_customer_id
        root_id = rights.find_root(customer.id, customer.id)
        customer_ids = {
            customer.id,
            *rights.get_ids("order", root_id),
            *rights.get_own_ids("order", root_id),
        }
        orders = self._get_portal_customers_domain(customer_ids) & Domain(
            "state", "in", ("sent", "sale")
        )
        lines = self.env["sale.order.line"]._search(
            Domain("display_type", "=", False)
            & Domain("product_id", "!=", False)
            & Domain("is_downpayment", "=", False)
            & Domain("is_expense", "=", False)
            & Domain("price_unit", ">=", 0)
            & Domain("order_id", "any!", orders),
        )
        to_sql = self.env["sale.order.line"]._field_to_sql
        return lines.subselect(to_sql(lines.table, "product_id", lines))

    def _find_portal_products(self, text):
        """Return the products that a text finds among those that may be added.

        In sudo. As many queries for many products as for one.

        :param str text: what was typed, short and clean
        :return: (list of at most MOST_FOUND dicts with id, name, code and refusal (why
            it cannot be added here, or ""), whether there are more)
        """
        words = split_words(text)
        if len(text) < SHORTEST or not words:
            return [], False
        products = (
            self.env["product.product"]
            .with_context(display_default_code=False)
            .search_fetch(
                self._get_portal_products_domain()
                & Domain.AND([self._get_product_domain(word) for word in words]),
                ["default_code", "product_template_attribute_value_ids"],
                order="default_code, id",
                limit=MOST_FOUND + 1,
            )
        )
        found = [
            {
                "id": product.id,
                "name": product.display_name,
                "code": product.default_code or "",
                "refusal": self._get_choice_refusal(product),
            }
            for product in products[:MOST_FOUND]
        ]
        return found, len(products) > MOST_FOUND

    def _get_product_domain(self, word):
        """Return the domain of the products that have a word: see `split_words`."""
        return (
            Domain("product_tmpl_id", "any!", search_word(word, ["name"]))
            | search_word(word, ["default_code"])
            | Domain("barcode", "in", sorted(word.spellings))
            | Domain(
                "product_template_attribute_value_ids",
                "any!",
                search_word(word, ["name"]),
            )
        )

    def _get_choice_refusal(self, product):
        """Return why a product cannot be added with a click, or "".

        Options that make no variant, and words of one's own, are chosen with sales.
        """
        options = product.valid_product_template_attribute_line_ids
        open_options = options - options._without_no_variant_attributes()
        needs_words = product.product_template_attribute_value_ids.filtered("is_custom")
        if needs_words or any(option._is_configurable() for option in open_options):
            return self.env._(
                "%(product)s has options to choose. Write to %(company)s to order it.",
                product=product.with_context(display_default_code=False).display_name,
                company=self.company_id.name,
            )
        return ""

    def _add_portal_product(self, product_id):
        """Put a product on this draft, at the customer's price of today.

        In sudo: the caller has checked that this is the person's draft, and holds the
        lock. What is on the draft already is not put there twice.

        :param int product_id: as it was sent
        :return: (the line of the product, whether it is new)
        :raise UserError: when it cannot be added
        """
        self.ensure_one()
        order = self.with_company(self.company_id)
        product = order.env["product.product"].search(
            order._get_portal_products_domain() & Domain("id", "=", product_id), limit=1
        )
        if not product:
            raise UserError(
                self.env._("This product cannot be added here. Search for another one.")
            )
        if refusal := order._get_choice_refusal(product):
            raise UserError(refusal)
        goods = order.order_line._get_goods()
        if there := goods.filtered(lambda line: line.product_id == product)[:1]:
            return there, False
        options = product.valid_product_template_attribute_line_ids
        fixed = (
            options - options._without_no_variant_attributes()
        ).product_template_value_ids.filtered("ptav_active")
        line = order.env["sale.order.line"].create(
            {
                "order_id": order.id,
                "product_id": product.id,
                "product_uom_qty": 1.0,
                "product_no_variant_attribute_value_ids": [(6, 0, fixed.ids)],
            }
        )
        order._follow_place()
        return line, True
