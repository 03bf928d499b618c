"""Three disputes of a customer: one to decide, one refused, one credited long ago."""

from odoo import Command, api, fields, models
from odoo.tools import SQL


class PortalDemo(models.AbstractModel):
    _inherit = "portal.demo"

    @api.model
    def _load_disputes(self, today=None):
        """Let Alder Works dispute three invoices, and accounting answer."""
        demo = self.with_company(self.env.ref("base.main_company")).with_context(
            mail_notrack=True,
            tracking_disable=True,
            demo_today=today or fields.Date.context_today(self),
        )
        demo._dispute_long_ago()
        demo._dispute_in_vain()
        demo._dispute_now()

    def _dispute_long_ago(self):
        """Dispute a price; the credit note is posted, the rest paid."""
        invoice = self._create_disputed_invoice(74)
        line = invoice.invoice_line_ids[0]
        dispute = self._dispute("credited", invoice, 68, "price", {line: (None, 11.2)})
        note = dispute._accept(
            {line: line.amount for line in dispute.line_ids},
            "You are right: your contract says 11.20.",
        )
        note.write({"invoice_date": self._day(65), "date": self._day(65)})
        note.action_post()
        self._pay(invoice, 44)
        self._date_dispute(dispute, 65)

    def _dispute_in_vain(self):
        """Dispute boxes that were missing, and came later."""
        invoice = self._create_disputed_invoice(41)
        line = invoice.invoice_line_ids[1]
        dispute = self._dispute(
            "refused", invoice, 30, "quantity", {line: (4.0, None)}, "2 boxes missing."
        )
        dispute._refuse("The two boxes came on a second pallet, signed for at gate 3.")
        self._pay(invoice, 12)
        self._date_dispute(dispute, 27)

    def _dispute_now(self):
        """Dispute what is damaged; accounting has asked something."""
        invoice = self._create_disputed_invoice(16)
        line = invoice.invoice_line_ids[1]
        dispute = self._dispute(
            "open",
            invoice,
            4,
            "damaged",
            {line: (4.0, None)},
            "Two boxes were wet, and the floodlights in them do not work.",
        )
        dispute._ask("Could you send us a photo of the label on the boxes?")
        payer = self._ref("user_alder_payable")
        # sudo: contacts change nothing themselves, as on the page
        dispute.with_user(payer).sudo()._reply(payer, "It says FL-30, batch 2207.")
        self._date_dispute(dispute, 3)

    def _create_disputed_invoice(self, age):
        invoice = self.env["account.move"].create(
            {
                "move_type": "out_invoice",
                "partner_id": self._ref("alder_works").id,
                "invoice_user_id": self._ref("user_sales").id,
                "invoice_date": self._day(age),
                "invoice_date_due": self._day(age - 30),
                "invoice_payment_term_id": False,
                "invoice_line_ids": [
                    Command.create(
                        {
                            "name": name,
                            "quantity": quantity,
                            "price_unit": price,
                            "tax_ids": [Command.clear()],
                        }
                    )
                    for name, quantity, price in (
                        ("Cable ties, 100 pieces", 20.0, 12.4),
                        ("LED floodlight 30 W", 6.0, 49.0),
                    )
                ],
            }
        )
        invoice.action_post()
        return invoice

    def _dispute(self, key, invoice, age, reason, wishes, text=""):
        """Return a dispute, as accounting sees it."""
        payer = self._ref("user_alder_payable")
        # sudo: contacts change nothing themselves, as on the page
        disputes = self.env["portal.dispute"].with_user(payer).sudo()
        dispute = disputes._open(
            invoice.with_user(payer).sudo(),  # sudo: as above
            payer,
            self._ref(f"short_payment_{reason}"),
            text=text,
            wishes=wishes,
        )
        self._name_records({f"dispute_{key}": dispute})
        self._date(dispute, age)
        self._date(dispute.event_ids, age)
        accountant = self._ref("user_accounting")
        companies = self.env.company.ids
        return dispute.with_user(accountant).with_context(
            allowed_company_ids=companies, mail_notrack=True, tracking_disable=True
        )

    def _date_dispute(self, dispute, age):
        """Let what followed be of a day; nobody is told of it by mail today."""
        dispute = dispute.sudo()  # sudo: disputes are not edited
        self._date(dispute.event_ids[1:], age)
        if dispute.decided_on:
            dispute.decided_on = self._moment(age)
        if dispute.grace_until:
            dispute.grace_until = self._day(age - 7)
        url = dispute._get_url()
        notices = self.env["portal.notice"].search([("url", "=", url)])
        notices.write({"mail_state": "skipped"})
        self._date(notices, age)
        messages = self.env["mail.message"].search(
            [("model", "=", dispute._name), ("res_id", "=", dispute.id)]
        )
        self.env["mail.mail"].search([("mail_message_id", "in", messages.ids)]).unlink()

    def _date(self, records, age):
        """Let records be of a day."""
        if not records:
            return
        records.flush_recordset()
        self.env.cr.execute(
            SQL(
                "UPDATE %s SET create_date = %s WHERE id IN %s",
                SQL.identifier(records._table),
                self._moment(age),
                tuple(records.ids),
            )
        )
        records.invalidate_recordset(["create_date"])
