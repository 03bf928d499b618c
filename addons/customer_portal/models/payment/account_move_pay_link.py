from odoo import models

# Of mails to who has no sign-in; others open the invoice in the portal, and pay there.
BUTTON_GROUPS = ("additional_intended_recipient", "portal_customer")


class AccountMove(models.Model):
    """The button in the mail of an invoice pays it."""

    _inherit = "account.move"

    def _has_pay_link(self):
        """Return whether a link to pay this invoice without signing in makes sense."""
        self.ensure_one()
        return (
            self.move_type == "out_invoice"
            and self._is_open_document()
            and self.env["portal.pay.link"]._is_on(self.commercial_partner_id)
        )

    def _notify_get_recipients_groups(self, message, model_description, msg_vals=False):
        """Extend: the mail that sends the invoice has a button to pay it."""
        groups = super()._notify_get_recipients_groups(
            message, model_description, msg_vals=msg_vals
        )
        if self.env.context.get("portal_pay_link") and self._has_pay_link():
            # sudo: who sends invoices may sign their links
            url = self.env["portal.pay.link"]._get_url(self.sudo())
            for name, _matches, values in groups:
                if name in BUTTON_GROUPS:
                    values["has_button_access"] = True
                    values["button_access"] = {
                        "url": url,
                        "title": self.env._("Pay now"),
                    }
        return groups

    def _get_pay_link_recipients(self):
        """Return the partners who get this invoice's mails and have an address."""
        self.ensure_one()
        contacts = self.env["portal.contact.function"]._get_contacts(
            self.commercial_partner_id, "invoices"
        )
        partners = contacts or self.partner_id
        return partners.filtered("email")

    def _get_pay_link_url(self):
        """Return a new link for the mail that was asked for."""
        return self.env["portal.pay.link"]._get_url(self)

    def _get_printed_pay_url(self):
        """Return where the code on a printed invoice leads to, or ""; in sudo.

        To what the link in its mail pays; where there are no such links, to its page.
        """
        self.ensure_one()
        if (
            self.move_type not in ("out_invoice", "out_receipt")
            or not self._is_open_document()
            or not self.env.user._is_portal_payment_enabled()
        ):
            return ""
        if self._has_pay_link():
            return self.env["portal.pay.link"]._get_url(self)
        return f"{self.get_base_url()}/my/invoices/{self.id}"

    def _get_pay_link_days(self):
        return self.env["portal.pay.link"]._get_days()
