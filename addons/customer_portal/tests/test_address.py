from .common import PortalHttpCommon


class TestAddress(PortalHttpCommon):
    def setUp(self):
        super().setUp()
        self._sign_in(self.buyer)
        self.values = {
            "partner_id": self.buyer.partner_id.id,
            "address_type": "billing",
            "name": "Buyer",
            "email": "buyer@northwind.example",
            "phone": "1",
            "street": "Quay 1",
            "city": "Boston",
            "zip": "02110",
            "country_id": self.env.ref("base.nl").id,
        }

    def _submit(self, **changes):
        return self._post("/my/address/submit", **{**self.values, **changes})

    def test_contact_does_not_rename_the_company(self):
        answer = self._submit(company_name="Ours now")
        self.assertEqual(answer.status_code, 200)
        self.assertEqual(self.buyer.partner_id.street, "Quay 1")
        self.assertEqual(self.customer.name, "Northwind")

    def test_checks_are_not_switched_off(self):
        answer = self._submit(verify_address_values="", email="no address").json()
        self.assertIn("email", answer["invalid_fields"])
        self.assertEqual(self.buyer.partner_id.email, "buyer@northwind.example")

    def test_leads_to_no_other_site(self):
        for target in ("https://evil.example/", "//evil.example", "/\\evil.example"):
            with self.subTest(target):
                answer = self._submit(callback=target).json()
                self.assertNotIn("evil", answer["redirectUrl"])
        self.assertEqual(self._submit(callback="/my").json()["redirectUrl"], "/my")

    def test_unknown_address_is_refused(self):
        for partner in ("x", "²", "1,2", "-1"):
            with self.subTest(partner):
                answer = self._submit(partner_id=partner)
                self.assertEqual(answer.status_code, 200)
                self.assertIn("messages", answer.json())
        answer = self._submit(partner_id=self.stranger.partner_id.id)
        self.assertEqual(answer.status_code, 404)
