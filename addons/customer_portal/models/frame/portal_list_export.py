"""Lists as files: at once when they are short, else in the background."""

import tempfile

from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.fields import Domain

from ...tools import table
from .portal_export_mixin import KEPT_DAYS


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
    list_name = fields.Char(
        "List",
        required=True,
        readonly=True,
        help="The word of the list in its address, as its model has it.",
    )
    file_format = fields.Selection(
        [("csv", "CSV"), ("xlsx", "XLSX")], "Format", required=True, readonly=True
    )
    row_ids = fields.Json("Rows", readonly=True, groups=fields.NO_ACCESS)
    more_keys = fields.Json("More rows", readonly=True, groups=fields.NO_ACCESS)
    row_count = fields.Integer("Number of rows", readonly=True)

    @api.model
    def _ask(self, user, customer, list_name, file_format, row_ids, more=()):
        """Queue an export; who waits for one of that list gets no second; in sudo."""
        export, _is_new = self._queue(
            user,
            {
                "customer_id": customer.id,
                "list_name": list_name,
                "file_format": file_format,
                "row_ids": row_ids,
                "more_keys": list(more),
                "row_count": len(row_ids) + len(more),
            },
            same=("list_name",),
        )
        return export

    def _get_portal_rule_domain(self, user):
        """Extend: of the customers that the person works for."""
        customer_ids = user._get_portal_rights().customer_ids
        return super()._get_portal_rule_domain(user) & Domain(
            "customer_id", "in", customer_ids
        )

    # ------------------------------------------------------------
    # Lists
    # ------------------------------------------------------------

    @api.constrains("list_name")
    def _check_list_name(self):
        for export in self:
            if not self._get_listed(export.list_name):
                raise ValidationError(
                    self.env._("There is no list %s.", export.list_name)
                )

    @api.model
    def _get_listed(self, list_name):
        """Return the name of the model of a list, or None when there is none."""
        names = self.pool.descendants(["portal.listed.mixin"], "_inherit")
        for name in names:
            if list_name and self.pool[name]._portal_list == list_name:
                return name
        return None

    def _get_label(self):
        """Return what people call the list; its word when an addon took it along."""
        self.ensure_one()
        model_name = self._get_listed(self.list_name)
        if not model_name:
            return self.list_name
        return self.env[model_name]._get_portal_list_label()

    # ------------------------------------------------------------
    # Make
    # ------------------------------------------------------------

    def _store_file(self):
        person = self._get_person()
        model_name = self._get_listed(self.list_name)
        if not (
            model_name
            and person.active
            and person._portal_can(self.env[model_name]._portal_code)
            and person._portal_can("export")
        ):
            self.state = "failed"
            return
        listed = person.env[model_name]
        customer = self.customer_id.with_env(person.env)
        domain = listed._get_portal_list_domain(person, customer)
        with tempfile.TemporaryFile() as stream:
            more = listed._prepare_portal_list_more(
                person, customer, self.more_keys or []
            )
            listed._write_portal_list(
                stream, self.file_format, self.row_ids, domain, more
            )
            mimetype = table.MIMETYPES[self.file_format].partition(";")[0]
            self._keep(stream, mimetype, {"row_ids": False, "more_keys": False})

    def _get_reach(self):
        """Override: what the list, and taking it along, need for its customer."""
        codes = (self.env[self._get_listed(self.list_name)]._portal_code, "export")
        rights = self.user_id._get_portal_rights()
        return rights.get_reach(codes, self.customer_id.id)

    def _tell_ready(self):
        self.env["portal.notice"]._tell(
            "export_ready",
            self.user_id,
            self.customer_id,
            "/my/exports",
            lambda env: env._("The list you requested is ready."),
            lambda env: env._("You can download it for %s days.", KEPT_DAYS),
        )

    def _get_file_name(self):
        day = fields.Date.to_string(self.create_date)
        return f"{self.list_name}-{day}.{self.file_format}"
