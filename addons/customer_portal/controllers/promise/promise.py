"""I will pay on ...: making, changing and withdrawing a promise."""

import secrets
from urllib.parse import urlencode

from odoo import http
from odoo.http import request

from ...const import INVOICE_TYPES
from ...tools.drawing import Drawing
from ...tools.parse import parse_ids
from ..forms import Form
from ..payment.pay import PayPortal
from ..payment.pay_choice import PayForm
from ..portal import CHANGE, PAGE


class PromiseForm(Form):
    """When, and how much; without an amount all that is left."""

    def clean(self):
        self.clean_date("day")
        if not self.raw.get("day"):
            self.errors["day"] = self.env._("Choose a day.")

    def read_amount(self, currency):
        """Read what was typed, with the decimals of its currency."""
        self.clean_amount("amount", currency=currency)
        if not self.raw.get("amount"):
            self.values["amount"] = None


class PromisePortal(PayPortal):
    # ------------------------------------------------------------
    # Make one
    # ------------------------------------------------------------

    @http.route()
    def portal_my_pay_open(self, request_key="", **post):
        """Extend: what is ticked is promised, where that button was pressed."""
        if not post.get("promise"):
            return super().portal_my_pay_open(request_key, **post)
        self._check_can("pay")
        form = PayForm(request.env, post)
        found = self._read_form(form).filtered(
            lambda move: move.move_type in INVOICE_TYPES
        )
        if not form.is_valid:
            return self._refuse_choice(form)
        currency = found.currency_id[:1]
        total = sum(form.values[move.id] for move in found)
        query = {"documents": ",".join(map(str, found.ids))}
        if found:
            query["amount"] = Drawing(request.env).input(total, currency)
        return request.redirect(f"/my/promise?{urlencode(query)}", code=303)

    @http.route("/my/promise", **PAGE)
    def portal_my_promise(self, documents="", amount="", **_query):
        """Show the form: of these documents, when and how much.

        :param str documents: ids of invoices, comma separated
        :param str amount: as it was typed; without it, all that is left
        """
        self._check_can("pay")
        found = self._find_to_promise(documents)
        promised = found._get_promised_lines().filtered("is_open").move_id
        form = PromiseForm(request.env, {"amount": amount})
        return self._render_promise_form(found - promised, form.raw, left_out=promised)

    @http.route("/my/promise", **CHANGE)
    def portal_my_promise_make(self, documents="", request_key="", **post):
        """Store a promise, once."""
        self._check_can("pay")
        requests = request.env["portal.request"]
        if promise := requests._get_result(request_key, "portal.promise"):
            return request.redirect(f"/my/promises/{promise.id}", code=303)
        found = self._find_to_promise(documents)
        form = PromiseForm(request.env, post)
        form.read_amount(found.currency_id[:1])
        if not form.is_valid:
            return self._render_promise_form(found, form.raw, errors=form.errors)
        promise, refusal = self._attempt(
            # sudo: the documents were searched in the person's rights
            request.env["portal.promise"].sudo()._make,
            request.env.user._get_portal_customer(),
            found,
            form.values["day"],
            form.values["amount"],
            user=request.env.user,
        )
        if refusal:
            return self._render_promise_form(found, form.raw, message=refusal)
        requests._remember(request_key, promise)
        return self._go_to_promise(promise, "?notice=promised")

    def _find_to_promise(self, documents):
        """Return those of these invoices that are open and the person's, in sudo."""
        found = self._get_payable_documents(parse_ids(documents))
        return found.filtered(lambda move: move.move_type in INVOICE_TYPES)

    @staticmethod
    def _go_to_promise(promise, query):
        return request.redirect(f"/my/promises/{promise.id}{query}", code=303)

    def _get_done_texts(self):
        """Extend: what became of a promise."""
        _ = request.env._
        return {
            **super()._get_done_texts(),
            "promised": _(
                "Thank you. You will not be reminded of this until that day."
            ),
            "promise_changed": _("Your promise is changed."),
            "promise_withdrawn": _("Your promise is withdrawn."),
        }

    # ------------------------------------------------------------
    # One that was made
    # ------------------------------------------------------------

    @http.route("/my/promises/<int:promise_id>", **PAGE)
    def portal_promise_page(self, promise_id, **_query):
        """Show a promise, and what became of it."""
        self._check_can("see_invoices")
        promise = self._get_or_404("portal.promise", promise_id)
        return self._render_promise(promise)

    @http.route("/my/promises/<int:promise_id>/change", **PAGE)
    def portal_promise_change(self, promise_id, **_query):
        """Show the form again, with what was promised."""
        promise = self._reach_promise(promise_id)
        if promise.state != "open":
            return request.redirect(f"/my/promises/{promise.id}")
        promise_sudo = promise.sudo()  # sudo: ids of the documents it names
        typed = {
            "amount": Drawing(request.env).input(promise.amount, promise.currency_id),
            "day": promise.day,
        }
        found = promise_sudo.line_ids.move_id
        return self._render_promise_form(found, typed, promise=promise)

    @http.route("/my/promises/<int:promise_id>/change", **CHANGE)
    def portal_promise_changed(self, promise_id, request_key="", **post):
        """Put another promise in the place of this one, once."""
        promise = self._reach_promise(promise_id)
        requests = request.env["portal.request"]
        if changed := requests._get_result(request_key, "portal.promise"):
            return request.redirect(f"/my/promises/{changed.id}", code=303)
        promise_sudo = promise.sudo()  # sudo: as above; the method locks and checks
        found = promise_sudo.line_ids.move_id.filtered("amount_residual")
        form = PromiseForm(request.env, post)
        form.read_amount(promise.currency_id)
        if not form.is_valid:
            return self._render_promise_form(
                found, form.raw, promise=promise, errors=form.errors
            )
        changed, refusal = self._attempt(
            promise_sudo._make,
            promise_sudo.partner_id,
            found,
            form.values["day"],
            form.values["amount"],
            user=request.env.user,
            replaced=promise_sudo,
        )
        if refusal:
            return self._render_promise_form(
                found, form.raw, promise=promise, message=refusal
            )
        requests._remember(request_key, changed)
        return self._go_to_promise(changed, "?notice=promise_changed")

    @http.route("/my/promises/<int:promise_id>/withdraw", **CHANGE)
    def portal_promise_withdraw(self, promise_id, **_post):
        """Take a promise back."""
        promise = self._reach_promise(promise_id)
        # sudo: contacts change nothing themselves; the method locks and checks
        _done, refusal = self._attempt(promise.sudo()._withdraw)
        if refusal:
            return self._render_promise(promise, refusal)
        return self._go_to_promise(promise, "?notice=promise_withdrawn")

    def _reach_promise(self, promise_id):
        """Return a promise that the person may change.

        :raise HTTPException: 404 for one that is not read, 403 for the role
        """
        promise = self._get_or_404("portal.promise", promise_id)
        self._check_allows("pay", promise)
        return promise

    # ------------------------------------------------------------
    # Pages
    # ------------------------------------------------------------

    def _render_pay_page(self, choice, groups, **options):
        """Extend: what is chosen can be promised, where the seller allows it."""
        for group in groups:
            # sudo: the seller's choice
            group["can_promise"] = group["company"].sudo().portal_promises
        return super()._render_pay_page(choice, groups, **options)

    def _render_promise_form(
        self,
        documents,
        typed,
        *,
        promise=None,
        left_out=(),
        errors=None,
        message="",
    ):
        """Show the form, with what was typed and what is wrong about it.

        :param documents: in sudo
        :param promise: the one that is changed
        :param left_out: documents that are promised already
        """
        # Of several groups that an address names, the first one.
        first = documents[:1]
        group = documents.filtered(
            lambda move: (
                (move.company_id, move.currency_id)
                == (first.company_id, first.currency_id)
            )
        )
        company, holds = group.company_id, group._get_holds()
        rows = [{"move": move, "left": move._get_amount_left(holds)} for move in group]
        days = (None, None)
        if group:
            days = request.env["portal.promise"]._get_days(company, before=promise)
        is_refused = bool(errors or message)
        if not group:
            message = message or request.env._("Choose at least one open invoice.")
        elif not company.portal_promises:
            message = request.env._("Payments cannot be promised here.")
        return self._render_page(
            "customer_portal.promise_form",
            {
                "page_name": "pay",
                "documents": group,
                "rows": rows,
                "left_out": ", ".join(move.name for move in left_out),
                "total": sum(row["left"] for row in rows),
                "currency": group.currency_id,
                "first_day": days[0],
                "last_day": days[1],
                "typed": typed,
                "errors": errors or {},
                "message": message,
                "promise": promise,
                "action": f"/my/promises/{promise.id}/change"
                if promise
                else "/my/promise",
                "can_promise": bool(group) and company.portal_promises,
                "request_key": secrets.token_hex(16),
            },
            status=422 if is_refused else 200,
        )

    def _render_promise(self, promise, message=""):
        user = request.env.user
        promise_sudo = promise.sudo()  # sudo: who promised, and its documents
        documents = promise_sudo._prepare_portal_documents(user)
        ids = [str(row["id"]) for row in documents if row["is_open"] and row["name"]]
        can_pay = promise._portal_allows(user, "pay")
        return self._render_page(
            "customer_portal.promise",
            {
                "page_name": "pay",
                "promise": promise,
                "person": promise_sudo.user_id.name or "",
                "documents": documents,
                "badge": promise._get_portal_badge(),
                "can_change": can_pay and promise.state == "open",
                "pay_url": f"/my/pay?documents={','.join(ids)}"
                if can_pay and ids
                else "",
                "message": message,
            },
            status=422 if message else 200,
        )
