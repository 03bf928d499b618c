"""Files that staff import: unpacked with care, whoever made them."""

import io
import re
import unicodedata
import zipfile
from pathlib import PurePosixPath

LARGEST_PACKAGE = 50 * 1024 * 1024  # bytes as it comes
LARGEST_MEMBER = 10 * 1024 * 1024  # bytes of one file in it
LARGEST_UNPACKED = 200 * 1024 * 1024  # bytes of all
MOST_MEMBERS = 5000
LARGEST_RATIO = 250  # unpacked to packed, of files that are not small
SMALL = 64 * 1024
_ODD = re.compile(r"[\x00-\x1f\x7f\\:*?\"<>|]")


class PackageError(ValueError):
    """A package of which nothing is read; `code` says why."""

    def __init__(self, code, name=""):
        super().__init__(code)
        self.code = code
        self.name = name


def unpack(name, content):
    """Return {path: bytes} of a ZIP, or of a single file.

    The list at the end of a ZIP is judged first, and each file is read no further than
    what that list says.

    :raise PackageError: for what is too large, encrypted, or leads elsewhere
    """
    if len(content) > LARGEST_PACKAGE:
        raise PackageError("too_large")
    if not name.lower().endswith(".zip"):
        return {clean_path(name) or "file": content}
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            members = [member for member in archive.infolist() if not member.is_dir()]
            _check_members(members)
            return {
                clean_path(member.filename): _read_member(archive, member)
                for member in members
                if not _is_left_out(member.filename)
            }
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, EOFError) as error:
        raise PackageError("broken") from error
    except (OSError, ValueError) as error:
        if isinstance(error, PackageError):
            raise
        raise PackageError("broken") from error


def clean_path(path):
    """Return the path of a file inside of its package, or "" if it leads elsewhere."""
    path = unicodedata.normalize("NFC", path)
    if _ODD.search(path) or path.startswith("/") or len(path) > 500:
        return ""
    parts = PurePosixPath(path).parts
    return "" if not parts or ".." in parts else "/".join(parts)


def find_beside(path, target):
    """Return the path that a link in the file of another path means, or ""."""
    target = target.split("#")[0].split("?")[0]
    if not target or "://" in target or target.startswith("/"):
        return ""
    parts = list(PurePosixPath(path).parent.parts)
    for part in PurePosixPath(target).parts:
        if part == "..":
            if not parts:
                return ""
            parts.pop()
        elif part != ".":
            parts.append(part)
    return clean_path("/".join(parts)) if parts else ""


def _is_left_out(path):
    """Return whether a file is one that systems leave behind."""
    parts = path.split("/")
    return "__MACOSX" in parts or parts[-1].startswith(".") or parts[-1] == "Thumbs.db"


def _check_members(members):
    if len(members) > MOST_MEMBERS:
        raise PackageError("too_many")
    if sum(member.file_size for member in members) > LARGEST_UNPACKED:
        raise PackageError("bomb")
    seen = set()
    for member in members:
        name = member.filename
        path = clean_path(name)
        if member.flag_bits & 0x1:
            raise PackageError("encrypted", name)
        if not path or (member.external_attr >> 16) & 0o170000 == 0o120000:
            raise PackageError("elsewhere", name)
        if path.casefold() in seen:
            raise PackageError("twice", name)
        seen.add(path.casefold())
        if member.file_size > LARGEST_MEMBER:
            raise PackageError("member", name)
        packed = max(member.compress_size, 1)
        if member.file_size > SMALL and member.file_size / packed > LARGEST_RATIO:
            raise PackageError("bomb", name)


def _read_member(archive, member):
    with archive.open(member) as stream:
        content = stream.read(member.file_size + 1)
    if len(content) != member.file_size:
        raise PackageError("broken", member.filename)
    return content
