from odoo import Command
from odoo.exceptions import AccessError

from odoo.addons.customer_portal.tests.access_case import AccessCase
from odoo.addons.customer_portal.tests.role_case import RolesMixin


class TestDeliveryAccess(RolesMixin, AccessCase):
    """Who sees which delivery: by RPC, and its slip by the address."""

    get_rows = {
        "/my/picking/pdf/<int:picking_id>": (404, 404, 404, 200),
        "/my/picking/return/pdf/<int:picking_id>": (404, 404, 404, 200),
    }
    parameters = {
        "/my/picking/pdf/<int:picking_id>": ["access_token"],
        "/my/picking/return/pdf/<int:picking_id>": ["access_token"],
    }

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env.user.group_ids |= cls.env.ref("stock.group_stock_manager")
        cls._get_product().is_storable = True
        cls.deliveries = {
            "head": cls._create_order().picking_ids,
            "own": cls._create_order(partner=cls.buyer.partner_id).picking_ids,
            "branch": cls._create_order(partner=cls.branch).picking_ids,
            "other": cls._create_order(partner=cls.other_customer).picking_ids,
        }
        warehouse = cls.env["stock.warehouse"].search(
            [("company_id", "=", cls.company.id)], limit=1
        )
        # What the customer sends us as a supplier is no delivery to it.
        cls.deliveries["receipt"] = cls.env["stock.picking"].create(
            {"partner_id": cls.customer.id, "picking_type_id": warehouse.in_type_id.id}
        )
        cls.deliveries["without order"] = cls.env["stock.picking"].create(
            {"partner_id": cls.customer.id, "picking_type_id": warehouse.out_type_id.id}
        )

    def _get_ids(self):
        return {"picking_id": self.deliveries["head"].id}

    def test_by_scope(self):
        cases = {
            "own": {"own"},
            "company": {"head", "own", "without order"},
            "branches": {"head", "own", "without order", "branch"},
        }
        self._sign_in(self.buyer)
        for scope, right in cases.items():
            self._tailor(self.buyer, {"see_orders": scope})
            for key, delivery in self.deliveries.items():
                with self.subTest(key, scope=scope):
                    found = delivery.with_user(self.buyer).search(
                        [("id", "=", delivery.id)]
                    )
                    self.assertEqual(bool(found), key in right)
                    for kind in ("", "return/"):
                        answer = self._get(f"/my/picking/{kind}pdf/{delivery.id}")
                        self.assertEqual(
                            answer.status_code, 200 if key in right else 404
                        )

    def test_deliveries_of_suppliers_are_as_in_stock_odoo(self):
        """Subcontractors have pages for theirs, with a rule of another addon."""
        self.env["ir.rule"].create(
            {
                "name": "As mrp_subcontracting has it",
                "model_id": self.env.ref("stock.model_stock_picking").id,
                "domain_force": "[('partner_id.commercial_partner_id', '=',"
                " user.partner_id.commercial_partner_id.id)]",
                "groups": [Command.link(self.env.ref("base.group_portal").id)],
            }
        )
        warehouse = self.deliveries["head"].picking_type_id.warehouse_id
        suppliers = self.env.ref("stock.stock_location_suppliers")
        customers = self.env.ref("stock.stock_location_customers")

        def create(partner, **values):
            return self.env["stock.picking"].create(
                {
                    "partner_id": partner.id,
                    "picking_type_id": warehouse.in_type_id.id,
                    **values,
                }
            )

        dropship = create(
            self.customer, location_id=suppliers.id, location_dest_id=customers.id
        )
        dropship.sale_id = self.deliveries["other"].sale_id
        cases = {
            "receipt": (self.deliveries["receipt"], True),
            "of a branch": (create(self.branch), False),
            "of another": (create(self.other_customer), False),
            "from the supplier to a customer": (dropship, True),
            "of the own customer": (self.deliveries["head"], False),
            "of a customer without order": (self.deliveries["without order"], False),
        }
        self._tailor(self.buyer, {"see_invoices": "branches"})
        for name, (picking, is_seen) in cases.items():
            own = picking.with_user(self.buyer)
            with self.subTest(name):
                self.assertEqual(own.has_access("read"), is_seen)
                found = own.search([("id", "=", picking.id)])
                self.assertEqual(bool(found), is_seen)

    def test_without_orders_no_deliveries(self):
        self._tailor(self.buyer, {"see_invoices": "branches"})
        self._sign_in(self.buyer)
        for key, delivery in self.deliveries.items():
            with self.subTest(key), self.assertRaises(AccessError):
                delivery.with_user(self.buyer).check_access("read")
            with self.subTest(key):
                answer = self._get(f"/my/picking/pdf/{delivery.id}")
                self.assertEqual(answer.status_code, 404)

    def test_foreign_is_like_missing(self):
        self._sign_in(self.stranger)
        for path in ("/my/picking/pdf", "/my/picking/return/pdf"):
            foreign = self._get(f"{path}/{self.deliveries['head'].id}")
            missing = self._get(f"{path}/99999999")
            self.assertEqual(foreign.status_code, 404)
            self.assertEqual(missing.status_code, 404)

    def test_token_of_an_order_opens_its_own_delivery(self):
        self._sign_in(None)
        head, other = self.deliveries["head"], self.deliveries["other"]
        token = head.sale_id._portal_ensure_token()
        for delivery, status in ((head, 200), (other, 404)):
            with self.subTest(delivery.partner_id.name):
                answer = self._get(
                    f"/my/picking/pdf/{delivery.id}?access_token={token}"
                )
                self.assertEqual(answer.status_code, status)
