from odoo import Command, models


class StockPicking(models.Model):
    _inherit = "stock.picking"

    def _send_confirmation_email(self):
        """Extend: shipping notices go to those who get them at the customer."""
        functions = self.env["portal.contact.function"]
        others = self.browse()
        for picking in self:
            customer = picking.portal_customer_id
            contacts = functions._get_contacts(customer, "shipping")
            if contacts:
                picking = picking.with_context(portal_notice_recipient_ids=contacts.ids)
                super(StockPicking, picking)._send_confirmation_email()
            else:
                others |= picking
        return super(StockPicking, others)._send_confirmation_email()

    def message_post_with_source(self, source_ref, **kwargs):
        """Extend: the recipients of a shipping notice in place of the template's."""
        recipient_ids = self.env.context.get("portal_notice_recipient_ids")
        if recipient_ids:
            kwargs["partner_ids"] = [Command.set(recipient_ids)]
        return super().message_post_with_source(source_ref, **kwargs)
