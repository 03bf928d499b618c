import secrets

from odoo import fields, http
from odoo.http import request

from ...const import COMPANY_FIELDS, COMPANY_RELATIONS
from ..forms import Form
from ..portal import CHANGE, PAGE, Portal

SIZES = {"vat": 32, "zip": 24, "acc_number": 42}
MAX_NOTE = 1000  # characters
MAX_DAYS = 366  # until the first day of a change


class CompanyChangeForm(Form):
    """The data of a company as it shall be; `values` has all COMPANY_FIELDS."""

    def clean(self):
        for name, _label in COMPANY_FIELDS:
            if name in COMPANY_RELATIONS:
                self.clean_id(name)
            else:
                self.clean_line(name, size=SIZES.get(name, 100))
        self.clean_date("effective_date")
        today = fields.Date.context_today(self.env.user)
        day = self.values["effective_date"]
        if not day:
            self.values["effective_date"] = today
        elif not 0 <= (day - today).days <= MAX_DAYS:
            self.errors["effective_date"] = self.env._(
                "Choose today or a later day, within a year."
            )
        self.clean_line("note", size=MAX_NOTE)


class CompanyChangePortal(Portal):
    @http.route("/my/company/change", **PAGE)
    def portal_company_change(self, company="", **_query):
        """Show the form with the company's data as it is now."""
        customer = self._get_managed_company(company)
        return self._render_company_change_form(customer)

    @http.route("/my/company/change", **CHANGE)
    def portal_company_change_ask(self, company="", request_key="", **post):
        """Ask for what differs, once."""
        customer = self._get_managed_company(company)
        changes = request.env["portal.company.change"]
        requests = request.env["portal.request"]
        if made := requests._get_result(request_key, changes._name):
            return self._show_company_change(made, "company_change_asked")
        form = CompanyChangeForm(request.env, post)
        # sudo: the person may ask; nobody writes requests
        changes_sudo, customer_sudo = changes.sudo(), customer.sudo()
        if form.is_valid:
            form.errors.update(changes_sudo._check_values(customer_sudo, form.values))
        if not form.is_valid:
            return self._render_company_change_form(customer, form=form)
        values = {name: form.values[name] for name, _label in COMPANY_FIELDS}
        change, refusal = self._attempt(
            changes_sudo._ask,
            customer_sudo,
            request.env.user,
            values,
            form.values["effective_date"],
            form.values["note"],
        )
        if refusal:
            return self._render_company_change_form(
                customer, form=form, message=refusal
            )
        requests._remember(request_key, change)
        return self._show_company_change(change, "company_change_asked")

    @http.route("/my/company/changes/<int:company_change_id>", **PAGE)
    def portal_company_change_page(self, company_change_id, **_query):
        """Show what was asked for, before and after, and the answer."""
        change = self._get_or_404("portal.company.change", company_change_id)
        self._check_allows("manage_company", change)
        return self._render_company_change(change)

    @http.route("/my/company/changes/<int:company_change_id>/withdraw", **CHANGE)
    def portal_company_change_withdraw(self, company_change_id, **_post):
        """Take a request back that waits for an answer."""
        change = self._get_or_404("portal.company.change", company_change_id)
        self._check_allows("manage_company", change)
        # sudo: nobody writes requests; the person may take it back
        _done, refusal = self._attempt(change.sudo()._withdraw)
        if refusal:
            return self._render_company_change(change, message=refusal)
        return self._show_company_change(change, "company_change_withdrawn")

    def _get_done_texts(self):
        """Extend: what became of a request."""
        _ = request.env._
        return {
            **super()._get_done_texts(),
            "company_change_asked": _(
                "Your request has been sent. Nothing has been changed yet; we "
                "will let you know when it is answered."
            ),
            "company_change_withdrawn": _(
                "The request has been withdrawn. Nothing was changed."
            ),
        }

    @staticmethod
    def _show_company_change(change, notice):
        url = f"/my/company/changes/{change.id}?notice={notice}"
        return request.redirect(url, code=303)

    def _render_company_change_form(self, customer, *, form=None, message=""):
        changes = request.env["portal.company.change"]
        # sudo: the company's own data; the person may ask to change it
        customer_sudo, changes_sudo = customer.sudo(), changes.sudo()
        current = changes_sudo._get_current_values(customer_sudo)
        typed = {name: str(value or "") for name, value in current.items()}
        if form:
            typed.update(form.raw)
        countries = request.env["res.country"].search_fetch([], ["name"])
        states = request.env["res.country.state"].search_fetch(
            [("country_id", "in", [current["country_id"]])], ["name"], order="name, id"
        )
        if form and form.values["country_id"]:
            states |= states.search_fetch(
                [("country_id", "=", form.values["country_id"])],
                ["name"],
                order="name, id",
            )
        return self._render_page(
            "customer_portal.company_change_form",
            {
                "page_name": "company",
                "customer": customer_sudo,
                "typed": typed,
                "errors": form.errors if form else {},
                "form": form,
                "countries": countries,
                "states": states,
                "accounts": changes_sudo._get_accounts(customer_sudo),
                "open_change": changes._get_open(customer),
                "today": fields.Date.context_today(request.env.user),
                "request_key": secrets.token_hex(16),
                "message": message,
            },
            status=422 if message or (form and form.errors) else 200,
        )

    def _render_company_change(self, change, *, message=""):
        return self._render_page(
            "customer_portal.company_change",
            {
                "page_name": "company",
                "change": change,
                "lines": change.line_ids,
                "steps": self._get_change_steps(change),
                "message": message,
            },
            status=422 if message else 200,
        )

    @staticmethod
    def _get_change_steps(change):
        """Return the steps of a request, as the timeline shows them."""
        env = request.env
        labels = {
            "approved": env._("Approved"),
            "applied": env._("Approved"),
            "refused": env._("Refused"),
        }
        steps = [
            {"label": env._("Requested"), "date": change.create_date, "done": True}
        ]
        if change.state == "withdrawn":
            steps.append(
                {
                    "label": env._("Withdrawn"),
                    "date": change.write_date,
                    "done": True,
                }
            )
            return steps
        steps.append(
            {
                "label": labels.get(change.state, env._("Answered")),
                "date": change.decided_on or None,
                "done": change.state != "submitted",
            }
        )
        if change.state != "refused":
            steps.append(
                {
                    "label": env._("Changed"),
                    "date": change.applied_on or change.effective_date,
                    "done": change.state == "applied",
                }
            )
        return steps
