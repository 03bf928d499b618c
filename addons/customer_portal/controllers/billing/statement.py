import io
from urllib.parse import urlencode

from odoo import http
from odoo.http import request

from ...const import AGEING_BUCKETS
from ...report import statement as paper
from ...tools.parse import parse_id
from ...tools.statement import FIRST_DAY, LAST_DAY, Statement
from ..forms import Form
from ..portal import CHANGE, PAGE, Portal

VIEWS = ("outstanding", "activity")
SIZE = 50  # rows of a page
MOST_PAGES = 10_000


class StatementForm(Form):
    """Which statement; `values` has view, day, first, last, branch, bucket, page."""

    def clean(self):
        view = self.raw.get("view", "")
        self.values["view"] = view if view in VIEWS else VIEWS[0]
        bucket = self.raw.get("bucket", "")
        self.values["bucket"] = bucket if bucket in AGEING_BUCKETS else ""
        self.clean_id("branch")
        self.clean_page()
        for name in ("date", "from", "to"):
            self.clean_day(name)
        first, last = self.values["from"], self.values["to"]
        if first and last and first > last:
            self.errors["to"] = self.env._("The last day is before the first one.")

    def clean_day(self, name):
        self.clean_date(name)
        day = self.values[name]
        if day and not FIRST_DAY <= day <= LAST_DAY:
            self.errors[name] = self.env._("Enter a date, for example 2026-12-31.")

    def clean_page(self):
        """Take the page of one section, as company-currency-page."""
        parts = self.raw.get("page", "").split("-")
        numbers = [parse_id(part) for part in parts]
        is_page = len(parts) == 3 and all(numbers) and numbers[2] <= MOST_PAGES
        self.values["section"] = tuple(numbers[:2]) if is_page else None
        self.values["page"] = numbers[2] if is_page else 1


class StatementPortal(Portal):
    @http.route("/my/statement", **PAGE)
    def portal_my_statement(self, **query):
        """Show what was open on a day, or what happened in a period."""
        customers = self._get_statement_customers()
        form = StatementForm(request.env, query)
        return self._render_statement_page(customers, form)

    @http.route("/my/statement/pdf", limit="pdf", **PAGE)
    def portal_my_statement_pdf(self, **query):
        """Answer with the statement as a PDF."""
        customers = self._get_statement_customers()
        form = StatementForm(request.env, query)
        if not form.is_valid:
            return self._render_statement_page(customers, form)
        chosen = self._get_chosen(customers, form)
        content = paper.draw(self._get_addressee(chosen), chosen, self._get_asked(form))
        return self._send_file(
            content, self._get_file_name(request.env._("statement"), "pdf")
        )

    @http.route("/my/statement/export", limit="export", **CHANGE)
    def portal_my_statement_export(self, **post):
        """Answer with the statement as a table, and write that down."""
        customers = self._get_statement_customers()
        self._check_can("export")
        form = StatementForm(request.env, post)
        if not form.is_valid:
            return self._render_statement_page(customers, form)
        chosen = self._get_chosen(customers, form)
        kind = "xlsx" if post.get("format") == "xlsx" else "csv"
        asked = self._get_asked(form)
        target = io.BytesIO()
        paper.write(target, kind, chosen, asked)
        request.env["portal.activity"]._log(
            "exported",
            self._get_customer(),
            detail=request.env._("Statement, until %s", asked.last),
        )
        return self._send_table(target.getvalue(), request.env._("statement"), kind)

    # ------------------------------------------------------------
    # The monthly mail
    # ------------------------------------------------------------

    @http.route("/my/statement/monthly", **CHANGE)
    def portal_my_statement_monthly(self, **post):
        """Begin or end the monthly mail of the person, for the current customer."""
        self._get_statement_customers()
        user, customer = request.env.user, self._get_customer()
        subscriptions = request.env["portal.statement.subscription"]
        if post.get("monthly") == "on":
            subscriptions._subscribe(user, customer)
            notice = "statement_monthly_on"
        else:
            subscriptions._find(user, customer).unlink()
            notice = "statement_monthly_off"
        return request.redirect(f"/my/statement?notice={notice}", code=303)

    @http.route("/my/statement/unsubscribe", **{**PAGE, "auth": "public"})
    def portal_statement_unsubscribe(self, token=None, **_query):
        """Ask whether the monthly mail is to end; also for who is not signed in."""
        return self._render_monthly_page(token)

    # Programs of mailboxes send it without any page of ours (RFC 8058); the signed
    # link is the only right that it needs.
    @http.route(
        "/my/statement/unsubscribe", **{**CHANGE, "auth": "public", "csrf": False}
    )
    def portal_statement_unsubscribe_confirm(self, token=None, **_post):
        """End the monthly mail; twice is the same as once.

        Answers with a page and no redirect, which RFC 8058 asks for.
        """
        subscriptions = request.env["portal.statement.subscription"]
        subscription, _customer = subscriptions._find_by_unsubscribe_token(token)
        subscription.unlink()
        return self._render_monthly_page(token, is_done=True)

    def _render_monthly_page(self, token, *, is_done=False):
        subscriptions = request.env["portal.statement.subscription"]
        _found, customer = subscriptions._find_by_unsubscribe_token(token)
        return self._render_page(
            "customer_portal.statement_unsubscribe",
            {
                "page_name": "statement",
                "token": token if customer else "",
                "customer_name": customer.name,
                "is_done": is_done,
            },
        )

    # ------------------------------------------------------------
    # What is asked for
    # ------------------------------------------------------------

    def _get_done_texts(self):
        """Extend: what became of the monthly mail."""
        _ = request.env._
        return {
            **super()._get_done_texts(),
            "statement_monthly_on": _(
                "On the first of each month you will receive the previous "
                "month's statement by e-mail."
            ),
            "statement_monthly_off": _(
                "You will no longer receive monthly statements."
            ),
        }

    def _get_statement_customers(self):
        """Return the customers whose whole account the person sees.

        :raise HTTPException: when the role shows it of none; who sees the own invoices
            only sees no account, which is the company's
        """
        self._check_can("see_invoices")
        return self._get_customers("see_invoices") or self._refuse()

    @staticmethod
    def _get_chosen(customers, form):
        """Return the chosen branch, or all; a foreign id is like none."""
        branch = customers.filtered(
            lambda customer: customer.id == form.values["branch"]
        )
        return branch or customers

    def _get_addressee(self, chosen):
        customer = self._get_customer()
        return customer if customer in chosen else chosen[:1]

    @staticmethod
    def _get_asked(form):
        """Return the Statement of a form; what is wrong in it counts as not given."""
        values, errors = form.values, form.errors
        today = request.env["res.partner"]._get_statement_today()
        if values["view"] == "outstanding":
            day = values["date"] if values["date"] and "date" not in errors else today
            return Statement("outstanding", day, day)
        _label, first, last = request.env["res.partner"]._get_statement_ranges()[
            "three_months"
        ]
        if "from" not in errors and "to" not in errors:
            last = values["to"] or max(last, values["from"] or last)
            first = values["from"] or min(first, last)
        return Statement("activity", first, last)

    # ------------------------------------------------------------
    # The page
    # ------------------------------------------------------------

    def _render_statement_page(self, customers, form, message=""):
        asked = self._get_asked(form)
        chosen = self._get_chosen(customers, form)
        values = form.values
        sections = chosen._prepare_statement(
            asked,
            size=SIZE,
            page=values["page"],
            section=values["section"],
            bucket=values["bucket"],
        )
        branch = chosen if chosen != customers else chosen.browse()
        choice = StatementAddress(asked, branch, values["bucket"])
        for section in sections:
            self._add_pager(section, choice, form)
        user = request.env.user
        return self._render_page(
            "customer_portal.statement",
            {
                "page_name": "statement",
                "view": asked.view,
                "asked": asked,
                "form": form,
                "message": message or " ".join(form.errors.values()),
                "customers": customers._fetch_names()
                if len(customers) > 1
                else customers.browse(),
                "branch": branch,
                "show_customer": len(chosen) > 1,
                "choice": choice,
                "sections": sections,
                "today": customers._get_statement_today(),
                "day_note": self._get_day_note(),
                "periods": self._prepare_periods(customers, asked, choice),
                "buckets": request.env["account.move"]._get_bucket_labels(),
                "bucket": values["bucket"],
                "subscription": request.env["portal.statement.subscription"]._find(
                    user, self._get_customer()
                ),
                "email": user.email,
                "can_export": user._portal_can("export"),
                "can_pay": user._portal_can("pay"),
            },
            status=422 if form.errors or message else 200,
        )

    @staticmethod
    def _prepare_periods(customers, asked, choice):
        """Return the periods to choose: dicts with label, url and is_chosen."""
        return [
            {
                "label": label,
                "url": choice.address(
                    **{"from": first.isoformat(), "to": last.isoformat()}
                ),
                "is_chosen": (first, last) == (asked.first, asked.last),
            }
            for label, first, last in customers._get_statement_ranges().values()
        ]

    @staticmethod
    def _add_pager(section, choice, form):
        """Add the addresses of the neighbour pages, and which rows are shown."""
        is_chosen = section["key"] == form.values["section"]
        page = form.values["page"] if is_chosen else 1
        rows = section["rows"]
        total = section["count"]
        if rows and "total" in rows[0]:
            total = rows[0]["total"]
        name = "-".join(map(str, section["key"]))
        section.update(
            anchor=f"section_{name}",
            total=total,
            first_row=(page - 1) * SIZE + 1,
            last_row=(page - 1) * SIZE + len(rows),
            previous=page > 1 and choice.address(page=f"{name}-{page - 1}"),
            next=page * SIZE < total and choice.address(page=f"{name}-{page + 1}"),
        )


class StatementAddress:
    """Addresses of the statement that is shown, with changes."""

    def __init__(self, asked, branch, bucket):
        """Take the Statement, the one branch or none, and the bucket or ''."""
        self.values = {"view": asked.view}
        if asked.view == "activity":
            self.values["from"] = asked.first.isoformat()
            self.values["to"] = asked.last.isoformat()
        else:
            self.values["date"] = asked.last.isoformat()
            self.values["bucket"] = bucket
        if branch:
            self.values["branch"] = str(branch.id)

    def address(self, path="/my/statement", **changes):
        values = {**self.values, **changes}
        return f"{path}?{urlencode({k: v for k, v in values.items() if v})}"

    def of_view(self, view):
        """Return the address of a view, `""` for the first, for the same customers."""
        values = {"view": view, "branch": self.values.get("branch")}
        query = urlencode({name: text for name, text in values.items() if text})
        return f"/my/statement?{query}" if query else "/my/statement"
