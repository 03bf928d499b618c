from odoo import fields, models

from .portal_reminder import OPEN

STAFF = "account.group_account_invoice,account.group_account_readonly"


class ResPartner(models.Model):
    _inherit = "res.partner"

    portal_no_reminders = fields.Boolean(
        "No payment reminders",
        company_dependent=True,
        groups=STAFF,
        help="This customer is not reminded of what is due to your company.",
    )
    portal_no_reminders_reason = fields.Char(
        "Why no reminders", company_dependent=True, groups=STAFF
    )

    # What Odoo's follow-up of Enterprise reads, where it is installed.
    _portal_followup_date = "followup_next_action_date"

    def _hand_to_followup(self, company, day):
        """Tell Odoo's own follow-up, if it is there, when the next level comes.

        :param company: the seller that reminds
        :param day: of the next reminder, or of the last one when none comes
        """
        field = self._fields.get(self._portal_followup_date)
        if field and field.type == "date" and (field.store or field.company_dependent):
            self.with_company(company).write({field.name: day})

    def _hand_over_papers(self, customer):
        """Extend: what is not sent is made anew, for the other customer."""
        self.env["portal.reminder"].search(
            [("partner_id", "=", self.id), ("state", "in", OPEN)]
        ).unlink()
        return super()._hand_over_papers(customer)

    def _forget_former_values(self, name):
        """Extend: the kept mails of reminders name the customer."""
        self.env["portal.reminder"].search([("partner_id", "=", self.id)]).write(
            {"subject": False, "body": False}
        )
        return super()._forget_former_values(name)
