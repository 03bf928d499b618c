"""While the database restarts: a page that says so, and nobody is signed out.

Odoo takes a database that does not answer for one that is not there: it ends the
session of whoever asks and answers 404. Nothing of the database can say it better then,
so `post_load`, Odoo's hook for code of the server, puts this in front.
"""

import functools
import html
import logging
import re

import psycopg2
from werkzeug.exceptions import ServiceUnavailable

from odoo.http import RegistryError, Request, Response, request
from odoo.sql_db import PoolError
from odoo.tools.translate import LazyTranslate

from .const import LANG_COOKIE

_lt = LazyTranslate(__name__)
_logger = logging.getLogger(__name__)

HEALTH = "/web/health"  # asks whether Odoo lives, also without its database
SECONDS = 5  # until the browser asks again
# What PostgreSQL says when it ends, begins or is full: classes 08 and 57P, and 53300.
CODES = re.compile(r"08...|57P0[1-5]|53300")
# Without a code: psycopg2 lost the connection, or got none.
MISSING = "does not exist"
CLOSED = "connection already closed"
LANG = re.compile(r"[a-z]{2,3}(_[A-Z0-9]{2,3})?(@[A-Za-z]+)?")

TITLE = _lt("We are back in a moment")
WAIT = _lt("The portal is restarting. This page asks again by itself.")
REPEAT = _lt("The portal is restarting. Please send it again in a few seconds.")
PAGE = """<!DOCTYPE html>
<html lang="{lang}"><head><meta charset="utf-8"/>{refresh}
<meta name="viewport" content="width=device-width, initial-scale=1"/>
<title>{title}</title></head>
<body dir="auto" style="font-family: sans-serif; margin: 3rem auto; max-width: 32rem;
padding: 0 1rem;"><h1 style="font-size: 1.25rem;">{title}</h1><p>{text}</p>
</body></html>
"""


def is_outage(error):
    """Return whether an error says that the database does not answer at the moment."""
    if isinstance(error, PoolError):
        return True
    if isinstance(error, psycopg2.InterfaceError):
        return CLOSED in str(error)
    if not isinstance(error, psycopg2.OperationalError):
        return False
    if error.pgcode:
        return bool(CODES.fullmatch(error.pgcode))
    return MISSING not in str(error)


def get_answer():
    """Return the response 503, in the language of the browser's cookie."""
    asked = request.httprequest
    lang = asked.cookies.get(LANG_COOKIE, "")
    lang = lang if LANG.fullmatch(lang) else "en_US"
    # What came with a form is not sent again by itself.
    is_form = asked.method not in ("GET", "HEAD")
    page = PAGE.format(
        title=html.escape(TITLE._translate(lang)),
        text=html.escape((REPEAT if is_form else WAIT)._translate(lang)),
        lang=lang.replace("_", "-"),
        refresh="" if is_form else f'<meta http-equiv="refresh" content="{SECONDS}"/>',
    )
    headers = {"Retry-After": str(SECONDS), "Cache-Control": "no-store"}
    return Response(page, 503, headers, content_type="text/html;charset=utf-8")


def post_load():
    """Answer 503 where Odoo would look for another database."""
    serve_db = Request._serve_db

    @functools.wraps(serve_db)
    def serve_or_wait(self):
        try:
            return serve_db(self)
        except (RegistryError, psycopg2.Error, PoolError) as error:
            cause = error.__cause__ if isinstance(error, RegistryError) else error
            if not is_outage(cause) or self.httprequest.path == HEALTH:
                raise
            _logger.warning("The database does not answer: %s", str(cause).strip())
            refusal = ServiceUnavailable()
            refusal.error_response = get_answer()
            raise refusal from error

    Request._serve_db = serve_or_wait
