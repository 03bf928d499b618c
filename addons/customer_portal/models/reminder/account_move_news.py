"""Who gets reminders is told by mail of what is due by them alone."""

from odoo import models

DUE_CODES = ("invoice_due", "invoice_overdue")


class AccountMove(models.Model):
    _inherit = "account.move"

    def _filtered_news(self, code):
        """Extend: nobody is told of what is due where staff want no reminders."""
        moves = super()._filtered_news(code)
        if code not in DUE_CODES:
            return moves
        silent = moves.browse()
        for company, own in moves.grouped("company_id").items():
            if company._sends_reminders():
                own.commercial_partner_id.with_company(company).fetch(
                    ["portal_no_reminders"]
                )
                silent |= own.filtered(lambda move: move._lacks_reminders())
        return moves - silent

    def _lacks_reminders(self):
        """Return whether staff want no reminders of this invoice."""
        customer = self.commercial_partner_id.with_company(self.company_id)
        return customer.portal_no_reminders or self.no_followup

    def _get_mailed_people(self, code):
        """Override: who gets reminders of it, where the schedule has such a level.

        By address, so that who reads the mails of the customer's own address is not
        told twice either.
        """
        mailed = super()._get_mailed_people(code)
        if code not in DUE_CODES:
            return mailed
        for company, moves in self.grouped("company_id").items():
            if company._sends_reminders():
                mailed |= moves._get_reminded_people(company, code)
        return mailed

    def _get_reminded_people(self, company, code):
        """Return {invoice: contacts who get reminders of it} of one company."""
        reminders = self.env["portal.reminder"]
        customers = self.commercial_partner_id.with_company(company)
        schedules = {
            customer: schedule
            for customer, schedule in reminders._get_schedules_of(
                company, customers
            ).items()
            if any(
                (level.days > 0) == (code == "invoice_overdue")
                for level in schedule.level_ids
            )
        }
        reminded = customers.filtered(lambda customer: customer in schedules)
        recipients = reminders._get_recipients_of(reminded)
        addresses = {
            customer: set(filter(None, contacts.mapped("email_normalized")))
            for customer, contacts in recipients.items()
        }
        people = self.env["res.partner"].search_fetch(
            [("email_normalized", "in", list(set().union(*addresses.values())))],
            ["email_normalized"],
        )
        own = people.grouped("email_normalized")
        nobody = people.browse()
        return {
            move: nobody.union(
                *(
                    own.get(address, nobody)
                    for address in addresses.get(move.commercial_partner_id, ())
                )
            )
            for move in self
        }
