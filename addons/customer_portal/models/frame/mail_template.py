import ast

from odoo import models

LAYOUT = "customer_portal.mail_layout"


class MailTemplate(models.Model):
    _inherit = "mail.template"

    def send_mail_batch(
        self,
        res_ids,
        force_send=False,
        raise_exception=False,
        email_values=None,
        email_layout_xmlid=False,
    ):
        """Extend: mails of the portal say that no person wrote them (RFC 3834).

        Programs that answer for somebody who is away leave such mails alone.
        """
        if self.email_layout_xmlid == LAYOUT:
            headers = ast.literal_eval((email_values or {}).get("headers") or "{}")
            headers.setdefault("Auto-Submitted", "auto-generated")
            email_values = {**(email_values or {}), "headers": repr(headers)}
        return super().send_mail_batch(
            res_ids,
            force_send=force_send,
            raise_exception=raise_exception,
            email_values=email_values,
            email_layout_xmlid=email_layout_xmlid,
        )
