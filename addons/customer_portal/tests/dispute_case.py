"""An invoice with two lines and taxes, and people who dispute it and decide."""

from odoo import Command
from odoo.tests import new_test_user


class DisputeMixin:
    """Invoices of 138.00: 10 bolts at 10.00 and 5 nuts at 4.00, and 15 % of taxes."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.reason = cls.env.ref("customer_portal.short_payment_price")
        cls.accountant = new_test_user(
            cls.env,
            login="bea",
            groups="account.group_account_invoice",
            company_id=cls.company.id,
            company_ids=[Command.set(cls.company.ids)],
            email="bea@seller.example",
        )
        cls.env["ir.config_parameter"].set_param(
            "customer_portal.limit_dispute", "1000000"
        )

    @classmethod
    def _bill(cls, *, days_overdue=10, lines=((10, 10.0), (5, 4.0)), **values):
        """Return a posted invoice with these quantities and prices."""
        tax = cls.company_data["default_tax_sale"]
        move = cls.env["account.move"].create(
            {
                **cls._prepare_invoice(1.0, days_overdue=days_overdue, **values),
                "invoice_line_ids": [
                    Command.create(
                        {
                            "name": name,
                            "quantity": quantity,
                            "price_unit": price,
                            "tax_ids": [Command.set(tax.ids)],
                        }
                    )
                    for name, (quantity, price) in zip(
                        ("Bolts", "Nuts", "Screws"), lines, strict=False
                    )
                ],
            }
        )
        move.action_post()
        return move

    def _dispute(self, move, user=None, reason=None, **values):
        """Return a dispute of a person; without lines or amount, of the first line."""
        user = user or self.buyer
        if not {"wishes", "amount"} & values.keys():
            values["wishes"] = {move.invoice_line_ids[:1]: (None, None)}
        disputes = self.env["portal.dispute"].with_user(user).sudo()
        dispute = disputes._open(
            move.with_user(user).sudo(), user, reason or self.reason, **values
        )
        return dispute.with_env(self.env).sudo()

    def _decide(self, dispute):
        """Return the dispute as accounting decides about it."""
        return dispute.with_user(self.accountant)

    def _left(self, move):
        """Return what of an invoice can be paid."""
        return move._get_amount_left(move._get_holds())
