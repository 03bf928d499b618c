"""What orders use of the credit, however they are invoiced."""

from odoo import Command, fields

from ..common import PortalHttpCommon

# (name, steps, what is used of the credit). Each order is of 10 pieces at 100.00; a
# step is a method of the test and its argument.
CASES = [
    ("ordered", [], 1000.0),
    ("a part is invoiced in advance", [("advance", 30)], 1000.0),
    ("a fixed amount in advance", [("advance_fixed", 250.0)], 1000.0),
    ("in advance and paid", [("advance", 30), ("pay", 0)], 700.0),
    ("in advance, not posted", [("advance_draft", 30)], 1000.0),
    ("in advance, cancelled", [("advance", 30), ("cancel", 0)], 1000.0),
    ("in advance, credited", [("advance", 30), ("credit", 0)], 1000.0),
    ("two advances", [("advance", 30), ("advance", 20)], 1000.0),
    ("all is invoiced", [("advance", 30), ("invoice", True)], 1000.0),
    ("all, and the advance is kept", [("advance", 30), ("invoice", False)], 1300.0),
    ("a part is invoiced", [("advance", 30), ("invoice_part", 5)], 1000.0),
    ("all in advance", [("advance", 100)], 1000.0),
    ("all in advance, paid", [("advance", 100), ("pay", 0)], 0.0),
    ("more than ordered is invoiced", [("invoice_part", 12)], 1200.0),
    ("a discount on the order", [("discount", -100.0)], 900.0),
    ("a discount, in advance", [("discount", -100.0), ("advance", 50)], 900.0),
]


class TestCredit(PortalHttpCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls._get_product()
        cls.company.account_use_credit_limit = True
        cls.customer.with_company(cls.company).credit_limit = 10000.0
        cls.tax = cls.company_data["default_tax_sale"].copy(
            {"name": "20 %", "amount": 20.0, "price_include_override": "tax_excluded"}
        )

    def _make_order(self, tax=None, **values):
        order = self._create_order(quantity=10.0, price=100.0, state="draft", **values)
        order.order_line.tax_ids = tax or [Command.clear()]
        order.action_confirm()
        return order

    def _play(self, order, steps):
        for step, argument in steps:
            getattr(self, f"_do_{step}")(order, argument)

    def _invoice(self, order, *, posts=True, **values):
        wizard = self.env["sale.advance.payment.inv"].create(
            {"sale_order_ids": [Command.set(order.ids)], **values}
        )
        invoice = wizard._create_invoices(order)
        invoice.invoice_date = self.today
        if posts:
            invoice.action_post()
        return invoice

    def _do_advance(self, order, percent):
        self._invoice(order, advance_payment_method="percentage", amount=percent)

    def _do_advance_draft(self, order, percent):
        self._invoice(
            order, posts=False, advance_payment_method="percentage", amount=percent
        )

    def _do_advance_fixed(self, order, amount):
        self._invoice(order, advance_payment_method="fixed", fixed_amount=amount)

    def _do_invoice(self, order, deducts):
        if deducts:
            self._invoice(order, advance_payment_method="delivered")
            return
        invoice = order._create_invoices(final=False)
        invoice.invoice_date = self.today
        invoice.action_post()

    def _do_invoice_part(self, order, quantity):
        invoice = self._invoice(order, posts=False, advance_payment_method="delivered")
        goods = invoice.invoice_line_ids.filtered("product_id")
        goods.quantity = quantity
        invoice.action_post()

    def _do_discount(self, order, amount):
        order.order_line = [
            Command.create(
                {
                    "product_id": self._get_product().id,
                    "name": "Discount",
                    "price_unit": amount,
                    "product_uom_qty": 1,
                    "tax_ids": [Command.set(order.order_line[0].tax_ids.ids)],
                }
            )
        ]

    def _get_invoice(self, order, index):
        return order.invoice_ids.sorted("id")[index]

    def _do_cancel(self, order, index):
        invoice = self._get_invoice(order, index)
        invoice.button_draft()
        invoice.button_cancel()

    def _do_credit(self, order, index):
        invoice = self._get_invoice(order, index)
        invoice._reverse_moves([{"invoice_date": self.today}], cancel=True)

    def _do_pay(self, order, index):
        invoice = self._get_invoice(order, index)
        wizard = self.env["account.payment.register"].with_context(
            active_model="account.move", active_ids=invoice.ids
        )
        wizard.create({"journal_id": self.bank.id})._create_payments()

    def _get_used(self):
        [exposure] = self.customer._get_exposure()[self.customer]
        return exposure["used"], exposure

    def test_an_advance_counts_once(self):
        for tax, factor in ((None, 1.0), (self.tax, 1.2)):
            for name, steps, used in CASES:
                with self.subTest(name, factor=factor), self.env.cr.savepoint() as kept:
                    order = self._make_order(tax)
                    self._play(order, steps)
                    found, exposure = self._get_used()
                    self.assertAlmostEqual(found, used * factor, 2)
                    self._check_history(exposure)
                    kept.rollback()
                    self.env.invalidate_all()

    def _check_history(self, exposure):
        """Check that what changed the credit adds up to what is used."""
        rows = self.customer._get_credit_history(
            exposure, fields.Date.to_date("2000-01-01")
        )
        changes = sum(row["change"] for row in rows)
        self.assertAlmostEqual(changes, exposure["used"], 2)
        if rows:
            self.assertEqual(rows[0]["used"], exposure["used"])

    def test_orders_add_up_and_do_not_pay_each_other(self):
        first = self._make_order()
        self._play(first, [("advance", 30), ("invoice", False)])
        second = self._make_order()
        self._play(second, [("advance", 50)])
        self.assertEqual(self._get_used()[0], 2300.0)

    def test_foreign_currency(self):
        pricelist = self.env["product.pricelist"].create(
            {"name": "EUR", "currency_id": self.eur.id}
        )
        order = self._make_order(pricelist_id=pricelist.id)
        before, exposure = self._get_used()
        self.assertEqual(before, 2000.0)
        self._play(order, [("advance", 30)])
        used, exposure = self._get_used()
        self.assertAlmostEqual(used, 2000.0, 2)
        self._check_history(exposure)

    def test_the_page_says_so(self):
        self._play(self._make_order(), [("advance", 30)])
        self._sign_in(self.buyer)
        page = self._get("/my/credit")
        figures = {
            name: self._get_figures(page, name)
            for name in ("open_invoices", "uninvoiced_orders", "credit_used")
        }
        self.assertEqual(
            figures,
            {
                "open_invoices": ["300.00"],
                "uninvoiced_orders": ["700.00"],
                "credit_used": ["1000.00"],
            },
        )
