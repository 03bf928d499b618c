"""What a person can take along: everything about oneself that one can see."""

import tempfile

from odoo import api, fields, models

from ...tools.archive import DataArchive
from ..frame.portal_export_mixin import KEPT_DAYS


class PortalDataExport(models.Model):
    """A ZIP with what the portal knows about one person, made in the background."""

    _name = "portal.data.export"
    _inherit = ["portal.export.mixin"]
    _description = "Export of one's own data"
    _rec_name = "create_date"

    _portal_cron = "customer_portal.cron_data_exports"

    ready_on = fields.Datetime(readonly=True)
    size = fields.Integer(readonly=True, help="Bytes")

    @api.model
    def _ask(self, user):
        """Queue an export for a person; who waits for one gets no second; in sudo."""
        export, is_new = self._queue(user, {})
        if is_new:
            self.env["portal.activity"]._log(
                "data_export_requested",
                self.env["res.partner"].browse(user._get_portal_rights().customer_ids),
                user=user,
            )
        return export

    def _store_file(self):
        former = self.search(
            [("user_id", "=", self.user_id.id), ("state", "=", "ready")]
        )
        with tempfile.TemporaryFile() as stream:
            # As the person: the record rules decide what is in it.
            DataArchive(self._get_person()).pack(stream)
            self._keep(
                stream,
                "application/zip",
                {"ready_on": fields.Datetime.now(), "size": stream.tell()},
            )
        former._delete_file()  # one file a person is enough

    def _tell_ready(self):
        self.env["portal.notice"]._tell(
            "export_ready",
            self.user_id,
            self.env["res.partner"],
            "/my/privacy",
            lambda env: env._("Your data export is ready."),
            lambda env: env._("You can download it for %s days.", KEPT_DAYS),
        )

    def _get_file_name(self):
        return f"my-data-{fields.Date.to_string(self.create_date)}.zip"
