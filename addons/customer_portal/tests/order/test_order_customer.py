"""An order stays with the customer of its day, on each page and for each amount."""

import io

from pypdf import PdfReader

from odoo import Command
from odoo.tests import tagged
from odoo.tools import SQL

from ..common import PortalHttpCommon
from ..role_case import RolesMixin

# Of the company that the contact went to.
WHERE = ("Southwind", "Secret Lane", "Hideout")


@tagged("post_install", "-at_install")
class TestOrderCustomer(RolesMixin, PortalHttpCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.mover = cls._create_portal_user("mover", cls.customer)
        cls.other_customer.write({"street": "Secret Lane 1", "city": "Hideout"})
        cls.order = cls._create_order(
            partner=cls.mover.partner_id, client_order_ref="OF-THE-DAY"
        )

    def _move(self, customer=None):
        self.mover.partner_id.parent_id = customer or self.other_customer

    def test_pages_and_files_do_not_tell_where_the_contact_went(self):
        self._move()
        self._sign_in(self.buyer)
        path = f"/my/orders/{self.order.id}"
        for address in ("/my", "/my/orders", path, f"{path}/reorder"):
            page = self._get(address)
            with self.subTest(address):
                self.assertEqual(page.status_code, 200)
                self.assertIn(self.order.name, page.text)
                for told in WHERE:
                    self.assertNotIn(told, page.text)
        rows = self._post("/my/orders/export").text
        self.assertIn("OF-THE-DAY", rows)
        self.assertNotIn("Southwind", rows)
        self._assert_silent(f"{path}?report_type=pdf")
        if "picking_ids" in self.order._fields:
            self._assert_silent(f"/my/picking/pdf/{self.order.picking_ids.id}")

    def _assert_silent(self, path):
        """Read a PDF: it tells of the contact, and not where that one went."""
        answer = self._get(path)
        self.assertEqual(answer.status_code, 200)
        pages = PdfReader(io.BytesIO(answer.content)).pages
        text = "".join(page.extract_text() for page in pages)
        self.assertIn("mover", text)
        for told in WHERE:
            self.assertNotIn(told, text)
            # Nor in a file within it.
            self.assertNotIn(told.encode(), answer.content)

    def test_a_payment_does_not_tell_either(self):
        payment = self.env["account.payment"].create(
            {
                "partner_id": self.mover.partner_id.id,
                "amount": 5.0,
                "partner_type": "customer",
            }
        )
        payment.action_post()
        self._move()
        self.assertEqual(payment.portal_customer_id, self.customer)
        self._sign_in(self.buyer)
        path = f"/my/payments/{payment.id}"
        self.assertNotIn("Southwind", self._get(path).text)
        self._assert_silent(f"{path}/receipt")
        self._sign_in(self.mover)
        self.assertEqual(self._get(path).status_code, 404)

    def test_who_was_never_kept_is_printed_as_the_customer(self):
        self._move()
        self.env["portal.address.version"].sudo().search([]).unlink()
        self._sign_in(self.buyer)
        self.assertNotIn("Southwind", self._get(f"/my/orders/{self.order.id}").text)

    def test_mover_sees_nothing_of_the_former_customer(self):
        self._move()
        self._sign_in(self.mover)
        path = f"/my/orders/{self.order.id}"
        for address in ("/my/orders", path, f"{path}/reorder", "/my/search?q=OF-THE"):
            with self.subTest(address):
                self.assertNotIn("OF-THE-DAY", self._get(address).text)
        member = self.mover.portal_membership_ids
        self.assertEqual(member.partner_id, self.other_customer)
        # Nor what is one's own: it is asked within the customers of the role.
        self._tailor(self.mover, {"see_orders": "own", "see_invoices": "own"})
        orders = self.order.with_user(self.mover).search([])
        self.assertFalse(orders)
        own = self._create_order(partner=self.mover.partner_id)
        self.assertEqual(self.order.with_user(self.mover).search([]), own)

    def test_what_is_made_afterwards_is_of_the_new_customer(self):
        self._move()
        copy = self.order.copy()
        self.assertEqual(copy.portal_customer_id, self.other_customer)
        self.assertEqual(copy.portal_debtor_id, self.other_customer)

    def test_made_and_moved_in_one_request(self):
        order = self.env["sale.order"].create({"partner_id": self.mover.partner_id.id})
        invoice = self.env["account.move"].create(
            self._prepare_invoice(10.0, partner=self.mover.partner_id)
        )
        self._move()
        self.assertEqual(order.portal_customer_id, self.customer)
        self.assertEqual(invoice.commercial_partner_id, self.customer)

    def test_a_reorder_is_for_the_customer_who_orders_again(self):
        self._move()
        self.other_customer.property_product_pricelist = self.env[
            "product.pricelist"
        ].create({"name": "Southwind's", "currency_id": self.eur.id})
        draft = (
            self.order.with_user(self.buyer)
            .sudo()
            ._create_reorder({self.order.order_line.id: 1.0})
        )
        self.assertEqual(draft.portal_customer_id, self.customer)
        self.assertEqual(draft.currency_id, self.usd)
        self.assertFalse(
            (draft.partner_invoice_id | draft.partner_shipping_id).filtered(
                lambda partner: partner.commercial_partner_id != self.customer
            )
        )

    def test_an_order_is_invoiced_to_whom_it_was_of(self):
        billing = self.env["res.partner"].create(
            {"name": "Payables", "type": "invoice", "parent_id": self.customer.id}
        )
        self.assertEqual(self.order.partner_invoice_id, self.mover.partner_id)
        self._move()
        invoice = self.order._create_invoices()
        self.assertEqual(invoice.commercial_partner_id, self.customer)
        self.assertEqual(invoice.partner_id, billing)

    def test_staff_choose_the_customer_of_an_order(self):
        """Another contact decides; the same one, written again, changes nothing."""
        self._move()
        contact = self.mover.partner_id
        order, customer = self.order, self.customer
        for partner, right in (
            (contact, customer),
            (self.stranger.partner_id, self.other_customer),
            (contact, self.other_customer),  # who works there today
            (self.branch, self.branch),
            (self.buyer.partner_id, customer),
        ):
            with self.subTest(partner.name):
                order.write(
                    {"partner_id": partner.id, "partner_invoice_id": partner.id}
                )
                self.assertEqual(order.portal_customer_id, right)
                self.assertEqual(order.portal_debtor_id, right)

    def test_who_pays_for_another_keeps_owing(self):
        """The head office is invoiced for a branch, and its contact moves."""
        payer = self.env["res.partner"].create(
            {"name": "Payer", "parent_id": self.customer.id}
        )
        order = self._create_order(
            partner=self.branch, partner_invoice_id=payer.id, quantity=1.0
        )
        payer.parent_id = self.other_customer
        sums = (self.customer | self.branch | self.other_customer)._get_account_sums(
            with_orders=True
        )
        owed = {customer: amount for (customer, *_), amount in sums.ordered.items()}
        self.assertEqual(order.portal_customer_id, self.branch)
        self.assertEqual(owed, {self.customer.id: 150.0})

    def test_the_upgrade_takes_the_best_that_is_known(self):
        """An invoice of the very contact tells whose the order was; else it is today.

        So does the entry of a payment.
        """
        contact = self.mover.partner_id
        self.order._create_invoices().action_post()
        unknown = self._create_order(partner=contact)
        of_branch = self._create_order(
            partner=self.branch, partner_invoice_id=contact.id
        )
        of_branch._create_invoices().action_post()
        payment = self.env["account.payment"].create(
            {"partner_id": contact.id, "amount": 5.0, "partner_type": "customer"}
        )
        payment.action_post()
        self._move()
        self.env.flush_all()
        papers = {"sale_order": (self.order | unknown | of_branch).ids}
        papers["account_payment"] = payment.ids
        for table, ids in papers.items():
            for column in ("portal_customer_id", "portal_debtor_id"):
                if table == "sale_order" or column == "portal_customer_id":
                    self.env.cr.execute(
                        SQL(
                            "UPDATE %s SET %s = NULL WHERE id = ANY(%s)",
                            SQL.identifier(table),
                            SQL.identifier(column),
                            ids,
                        )
                    )
        self.env["sale.order"]._fill_portal_customers()
        self.env["account.payment"]._fill_portal_customers()
        self.env.invalidate_all(flush=False)
        for order, customer, debtor in (
            (self.order, self.customer, self.customer),
            (unknown, self.other_customer, self.other_customer),
            (of_branch, self.branch, self.customer),
        ):
            with self.subTest(order.name):
                self.assertEqual(order.portal_customer_id, customer)
                self.assertEqual(order.portal_debtor_id, debtor)
        self.assertEqual(payment.portal_customer_id, self.customer)

    def test_programs_read_whose_it_is_and_not_who_owes(self):
        order = self.order.with_user(self.buyer)
        [values] = order.read(["portal_customer_id"])
        self.assertEqual(values["portal_customer_id"][0], self.customer.id)
        self.assertNotIn("portal_debtor_id", order.fields_get())

    def test_documents_for_owners_stay_with_the_owner(self):
        self.order.order_line.qty_delivered = 2.0
        self._move()
        self.env.flush_all()
        product = SQL("product.id = %s", self._get_product().id)
        owners = self.env["portal.document"]._get_owners_query(product)
        found = {customer_id for customer_id, _ in self.env.execute_query(owners)}
        self.assertEqual(found, {self.customer.id})

    def test_handed_over_on_change_of_a_draft(self):
        draft = self._create_order(partner=self.mover.partner_id, state="draft")
        self._move()
        self.assertEqual(draft.portal_customer_id, self.customer)
        draft.order_line = [Command.clear()]
        self.assertEqual(draft.portal_customer_id, self.customer)
