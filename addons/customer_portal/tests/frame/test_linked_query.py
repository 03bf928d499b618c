"""What is read in one query is what the ORM would read, field by field."""

from odoo import Command

from ..common import PortalCommon

LINE_FIELDS = [
    "name",
    "price_unit",
    "product_id",
    "product_no_variant_attribute_value_ids",
    "product_uom_qty",
    "tax_ids",
]
LINKS = {
    "product_id": ["default_code", "product_tmpl_id"],
    "product_id.product_tmpl_id": ["name"],
}


class TestLinkedQuery(PortalCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        attribute = cls.env["product.attribute"].create(
            {
                "name": "Engraving",
                "create_variant": "no_variant",
                "value_ids": [
                    Command.create({"name": name, "sequence": sequence})
                    for name, sequence in (("Late", 9), ("Early", 1), ("Middle", 5))
                ],
            }
        )
        template = cls._get_product().product_tmpl_id
        line = cls.env["product.template.attribute.line"].create(
            {
                "product_tmpl_id": template.id,
                "attribute_id": attribute.id,
                "value_ids": [Command.set(attribute.value_ids.ids)],
            }
        )
        cls.values = line.product_template_value_ids
        cls.order = cls._create_order()
        cls.order.order_line.product_no_variant_attribute_value_ids = cls.values
        cls.env["res.lang"]._activate_lang("lt_LT")
        template.with_context(lang="lt_LT").name = "Varžtas M8"

    def _read(self, order):
        """Return what the ORM has of the lines."""
        return [
            {name: line[name] for name in LINE_FIELDS}
            | {
                "code": line.product_id.default_code,
                "product": line.product_id.product_tmpl_id.name,
            }
            for line in order.order_line
        ]

    def test_values_are_those_of_the_orm(self):
        for lang in ("en_US", "lt_LT", "en_US"):
            with self.subTest(lang):
                order = self.order.with_context(lang=lang).sudo()
                self.env.flush_all()
                self.env.invalidate_all()
                plain = self._read(order)
                self.env.invalidate_all()
                order._fetch_below("order_line", LINE_FIELDS, LINKS)
                with self.assertQueryCount(0):
                    linked = self._read(order)
                self.assertEqual(linked, plain)
        self.assertEqual(plain[0]["product"], "Bolt M8")

    def test_lists_of_several_are_in_order(self):
        """Where it asks other tables, too."""
        order = self.order.sudo()
        self.env.flush_all()
        self.env.invalidate_all()
        line = order.order_line[:1]
        wanted = line.product_no_variant_attribute_value_ids
        self.assertEqual(len(wanted), 3)
        self.assertNotEqual(wanted.ids, sorted(wanted.ids))
        self.env.invalidate_all()
        line = order._fetch_below("order_line", LINE_FIELDS)[:1]
        self.assertEqual(line.product_no_variant_attribute_value_ids.ids, wanted.ids)

    def test_what_is_there_is_not_overwritten(self):
        order = self.order.sudo()
        order.client_order_ref = "typed, not saved yet"
        order._fetch_linked(["client_order_ref", "name"])
        self.assertEqual(order.client_order_ref, "typed, not saved yet")

    def test_unsaved_changes_are_found(self):
        """What the condition asks is saved before it is asked."""
        order = self.order.sudo()
        other = order.copy()
        line = order.order_line[:1]
        self.env.flush_all()
        self.env.invalidate_all()
        line.order_id = other
        self.assertIn(line, other._fetch_below("order_line", ["name"]))

    def test_nothing_of_nobody(self):
        with self.assertQueryCount(0):
            self.assertFalse(self.env["sale.order"].sudo()._fetch_linked(["name"]))

    def test_values_of_one_company_are_refused(self):
        """They would be remembered for the next one."""
        with self.assertRaises(ValueError):
            self.customer.sudo()._fetch_linked(["property_payment_term_id"])
