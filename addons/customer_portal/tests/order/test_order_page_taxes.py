"""The sums below the lines of an order, by which taxes stand in it."""

from odoo import Command

from ..common import PortalCommon


class TestOrderPageTaxes(PortalCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.product = cls._get_product()
        groups = cls.env["account.tax.group"].create(
            [{"name": "VAT"}, {"name": "Levy"}, {"name": "Duty"}]
        )
        cls.vat_group, cls.levy_group, cls.duty_group = groups
        cls.duty_group.preceding_subtotal = "Before duty"
        cls.vat, cls.reduced, cls.levy, cls.duty = (
            cls.env["account.tax"].create(
                {
                    "name": name,
                    "amount": amount,
                    "tax_group_id": group.id,
                    "type_tax_use": "sale",
                }
            )
            for name, amount, group in (
                ("21 %", 21.0, cls.vat_group),
                ("9 %", 9.0, cls.vat_group),
                ("Levy 1 %", 1.0, cls.levy_group),
                ("Duty 5 %", 5.0, cls.duty_group),
            )
        )
        cls.both = cls.env["account.tax"].create(
            {
                "name": "VAT with levy",
                "amount_type": "group",
                "children_tax_ids": [Command.set((cls.vat | cls.levy).ids)],
                "type_tax_use": "sale",
            }
        )
        cls.discount_term = cls.env["account.payment.term"].create(
            {
                "name": "2 % within 7 days",
                "early_discount": True,
                "discount_percentage": 2.0,
                "discount_days": 7,
                "early_pay_discount_computation": "mixed",
            }
        )

    def _make(self, *lines, **values):
        """Return an order with lines of (price, taxes)."""
        order = self._create_order(state="sent", **values)
        order.order_line = [
            Command.clear(),
            *(
                Command.create(
                    {
                        "product_id": self.product.id,
                        "price_unit": price,
                        "tax_ids": [Command.set(taxes.ids)],
                    }
                )
                for price, taxes in lines
            ),
        ]
        return order

    def test_rows_are_those_of_core(self):
        """They say what core works out anew, and add up to the total."""
        none = self.env["account.tax"]
        cases = {
            "no tax": ([(10, none)], []),
            "one": ([(10, self.vat)], [("Untaxed amount", 10), ("VAT", 2.1)]),
            "rounded": (
                [(0.33, self.vat), (0.33, self.vat), (0.33, self.vat)],
                [("Untaxed amount", 0.99), ("VAT", 0.21)],
            ),
            "two rates": (
                [(10, self.vat), (10, self.reduced)],
                [("Untaxed amount", 20), ("VAT", 3)],
            ),
            "some untaxed": (
                [(10, self.vat), (5, none)],
                [("Untaxed amount", 15), ("VAT", 2.1)],
            ),
            "two groups": (
                [(10, self.vat | self.levy)],
                [("Untaxed amount", 10), ("VAT", 2.1), ("Levy", 0.1)],
            ),
            "a tax of several": (
                [(10, self.both)],
                [("Untaxed amount", 10), ("VAT", 2.1), ("Levy", 0.1)],
            ),
            "own subtotal": ([(10, self.duty)], [("Before duty", 10), ("Duty", 0.5)]),
        }
        for name, (lines, wanted) in cases.items():
            with self.subTest(name):
                order = self._make(*lines)
                self._check(order, wanted)

    def test_early_discount(self):
        """The tax is that of the discounted amount, as core works it out."""
        order = self._make((100, self.vat), payment_term_id=self.discount_term.id)
        self._check(order, [("Untaxed amount", 100), ("VAT", 20.58)])

    def _check(self, order, wanted):
        rows = order.sudo()._prepare_portal_taxes()
        shown = [(row["label"], round(row["amount"], 2)) for row in rows]
        self.assertEqual(
            [(label.lower(), amount) for label, amount in shown],
            [(label.lower(), amount) for label, amount in wanted],
        )
        core = [
            entry
            for subtotal in order.tax_totals["subtotals"]
            if subtotal["tax_groups"]
            for entry in (
                (subtotal["name"], subtotal["base_amount_currency"]),
                *(
                    (group["group_name"], group["tax_amount_currency"])
                    for group in subtotal["tax_groups"]
                ),
            )
        ]
        self.assertEqual(
            [(label.lower(), amount) for label, amount in shown],
            [(label.lower(), round(amount, 2)) for label, amount in core],
        )
        taxes = sum(amount for _label, amount in shown[1:])
        self.assertAlmostEqual(order.amount_untaxed + taxes, order.amount_total, 2)
