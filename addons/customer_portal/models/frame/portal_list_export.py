"""Lists as files: at once when they are short, else in the background."""

import tempfile

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import split_every

from ...tools import table
from .portal_export_mixin import KEPT_DAYS

CHUNK = 500  # rows that are in memory at one time
# {list: (model, permission)}
LISTS = {
    "invoices": ("account.move", "see_invoices"),
    "payments": ("portal.payment", "see_invoices"),
    "orders": ("sale.order", "see_orders"),
}


class PortalListExport(models.Model):
    """A list that a person asked for as a file, made in the background.

    What is in it was chosen when it was asked for; what of it the person may read is
    decided when it is made.
    """

    _name = "portal.list.export"
    _inherit = ["portal.export.mixin"]
    _description = "Export of a list"
    _rec_name = "list_name"

    _portal_cron = "customer_portal.cron_list_exports"

    customer_id = fields.Many2one(
        "res.partner", required=True, readonly=True, ondelete="cascade"
    )
    list_name = fields.Selection(
        [("invoices", "Invoices"), ("payments", "Payments"), ("orders", "Orders")],
        "List",
        required=True,
        readonly=True,
    )
    file_format = fields.Selection(
        [("csv", "CSV"), ("xlsx", "XLSX")], "Format", required=True, readonly=True
    )
    row_ids = fields.Json("Rows", readonly=True, groups=fields.NO_ACCESS)
    row_count = fields.Integer("Number of rows", readonly=True)

    @api.model
    def _ask(self, user, customer, list_name, file_format, row_ids):
        """Queue an export; who waits for one of that list gets no second; in sudo."""
        export, _is_new = self._queue(
            user,
            {
                "customer_id": customer.id,
                "list_name": list_name,
                "file_format": file_format,
                "row_ids": row_ids,
                "row_count": len(row_ids),
            },
            same=("list_name",),
        )
        return export

    # ------------------------------------------------------------
    # Rows
    # ------------------------------------------------------------

    @api.model
    def _get_readable_domain(self, user, customer, list_name):
        """Return the domain of what a person may take out of a list.

        The record rules hold besides.
        """
        model_name, code = LISTS[list_name]
        model = self.env[model_name]
        return model._get_portal_domain(
            user, code, customer
        ) & model._get_portal_domain(user, "export", customer)

    @api.model
    def _write_list(self, target, list_name, file_format, row_ids, domain):
        """Write a list to a binary file, in the caller's rights and language.

        Rows are read in chunks, so that the memory does not grow with the list.

        :param list row_ids: what was chosen, in its order
        :param domain: what of it the person may read now
        """
        rows = self._iterate_rows(list_name, row_ids, domain)
        header = [label for label, _digits in self._get_columns(list_name)]
        if file_format == "csv":
            table.write_to(target, header, map(_as_text, rows))
            return
        lang = self.env["res.lang"]._get_data(code=self.env.lang)
        sheet = {"name": self._get_label(list_name), "header": header, "rows": rows}
        table.write_workbook(target, [sheet], right_to_left=lang.direction == "rtl")

    @api.model
    def _get_label(self, list_name):
        field = self._fields["list_name"]
        return dict(field._description_selection(self.env))[list_name]

    def _iterate_rows(self, list_name, row_ids, domain):
        model = self.env[LISTS[list_name][0]]
        prepare = {
            "invoices": self._prepare_invoice_rows,
            "payments": self._prepare_payment_rows,
            "orders": self._prepare_order_rows,
        }[list_name]
        for chunk in split_every(CHUNK, row_ids):
            records = model.search(Domain("id", "in", list(chunk)) & domain)
            order = {record_id: position for position, record_id in enumerate(chunk)}
            records = records.sorted(lambda record, order=order: order[record.id])
            yield from prepare(records)
            self.env.invalidate_all()

    def _get_columns(self, list_name):
        """Return (label, whether it is an amount) of each column."""
        _ = self.env._
        return {
            "invoices": [
                (_("Number"), False),
                (_("Type"), False),
                (_("Date"), False),
                (_("Due date"), False),
                (_("Your reference"), False),
                (_("Our order"), False),
                (_("Company"), False),
                (_("Currency"), False),
                (_("Total"), True),
                (_("Amount due"), True),
                (_("Overdue"), True),
                (_("Status"), False),
            ],
            "payments": [
                (_("Reference"), False),
                (_("Type"), False),
                (_("Date"), False),
                (_("Memo"), False),
                (_("Documents"), False),
                (_("Company"), False),
                (_("Currency"), False),
                (_("Amount"), True),
                (_("Credits used"), True),
                (_("Status"), False),
            ],
            "orders": [
                (_("Number"), False),
                (_("Date"), False),
                (_("Your reference"), False),
                (_("Company"), False),
                (_("Currency"), False),
                (_("Net"), True),
                (_("Total"), True),
                (_("Status"), False),
            ],
        }[list_name]

    def _prepare_invoice_rows(self, moves):
        labels = moves._get_portal_status_labels()
        for row in moves._prepare_portal_rows():
            move = row["move"]
            digits = move.currency_id.decimal_places
            yield [
                move.name,
                move._get_portal_kind(),
                move.invoice_date,
                row["due"],
                move.ref,
                move.invoice_origin,
                move.commercial_partner_id.name,
                move.currency_id.name,
                (row["total"], digits),
                (row["residual"], digits),
                (row["overdue"], digits),
                labels[row["status"]],
            ]

    def _prepare_payment_rows(self, payments):
        kinds = dict(payments._fields["kind"]._description_selection(self.env))
        states = dict(payments._fields["status"]._description_selection(self.env))
        for row in payments._prepare_portal_rows():
            payment = row["payment"]
            digits = payment.currency_id.decimal_places
            yield [
                payment.name,
                kinds[payment.kind],
                payment.date,
                payment.memo,
                ", ".join(row["documents"].mapped("name")),
                payment.partner_id.name,
                payment.currency_id.name,
                (payment.amount, digits),
                (payment.amount_credit, digits),
                states[payment.status],
            ]

    def _prepare_order_rows(self, orders):
        _ = self.env._
        labels = {
            "draft": _("Draft"),
            "expired": _("Expired"),
            "sent": _("To decide"),
            "cancel": _("Cancelled"),
            "invoiced": _("Invoiced"),
        }
        for order in orders:
            digits = order.currency_id.decimal_places
            moment = fields.Datetime.context_timestamp(order, order.date_order)
            yield [
                order.name,
                moment.date(),
                order.client_order_ref,
                order.partner_id.commercial_partner_id.name,
                order.currency_id.name,
                (order.amount_untaxed, digits),
                (order.amount_total, digits),
                labels.get(order._get_portal_status(), _("Confirmed")),
            ]

    # ------------------------------------------------------------
    # Make
    # ------------------------------------------------------------

    def _store_file(self):
        person = self._get_person()
        code = LISTS[self.list_name][1]
        is_allowed = (
            person.active and person._portal_can(code) and person._portal_can("export")
        )
        if not is_allowed:
            self.state = "failed"
            return
        exports = self.with_env(person.env)
        domain = exports._get_readable_domain(
            person, self.customer_id.with_env(person.env), self.list_name
        )
        with tempfile.TemporaryFile() as stream:
            exports._write_list(
                stream, self.list_name, self.file_format, self.row_ids, domain
            )
            mimetype = table.MIMETYPES[self.file_format].partition(";")[0]
            self._keep(stream, mimetype, {"row_ids": False})

    def _tell_ready(self):
        self.env["portal.notice"]._tell(
            "export_ready",
            self.user_id,
            self.customer_id,
            "/my/exports",
            lambda env: env._("The list that you asked for is ready."),
            lambda env: env._("You can download it for %s days.", KEPT_DAYS),
        )

    def _get_file_name(self):
        day = fields.Date.to_string(self.create_date)
        return f"{self.list_name}-{day}.{self.file_format}"


def _as_text(row):
    """Return a row as CSV has it: amounts with their decimals, and a point."""
    return [
        f"{cell[0]:.{cell[1]}f}" if isinstance(cell, tuple) else cell for cell in row
    ]
