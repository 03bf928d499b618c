"""Accounting prints a customer's statement, or sends it by mail."""

import base64

from markupsafe import Markup

from odoo import Command, api, fields, models
from odoo.exceptions import UserError

from ..report import statement as paper
from ..tools.statement import FIRST_DAY, LAST_DAY, Statement


class PortalStatementWizard(models.TransientModel):
    _name = "portal.statement.wizard"
    _description = "Send or print a statement of account"

    partner_id = fields.Many2one("res.partner", "Customer", required=True)
    view = fields.Selection(
        [("activity", "Activity of a period"), ("outstanding", "Open on a day")],
        "What",
        required=True,
        default="activity",
    )
    date_from = fields.Date("From", default=lambda self: self._get_last_month().first)
    date_to = fields.Date(
        "Until", required=True, default=lambda self: self._get_last_month().last
    )
    with_branches = fields.Boolean(default=True)
    has_branches = fields.Boolean(compute="_compute_has_branches")
    recipient_ids = fields.Many2many("res.partner", string="Recipients")
    mails_to = fields.Text("Goes to", compute="_compute_mails_to")
    figures = fields.Text("Balance", compute="_compute_figures")
    file = fields.Binary(readonly=True, attachment=False)
    file_name = fields.Char(readonly=True)

    @api.model
    def default_get(self, fields_list):
        """Extend: the customer of the form, and who gets its mails."""
        values = super().default_get(fields_list)
        partners = self.env["res.partner"]
        if self.env.context.get("active_model") == "res.partner":
            partners = partners.browse(self.env.context.get("active_id"))
        customer = partners.commercial_partner_id
        if customer:
            values["partner_id"] = customer.id
            values["recipient_ids"] = [
                Command.set(self._get_usual_recipients(customer).ids)
            ]
        return values

    @api.model
    def _get_last_month(self):
        subscriptions = self.env["portal.statement.subscription"]
        return subscriptions._get_last_month(fields.Date.context_today(self))

    @api.model
    def _get_usual_recipients(self, customer):
        """Return the contacts for invoices, else Odoo's contact for them."""
        functions = self.env["portal.contact.function"]
        found = functions._get_contacts(customer, "invoices")
        found = found.sudo(False)  # sudo: back to the rights of staff
        found = found or customer.browse(customer.address_get(["invoice"])["invoice"])
        return found.filtered("email")

    @api.depends("partner_id")
    def _compute_has_branches(self):
        for wizard in self:
            wizard.has_branches = len(wizard.partner_id._get_portal_scope()) > 1

    @api.depends("recipient_ids")
    def _compute_mails_to(self):
        for wizard in self:
            lines = [
                partner.email_formatted
                if partner.email
                else self.env._("%s has no address", partner.display_name)
                for partner in wizard.recipient_ids
            ]
            wizard.mails_to = "\n".join(lines)

    @api.depends("partner_id", "view", "date_from", "date_to", "with_branches")
    def _compute_figures(self):
        """Compute the balances that the statement ends with, a line a currency."""
        for wizard in self:
            wizard.figures = ""
            if not (wizard.partner_id and wizard._is_period()):
                continue
            asked = wizard._get_asked()
            sections = wizard._get_customers()._prepare_statement(asked, size=1)
            name = "closing" if asked.view == "activity" else "balance"
            wizard.figures = "\n".join(
                section["currency"].format(section[name]) for section in sections
            )

    # ------------------------------------------------------------
    # What it is
    # ------------------------------------------------------------

    def _is_period(self):
        first, last = self.date_from, self.date_to
        if not last or not FIRST_DAY <= last <= LAST_DAY:
            return False
        return self.view == "outstanding" or bool(first and FIRST_DAY <= first <= last)

    def _get_asked(self):
        """Return the Statement that is asked for.

        :raise UserError: when the days are none
        """
        if not self._is_period():
            raise UserError(self.env._("Choose a first and a last day, in that order."))
        return Statement(self.view, self.date_from or self.date_to, self.date_to)

    def _get_customers(self):
        """Return whose account it is, in the language of the customer; in sudo.

        :raise AccessError: for those who may not read the entries
        """
        self.env["account.move.line"].check_access("read")
        customer = self.partner_id.commercial_partner_id
        scope = customer._get_portal_scope() if self.with_branches else customer
        # sudo: the papers of the seller, for who may read its entries
        return scope.sudo().with_context(
            lang=customer.lang or self.env.lang,
            allowed_company_ids=self.env.company.ids,
        )

    def _draw(self):
        """Return the PDF and its name."""
        customers = self._get_customers()
        asked = self._get_asked()
        customer = self.partner_id.commercial_partner_id
        addressee = customers.filtered(lambda branch: branch == customer)
        name = customers.env._("statement")
        return paper.draw(addressee, customers, asked), f"{name}-{asked.last}.pdf"

    # ------------------------------------------------------------
    # Buttons
    # ------------------------------------------------------------

    def action_print(self):
        """Download the PDF."""
        self.ensure_one()
        content, name = self._draw()
        self.write({"file": base64.b64encode(content), "file_name": name})
        return {
            "type": "ir.actions.act_url",
            "target": "download",
            "url": f"/web/content/{self._name}/{self.id}/file/{name}?download=true",
        }

    def action_send(self):
        """Queue one mail to each recipient, and note it on the customer with the file.

        :raise UserError: without a recipient that has an address
        """
        self.ensure_one()
        recipients = self.recipient_ids.filtered("email")
        if not recipients:
            raise UserError(self.env._("Choose a recipient with an e-mail address."))
        content, name = self._draw()
        asked = self._get_asked()
        customer = self.partner_id.commercial_partner_id
        template = self.env.ref("customer_portal.mail_template_statement")
        template = template.with_context(statement=asked)
        for recipient in recipients:
            template.send_mail(
                customer.id,
                email_values={
                    # Linked to no document: contacts read what is on their company.
                    "model": False,
                    "res_id": False,
                    "recipient_ids": [],
                    "email_to": recipient.email_formatted,
                    "attachments": [(name, base64.b64encode(content))],
                },
            )
        self.env["res.users"]._send_mails_soon()
        customer.message_post(
            body=Markup("%s<br/>%s")
            % (
                self.env._("Statement of account sent, until %s.", asked.last),
                ", ".join(recipients.mapped("email_formatted")),
            ),
            attachments=[(name, content)],
            subtype_xmlid="mail.mt_note",
        )
        return {"type": "ir.actions.act_window_close"}
