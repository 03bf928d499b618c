"""Sites of the seller that may show help inside of their pages."""

import re

SITE = re.compile(
    r"(?:https://(?:\*\.)?(?:[a-z0-9-]{1,63}\.)+[a-z0-9-]{2,63}|http://localhost)"
    r"(?::\d{1,5})?"
)


def read_sites(text):
    """Return (sites, what is none) of a text with one in each word.

    A site is what a header of frames takes: https://www.seller.example, with a star for
    all below it, https://*.seller.example.
    """
    words = (text or "").replace(",", " ").lower().split()
    words = [word.rstrip("/") for word in words]
    return (
        [word for word in words if SITE.fullmatch(word)],
        [word for word in words if not SITE.fullmatch(word)],
    )
