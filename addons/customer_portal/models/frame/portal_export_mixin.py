import logging
from datetime import timedelta

from psycopg2 import OperationalError

from odoo import api, fields, models
from odoo.fields import Domain

KEPT_DAYS = 7

_logger = logging.getLogger(__name__)


class PortalExportMixin(models.AbstractModel):
    """A file that a person asked for, made in the background and kept for a week.

    A model writes the file (`_store_file`), says where it is fetched (`_tell_ready`),
    and has a scheduled action that runs `_prepare_exports`.
    """

    _name = "portal.export.mixin"
    _description = "File made in the background"
    _order = "id desc"

    # The scheduled action that makes them.
    _portal_cron = None

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
    expires_on = fields.Datetime("Deleted on", readonly=True)
    # The person's, and nobody else's: staff see that there is one.
    file = fields.Binary(attachment=True, readonly=True, groups=fields.NO_ACCESS)
    reach = fields.Json(
        readonly=True,
        groups=fields.NO_ACCESS,
        help=(
            "The rights it was made with. People who have lost one can no longer "
            "get it."
        ),
    )

    def _get_portal_badge(self):
        """Return the status for `draw_badge`: a key of its colour, and the words."""
        self.ensure_one()
        colors = {"queued": "pending", "ready": "paid", "failed": "overdue"}
        labels = dict(self._fields["state"]._description_selection(self.env))
        return colors.get(self.state, "cancelled"), labels[self.state]

    def _get_portal_rule_domain(self, user):
        """Return the domain of the record rule: one's own."""
        return Domain("user_id", "=", user.id)

    def _get_portal_record_customer(self):
        """Return none: an export follows its person, not a customer."""
        return self.env["res.partner"]

    # ------------------------------------------------------------
    # Ask
    # ------------------------------------------------------------

    @api.model
    def _queue(self, user, values, same=()):
        """Return a new export, or one of the same kind that the person waits for.

        In sudo: nobody writes exports but the portal, and the caller is the person.

        :param tuple same: names of the values that make two exports alike
        :return: the export, and whether it is new
        """
        exports = self.sudo()  # sudo: as above
        user._lock_portal_person()
        waiting = [("user_id", "=", user.id), ("state", "=", "queued")]
        waiting += [(name, "=", values[name]) for name in same]
        if export := exports.search(waiting, limit=1):
            return export, False
        export = exports.create({**values, "user_id": user.id})
        # sudo: a scheduled action of the system
        self.env.ref(self._portal_cron).sudo()._trigger()
        return export, True

    # ------------------------------------------------------------
    # Make
    # ------------------------------------------------------------

    @api.model
    def _prepare_exports(self):
        """Make what is queued, and delete what is a week old (scheduled).

        One that fails says so to the person, and holds up no other.
        """
        cron = self.env["ir.cron"]
        late = [("state", "=", "ready"), ("expires_on", "<", fields.Datetime.now())]
        self.search(late)._delete_file()
        queued = [("state", "=", "queued")]
        cron._commit_progress(remaining=self.search_count(queued))
        while export := self.search(queued, order="id", limit=1).try_lock_for_update():
            export._make()
            if not cron._commit_progress(1):
                break

    def _make(self):
        """Make the file in the person's rights of this moment, and tell the person."""
        self.ensure_one()
        try:
            with self.env.cr.savepoint():
                self._store_file()
        except OperationalError:
            # Somebody changes the same records now: the scheduled action comes again.
            raise
        except Exception:
            _logger.exception("The export %s failed", self)
            self.state = "failed"
        if self.state == "ready":
            self._tell_ready()

    def _store_file(self):
        """Write the file and `_keep` it, or set the state to failed."""
        raise NotImplementedError

    def _tell_ready(self):
        """Tell the person where the file is."""
        raise NotImplementedError

    def _get_file_name(self):
        raise NotImplementedError

    def _get_person(self):
        """Return the person as the user of an environment of the own, as on a page."""
        user = self.user_id
        return user.with_user(user).with_context(
            lang=user.lang or "en_US",
            tz=user.tz or "UTC",
            allowed_company_ids=user.company_ids.ids,
        )

    def _keep(self, stream, mimetype, values=None):
        """Keep what was written to a stream, for a week."""
        stream.seek(0)
        self.env["ir.attachment"].create(
            {
                "name": self._get_file_name(),
                "res_model": self._name,
                "res_id": self.id,
                "res_field": "file",
                "mimetype": mimetype,
                "raw": stream.read(),
            }
        )
        expires_on = fields.Datetime.now() + timedelta(days=KEPT_DAYS)
        self.write(
            {
                **(values or {}),
                "state": "ready",
                "expires_on": expires_on,
                # Odoo keeps no empty object.
                "reach": {"rights": self._get_reach()},
            }
        )

    def _get_reach(self):
        """Return the rights that a file needs, as `PortalRights.get_reach`."""
        return self.user_id._get_portal_rights().get_reach()

    # ------------------------------------------------------------
    # Fetch and delete
    # ------------------------------------------------------------

    def _may_be_fetched(self):
        """Return whether the person still has the rights with which it was made.

        Of the customers that it tells of, not of the one that the person acts for now.
        """
        self.ensure_one()
        # sudo: the rights of an export that is the caller's own
        export = self.sudo()
        rights = export.user_id._get_portal_rights()
        return bool(export.reach) and rights.covers(export.reach["rights"])

    def _get_attachment(self):
        """Return the file as ir.attachment in sudo, or none.

        The caller has reached the export in the person's own rights.
        """
        self.ensure_one()
        if self.state != "ready" or self.expires_on < fields.Datetime.now():
            return self.env["ir.attachment"]
        # sudo: the file of an export that is the caller's own
        return self.sudo()._get_files()[:1]

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
