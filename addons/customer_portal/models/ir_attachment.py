import io
import re
import unicodedata

from PIL import Image, UnidentifiedImageError

from odoo import api, models
from odoo.exceptions import UserError
from odoo.http import request
from odoo.tools.mimetypes import guess_mimetype

LARGEST_FILE = 10 * 1024 * 1024  # bytes
MOST_PIXELS = 50_000_000
LONGEST_NAME = 120  # characters

ZIPPED = {"application/zip", "application/x-zip-compressed"}
COMPOUND = {
    "application/x-ole-storage",
    "application/CDFV2",
    "application/vnd.ms-office",
}
OPEN_XML = "application/vnd.openxmlformats-officedocument."
OPEN_DOCUMENT = "application/vnd.oasis.opendocument."
PLAIN = {"text/plain", "text/csv", "application/csv", "application/octet-stream"}
# What a file may be: its extension, and what its content must look like. Office
# files are packed folders, which not every detector looks into.
TYPES = {
    "pdf": {"application/pdf"},
    "png": {"image/png"},
    "jpg": {"image/jpeg"},
    "jpeg": {"image/jpeg"},
    "gif": {"image/gif"},
    "webp": {"image/webp"},
    "txt": PLAIN,
    "csv": PLAIN,
    "log": PLAIN,
    "docx": {OPEN_XML + "wordprocessingml.document", *ZIPPED},
    "xlsx": {OPEN_XML + "spreadsheetml.sheet", *ZIPPED},
    "pptx": {OPEN_XML + "presentationml.presentation", *ZIPPED},
    "odt": {OPEN_DOCUMENT + "text", *ZIPPED},
    "ods": {OPEN_DOCUMENT + "spreadsheet", *ZIPPED},
    "odp": {OPEN_DOCUMENT + "presentation", *ZIPPED},
    "doc": {"application/msword", *COMPOUND},
    "xls": {"application/vnd.ms-excel", *COMPOUND},
    "ppt": {"application/vnd.ms-powerpoint", *COMPOUND},
}
IMAGES = {"png", "jpg", "jpeg", "gif", "webp"}
MARKUP = re.compile(rb"<\s*(!doctype|html|script|svg|\?xml|body|iframe)", re.IGNORECASE)


class IrAttachment(models.Model):
    _inherit = "ir.attachment"

    @api.model
    def _check_portal_upload(self, name, stream):
        """Return the clean name of a file that a customer sends.

        The stream is read, and left at its beginning. Its size counts against what
        a person, or a visitor's address, may send in a day.

        :param str name: as the browser sent it
        :param stream: a binary stream that can be rewound
        :raise UserError: with a sentence, for what is not accepted
        """
        name = self._clean_portal_name(name)
        content = stream.read(LARGEST_FILE + 1)
        stream.seek(0)
        if len(content) > LARGEST_FILE:
            raise UserError(self.env._("A file may have 10 MB at most."))
        if not content:
            raise UserError(self.env._("The file %(name)s is empty.", name=name))
        extension = name.rpartition(".")[2].lower()
        if not self._is_portal_type(extension, content):
            raise UserError(
                self.env._(
                    "The file %(name)s is of a type that is not accepted, or its"
                    " content is not what its name says. Accepted are: %(types)s.",
                    name=name,
                    types=", ".join(sorted(TYPES)),
                )
            )
        self._count_portal_upload(len(content))
        return name

    @api.model
    def _clean_portal_name(self, name):
        """Return a file's name without folders, control and hidden characters."""
        name = unicodedata.normalize("NFC", name or "")
        name = re.split(r"[/\\]", name)[-1]
        # Category C: control characters, and those that turn the direction of text.
        name = "".join(c for c in name if unicodedata.category(c)[0] != "C")
        name = name.strip(" .")
        stem, dot, extension = name.rpartition(".")
        if not dot:
            stem, extension = name, ""
        stem = stem.strip(" .")[: LONGEST_NAME - 10] or self.env._("File")
        return f"{stem}.{extension[:9]}" if extension else stem

    @api.model
    def _is_portal_type(self, extension, content):
        """Return whether a content is of the type that its extension names."""
        if guess_mimetype(content) not in TYPES.get(extension, ()):
            return False
        if TYPES[extension] is PLAIN:
            return b"\0" not in content and not MARKUP.search(content[:4096])
        if extension in IMAGES:
            try:
                # Reads the head of the picture only.
                with Image.open(io.BytesIO(content)) as picture:
                    width, height = picture.size
            except (UnidentifiedImageError, OSError, ValueError, SyntaxError):
                return False
            except Image.DecompressionBombError:
                return False
            return width * height <= MOST_PIXELS
        return True

    @api.model
    def _count_portal_upload(self, size):
        """Count the bytes that somebody sends.

        :raise TooManyRequests: beyond what a day allows
        """
        if not request:
            return
        limits = self.env["portal.rate.limit"]
        user = self.env.user
        limits._check(
            "upload_kib",
            account=None if user._is_public() else limits._get_user_key(user),
            address=limits._get_address_key(request.httprequest.remote_addr),
            amount=-(-size // 1024),
        )
