from odoo import http
from odoo.http import request

from ..forms import Form
from ..portal import CHANGE, PAGE, Portal

MAX_SUGGESTIONS = 200


class ContactForm(Form):
    """Who gets mails of one kind: an address, and the name if it is a new one."""

    def clean(self):
        self.clean_line("function", size=20)
        self.clean_mailbox("email", self.env._("Enter an e-mail address."))
        self.clean_line("name", size=100)


class CompanyContactsPortal(Portal):
    @http.route("/my/company/contacts", **PAGE)
    def portal_company_contacts(self, company="", **_query):
        """Show who gets which mails."""
        return self._render_contacts(self._get_managed_company(company))

    @http.route("/my/company/contacts", **CHANGE)
    def portal_company_contacts_add(self, company="", **post):
        """Let another contact get mails of one kind; twice is once."""
        customer = self._get_managed_company(company)
        functions = request.env["portal.contact.function"]
        form = ContactForm(request.env, post)
        if form.values["function"] not in dict(functions._fields["function"].selection):
            return self._render_contacts(customer)
        if not form.is_valid:
            return self._render_contacts(customer, form=form)
        _done, refusal = self._attempt(
            functions.sudo()._add,  # sudo: nobody writes these; it was asked above
            customer.sudo(),  # sudo: the person manages the company
            form.values["function"],
            form.values["email"],
            form.values["name"],
        )
        if refusal:
            return self._render_contacts(customer, form=form, message=refusal)
        return self._show_contacts(customer, "contact_added")

    @http.route("/my/company/contacts/<int:function_id>/remove", **CHANGE)
    def portal_company_contacts_remove(self, function_id, **_post):
        """Let a contact get mails of one kind no more."""
        line = self._get_or_404("portal.contact.function", function_id)
        self._check_allows("manage_company", line)
        customer = line.partner_id
        # sudo: nobody writes these; the person manages the company
        line.sudo()._remove()
        return self._show_contacts(customer, "contact_removed")

    def _get_done_texts(self):
        """Extend: what became of a contact."""
        _ = request.env._
        return {
            **super()._get_done_texts(),
            "contact_added": _("Saved. The next e-mails will go there too."),
            "contact_removed": _("Saved. The next e-mails will not go there."),
        }

    @staticmethod
    def _show_contacts(customer, notice):
        url = f"/my/company/contacts?company={customer.id}&notice={notice}"
        return request.redirect(url, code=303)

    def _render_contacts(self, customer, *, form=None, message=""):
        functions = request.env["portal.contact.function"]
        lines = functions.search_fetch(
            [("partner_id", "=", customer.id)], ["function", "contact_id", "email"]
        )
        contacts = request.env["res.partner"].search_fetch(
            [
                ("commercial_partner_id", "=", customer.id),
                ("email", "!=", False),
            ],
            ["name", "email"],
            order="complete_name, id",
            limit=MAX_SUGGESTIONS,
        )
        customers = self._get_customers("manage_company")
        return self._render_page(
            "customer_portal.company_contacts",
            {
                "page_name": "company",
                "customer": customer,
                "customers": customers._fetch_names() if len(customers) > 1 else None,
                "functions": functions._get_explanations(),
                "lines": lines.grouped("function"),
                "contacts": contacts,
                "form": form,
                "errors": form.errors if form else {},
                "message": message,
            },
            status=422 if message or (form and form.errors) else 200,
        )
