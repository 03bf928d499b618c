"""How much of the business goes through the portal: figures held to the records."""

from odoo import Command, fields
from odoo.tests import new_test_user, tagged

from ..common import PortalCommon

COUNTS = (
    "invoices",
    "invoices_portal",
    "orders",
    "orders_portal",
    "questions",
    "questions_portal",
)


@tagged("post_install", "-at_install")
class TestAdoptionMonth(PortalCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.months = cls.env["portal.adoption.month"].sudo()
        cls.this_month = cls.today.replace(day=1)
        cls.in_portal, cls.by_hand, cls.of_other = (
            cls._create_paid(partner)
            for partner in (cls.customer, cls.customer, cls.other_customer)
        )
        cls._create_remittance_of(cls.in_portal)
        cls._create_posted_invoice(10.0, date=cls.today)  # not paid
        cls.env.flush_all()

    @classmethod
    def _create_paid(cls, partner):
        invoice = cls._create_posted_invoice(10.0, partner=partner, date=cls.today)
        cls._register_payment(invoice)
        return invoice

    @classmethod
    def _create_remittance_of(cls, invoice):
        line = {
            "move_id": invoice.id,
            "kind": "invoice",
            "amount_requested": 10.0,
            "amount_applied": 10.0,
        }
        cls.env["portal.remittance"].sudo().create(
            {
                "name": "REM/ADOPTION",
                "partner_id": invoice.commercial_partner_id.id,
                "payer_id": invoice.commercial_partner_id.id,
                "company_id": invoice.company_id.id,
                "currency_id": invoice.currency_id.id,
                "state": "settled",
                "settled_on": cls.today,
                "line_ids": [Command.create(line)],
            }
        )

    def _count(self, partner):
        rows = self.months.search(
            [("partner_id", "=", partner.id), ("month", "=", self.this_month)]
        )
        return {name: sum(rows.mapped(name)) for name in COUNTS}

    def _create_order_of(self, **values):
        order = self.env["sale.order"].create(
            {
                "partner_id": self.customer.id,
                "order_line": [Command.create({"product_id": self.product_a.id})],
                **values,
            }
        )
        order.write({"state": "sale", "date_order": fields.Datetime.now()})
        return order

    def test_counts_are_those_of_the_records(self):
        self._create_order_of(portal_user_id=self.buyer.id)
        self._create_order_of(signed_on=fields.Datetime.now(), signed_by="Ann")
        by_mail = self._create_order_of()
        self._create_order_of().state = "cancel"
        author = self.buyer.partner_id
        for message_type in ("comment", "email", "notification"):
            by_mail.message_post(
                body="?", author_id=author.id, message_type=message_type
            )
        by_mail.message_post(body="!", message_type="comment")  # of the seller
        self.env.flush_all()
        expected = dict(zip(COUNTS, (2, 1, 3, 2, 2, 1), strict=True))
        self.assertEqual(self._count(self.customer), expected)
        self.assertEqual(self._count(self.other_customer)["invoices"], 1)

    def test_share_of_many_is_that_of_their_sums(self):
        """Of three invoices one was paid in the portal, and not the half of 50 %."""
        customers = self.customer | self.other_customer
        [(share,)] = self.months._read_group(
            [("partner_id", "in", customers.ids)], [], ["invoice_share:avg"]
        )
        self.assertAlmostEqual(share, 100 / 3)
        [row] = self.months.search([("partner_id", "=", self.customer.id)])
        self.assertAlmostEqual(row.invoice_share, 50.0)

    def test_seller_is_no_customer(self):
        self._create_paid(self.company.partner_id)
        self.env.flush_all()
        self.assertEqual(self._count(self.company.partner_id)["invoices"], 0)

    def test_row_leads_to_its_records(self):
        [row] = self.months.search([("partner_id", "=", self.customer.id)])
        action = row.action_open_invoices()
        self.assertEqual(
            self.env["account.move"].search(action["domain"]),
            self.in_portal | self.by_hand,
        )

    def test_costs_one_query_and_is_the_staffs(self):
        sales = new_test_user(
            self.env,
            login="adoption_sales",
            groups="sales_team.group_sale_salesman",
            company_id=self.company.id,
            company_ids=[Command.set(self.company.ids)],
        )
        months = self.months.sudo(False).with_user(sales)
        measures = ["invoice_share:avg", "order_share:avg"]
        months._read_group([], ["month:month"], measures)
        with self.assertQueryCount(1):
            found = months._read_group([], ["month:month"], measures)
        self.assertTrue(found)
        self.assertFalse(
            self.months.sudo(False).with_user(self.buyer).has_access("read")
        )
