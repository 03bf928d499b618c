"""What is visited: our addresses, and those of Odoo's portal for the same."""

import runpy
import shutil
from dataclasses import dataclass

from bootstrap import places

COUNTERS = '/my/counters {"counters": ["invoice_count", "overdue_invoice_count"]}'
ALL = "/my/invoices?filterby=all&sortby=date&limit=100"
FEW = "/my/invoices?filterby=all&sortby=date&limit=20"


@dataclass(frozen=True)
class Page:
    """A page, and what is visited for it on each side."""

    name: str
    ours: tuple = ()
    stock: tuple = ()
    who: str = "big"
    who_stock: str = "big"
    is_small: bool = False  # also visited in the small database: row 15
    is_ladder: bool = False  # also visited by customers of every size: row 16
    is_page: bool = True  # its queries count for row 16
    most: tuple = ()  # auth floors and queries, as KINDS of `verdicts.py` has it
    is_counted: bool = False  # how often it is opened is counted, which is a write


def _invoice(number):
    """Return Odoo's page of an invoice: itself, the frame in it, its messages."""
    fetch = f'{{"thread_model": "account.move", "thread_id": {number}}}'
    return (
        f"/my/invoices/{number}",
        f"/my/invoices/{number}?report_type=html",
        f"/mail/chatter_fetch {fetch}",
    )


def _order(number):
    """Return Odoo's page of an order: itself, and its messages."""
    fetch = f'{{"thread_model": "sale.order", "thread_id": {number}}}'
    return (f"/my/orders/{number}", f"/mail/chatter_fetch {fetch}")


STORED = "/my/invoices/{invoice}?report_type=pdf&download=true"
DRAWN = "/my/invoices/{long}?report_type=pdf"


def find_pages(folder):
    """Return the pages of the addons in a folder: PAGES of `tests/bench_rows.py`.

    Each is a dict of what Page takes.
    """
    return [
        Page(**row)
        for path in sorted(folder.glob("*/tests/bench_rows.py"))
        for row in runpy.run_path(str(path))["PAGES"]
    ]


def find_words(folder):
    """Return {hole of an address: statement that finds what fills it}, likewise.

    They are WORDS of `tests/bench_rows.py`; one is asked where a page has its hole.
    """
    return {
        word: statement
        for path in sorted(folder.glob("*/tests/bench_rows.py"))
        for word, statement in runpy.run_path(str(path)).get("WORDS", {}).items()
    }


PAGES = (
    Page("auth floor", ("/bench/floor",), ("/bench/floor",), is_page=False),
    Page("data floor", ("/bench/data",), is_page=False),
    Page("canvas floor", ("/bench/canvas",), who="statement", is_page=False),
    Page("invoice list", (ALL,), ("/my/invoices",), is_small=True, is_ladder=True),
    Page("invoice list of 20", (FEW,)),
    Page("invoice list, as it opens", ("/my/invoices",), is_small=True, is_ladder=True),
    Page("last page", (f"{ALL}&after={{after}}",), ("/my/invoices/page/{page}",)),
    Page("dashboard", ("/my",), ("/my", COUNTERS), is_small=True, is_ladder=True),
    Page("invoice, 3 lines", ("/my/invoices/{invoice}",), _invoice("{invoice}")),
    Page("invoice, 200 lines", ("/my/invoices/{long}",), _invoice("{long}")),
    Page(
        "pay many",
        ("/my/pay?select=overdue",),
        ("/my/invoices/overdue",),
        is_ladder=True,
    ),
    Page("statement", ("/my/statement",), is_small=True, is_ladder=True),
    Page("credit", ("/my/credit",), is_small=True, is_ladder=True),
    Page("payments", ("/my/payments",), is_small=True, is_ladder=True),
    Page("order list", ("/my/orders",), ("/my/orders",), is_small=True, is_ladder=True),
    Page("order", ("/my/orders/{order}",), _order("{order}")),
    Page("quote", ("/my/orders/{quote}",), _order("{quote}")),
    Page("my details", ("/my/profile",), ("/my/account",), is_ladder=True),
    Page(
        "balance, 0 times",
        ("/bench/balance?times=0",),
        ("/bench/balance?times=0",),
        is_page=False,
    ),
    Page(
        "balance, 20 times",
        ("/bench/balance?times=20",),
        ("/bench/balance?times=20",),
        is_page=False,
    ),
    Page(
        "statement, PDF of 200 lines",
        ("/my/statement/pdf",),
        (DRAWN,),
        who="statement",
        is_page=False,
    ),
    Page("invoice, stored PDF", (STORED,), (STORED,), is_page=False),
    *find_pages(places.ADDONS),
)
FIRST_VIEW = Page("invoice list, never viewed", (ALL,), ("/my/invoices",))


def can_draw():
    """Return whether Odoo can make a PDF here."""
    return bool(shutil.which("wkhtmltopdf"))
