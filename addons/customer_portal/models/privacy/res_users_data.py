"""Which records of a person an export holds, and which of their fields."""

from odoo import models
from odoo.fields import Domain


def _keys(*names):
    return {name: name for name in names}


class ResUsers(models.Model):
    _inherit = "res.users"

    def _get_portal_data_sections(self, own):
        """Return the lists of an export: (name, model, domain, fields, is_own).

        An addon with data about people adds its own.

        :param Domain own: the records whose `user_id` is the person
        :return: of the fields {key: name or path}; is_own says that the records are
            about the very person and are read in sudo, all others in the person's
            rights
        """
        address_types = ("invoice", "delivery", "other")
        return [
            (
                "roles",
                "portal.membership",
                own,
                {
                    "company": "partner_id.name",
                    "role": "role_id.name",
                    "since": "create_date",
                    **_keys("scope", "state", "has_order_limit", "order_limit"),
                    "currency": "currency_id.name",
                },
                True,
            ),
            (
                "activity",
                "portal.activity",
                own,
                {
                    "company": "partner_id.name",
                    "document": "document_name",
                    **_keys("date", "action", "on_behalf_of", "detail"),
                },
                True,
            ),
            (
                "sessions",
                "res.device.log",
                own,
                _keys(
                    "platform",
                    "browser",
                    "ip_address",
                    "country",
                    "city",
                    "first_activity",
                    "last_activity",
                    "revoked",
                ),
                True,
            ),
            (
                "consents",
                "portal.consent",
                own,
                _keys(
                    "title", "version", "text", "state", "answered_on", "withdrawn_on"
                ),
                True,
            ),
            (
                "notices",
                "portal.notice",
                own,
                {"date": "create_date", **_keys("title", "detail", "url", "read_on")},
                True,
            ),
            (
                "notification_choices",
                "portal.notification.preference",
                own,
                {"event": "event_id.code", **_keys("has_portal", "mail")},
                True,
            ),
            (
                "digest_choices",
                "portal.notification.digest",
                own,
                _keys("period", "hour"),
                True,
            ),
            (
                "deletion_requests",
                "portal.deletion.request",
                own,
                {"date": "create_date", **_keys("state", "reason", "answer")},
                True,
            ),
            (
                "changes_of_orders",
                "portal.order.change",
                own,
                {
                    "order": "order_id.name",
                    "date": "create_date",
                    "before": "before_text",
                    "after": "after_text",
                    **_keys("state", "message", "answer"),
                },
                True,
            ),
            (
                "changes_of_company_data",
                "portal.company.change",
                own,
                {
                    "company": "partner_id.name",
                    "date": "create_date",
                    "answer": "told",
                    **_keys("state", "note", "effective_date"),
                },
                True,
            ),
            (
                "mails_of_the_company",
                "portal.contact.function",
                Domain("contact_id", "=", self.sudo().partner_id.id),  # sudo: own id
                {"company": "partner_id.name", **_keys("function")},
                True,
            ),
            (
                "addresses",
                "res.partner",
                Domain("type", "in", address_types),
                {
                    **_keys("name", "type", "street", "street2", "zip", "city"),
                    "country": "country_id.name",
                },
                False,
            ),
            *self._get_portal_document_sections(),
        ]

    def _get_portal_data_files(self):
        """Return the files that a person sent: ir.attachment in sudo.

        A section to which people send files adds its own. Called in the person's
        rights.
        """
        author = Domain("author_id", "=", self.partner_id.id) & Domain(
            "message_type", "in", ("comment", "email")
        )
        # sudo: contacts may not read files as such; these are of the own messages
        return self.env["mail.message"].search(author).sudo().attachment_ids

    def _get_portal_data_papers(self):
        """Return the stored PDFs of the invoices one sees: ir.attachment in sudo.

        Called in the person's rights. Other files of an invoice may be for staff.
        """
        invoices = self.env["account.move"].search(
            [("move_type", "in", ("out_invoice", "out_refund"))]
        )
        # sudo: as above; of invoices that the person could read
        attachments = self.env["ir.attachment"].sudo()
        return attachments.search(
            Domain("res_model", "=", "account.move")
            & Domain("res_field", "=", "invoice_pdf_report_file")
            & Domain("res_id", "in", invoices.ids)
        )

    def _get_portal_document_sections(self):
        """Return the lists of documents, which the person's own rights decide."""
        amounts = {
            **_keys("amount_untaxed", "amount_tax", "amount_total"),
            "currency": "currency_id.name",
        }
        return [
            (
                "orders_and_quotes",
                "sale.order",
                Domain.TRUE,
                {
                    "number": "name",
                    "your_reference": "client_order_ref",
                    "customer": "partner_id",
                    "date": "date_order",
                    "status": "state",
                    **amounts,
                },
                False,
            ),
            (
                "order_lines",
                "sale.order.line",
                Domain("display_type", "=", False),
                {
                    "order": "order_id.name",
                    "text": "name",
                    "quantity": "product_uom_qty",
                    **_keys("price_unit", "price_total"),
                },
                False,
            ),
            (
                "invoices",
                "account.move",
                Domain("move_type", "in", ("out_invoice", "out_refund")),
                {
                    "number": "name",
                    "reference": "ref",
                    "customer": "partner_id",
                    "kind": "move_type",
                    "date": "invoice_date",
                    "due": "invoice_date_due",
                    "status": "payment_state",
                    **amounts,
                    "open": "amount_residual",
                },
                False,
            ),
            (
                "invoice_lines",
                "account.move.line",
                Domain("display_type", "=", "product"),
                {
                    "invoice": "move_id.name",
                    "text": "name",
                    **_keys("quantity", "price_unit", "price_total"),
                },
                False,
            ),
            (
                "payments",
                "portal.remittance",
                Domain.TRUE,
                {
                    "number": "name",
                    "date": "create_date",
                    "status": "state",
                    "amount": "amount_cash",
                    "currency": "currency_id.name",
                },
                False,
            ),
        ]
