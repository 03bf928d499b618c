"""Names of files that every system takes, whatever a paper is called."""

import re
import unicodedata

LONGEST_NAME = 120  # characters, with the extension
LONGEST_BYTES = 200  # of them in UTF-8; many systems take 255
LONGEST_EXTENSION = 9
_REFUSED = re.compile(r'[<>:"/\\|?*]')
# Windows has devices of these names, in any folder and with any extension.
_DEVICE = re.compile(
    r"(con|prn|aux|nul|conin\$|conout\$|(com|lpt)[0-9\u00b9\u00b2\u00b3])",
    re.IGNORECASE,
)


def clean_file_name(name, instead="file"):
    """Return a name without folders and signs that some system refuses.

    :param str instead: what stands before the extension when nothing is left
    """
    name = unicodedata.normalize("NFC", (name or "")[:1000])
    # Category C: control characters, and those that turn the direction of text.
    name = "".join(c for c in name if unicodedata.category(c)[0] != "C")
    name = _REFUSED.sub("-", name).strip(" .")
    stem, _point, extension = name.rpartition(".")
    if not stem:
        stem, extension = name, ""
    extension = f".{extension[:LONGEST_EXTENSION]}" if extension else ""
    stem = stem.strip(" .")[: LONGEST_NAME - 1 - LONGEST_EXTENSION]
    while len(f"{stem}{extension}".encode()) > LONGEST_BYTES:
        stem = stem[:-1]
    stem = stem.rstrip(" .") or instead
    if _DEVICE.fullmatch(stem.partition(".")[0].rstrip(" ")):
        stem = f"_{stem}"
    return f"{stem}{extension}".rstrip(" .")


def make_unique(name, taken):
    """Return a clean name that is not among those taken, and add it to them.

    Capital letters make no other name: some systems keep but one of the two.

    :param set taken: names as `fold_file_name` has them
    """
    stem, point, extension = name.rpartition(".")
    if not stem:
        stem, point, extension = name, "", ""
    result, number = name, 1
    while fold_file_name(result) in taken:
        number += 1
        result = f"{stem} ({number}){point}{extension}"
    taken.add(fold_file_name(result))
    return result


def fold_file_name(name):
    return unicodedata.normalize("NFKC", name).casefold()
