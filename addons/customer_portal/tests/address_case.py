"""An address book."""

from lxml import html

from .common import PortalHttpCommon
from .role_case import RolesMixin


class AddressCommon(RolesMixin, PortalHttpCommon):
    """The address book of Northwind, and its branch's."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.us = cls.env.ref("base.us")
        cls.nl = cls.env.ref("base.nl")
        cls.state = cls.env.ref("base.state_us_34")
        cls.customer.write(
            {
                "street": "Main 1",
                "city": "Boston",
                "vat": "US1",
                "country_id": cls.us.id,
            }
        )
        cls.yard = cls._create_address("Yard", cls.customer)
        cls.desk = cls._create_address("Desk", cls.customer, type="invoice")
        cls.north = cls._create_address("North yard", cls.branch)
        cls.foreign = cls._create_address("Foreign", cls.other_customer)
        cls.values = {
            "address_type": "delivery",
            "address_book": "1",
            "name": "Site 7",
            "email": "site@northwind.example",
            "phone": "1",
            "street": "Quay 7",
            "city": "Rotterdam",
            "zip": "3011",
            "country_id": cls.nl.id,
        }

    @classmethod
    def _create_address(cls, name, company, **values):
        return cls.env["res.partner"].create(
            {
                "name": name,
                "type": "delivery",
                "parent_id": company.id,
                "street": f"{name} street",
                "city": "Boston",
                "zip": "02110",
                "country_id": cls.us.id,
                "state_id": cls.state.id,
                "email": "a@northwind.example",
                "phone": "1",
                **values,
            }
        )

    def _submit(self, address=None, **changes):
        values = {**self.values, **changes}
        if address:
            values["partner_id"] = address.id
        return self._post("/my/address/submit", **values)

    def _edit(self, address, **changes):
        """Submit the form of an address as the page fills it."""
        values = {
            "name": address.name,
            "email": address.email,
            "phone": address.phone,
            "street": address.street,
            "city": address.city,
            "zip": address.zip,
            "country_id": address.country_id.id,
            "state_id": address.state_id.id,
        }
        return self._submit(address, **{**values, **changes})

    def _find(self, **values):
        domain = [(name, "=", value) for name, value in values.items()]
        return self.env["res.partner"].with_context(active_test=False).search(domain)

    def _get_names(self, path="/my/addresses"):
        page = self._get(path)
        self.assertEqual(page.status_code, 200)
        rows = html.fromstring(page.text).iterfind(".//tr[@data-address]")
        ids = [int(row.get("data-address")) for row in rows]
        return self.env["res.partner"].browse(ids).mapped("name")
