"""A seller with a bank account, and what comes in there."""

from odoo.tests import new_test_user

IBAN = "DE89 3704 0044 0532 0130 00"


class TransferMixin:
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.account = cls.env["res.partner.bank"].create(
            {
                "acc_number": IBAN,
                "partner_id": cls.company.partner_id.id,
                "bank_id": cls.env["res.bank"]
                .create({"name": "Harbour Bank", "bic": "COBADEFFXXX"})
                .id,
            }
        )
        cls.bank.bank_account_id = cls.account
        cls.accountant = new_test_user(
            cls.env,
            login="accountant",
            groups="account.group_account_invoice",
            company_id=cls.company.id,
        )

    def _announce(self, amounts, **kwargs):
        remittance = self._open_remittance(amounts)
        remittance._announce(**kwargs)
        return remittance

    def _import_line(self, amount, text, **values):
        return self.env["account.bank.statement.line"].create(
            {
                "journal_id": self.bank.id,
                "amount": amount,
                "payment_ref": text,
                "date": self.today,
                **values,
            }
        )

    def _book(self, remittance):
        remittance.with_user(self.accountant).action_book_bank_proposal()

    def _receive_by_hand(self, remittance, amount=None, **values):
        wizard = (
            self.env["portal.transfer.wizard"]
            .with_user(self.accountant)
            .create({"remittance_id": remittance.id, **values})
        )
        if amount is not None:
            wizard.amount = amount
        return wizard.action_receive()
