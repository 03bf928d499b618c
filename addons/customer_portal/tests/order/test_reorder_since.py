"""What became of the parts of an order since, when somebody orders it again."""

from odoo import Command

from ..common import PortalHttpCommon
from ..order_change_case import OrderChangeMixin

# (values of the line of a past order, what the page says of it). Each names a product
# that may be sold, so that nothing but the line tells that it is no goods.
CHARGES = (
    ({"name": "Discount 10 %", "price_unit": -10.0}, "Discounts are not reordered"),
    (
        {"name": "Reversed", "product_uom_qty": -1.0, "price_unit": 100.0},
        "Discounts are not reordered",
    ),
    ({"name": "Taxi", "is_expense": True}, "Expenses are not reordered"),
    ({"name": "30 %", "is_downpayment": True}, "Down payments are not reordered"),
)


class ReorderCase(OrderChangeMixin, PortalHttpCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls._set_up_addresses()

    def setUp(self):
        super().setUp()
        self._sign_in(self.buyer)

    def _show(self, order):
        return self._get(f"/my/orders/{order.id}/reorder")

    def _repeat(self, order):
        """Order all of an order again and return the draft, or none."""
        page = self._show(order)
        self._post(
            f"/my/orders/{order.id}/reorder",
            request_key=f"{order.id:032}",
            **{f"quantity_{line.id}": "1" for line in order.order_line},
        )
        self.assertEqual(page.status_code, 200)
        self.env.invalidate_all()
        drafts = self.env["sale.order"]
        return drafts.search([("reorder_origin_id", "=", order.id)])

    def _review(self, draft, **fields):
        values = {
            "action": "submit",
            "total_seen": f"{draft.amount_total:.2f}",
            "partner_shipping_id": draft.partner_shipping_id.id,
            "partner_invoice_id": draft.partner_invoice_id.id,
            **fields,
        }
        answer = self._post(f"/my/orders/{draft.id}/review", **values)
        self.env.invalidate_all()
        return answer


class TestReorderPlace(ReorderCase):
    """Taxes are those of the place that the goods go to, and are seen before."""

    def test_taxes_follow_the_address_of_the_review(self):
        draft = self._repeat(self._place())
        self.assertEqual(draft.amount_total, 220.0)
        answer = self._review(draft, partner_shipping_id=self.paris.id)
        self.assertEqual(answer.status_code, 422)
        self.assertIn("The taxes depend on the delivery address.", answer.text)
        self.assertEqual(self._get_figures(answer, "order_total"), ["240.00"])
        self.assertEqual(draft.state, "draft")
        self.assertEqual(draft.order_line.tax_ids, self.export_tax)
        self._review(draft)
        self.assertEqual(draft.state, "sale")
        self.assertEqual((draft.amount_tax, draft.amount_total), (40.0, 240.0))

    def test_page_says_it_when_the_total_is_updated(self):
        draft = self._repeat(self._place())
        answer = self._review(draft, action="save", partner_shipping_id=self.paris.id)
        self.assertURLEqual(
            answer.headers["Location"],
            f"/my/orders/{draft.id}/review?notice=taxes_changed",
        )
        page = self._get(answer.headers["Location"])
        self.assertIn("The taxes depend on the delivery address.", page.text)
        self.assertEqual(self._get_figures(page, "order_tax"), ["40.00"])

    def test_tax_of_the_same_height_is_seen_before_it_is_placed(self):
        self.export_tax.amount = 10.0
        draft = self._repeat(self._place())
        answer = self._review(draft, partner_shipping_id=self.paris.id)
        self.assertEqual((answer.status_code, draft.state), (422, "draft"))
        self._review(draft)
        self.assertEqual(draft.state, "sale")
        self.assertEqual(draft.order_line.tax_ids, self.export_tax)

    def test_corrected_country_of_the_address_counts(self):
        order = self._place()
        order.partner_shipping_id = self.depot
        draft = self._repeat(order)
        self.assertEqual(draft.partner_shipping_id, self.depot)
        self.depot.country_id = self.env.ref("base.fr")
        answer = self._review(draft)
        self.assertEqual((answer.status_code, draft.state), (422, "draft"))
        self.assertEqual(self._get_figures(answer, "order_total"), ["240.00"])

    def test_tax_of_the_product_is_that_of_today(self):
        draft = self._repeat(self._place())
        self.service.taxes_id = self.export_tax
        answer = self._review(draft)
        self.assertEqual((answer.status_code, draft.state), (422, "draft"))
        self.assertEqual(self._get_figures(answer, "order_total"), ["240.00"])

    def test_price_is_shown_in_the_currency_of_its_day(self):
        order = self._place(quantities=(1.0,))
        euro = self.env.ref("base.EUR")
        euro.active = True
        self.assertNotEqual(order.currency_id, euro)
        self.customer.property_product_pricelist = self.env["product.pricelist"].create(
            {
                "name": "Euro",
                "currency_id": euro.id,
                "item_ids": [
                    Command.create({"compute_price": "fixed", "fixed_price": 80.0})
                ],
            }
        )
        page = self._show(order)
        self.assertEqual(self._get_figures(page, "price_then"), ["100.00"])
        self.assertEqual(self._get_figures(page, "price_today"), ["80.00"])
        self.assertIn("€", page.text)
        self.assertNotIn(">lower<", page.text)
        draft = self._repeat(order)
        self.assertEqual((draft.currency_id, draft.amount_untaxed), (euro, 80.0))


class TestReorderLines(ReorderCase):
    """What is no goods, or is not made any more, is told by the line."""

    def _add(self, order, **values):
        order.write(
            {
                "order_line": [
                    Command.create(
                        {"product_id": self.service.id, "price_unit": 5.0, **values}
                    )
                ]
            }
        )
        return order.order_line[-1]

    def test_charges_are_no_goods(self):
        for values, sentence in CHARGES:
            with self.subTest(values["name"]):
                order = self._place(quantities=(1.0,))
                line = self._add(order, **values)
                self.assertEqual(order.order_line._get_goods(), order.order_line[0])
                page = self._show(order)
                self.assertIn(sentence, page.text)
                self.assertNotIn(f"quantity_{line.id}", page.text)
                self.assertNotIn("lines cannot be ordered again", page.text)
                draft = self._repeat(order)
                self.assertEqual(draft.order_line.product_id, self.service)
                self.assertEqual(draft.amount_untaxed, 100.0)
                order.order_line[0].qty_delivered = 1.0
                names = [row["line"] for row in order._get_portal_progress()]
                self.assertEqual(names, [order.order_line[0]])
                self.assertTrue(order._is_all_delivered())

    def test_global_discount_of_odoo_is_no_goods(self):
        order = self._place(quantities=(2.0,))
        self.env["sale.order.discount"].create(
            {
                "sale_order_id": order.id,
                "discount_type": "so_discount",
                "discount_percentage": 0.1,
            }
        ).action_apply_discount()
        discount = order.order_line[1:]
        discount.product_id.sale_ok = True
        self.assertEqual(order.amount_untaxed, 180.0)
        self.assertIn("Discounts are not reordered", self._show(order).text)
        draft = self._repeat(order)
        self.assertEqual(draft.order_line.product_id, self.service)

    def test_lines_are_told_apart_by_their_words(self):
        order = self._place(quantities=(1.0, 1.0))
        order.order_line[0].name = "Inspection of the crane\nin hall 3"
        order.order_line[1].name = "Inspection of the lift"
        for page in (self._show(order), self._get(f"/my/orders/{order.id}/change")):
            self.assertIn("Inspection of the crane", page.text)
            self.assertIn("Inspection of the lift", page.text)

    def test_unit_that_is_gone_is_refused(self):
        order = self._place(quantities=(1.0,))
        crate = self.env["uom.uom"].create(
            {
                "name": "Crate",
                "relative_factor": 12.0,
                "relative_uom_id": self.service.uom_id.id,
            }
        )
        line = self._add(order, product_uom_id=crate.id)
        self.assertIn(f"quantity_{line.id}", self._show(order).text)
        crate.active = False
        page = self._show(order)
        self.assertIn("no longer sold in Crate", page.text)
        self.assertNotIn(f"quantity_{line.id}", page.text)


class TestReorderOptions(ReorderCase):
    """An option without variant belongs to the line, and may be gone."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        attributes = cls.env["product.attribute"].create(
            [
                {
                    "name": name,
                    "create_variant": "no_variant",
                    "value_ids": [Command.create({"name": value}) for value in values],
                }
                for name, values in (
                    ("Wood", ("Oak", "Beech")),
                    ("Oil", ("Matt", "Gloss")),
                )
            ]
        )
        cls.desk = cls.env["product.template"].create(
            {
                "name": "Desk",
                "type": "service",
                "list_price": 100.0,
                "taxes_id": [Command.clear()],
                "attribute_line_ids": [
                    Command.create(
                        {
                            "attribute_id": attribute.id,
                            "value_ids": [Command.set(attribute.value_ids.ids)],
                        }
                    )
                    for attribute in attributes
                ],
            }
        )
        wood, oil = cls.desk.attribute_line_ids
        cls.oak, cls.beech = wood.product_template_value_ids
        cls.matt, cls.gloss = oil.product_template_value_ids

    def _order(self, *choices):
        order = self.env["sale.order"].create(
            {
                "partner_id": self.customer.id,
                "order_line": [
                    Command.create(
                        {
                            "product_id": self.desk.product_variant_id.id,
                            "product_no_variant_attribute_value_ids": [
                                Command.set([option.id for option in options])
                            ],
                        }
                    )
                    for options in choices
                ],
            }
        )
        order.action_confirm()
        return order

    def test_page_tells_options_apart(self):
        order = self._order((self.oak, self.matt), (self.beech, self.gloss))
        page = self._show(order)
        self.assertIn("Desk, Wood: Oak, Oil: Matt", page.text)
        self.assertIn("Desk, Wood: Beech, Oil: Gloss", page.text)
        page = self._get(f"/my/orders/{order.id}")
        self.assertIn("Wood: Oak\nOil: Matt", page.text)
        self.assertIn("Wood: Beech\nOil: Gloss", page.text)

    def test_option_that_was_taken_off_is_refused(self):
        order = self._order((self.oak, self.matt), (self.beech, self.matt))
        self.oak.attribute_line_id.value_ids -= self.oak.product_attribute_value_id
        self.assertFalse(self.oak.exists() and self.oak.ptav_active)
        page = self._show(order)
        self.assertIn("Wood: Oak” is no longer offered.", page.text)
        self.assertIn("1 of 2 lines", " ".join(page.text.split()))
        draft = self._repeat(order)
        options = draft.order_line.product_no_variant_attribute_value_ids
        self.assertEqual(options, self.beech | self.matt)

    def test_whole_attribute_that_was_taken_off_is_refused(self):
        order = self._order((self.oak, self.matt))
        self.oak.attribute_line_id.unlink()
        self.assertIn("is no longer offered.", self._show(order).text)
        self.assertFalse(self._repeat(order))

    def test_options_that_exclude_each_other_since_are_refused(self):
        order = self._order((self.oak, self.gloss), (self.oak, self.matt))
        self.oak.exclude_for = [
            Command.create(
                {
                    "product_tmpl_id": self.desk.id,
                    "value_ids": [Command.set(self.gloss.ids)],
                }
            )
        ]
        page = self._show(order)
        self.assertIn("These options are no longer offered together.", page.text)
        draft = self._repeat(order)
        options = draft.order_line.product_no_variant_attribute_value_ids
        self.assertEqual(options, self.oak | self.matt)

    def test_option_that_goes_while_the_draft_waits_is_refused(self):
        draft = self._repeat(self._order((self.oak, self.matt)))
        self.oak.attribute_line_id.value_ids -= self.oak.product_attribute_value_id
        answer = self._review(draft)
        self.assertEqual((answer.status_code, draft.state), (422, "draft"))
        self.assertIn("is no longer offered.", answer.text)


class TestReorderPeople(ReorderCase):
    """Who and where is gone is replaced by who and where is there, and that is said."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.contact = cls.env["res.partner"].create(
            {"name": "Old Hand", "parent_id": cls.customer.id, "type": "contact"}
        )

    def test_archived_contact_gives_way_to_the_customer(self):
        order = self._place(partner=self.contact)
        self.contact.active = False
        draft = self._repeat(order)
        self.assertEqual(draft.partner_id, self.customer)
        self.assertTrue(draft.partner_shipping_id.active)
        page = self._get(f"/my/orders/{draft.id}/review")
        self.assertIn("is no longer active. This order is for", page.text)
        self._review(draft)
        self.assertEqual(draft.state, "sale")

    def test_archived_addresses_give_way_to_living_ones(self):
        bills = self.env["res.partner"].create(
            {"name": "Bills", "type": "invoice", "parent_id": self.customer.id}
        )
        order = self._place()
        order.write(
            {"partner_shipping_id": self.depot.id, "partner_invoice_id": bills.id}
        )
        (self.depot | bills).active = False
        draft = self._repeat(order)
        self.assertTrue(draft.partner_shipping_id.active)
        self.assertTrue(draft.partner_invoice_id.active)
        page = self._get(f"/my/orders/{draft.id}/review")
        self.assertIn("The delivery address of order", page.text)
        self.assertIn("The invoice address of order", page.text)
        self.assertNotIn("Quay 7", page.text)

    def test_address_that_goes_while_the_draft_waits_is_refused(self):
        order = self._place()
        order.partner_shipping_id = self.depot
        draft = self._repeat(order)
        self.assertEqual(draft.partner_shipping_id, self.depot)
        self.depot.active = False
        answer = self._review(draft)
        self.assertEqual((answer.status_code, draft.state), (422, "draft"))
        self.assertIn("The delivery address is no longer in use.", answer.text)
        self._review(draft, partner_shipping_id=self.paris.id)
        self._review(draft)
        self.assertEqual(draft.state, "sale")

    def test_living_contact_and_address_stay(self):
        order = self._place(partner=self.contact)
        order.partner_shipping_id = self.depot
        draft = self._repeat(order)
        self.assertEqual(draft.partner_id, self.contact)
        self.assertEqual(draft.partner_shipping_id, self.depot)
        page = self._get(f"/my/orders/{draft.id}/review")
        self.assertNotIn("no longer", page.text)
