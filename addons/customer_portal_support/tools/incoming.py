"""What a mail is by its own headers and words, before anything is made of it."""

import re

# Of our own numbers, see the sequence of a company.
NUMBER = re.compile(r"\bT\d{2}-\d{5,}\b")
PROGRAMS = ("auto_reply", "bulk", "junk", "list")
AUTO_HEADERS = ("X-Autoreply", "X-Autorespond", "X-Autoresponse", "X-Auto-Reply-From")
SUPPRESSED = {"all", "autoreply"}
# What belongs to the form of a mail and is no file that somebody sends.
FORMAT_FILES = re.compile(r"(smime\.p7[ms]|signature\.asc|pgp.*\.asc)", re.IGNORECASE)
# What follows in the address is one person's own, and comes back in what they quote.
OWN_LINKS = re.compile(
    r"(/my/tickets/rating/|/my/notifications/unsubscribe\?token=)([\w.%~-]+)"
)
SHORTEST_TOKEN = 16  # characters, of those that we send
MOST_TOKENS = 20  # of one mail that are looked for in other forms
SUBJECT_WORDS = 60  # characters


def is_automatic(message):
    """Return whether a program wrote a mail, by RFC 3834 and what others do.

    :param message: an email.message.EmailMessage
    """

    def read(name):
        return str(message.get(name) or "").strip().lower()

    submitted = read("Auto-Submitted").partition(";")[0].strip()
    suppressed = {word.strip() for word in read("X-Auto-Response-Suppress").split(",")}
    return (
        submitted not in ("", "no")
        or read("Precedence") in PROGRAMS
        or any(message.get(name) for name in AUTO_HEADERS)
        or bool(suppressed & SUPPRESSED)
        or read("Return-Path") == "<>"
        or message.get_content_type() == "multipart/report"
    )


def is_enclosure_of_format(name):
    """Return whether a file is a signature or a key, which no reader needs."""
    return bool(FORMAT_FILES.fullmatch(name))


def hide_links(body):
    """Return a body without what makes links of our mails work for one person.

    :param body: HTML; what is marked as safe stays so
    """
    found = dict.fromkeys(token for _path, token in OWN_LINKS.findall(body))
    # Programs that rewrite links repeat what follows, in a form of their own.
    real = [token for token in found if len(token) >= SHORTEST_TOKEN]
    for token in real[:MOST_TOKENS]:
        body = body.replace(token, "")
    # A pass over all of it keeps what is marked as safe so.
    return type(body)(OWN_LINKS.sub(r"\1", body))


def find_numbers(subject):
    """Return the numbers of tickets that a subject names."""
    return NUMBER.findall(subject)


def shorten_subject(subject, longest):
    """Return a subject in one line, no longer than that."""
    return " ".join(subject.split())[:longest]


def first_words(text):
    """Return the beginning of a text, cut between words, as a subject."""
    words = " ".join(text.split())
    if len(words) <= SUBJECT_WORDS:
        return words
    cut = words[:SUBJECT_WORDS].rpartition(" ")[0] or words[:SUBJECT_WORDS]
    return f"{cut} …"
