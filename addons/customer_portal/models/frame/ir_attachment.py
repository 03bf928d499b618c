import hashlib
import io
import os
import re
import struct
import tempfile
import unicodedata
import zipfile

from PIL import Image, UnidentifiedImageError

from odoo import api, models
from odoo.exceptions import UserError
from odoo.http import request
from odoo.tools.mimetypes import guess_mimetype

from ...tools.file_name import LONGEST_NAME
from ...tools.file_types import MARKS_16, is_pdf, read_text_16, read_webp_size

LARGEST_FILE = 10 * 1024 * 1024  # bytes
MOST_PIXELS = 50_000_000

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
# Office files are packed folders; what the folder of one must hold.
PACKED = {
    "docx": "word/",
    "xlsx": "xl/",
    "pptx": "ppt/",
    "odt": "content.xml",
    "ods": "content.xml",
    "odp": "content.xml",
}
ZIP_START = b"PK\x03\x04"
MOST_MEMBERS = 5000  # of a packed folder
LARGEST_UNPACKED = 256 * 1024 * 1024  # bytes
LARGEST_RATIO = 250  # unpacked to packed; the worst honest tables have some 100
# Archives and programs inside of a document; office files may hold office files.
NESTED = re.compile(
    r"\.(7z|bat|bz2|cmd|com|dll|exe|gz|iso|jar|js|lnk|msi|ps1|rar|scr|tar|vbs|xz|zip)$",
    re.IGNORECASE,
)
MACROS = re.compile(
    r"(^|/)(vbaproject\.bin|vbadata\.xml|basic/|scripts/)", re.IGNORECASE
)
OLE_MACROS = "_VBA_PROJECT".encode("utf-16-le")
IMAGES = {"png", "jpg", "jpeg", "gif", "webp"}
MARKUP = re.compile(rb"<\s*(!doctype|html|script|svg|\?xml|body|iframe)", re.IGNORECASE)
# A page of the web that calls itself a picture or a PDF.
ACTIVE = re.compile(
    rb"<\s*(!doctype\s+html|html|head|body|script|iframe|svg)[\s/>]", re.IGNORECASE
)


class IrAttachment(models.Model):
    _inherit = "ir.attachment"

    @api.model
    def _check_portal_upload(
        self, name, stream, *, extensions=tuple(TYPES), largest=LARGEST_FILE
    ):
        """Return the clean name of a file that a customer sends.

        The stream is read, and left at its beginning. Its size counts against what
        a person, or a visitor's address, may send in a day.

        :param str name: as the browser sent it
        :param stream: a binary stream that can be rewound
        :param extensions: endings that are accepted, keys of TYPES
        :param int largest: bytes that it may have, at most LARGEST_FILE
        :raise UserError: with a sentence, for what is not accepted
        """
        name = self._clean_portal_name(name)
        content = stream.read(largest + 1)
        stream.seek(0)
        if len(content) > largest:
            raise UserError(
                self.env._("A file may be at most %s MB.", largest // (1024 * 1024))
            )
        if not content:
            raise UserError(self.env._("The file %(name)s is empty.", name=name))
        stem, _dot, extension = name.lower().rpartition(".")
        is_known = stem and extension in extensions
        is_known = is_known and self._is_portal_type(extension, content)
        if not is_known:
            raise UserError(
                self.env._(
                    "The file %(name)s is of a type we do not accept, or its "
                    "content does not match its name. Accepted types: "
                    "%(types)s.",
                    name=name,
                    types=", ".join(sorted(extensions)),
                )
            )
        if refusal := self._scan_portal_upload(name, content):
            raise UserError(refusal)
        self._count_portal_upload(len(content))
        return name

    @api.model
    def _scan_portal_upload(self, name, content):
        """Return why a file of a customer is refused, or "".

        A seam: an addon that asks a scanner for viruses extends it. Name, type and
        size were checked before.

        :param str name: the clean name
        :param bytes content: the whole file
        """
        return ""

    @api.model
    def _clean_portal_name(self, name):
        """Return a file's name without folders, control and hidden characters.

        What some system refuses beside is left out when the file is sent, see
        `tools.file_name`.
        """
        name = re.split(r"[/\\]", (name or "")[-1000:])[-1]
        name = unicodedata.normalize("NFC", name)
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
        # Before anything looks inside: the detector unpacks a member.
        if extension in PACKED or content.startswith(ZIP_START):
            return self._is_portal_package(extension, content)
        if extension == "pdf":
            return is_pdf(content) and not ACTIVE.search(content[:1024])
        if extension == "webp":
            width, height = read_webp_size(content) or (0, 0)
            return 0 < width * height <= MOST_PIXELS and not ACTIVE.search(
                content[:1024]
            )
        if TYPES.get(extension) is PLAIN and content.startswith(MARKS_16):
            text = (read_text_16(content) or "<html").encode()
            return not MARKUP.search(text[:4096])
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
            return width * height <= MOST_PIXELS and not ACTIVE.search(content[:1024])
        return OLE_MACROS not in content

    @api.model
    def _is_portal_package(self, extension, content):
        """Return whether an office file is one, and harmless to unpack.

        Only the list at its end is read; nothing is unpacked. Macros, passwords,
        archives inside, names that lead elsewhere, and an absurd size are refused.
        """
        if extension not in PACKED or not content.startswith(ZIP_START):
            return False
        try:
            with zipfile.ZipFile(io.BytesIO(content)) as package:
                members = package.infolist()
        except (
            zipfile.BadZipFile,
            zipfile.LargeZipFile,
            NotImplementedError,
            OSError,
            ValueError,
            struct.error,
        ):
            return False
        names = [member.filename for member in members]
        unpacked = sum(member.file_size for member in members)
        return (
            len(members) <= MOST_MEMBERS
            and unpacked <= min(LARGEST_UNPACKED, LARGEST_RATIO * len(content))
            and any(name.startswith(PACKED[extension]) for name in names)
            and guess_mimetype(content) in TYPES[extension]
            and not any(member.flag_bits & 1 for member in members)
            and not any(
                name.startswith("/")
                or ".." in re.split(r"[/\\]", name)
                or ":" in name
                or NESTED.search(name)
                or MACROS.search(name)
                for name in names
            )
        )

    # ------------------------------------------------------------
    # Store
    # ------------------------------------------------------------

    @api.model
    def _file_write(self, bin_value, checksum):
        """Extend: a file is stored whole or not at all.

        Core writes in place: where the disk is full, a half-written file keeps the
        name that belongs to the content, and the same content collides with it for
        good.
        """
        fname, path = self._get_path(bin_value, checksum)
        if not os.path.exists(path):
            _replace_file(path, bin_value)
            # As core does: forget it when the transaction fails.
            self._mark_for_gc(fname)
        return super()._file_write(bin_value, checksum)

    @api.model
    def _get_path(self, bin_data, sha):
        """Extend: mend a file that was half written in former times."""
        path = self._full_path(f"{sha[:2]}/{sha}")
        if (
            os.path.isfile(path)
            and not self._same_content(bin_data, path)
            and _is_broken(path, sha)
        ):
            _replace_file(path, bin_data)
        return super()._get_path(bin_data, sha)

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


def _is_broken(path, checksum):
    """Return whether a stored file is not what its name says."""
    with open(path, "rb") as stored:
        digest = hashlib.file_digest(stored, "sha1")
    return digest.hexdigest() != checksum


def _replace_file(path, content):
    """Write a file beside its place, and move it there when it is whole.

    :raise OSError: where there is no room; nothing is left then
    """
    folder, name = os.path.split(path)
    with tempfile.NamedTemporaryFile(
        dir=folder, prefix=f"{name}-", delete=False
    ) as target:
        try:
            target.write(content)
            target.flush()
            os.chmod(target.name, 0o666 & ~UMASK)
            os.replace(target.name, path)
        except OSError:
            os.unlink(target.name)
            raise


def _read_umask():
    umask = os.umask(0o077)
    os.umask(umask)
    return umask


# Read once, while the addon is loaded: reading it sets it, for all threads.
UMASK = _read_umask()
