"""A placed order that may go elsewhere."""

from odoo import Command

from .role_case import RolesMixin


class OrderChangeMixin(RolesMixin):
    """A placed order, and where else it may go."""

    @classmethod
    def _set_up_addresses(cls):
        # What happens abroad is tested without the seller's rule about it, apart.
        cls.company.portal_order_change_country = False
        home, france = cls.company.country_id, cls.env.ref("base.fr")
        (cls.customer | cls.branch | cls.other_customer).country_id = home
        cls.export_tax = cls.env["account.tax"].create(
            {"name": "French 20", "amount": 20.0, "company_id": cls.company.id}
        )
        cls.home_tax = cls.env["account.tax"].create(
            {"name": "Home 10", "amount": 10.0, "company_id": cls.company.id}
        )
        cls.french = cls.env["account.fiscal.position"].create(
            {
                "name": "France",
                "auto_apply": True,
                "country_id": france.id,
                "company_id": cls.company.id,
                "tax_ids": [Command.set(cls.export_tax.ids)],
            }
        )
        cls.export_tax.original_tax_ids = cls.home_tax
        cls.depot, cls.paris = cls.env["res.partner"].create(
            [
                {
                    "name": "Depot",
                    "type": "delivery",
                    "street": "Quay 7",
                    "city": "Hamburg",
                    "parent_id": cls.customer.id,
                    "country_id": home.id,
                    "site_contact_name": "Rosa",
                    "site_contact_phone": "+49 40 1",
                },
                {
                    "name": "Paris",
                    "type": "delivery",
                    "street": "Rue 1",
                    "city": "Paris",
                    "parent_id": cls.customer.id,
                    "country_id": france.id,
                },
            ]
        )
        cls.service = cls.env["product.product"].create(
            {
                "name": "Inspection",
                "type": "service",
                "invoice_policy": "order",
                "list_price": 100.0,
                "taxes_id": [Command.set(cls.home_tax.ids)],
            }
        )
        cls.foreign_address = cls.env["res.partner"].create(
            {
                "name": "Southwind depot",
                "type": "delivery",
                "parent_id": cls.other_customer.id,
            }
        )

    @classmethod
    def _place(cls, *, partner=None, quantities=(1.0, 2.0), **values):
        """Return a placed order of inspections at 100.00, with 10 % of tax."""
        partner = partner or cls.customer
        order = cls.env["sale.order"].create(
            {
                "partner_id": partner.id,
                "partner_shipping_id": partner.id,
                "order_line": [
                    Command.create(
                        {"product_id": cls.service.id, "product_uom_qty": quantity}
                    )
                    for quantity in quantities
                ],
                **values,
            }
        )
        order.action_confirm()
        return order

    def _change(self, order, changes, user=None, **kwargs):
        user = user or self.buyer
        return order.with_user(user).sudo()._change_in_portal(user, changes, **kwargs)

    def _request(self, order, changes, user=None, message=""):
        user = user or self.buyer
        model = self.env["portal.order.change"].with_user(user).sudo()
        return model._request(order.with_user(user).sudo(), user, changes, message)

    def _count(self):
        """Return how many rows there are of what a change could leave behind."""
        self.env.flush_all()
        return {
            model: self.env[model].search_count([])
            for model in (
                "portal.order.change",
                "portal.activity",
                "portal.notice",
                "mail.message",
                "mail.mail",
                "mail.activity",
                "mail.tracking.value",
                "sale.order.line",
            )
        }
