import base64
import hashlib
from dataclasses import dataclass

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools import SQL

from ..frame.ir_attachment import TYPES

# What a browser is told a file is; everything else is bytes. It is saved and never
# shown in any case.
MIMETYPES = {
    "pdf": "application/pdf",
    "png": "image/png",
    "jpg": "image/jpeg",
    "jpeg": "image/jpeg",
    "gif": "image/gif",
    "webp": "image/webp",
    "txt": "text/plain",
    "csv": "text/csv",
    "log": "text/plain",
}


@dataclass(frozen=True)
class RawFile:
    """A file as bytes; the text of forms would take three times the memory."""

    content: bytes


class PortalDocumentVersion(models.Model):
    """One file of a document; kept when a newer one comes.

    The file hangs on a field that only staff may read, so that none of Odoo's routes
    for files opens it to people of customers: they come through the portal's own one,
    which says how it is served and writes down who opened it.
    """

    _name = "portal.document.version"
    _description = "Version of a document in the portal"
    _order = "document_id, number desc"

    document_id = fields.Many2one(
        "portal.document", required=True, ondelete="cascade", index=True
    )
    number = fields.Integer("Version", readonly=True)
    name = fields.Char("File name", required=True)
    content = fields.Binary("File", attachment=True, groups="base.group_user")
    size = fields.Integer("Size in bytes", readonly=True)
    sha256 = fields.Char("SHA-256", readonly=True)
    note = fields.Char(help="What changed. The customers see this.")
    added_on = fields.Datetime("Added", readonly=True)
    user_id = fields.Many2one(
        "res.users", "Added by", readonly=True, groups="base.group_user"
    )
    # The name stays when the person is gone; of staff it is the company's.
    author_name = fields.Char("Author", readonly=True)
    is_told = fields.Boolean(
        "Readers were told", readonly=True, copy=False, groups="base.group_user"
    )
    access_count = fields.Integer(
        "Opened", compute="_compute_access_count", groups="base.group_user"
    )

    _number_unique = models.UniqueIndex("(document_id, number)")
    _to_tell_index = models.Index("(id) WHERE is_told IS NOT TRUE")

    def _compute_access_count(self):
        counts = dict(
            self.env["portal.document.access"]._read_group(
                [("version_id", "in", self.ids)], ["version_id"], ["__count"]
            )
        )
        for version in self:
            version.access_count = counts.get(version, 0)

    @api.depends("name", "number")
    def _compute_display_name(self):
        for version in self:
            version.display_name = self.env._(
                "%(name)s, version %(number)s",
                name=version.name,
                number=version.number,
            )

    @api.model_create_multi
    def create(self, vals_list):
        """Extend: give each version its number, and keep its file as it is.

        Odoo's own way with files would make large pictures smaller.

        :raise UserError: without a file
        """
        self.check_access("create")
        contents = [self._read_content(vals.pop("content", None)) for vals in vals_list]
        for vals, content in zip(vals_list, contents, strict=True):
            vals.update(self._prepare_version(vals, content))
        versions = super().create(vals_list)
        versions._attach(contents)
        versions._queue_telling()
        return versions

    def _attach(self, contents):
        """Store the files of new versions.

        :param list contents: bytes, one for each version
        """
        self._lock_contents(contents)
        # sudo: the right to add the versions was asked
        attachments_sudo = self.env["ir.attachment"].sudo()
        # Core makes every picture smaller; a drawing comes back as it was sent.
        attachments_sudo = attachments_sudo.with_context(image_no_postprocess=True)
        # Where there is no room for a file, this fails, and the row goes with it.
        attachments_sudo.create(
            [
                {
                    "name": version.name,
                    "res_model": self._name,
                    "res_field": "content",
                    "res_id": version.id,
                    "type": "binary",
                    "raw": content,
                    "mimetype": "application/octet-stream",
                }
                for version, content in zip(self, contents, strict=True)
            ]
        )
        self.invalidate_recordset(["content"])

    @api.model
    def _lock_contents(self, contents):
        """Let whoever stores the same content at this moment wait for the other.

        Odoo keeps a file under a name made of its content. Who finds it there half
        written, as the second of a double click does, is told that it collides.

        :param list contents: bytes
        """
        digests = {hashlib.sha256(content).digest()[:8] for content in contents}
        for digest in sorted(digests):
            key = int.from_bytes(digest, signed=True)
            self.env.cr.execute(SQL("SELECT pg_advisory_xact_lock(%s)", key))

    def _get_files(self):
        """Return the files of these versions, ir.attachment; in sudo."""
        return self.env["ir.attachment"].search(
            Domain("res_model", "=", self._name)
            & Domain("res_field", "=", "content")
            & Domain("res_id", "in", self.ids)
        )

    @api.model
    def _read_content(self, content):
        """Return the bytes of a file, which forms send as text.

        :raise UserError: without a file
        """
        if isinstance(content, RawFile):
            return content.content
        try:
            content = base64.b64decode(content or b"")
        except ValueError:
            content = b""
        if not content:
            raise UserError(self.env._("Choose a file."))
        return content

    def write(self, vals):
        """Extend: a file is never replaced.

        :raise UserError: for another file, name or document
        """
        if {"content", "name", "document_id", "number"} & vals.keys():
            raise UserError(
                self.env._("Versions cannot be edited. Add a new one instead.")
            )
        return super().write(vals)

    @api.model
    def _store(self, document, name, content, note=""):
        """Add a version of bytes, by the current user; in sudo.

        :return: the version
        """
        return self.create(
            [
                {
                    "document_id": document.id,
                    "name": name,
                    "note": note,
                    "content": RawFile(content),
                }
            ]
        )

    @api.model
    def _prepare_version(self, vals, content):
        """Return number, name, size and author of a new version."""
        # sudo: whoever may add the version may count it
        documents_sudo = self.env["portal.document"].sudo()
        document_sudo = documents_sudo.browse(vals.get("document_id"))
        user = self.env.user
        company = document_sudo.company_id or self.env.company
        return {
            "number": document_sudo._get_next_number(),
            "name": self.env["ir.attachment"]._clean_portal_name(vals.get("name")),
            "size": len(content),
            "sha256": hashlib.sha256(content).hexdigest(),
            "added_on": fields.Datetime.now(),
            "user_id": user.id,
            # sudo: the name only
            "author_name": (user.sudo() if user.share else company.sudo()).name,
            # Colleagues hear of it at once, see `_tell_colleagues`.
            "is_told": user.share,
        }

    def _queue_telling(self):
        """Tell the readers soon; they may be many."""
        # sudo: whoever adds a version lets them be told
        versions_sudo = self.sudo()
        if versions_sudo.filtered(lambda version: not version.is_told):
            cron = versions_sudo.env.ref("customer_portal.cron_documents_added")
            cron._trigger()

    @api.model
    def _tell_added(self):
        """Tell the readers of new versions, once they are valid."""
        versions = self.search(
            Domain("is_told", "=", False)
            & Domain(
                "document_id",
                "any",
                self.env["portal.document"]._get_portal_shown_domain(),
            ),
            order="id",
        )
        for done, version in enumerate(versions, 1):
            version._tell_readers()
            version.is_told = True
            self.env["ir.cron"]._commit_progress(1, remaining=len(versions) - done)

    def _tell_readers(self):
        document = self.document_id
        name, number = document.name, self.number
        self.env["portal.notice"]._tell(
            "document_added",
            document._get_portal_readers(),
            document._get_notice_customer(),
            f"/my/documents/{document.id}",
            lambda env: (
                env._("There is a new document: %s.", name)
                if number == 1
                else env._("There is a new version of %s.", name)
            ),
            author=self.user_id,
        )

    def _get_mimetype(self):
        """Return as what a browser is told to save the file."""
        extension = self.name.rpartition(".")[2].lower()
        if extension not in TYPES:
            return "application/octet-stream"
        return MIMETYPES.get(extension, "application/octet-stream")

    def _get_portal_rule_domain(self, user):
        """Return the domain of the record rule: those of documents that are seen."""
        documents = self.env["portal.document"]
        return Domain("document_id", "any!", documents._get_portal_rule_domain(user))
