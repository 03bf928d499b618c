import io
from functools import partial

from odoo import models
from odoo.http import request

from ...report import invoice, order

# Requests of these methods change nothing; the button "Print" of the back
# office sends a form to the one route that only prints.
_READING_METHODS = ("GET", "HEAD")
_PRINTING_ROUTE = "/report/download"


class IrActionsReport(models.Model):
    """Reports drawn with reportlab where core would run wkhtmltopdf.

    Base's `_render_qweb_pdf_prepare_streams` is the last of a chain: other
    addons embed e-invoices, add pages or stamp what it returns, and the caller
    stores attachments. All of them keep working because base still runs; only
    its three steps "render the template, take it apart, convert it" are
    replaced, by one step that draws the PDF and two that hand it on. The
    context key `portal_pdf_ids` marks the calls in which that happens.
    """

    _inherit = "ir.actions.report"

    def _get_portal_pdf_drawing(self):
        """Return the function that draws this report, None when core prints it.

        The function takes a record, in the rights of the caller, and the
        report's `data`, and returns the bytes of a PDF. Addons that draw more
        reports extend this method and look at `report_name`.
        """
        self.ensure_one()
        drawings = {
            "account.report_invoice": invoice.draw,
            "account.report_invoice_with_payments": partial(
                invoice.draw, with_payments=True
            ),
            "sale.report_saleorder": order.draw,
            "sale.report_saleorder_pro_forma": partial(order.draw, pro_forma=True),
        }
        return drawings.get(self.report_name)

    # Which engine

    def _is_portal_pdf(self, report_ref, res_ids):
        """Return whether we draw these records of a report."""
        report = self._get_report(report_ref)
        if (
            not res_ids
            or not report._get_portal_pdf_drawing()
            or self._prefers_wkhtmltopdf()
        ):
            return False
        records = self.env[report.model].browse(res_ids)
        if report.model == "account.move" and self._have_country_layout(records):
            return False
        return not self._have_own_layout(records)

    def _have_country_layout(self, moves):
        """Return whether a country's law gives one of the invoices a layout of its own.

        Such a layout carries marks and codes that ours lacks, so core prints it.
        """
        return any(
            move._get_name_invoice_report() != "account.report_invoice_document"
            for move in moves
        )

    def _have_own_layout(self, records):
        """Return whether the seller chose a document layout that is not of Odoo's base.

        As DIN 5008, or one made for the seller: core prints it, if it can.
        """
        # sudo: the layout of the seller, not what it holds
        companies = records.sudo().company_id or self.env.company.sudo()
        return any(map(self._prints_own_layout, companies))

    def _prints_own_layout(self, company):
        return company._has_own_portal_layout() and (
            self.get_wkhtmltopdf_state() not in ("install", "broken")
        )

    def _prefers_wkhtmltopdf(self):
        """Return whether the seller wants core's engine and it can run here.

        Never in a request that changes data: wkhtmltopdf asks this same server
        for style sheets while the request holds its locks and its worker, and
        with as many such requests as workers nobody is left to answer.
        """
        # sudo: a portal user cannot read parameters.
        parameters = self.env["ir.config_parameter"].sudo()
        return (
            parameters.get_param("customer_portal.pdf_engine") == "wkhtmltopdf"
            and self.get_wkhtmltopdf_state() == "ok"
            and not _is_changing_request()
        )

    # Core's way to a PDF

    def _pre_render_qweb_pdf(self, report_ref, res_ids=None, data=None):
        """Extend to serve stored legal PDFs as they are, and to draw in tests too.

        Stored files are taken out here, outside the hook, so that nobody
        embeds or stamps a second time. In tests core returns HTML because
        wkhtmltopdf needs a free worker; ours needs none.
        """
        ids = [res_ids] if isinstance(res_ids, int) else list(res_ids or [])
        stored = self._get_stored_legal_streams(report_ref, ids, data or {})
        others = [res_id for res_id in ids if res_id not in stored]
        if stored and not others:
            return stored, "pdf"
        if self._is_portal_pdf(report_ref, others):
            self = self.with_context(force_report_rendering=True)
        streams, kind = super()._pre_render_qweb_pdf(
            report_ref, res_ids=others or res_ids, data=data
        )
        if not stored or kind != "pdf":
            return streams, kind
        return {res_id: (stored | streams)[res_id] for res_id in ids}, kind

    def _get_stored_legal_streams(self, report_ref, res_ids, data):
        """Return the streams of the invoices whose PDF was issued, by id.

        A pro forma is asked for by name and is never the issued document.
        """
        if data.get("proforma") or self.env.context.get("proforma_invoice"):
            return {}
        if not res_ids or not self._is_invoice_report(report_ref):
            return {}
        return {
            move.id: {
                "stream": io.BytesIO(move.invoice_pdf_report_id.raw),
                "attachment": move.invoice_pdf_report_id,
            }
            for move in self.env["account.move"].browse(res_ids)
            if move.invoice_pdf_report_id
        }

    def _render_qweb_pdf_prepare_streams(self, report_ref, data, res_ids=None):
        """Extend to have our engine draw, one record at a time."""
        if not self._is_portal_pdf(report_ref, res_ids):
            core = self.with_context(portal_pdf_ids=None)
            return super(IrActionsReport, core)._render_qweb_pdf_prepare_streams(
                report_ref, data, res_ids=res_ids
            )
        # By id: a record would bring its own context, without our key.
        report_id = self._get_report(report_ref).id
        streams = {}
        for res_id in dict.fromkeys(res_ids):
            drawn = self.with_context(portal_pdf_ids=[res_id])
            streams |= super(IrActionsReport, drawn)._render_qweb_pdf_prepare_streams(
                report_id, data, res_ids=[res_id]
            )
        return streams

    def get_wkhtmltopdf_state(self):
        """Extend: where we draw, base need not look for the program."""
        return "ok" if self._get_portal_pdf_ids() else super().get_wkhtmltopdf_state()

    def _render_qweb_html(self, report_ref, docids, data=None):
        """Extend: where we draw, the page is the PDF already."""
        report = self._get_report(report_ref)
        draw = report._get_portal_pdf_drawing()
        if not draw or not docids or list(docids) != self._get_portal_pdf_ids():
            return super()._render_qweb_html(report_ref, docids, data=data)
        record = self.env[report.model].browse(docids)
        return draw(record, self._get_portal_pdf_data(data)), "pdf"

    def _get_portal_pdf_data(self, data):
        """Return the report's data, with what core adds to it from the context."""
        proforma = self.env.context.get("proforma_invoice")
        return {**(data or {}), **({"proforma": True} if proforma else {})}

    def _prepare_html(self, html, report_model=False):
        """Extend: where we draw, there is one body, and it is whole."""
        if not self._get_portal_pdf_ids():
            return super()._prepare_html(html, report_model=report_model)
        return [html], self._get_portal_pdf_ids(), None, None, {}

    def _run_wkhtmltopdf(self, bodies, *args, **options):
        """Extend: where we draw, there is nothing left to convert."""
        if not self._get_portal_pdf_ids():
            return super()._run_wkhtmltopdf(bodies, *args, **options)
        return bodies[0]

    def _get_portal_pdf_ids(self):
        return self.env.context.get("portal_pdf_ids")


def _is_changing_request():
    """Return whether a request is under way that may change data."""
    if not request or request.httprequest.path == _PRINTING_ROUTE:
        return False
    return request.httprequest.method not in _READING_METHODS
