"""The files of an invoice as the customer downloads them, each made once."""

from odoo import models
from odoo.tools import SQL


class AccountMove(models.Model):
    _inherit = "account.move"

    def _get_portal_files(self):
        """Return the stored files of this document as ir.attachment, the PDF first.

        In sudo: the caller has checked who reads the document. Addons append
        theirs.
        """
        self.ensure_one()
        return self.invoice_pdf_report_id

    def _lacks_portal_files(self):
        """Return whether a file of this document is to be made yet."""
        self.ensure_one()
        return (
            self.state == "posted"
            and self.is_sale_document()
            and not self.invoice_pdf_report_id
        )

    def _issue_portal_files(self):
        """Return the stored files, and make those that are missing, once.

        In sudo, as above. A real UPDATE holds the document: of several requests at
        one instant the others fail to serialize, are run again by Odoo and find what
        the first one stored.
        """
        self.ensure_one()
        if self._lacks_portal_files():
            self.flush_recordset()
            self.env.cr.execute(
                SQL(
                    "UPDATE account_move SET write_date = write_date WHERE id = %s",
                    self.id,
                ),
                log_exceptions=False,
            )
            self.invalidate_recordset()
            if self._lacks_portal_files():
                self._make_portal_files()
        return self._get_portal_files()

    def _make_portal_files(self):
        """Make the legal PDF as sending the invoice would, without sending it.

        Addons that embed or add electronic invoices hook in there. No web service
        is asked: that a file is looked at reports nothing to anybody.
        """
        if self.invoice_pdf_report_id:
            return
        sender = self.env["account.move.send"]
        was_sent = self.is_move_sent
        data = {self: sender._get_default_sending_settings(self, sending_methods=set())}
        sender._hook_invoice_document_before_pdf_report_render(self, data[self])
        # Without its electronic form, if that cannot be made: the PDF can.
        data[self].pop("error", None)
        sender._prepare_invoice_pdf_report(data)
        sender._hook_invoice_document_after_pdf_report_render(self, data[self])
        sender._link_invoice_documents(data)
        self.is_move_sent = was_sent
