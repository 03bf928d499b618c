"""Ask for something: the catalogue of request types, and the form of each."""

import secrets
from math import ceil
from urllib.parse import urlencode

from werkzeug.exceptions import NotFound

from odoo import http
from odoo.http import request

from odoo.addons.customer_portal.controllers.frame.conversation import (
    ConversationPortal,
)
from odoo.addons.customer_portal.controllers.portal import CHANGE, PAGE
from odoo.addons.customer_portal.tools.drawing import Numbers
from odoo.addons.customer_portal.tools.moment import format_moment

from ..const import LONGEST_SUBJECT
from .ticket_form import LONGEST_LINE, LONGEST_TEXT, TicketForm

UPLOAD = {**CHANGE, "max_content_length": 64 * 1024 * 1024, "limit": "ticket"}


class NewTicketPortal(ConversationPortal):
    @http.route("/my/tickets/new", **PAGE)
    def portal_ticket_types(self, **query):
        """Show what can be asked for; where one type fits, its form at once."""
        self._check_can("open_tickets")
        context = self._get_ticket_context()
        customer, company = self._get_ticket_sides(context)
        self._check_may_ask_for(customer)
        teams = self._get_offered_types(customer, company)
        kinds = request.env["portal.ticket.type"].sudo().concat(*teams)  # sudo: offered
        fitting = kinds.filtered(lambda kind: kind._fits_context(context))
        if len(fitting) == 1 and "all" not in query:
            url = f"/my/tickets/new/{fitting.id}{self._get_context_query(context)}"
            return request.redirect(url, code=303)
        offers = kinds._prepare_offers(customer, teams)
        for offer in offers:
            offer["url"] = self._get_form_url(offer["type"], context)
            offer["fits"] = offer["type"] in fitting
            offer["hours"] = ceil(offer["hours"])
        return self._render_page(
            "customer_portal_support.ticket_types",
            {
                "page_name": "tickets",
                "fitting": [offer for offer in offers if offer["fits"]],
                "others": [offer for offer in offers if not offer["fits"]],
                "about": self._prepare_about(context),
            },
        )

    @http.route("/my/tickets/new/<int:request_type>", **PAGE)
    def portal_ticket_form(self, request_type, **_query):
        """Show the form of a type."""
        self._check_can("open_tickets")
        context = self._get_ticket_context()
        kind = self._get_offered_type(request_type, context)
        return self._render_ticket_form(kind, context)

    @http.route("/my/tickets/new/<int:request_type>", **UPLOAD)
    def portal_ticket_send(self, request_type, request_key="", **post):
        """Open a ticket, once."""
        self._check_can("open_tickets")
        requests = request.env["portal.request"]
        ticket = requests._get_result(request_key, "portal.ticket")
        if ticket:
            return self._go_to_sent_ticket(ticket)
        context = self._get_ticket_context()
        kind = self._get_offered_type(request_type, context)
        tickets = request.env["portal.ticket"]
        questions = kind.field_ids._prepare_questions()
        form = TicketForm(request.env, post, questions, tickets._get_link_fields())
        chosen = self._read_chosen(form, context)
        if self._is_searching(form, chosen):
            return self._render_ticket_form(kind, context, form, chosen)
        returns = self._read_returns(form, chosen)
        files = self._read_answered_files(form)
        customer, company = self._get_ticket_sides(chosen)
        if not form.is_valid:
            return self._render_ticket_form(kind, context, form, chosen)
        ticket, refusal = self._attempt_with_files(
            # sudo: the type is offered to the person, and what it is about was reached
            tickets.sudo()._open,
            request.env.user,
            kind,
            customer,
            company,
            self._prepare_ticket_values(form, chosen),
            answers=self._prepare_answers(form, chosen, returns),
            files=files,
            returns=returns,
        )
        if refusal:
            return self._render_ticket_form(kind, context, form, chosen, refusal)
        requests._remember(request_key, ticket)
        return self._go_to_sent_ticket(ticket)

    def _get_done_texts(self):
        """Extend: a ticket was sent."""
        return {
            **super()._get_done_texts(),
            "ticket_sent": request.env._("We have your request."),
        }

    @staticmethod
    def _go_to_sent_ticket(ticket):
        """Go to the page of the ticket; who may not see tickets, to the overview."""
        if not request.env.user._portal_can("see_tickets"):
            return request.redirect("/my?notice=ticket_sent", code=303)
        url = f"/my/tickets/{ticket.id}?notice=ticket_sent"
        return request.redirect(url, code=303)

    # ------------------------------------------------------------
    # What it is about
    # ------------------------------------------------------------

    def _get_ticket_context(self):
        """Return {kind: record in sudo} of what the address names.

        :raise NotFound: for what is missing or foreign
        """
        tickets = request.env["portal.ticket"]
        named = request.httprequest.args
        context = {}
        for kind in tickets._get_context_kinds():
            if kind not in named:
                continue
            record = tickets._reach_linked(
                kind, named[kind], context, self._get_customer()
            )
            if not record:
                raise NotFound
            if customer := tickets._get_linked_customer(kind, record):
                request.env.user._follow_portal_document(customer)
            context |= tickets._unfold_linked(kind, record)
        return context

    def _get_ticket_sides(self, context):
        """Return (customer, company of the seller) of a ticket about some records.

        The customer is none where the person may open tickets for none of theirs.
        """
        tickets = request.env["portal.ticket"]
        customer = self._get_customer()
        company = request.env.company
        for kind, record in context.items():
            of_record = tickets._get_linked_customer(kind, record)
            if of_record:
                customer = tickets._choose_customer(request.env.user, of_record)
            company = tickets._get_linked_company(kind, record) or company
        # sudo: whose the papers are that the person reaches
        return customer.sudo(), company.sudo()

    def _check_may_ask_for(self, customer):
        """Refuse a ticket of a customer for which the person may open none.

        :raise HTTPException: as `_refuse` does
        """
        tickets = request.env["portal.ticket"]
        if not tickets._choose_customer(request.env.user, customer):
            self._refuse()

    @staticmethod
    def _get_offered_types(customer, company):
        """Return {type in sudo: its team}."""
        return request.env["portal.ticket.type"]._get_offered(
            request.env.user, customer, company
        )

    def _get_offered_type(self, type_id, context):
        """Return a type that the person is offered, in sudo.

        :raise NotFound: for every other one
        """
        customer, company = self._get_ticket_sides(context)
        self._check_may_ask_for(customer)
        for kind in self._get_offered_types(customer, company):
            if kind.id == type_id:
                return kind
        raise NotFound

    @staticmethod
    def _get_context_query(context):
        """Return what an address says of records that it names, with its "?"."""
        kinds = request.env["portal.ticket"]._get_context_kinds()
        named = {kind: context[kind].id for kind in kinds if kind in context}
        if "line" in named:
            named = {"line": named["line"]}
        return f"?{urlencode(named)}" if named else ""

    def _get_form_url(self, kind, context):
        return f"/my/tickets/new/{kind.id}{self._get_context_query(context)}"

    @staticmethod
    def _prepare_about(context):
        """Return [(kind, row of `_describe_linked`)] of what it is about."""
        tickets = request.env["portal.ticket"]
        return [
            (kind, tickets._describe_linked(kind, context[kind]))
            for kind in tickets._get_link_fields()
            if kind in context
        ]

    # ------------------------------------------------------------
    # What was answered
    # ------------------------------------------------------------

    def _read_chosen(self, form, context):
        """Return {kind: record in sudo} of what was chosen, with the context.

        What the person may not see is as what is missing: an error of the field.
        """
        tickets = request.env["portal.ticket"]
        asked = {
            question["kind"]: question
            for question in form.questions
            if question["kind"] in form.linked_kinds
        }
        chosen = {kind: context[kind] for kind in context if kind not in asked}
        for kind in tickets._get_link_fields():
            question = asked.get(kind)
            if question:
                self._read_record(form, question, chosen)
        self._check_one_customer(form, asked, chosen)
        return chosen

    def _read_record(self, form, question, chosen):
        _ = request.env._
        name, kind = question["name"], question["kind"]
        if not form.raw.get(name):
            if question["is_required"]:
                form.errors[name] = _("Please choose.")
            return
        record = request.env["portal.ticket"]._reach_linked(
            kind, form.raw[name], chosen, self._get_customer()
        )
        if record and self._may_ask_about(kind, record):
            chosen[kind] = record
        else:
            form.errors[name] = _("Choose one of those that you find here.")

    @staticmethod
    def _may_ask_about(kind, record):
        tickets = request.env["portal.ticket"]
        customer = tickets._get_linked_customer(kind, record)
        return not customer or tickets._choose_customer(request.env.user, customer)

    @staticmethod
    def _check_one_customer(form, asked, chosen):
        """Refuse papers of two customers in one ticket, or of two sellers."""
        tickets = request.env["portal.ticket"]
        sides = {
            (
                tickets._get_linked_customer(kind, record),
                tickets._get_linked_company(kind, record),
            )
            for kind, record in chosen.items()
            if tickets._get_linked_company(kind, record)
        }
        if len(sides) > 1:
            for kind in chosen.keys() & asked.keys():
                form.errors[asked[kind]["name"]] = request.env._(
                    "Choose papers of one company."
                )

    def _read_answered_files(self, form):
        """Return (clean name, content, question) of the files that were chosen."""
        files = []
        for question in form.questions:
            if question["kind"] == "file":
                name = question["name"]
                read = self._read_files(form, name)
                files += [(*file, question) for file in read]
                if question["is_required"] and not read and name not in form.errors:
                    form.errors[name] = request.env._("Choose a file.")
        return files

    # ------------------------------------------------------------
    # Goods to return
    # ------------------------------------------------------------

    def _is_searching(self, form, chosen):
        """Return whether the form comes back with more to choose from, not sent.

        Something is looked for, or goods are of a paper that was just chosen; not
        where a paper was named that the person cannot choose.
        """
        if form.get_searched() or form.raw.get("find"):
            return True
        if form.has_wrong_record():
            return False
        source = self._get_return_source(chosen)
        return any(
            question["kind"] == "return"
            and source
            and form.raw.get(f"source_{question['name']}") != str(source.id)
            for question in form.questions
        )

    @staticmethod
    def _get_return_source(chosen):
        return request.env["portal.ticket"]._get_return_source(chosen)

    def _read_returns(self, form, chosen):
        """Return (of what, {key: quantity}) of goods to return, or None.

        What is wrong is an error of its field; it is decided anew under a lock.
        """
        source = self._get_return_source(chosen)
        # sudo: goods of a paper that the person reaches
        tickets = request.env["portal.ticket"].sudo()
        for question in form.questions:
            if question["kind"] != "return":
                continue
            name = question["name"]
            wishes = form.values[name]
            if not source or not wishes:
                if question["is_required"] and name not in form.errors:
                    form.errors[name] = request.env._(
                        "Enter how many you want to return."
                    )
                return None
            rows = {row["key"]: row for row in tickets._prepare_returnable(source)}
            for key, quantity in wishes.items():
                if key not in rows:
                    form.errors[name] = request.env._("This cannot be returned.")
                elif refusal := tickets._check_return(rows[key], quantity):
                    form.errors[f"{name}_{key}"] = refusal
            return source, wishes
        return None

    def _prepare_returnables(self, questions, records):
        """Return {name: source and rows of goods to return} for the fields."""
        source = self._get_return_source(records)
        # sudo: goods of a paper that the person reaches
        tickets = request.env["portal.ticket"].sudo()
        return {
            question["name"]: {
                "source": source,
                "rows": tickets._prepare_returnable(source) if source else [],
            }
            for question in questions
            if question["kind"] == "return"
        }

    # ------------------------------------------------------------
    # The ticket
    # ------------------------------------------------------------

    @staticmethod
    def _prepare_ticket_values(form, chosen):
        """Return the values of the ticket that are not answers of a type."""
        values = {
            name: form.values[name] for name in ("subject", "urgency", "is_complaint")
        }
        for kind, field in form.linked_kinds.items():
            if kind in chosen:
                values[field] = chosen[kind].id
        return values

    @staticmethod
    def _prepare_answers(form, chosen, returns):
        """Return what was answered, as `portal.ticket._open` takes it.

        What the ticket itself links is no answer besides, unless it has no page; files
        are kept apart.
        """
        tickets = request.env["portal.ticket"]
        answers = [
            {
                "question": {"id": False, "kind": kind, "label": label, "sequence": 0},
                "text": tickets._describe_linked(kind, chosen[kind])["name"],
            }
            for kind, label in tickets._get_worded_kinds().items()
            if kind in chosen
        ]
        for question in form.questions:
            name, kind = question["name"], question["kind"]
            if kind in form.linked_kinds or kind == "file":
                continue
            answer = {"question": question, "text": form.raw.get(name, "")}
            if kind == "date":
                answer["date"] = form.values[name]
            elif kind == "number":
                answer["number"] = form.values[name]
            elif kind == "return" and returns:
                # sudo: goods of a paper that the person reaches
                answer["text"] = tickets.sudo()._describe_returns(*returns)
            if answer["text"]:
                answers.append(answer)
        return answers

    # ------------------------------------------------------------
    # Form
    # ------------------------------------------------------------

    def _render_ticket_form(self, kind, context, form=None, chosen=None, message=""):
        is_search = bool(form) and self._is_searching(form, chosen)
        errors = form.errors if form and not is_search else {}
        if errors and not message:
            message = request.env._("Please check the marked fields.")
        records = context if chosen is None else chosen
        customer, company = self._get_ticket_sides(records)
        team = kind._get_teams(company)[kind]
        questions = kind.field_ids._prepare_questions()
        asked = {question["kind"] for question in questions}
        return self._render_page(
            "customer_portal_support.ticket_form",
            {
                "page_name": "tickets",
                "type": kind,
                "action": self._get_form_url(kind, context),
                "catalogue_url": self._get_catalogue_url(context),
                "about": self._prepare_about(
                    {kind: context[kind] for kind in context if kind not in asked}
                ),
                "questions": questions,
                "pickers": self._prepare_pickers(questions, records, form),
                "returnables": self._prepare_returnables(questions, records),
                "expected": self._format_expected(kind, customer, team),
                "subject": form.raw.get("subject", "")
                if form
                else self._suggest_subject(kind, context),
                "urgency": form.values["urgency"] if form else "1",
                "urgencies": request.env["portal.ticket"]
                ._fields["urgency"]
                ._description_selection(request.env),
                "is_complaint": form.values["is_complaint"]
                if form
                else kind.code == "complaint",
                "raw": form.raw if form else {},
                "errors": errors,
                "message": message,
                "format_quantity": Numbers(request.env).short,
                "had_files": bool(form and any(request.httprequest.files.values())),
                "request_key": self._keep_key(),
                "searched_hours": request.env["portal.search.log"]._get_hours(),
                "longest": {
                    "subject": LONGEST_SUBJECT,
                    "text": LONGEST_LINE,
                    "long_text": LONGEST_TEXT,
                },
            },
            status=422 if message else 200,
        )

    @staticmethod
    def _format_expected(kind, customer, team):
        """Return until when an answer is expected, in the person's zone, or ""."""
        moment = kind._get_expected(customer, team)
        zone = request.env.user.tz or team._get_tz()
        return format_moment(request.env, moment, zone) if moment else ""

    def _get_catalogue_url(self, context):
        query = self._get_context_query(context)
        return f"/my/tickets/new{query}{'&' if query else '?'}all=1"

    @staticmethod
    def _keep_key():
        """Return the key of the form: the one it had, since nothing came of it."""
        key = request.httprequest.form.get("request_key", "")
        requests = request.env["portal.request"]
        return key if requests._is_key(key) else secrets.token_hex(16)

    @staticmethod
    def _suggest_subject(kind, context):
        """Return a subject: the type, and what it is about."""
        tickets = request.env["portal.ticket"]
        names = [
            tickets._describe_linked(kind_of, context[kind_of])["name"]
            for kind_of in tickets._get_link_fields()
            if kind_of in context
        ]
        subject = f"{kind.name}: {', '.join(names)}" if names else kind.name
        return subject[:LONGEST_SUBJECT]

    def _prepare_pickers(self, questions, records, form):
        """Return {name: what the field of a record shows}; a query or two each.

        :param dict records: {kind: what is chosen}
        :return: dicts with chosen (a row or None), rows, has_more, words, is_open
        """
        tickets = request.env["portal.ticket"]
        links = tickets._get_link_fields()
        is_return = any(question["kind"] == "return" for question in questions)
        searched = form.get_searched() if form else set()
        pickers = {}
        for question in questions:
            name, kind = question["name"], question["kind"]
            if kind not in links:
                continue
            record = records.get(kind)
            is_searched = name in searched
            picker = {"chosen": None, "rows": [], "has_more": False, "words": ""}
            if record:
                picker["chosen"] = tickets._describe_linked(kind, record)
            if form and is_searched:
                picker["words"] = form.get_words(name)
            others = {key: records[key] for key in records if key != kind}
            if is_searched or not record:
                picker["rows"], picker["has_more"] = tickets._find_linked(
                    kind,
                    picker["words"],
                    {**others, "is_return": is_return},
                    self._get_customer(),
                )
            if record:
                picker["rows"] = [
                    row for row in picker["rows"] if row["id"] != record.id
                ]
            picker["is_open"] = is_searched
            # A short list that is complete needs no search; of products it is that
            # only where they are those of one paper.
            is_whole = kind != "product" or others
            picker["can_search"] = bool(
                record or is_searched or picker["has_more"] or not is_whole
            )
            pickers[name] = picker
        return pickers
