"""What a person can take along: everything about oneself that one can see."""

import logging
import tempfile
from datetime import timedelta

from psycopg2 import OperationalError

from odoo import api, fields, models
from odoo.fields import Domain

from .portal_data_archive import DataArchive

KEPT_DAYS = 7

_logger = logging.getLogger(__name__)


class PortalDataExport(models.Model):
    """A ZIP with what the portal knows about one person, made in the background."""

    _name = "portal.data.export"
    _description = "Export of one's own data"
    _order = "id desc"
    _rec_name = "create_date"

    user_id = fields.Many2one(
        "res.users",
        "Person",
        required=True,
        readonly=True,
        ondelete="cascade",
        index=True,
    )
    state = fields.Selection(
        [
            ("queued", "Being prepared"),
            ("ready", "Ready"),
            ("failed", "Failed"),
            ("expired", "Deleted"),
        ],
        "Status",
        required=True,
        readonly=True,
        default="queued",
        index=True,
    )
    ready_on = fields.Datetime(readonly=True)
    expires_on = fields.Datetime("Deleted on", readonly=True)
    size = fields.Integer(readonly=True, help="Bytes")
    # The person's, and nobody else's: staff see that there is one.
    file = fields.Binary(attachment=True, readonly=True, groups=fields.NO_ACCESS)

    def _get_portal_rule_domain(self, user):
        """Return the domain of the record rule: one's own."""
        return Domain("user_id", "=", user.id)

    def _get_portal_record_customer(self):
        """Return none: what is about a person belongs to no customer."""
        return self.env["res.partner"]

    @api.model
    def _ask(self, user):
        """Queue an export for a person; who waits for one gets no second; in sudo."""
        # sudo: nobody writes exports but the portal; the caller is the person
        exports = self.sudo()
        user._lock_portal_person()
        waiting = [("user_id", "=", user.id), ("state", "=", "queued")]
        if export := exports.search(waiting, limit=1):
            return export
        export = exports.create({"user_id": user.id})
        self.env["portal.activity"]._log(
            "data_export_requested",
            self.env["res.partner"].browse(user._get_portal_rights().customer_ids),
            user=user,
        )
        # sudo: a scheduled action of the system
        self.env.ref("customer_portal.cron_data_exports").sudo()._trigger()
        return export

    # ------------------------------------------------------------
    # Make
    # ------------------------------------------------------------

    @api.model
    def _prepare_exports(self):
        """Make what is queued, and delete what is a week old (scheduled).

        One that fails says so to the person, and holds up no other.
        """
        cron = self.env["ir.cron"]
        self._delete_old()
        queued = [("state", "=", "queued")]
        cron._commit_progress(remaining=self.search_count(queued))
        while export := self.search(queued, order="id", limit=1).try_lock_for_update():
            export._make()
            if not cron._commit_progress(1):
                break

    def _make(self):
        """Make the file in the person's rights, and tell the person."""
        self.ensure_one()
        user = self.user_id
        try:
            with self.env.cr.savepoint():
                self._store_archive()
        except OperationalError:
            # Somebody changes the same records now: the scheduled action comes again.
            raise
        except Exception:
            _logger.exception("The export of the data of user %s failed", user.id)
            self.state = "failed"
            return
        self.env["portal.notice"]._tell(
            "export_ready",
            user,
            self.env["res.partner"],
            "/my/privacy",
            lambda env: env._("The export of your data is ready."),
            lambda env: env._("You can download it for %s days.", KEPT_DAYS),
        )

    def _store_archive(self):
        now = fields.Datetime.now()
        with tempfile.TemporaryFile() as stream:
            # As the person: the record rules decide what is in it.
            user = self.user_id.with_user(self.user_id)
            lang = self.user_id.lang or "en_US"
            archive = DataArchive(
                user.with_context(
                    lang=lang,
                    tz=self.user_id.tz or "UTC",
                    allowed_company_ids=self.user_id.company_ids.ids,
                )
            )
            archive.pack(stream)
            size = stream.tell()
            stream.seek(0)
            self.env["ir.attachment"].create(
                {
                    "name": self._get_file_name(),
                    "res_model": self._name,
                    "res_id": self.id,
                    "res_field": "file",
                    "mimetype": "application/zip",
                    "raw": stream.read(),
                }
            )
        former = self.search(
            [("user_id", "=", self.user_id.id), ("state", "=", "ready")]
        )
        former._delete_file()  # one file a person is enough
        self.write(
            {
                "state": "ready",
                "ready_on": now,
                "expires_on": now + timedelta(days=KEPT_DAYS),
                "size": size,
            }
        )

    def _get_file_name(self):
        return f"my-data-{fields.Date.to_string(self.create_date)}.zip"

    def _get_attachment(self):
        """Return the file as ir.attachment in sudo, or none.

        The caller has reached the export in the person's own rights.
        """
        self.ensure_one()
        if self.state != "ready" or self.expires_on < fields.Datetime.now():
            return self.env["ir.attachment"]
        # sudo: the file of an export that is the caller's own
        attachments = self.env["ir.attachment"].sudo()
        return attachments.search(
            [
                ("res_model", "=", self._name),
                ("res_id", "=", self.id),
                ("res_field", "=", "file"),
            ],
            limit=1,
        )

    @api.model
    def _delete_old(self):
        """Delete the files whose week is over; that they were made stays."""
        late = self.search(
            [("state", "=", "ready"), ("expires_on", "<", fields.Datetime.now())]
        )
        late._delete_file()

    def _delete_file(self):
        self._get_files().unlink()
        self.state = "expired"

    def _get_files(self):
        return self.env["ir.attachment"].search(
            [
                ("res_model", "=", self._name),
                ("res_id", "in", self.ids),
                ("res_field", "=", "file"),
            ]
        )
