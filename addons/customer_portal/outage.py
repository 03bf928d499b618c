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

TITLE = _lt("We will be back in a moment")
WAIT = _lt("The portal is restarting. This page will reload by itself.")
REPEAT = _lt("The portal is restarting. Please try again in a few seconds.")
FAILED = _lt("Something went wrong")
AGAIN = _lt("This is our fault, not yours. Please try again in a moment.")
BACK = _lt("Go to the overview")
# A page that needs nothing: neither the database nor a file of this server.
PAGE = """<!DOCTYPE html>
<html lang="{lang}"><head><meta charset="utf-8"/>{refresh}
<meta name="viewport" content="width=device-width, initial-scale=1"/>
<title>{title}</title></head>
<body dir="auto" style="font-family: system-ui, sans-serif; line-height: 1.5; margin: 0;
padding: 3rem 1rem; color: #212529; background: #f8f9fa;">
<main style="margin: 0 auto; max-width: 28rem; padding: 1.5rem; background: #fff;
border: 1px solid #dee2e6; border-radius: 0.5rem;">
<h1 style="font-size: 1.25rem; margin: 0 0 0.5rem;">{title}</h1>
<p style="margin: 0;">{text}</p>{link}</main>
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


def get_failure():
    """Return the page of a defect, whose transaction may be of no use any more."""
    link = f'<p style="margin: 1rem 0 0;"><a href="/my">{_translate(BACK)}</a></p>'
    return _draw(FAILED, AGAIN, link=link)


def _draw(title, text, refresh="", link=""):
    """Return a page, in the language of the browser's cookie."""
    return PAGE.format(
        title=_translate(title),
        text=_translate(text),
        lang=_get_lang().replace("_", "-"),
        refresh=refresh,
        link=link,
    )


def _get_lang():
    lang = request.httprequest.cookies.get(LANG_COOKIE, "")
    return lang if LANG.fullmatch(lang) else "en_US"


def _translate(term):
    return html.escape(term._translate(_get_lang()))


def get_answer():
    """Return the response 503, in the language of the browser's cookie."""
    asked = request.httprequest
    # What came with a form is not sent again by itself.
    is_form = asked.method not in ("GET", "HEAD")
    refresh = f'<meta http-equiv="refresh" content="{SECONDS}"/>'
    page = _draw(TITLE, REPEAT if is_form else WAIT, "" if is_form else refresh)
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
