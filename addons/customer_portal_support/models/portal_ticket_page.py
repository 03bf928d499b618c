"""What the page of one ticket shows; in sudo, for whoever may read the ticket."""

from datetime import timedelta

from odoo import api, fields, models
from odoo.tools.mail import is_html_empty

from odoo.addons.customer_portal.const import MOST_MESSAGES
from odoo.addons.customer_portal.tools.drawing import Numbers
from odoo.addons.customer_portal.tools.moment import format_moment

from ..const import ENDED, OPEN

PAGE_FIELDS = (
    "channel",
    "closed_on",
    "closing_warned_on",
    "company_id",
    "customer_status",
    "description",
    "duplicate_of_id",
    "end_reason",
    "escalated_on",
    "escalated_to_id",
    "expected_reply_on",
    "first_reply_on",
    "invoice_id",
    "is_complaint",
    "last_customer_message_on",
    "last_staff_message_on",
    "number",
    "order_id",
    "participant_ids",
    "partner_id",
    "payment_id",
    "portal_customer_id",
    "product_id",
    "received_on",
    "solved_on",
    "subject",
    "team_id",
    "type_id",
    "urgency",
    "user_id",
)
PERSON_FIELDS = ("active", "commercial_partner_id", "name", "partner_share")
# PostgreSQL plans a query with many joins longer than it needs for two.
PAGE_LINKS = {
    "company_id": ("name",),
    "partner_id": PERSON_FIELDS,
    "portal_customer_id": ("commercial_partner_id", "name", "parent_id"),
    "team_id": ("close_days", "name", "reopen_days", "user_id", "warn_days"),
    "type_id": ("name",),
}
USER_FIELDS = ("active", "partner_id", "share")
USER_LINKS = {"partner_id": ("name",)}
VALUE_FIELDS = ("date", "label", "number", "res_id", "res_model", "text")
# Fields with a paper of the customer that the ticket is about.
PAPERS = ("order_id", "invoice_id", "payment_id")
FILE = "ir.attachment"
PAYMENT = "account.payment"


class PortalTicket(models.Model):
    _inherit = "portal.ticket"

    def _fetch_for_page(self):
        """Read what the page needs of tickets, and no other column; in sudo."""
        found = self._fetch_linked(PAGE_FIELDS, PAGE_LINKS)
        users = found.user_id | found.team_id.user_id | found.escalated_to_id
        users._fetch_linked(USER_FIELDS, USER_LINKS)
        found.product_id._fetch_linked(
            ("product_tmpl_id",), {"product_tmpl_id": ("name",)}
        )
        found.participant_ids.fetch(PERSON_FIELDS)
        found.duplicate_of_id.fetch(["duplicate_of_id", "end_reason", "number"])

    def _prepare_portal_page(self, user, messages):
        """Return what the page shows of a ticket besides its messages; in sudo.

        :param user: who reads it; papers that are not the person's to see are left out
        :param messages: of `_prepare_portal_messages`
        :return: dict with badge, company, type, request (the words with which it
            began), asked_by, customer, expected (a moment, as text), escalated (to
            whom), continued (number and address of the ticket that it was merged
            into), holder (who has it), next (a key, see `_get_portal_next`),
            closing_day, reopen_until, steps, papers, answers, urgency, product, people
            (with whom it is shared) and lead (to whom it can be escalated)
        """
        self.ensure_one()
        self._fetch_below("value_ids", VALUE_FIELDS)
        papers = self._find_portal_papers(user)
        lead = self._get_escalation_lead()
        return {
            "badge": self._get_portal_badge(),
            "company": self.company_id.name,
            "type": self.type_id.name or "",
            "request": self._get_portal_request(messages),
            "asked_by": self.partner_id.name or "",
            "customer": self.portal_customer_id.name or "",
            "expected": self._format_for_reader(self.expected_reply_on),
            "escalated": self._is_escalated() and self.escalated_to_id.partner_id.name,
            "continued": self._get_continued(user),
            "holder": self.user_id.partner_id.name or self.team_id.name,
            "next": self._get_portal_next(),
            "closing_day": self._get_closing_day(),
            "reopen_until": self._get_reopening_end(),
            "steps": self._prepare_portal_steps(),
            "papers": self._prepare_portal_papers(papers),
            "answers": self._prepare_portal_answers(papers),
            "urgency": self._get_urgency_label(),
            "product": self.product_id.product_tmpl_id.name or "",
            "people": self._prepare_portal_people(),
            "lead": lead.partner_id.name or "",
        }

    def _get_portal_request(self, messages):
        """Return the words with which it began, unless they are among the messages.

        A mail that makes a ticket is an internal message; its words stand here.
        A ticket that was split off begins with one of them.
        """
        is_shown = any(row["body"] == self.description for row in messages)
        return "" if is_shown or is_html_empty(self.description) else self.description

    def _format_for_reader(self, moment):
        """Return a moment in the reader's zone, with its name; "" without one."""
        return format_moment(self.env, moment) if moment else ""

    def _get_continued(self, user):
        """Return number and address of the ticket that goes on in place of this one.

        Nothing where the reader may not see it.
        """
        other = self._get_merged()
        if other == self:
            return None
        seen = other.with_user(user).search([("id", "=", other.id)])
        return (other.number, f"/my/tickets/{other.id}") if seen else None

    def _get_urgency_label(self):
        """Return what the customer said of the urgency, in words, or ""."""
        labels = dict(self._fields["urgency"]._description_selection(self.env))
        return labels.get(self.urgency, "")

    def _get_portal_next(self):
        """Return the key of the sentence that says what happens next.

        One of late, expected, working, answering, waiting, solved, closed, over,
        cancelled, duplicate and merged.
        """
        status = self.customer_status
        if status == "closed":
            if self.end_reason in ("duplicate", "merged"):
                return self.end_reason
            return (self.end_reason or status) if self._is_reopenable() else "over"
        if status in ("waiting", "solved"):
            return status
        if not self.first_reply_on:
            expected = self.expected_reply_on
            if not expected:
                return "answering"
            return "late" if expected < fields.Datetime.now() else "expected"
        asked, answered = self.last_customer_message_on, self.last_staff_message_on
        is_asked = asked and answered and asked > answered
        return "answering" if is_asked else "working"

    def _get_reopening_end(self):
        """Return until when a closed ticket can be reopened, or False."""
        if self.customer_status != "closed" or not self.closed_on:
            return False
        return self.closed_on + timedelta(days=self.team_id.reopen_days)

    def _is_reopenable(self):
        """Return whether a ticket that has ended can be taken up again; in sudo."""
        return (
            self.customer_status in ENDED
            and self.end_reason != "merged"
            and not self._is_past_reopening()
        )

    # ------------------------------------------------------------
    # Parts
    # ------------------------------------------------------------

    def _prepare_portal_steps(self):
        """Return the statuses that the ticket had: dicts of label and date."""
        badges, _ = self._get_portal_badges(), self.env._
        steps = self._fetch_below("step_ids", ("date", "reason", "status"))
        rows, before = [], ""
        for step in steps.sorted(lambda step: (step.date, step.id)):
            label = badges[step.reason or step.status][1]
            if before in ENDED and step.status in OPEN:
                label = _("Reopened")
            rows.append({"label": label, "date": step.date})
            before = step.status
        return rows

    def _prepare_portal_people(self):
        """Return the colleagues with whom it is shared: dicts of id and name."""
        people = self.participant_ids - self._get_participants_left()
        return [{"id": person.id, "name": person.name} for person in people]

    @api.model
    def _get_portal_paper_models(self):
        """Return {model of a paper: what its pages are called, before the id}.

        Addons add papers that have a page; their records are searched in the rights of
        the reader, for their name.
        """
        return {"sale.order": "/my/orders/", "account.move": "/my/invoices/"}

    def _get_linked_ids(self):
        """Return {model: ids of the records that the ticket and its answers name}."""
        named = [(self[name]._name, self[name].id) for name in PAPERS]
        named += [(value.res_model, value.res_id) for value in self.value_ids]
        linked = {}
        for model, record_id in named:
            if model and record_id:
                linked.setdefault(model, set()).add(record_id)
        return linked

    def _find_portal_papers(self, user):
        """Return {(model, id): (name, address)} of papers that a person may open."""
        linked = self._get_linked_ids()
        found = {}
        for model, address in self._get_portal_paper_models().items():
            own = self.env[model].with_user(user)
            if model in linked and own.has_access("read"):
                domain = [("id", "in", list(linked[model]))]
                for paper in own.search_fetch(domain, ["name"]):
                    found[model, paper.id] = (paper.name, f"{address}{paper.id}")
        if ids := linked.get(PAYMENT):
            payments = self.env["portal.payment"].with_user(user)
            domain = [("payment_id", "in", list(ids))]
            for payment in payments.search_fetch(domain, ["name", "payment_id"]):
                key = (PAYMENT, payment.payment_id)
                found[key] = (payment.name, f"/my/payments/{payment.payment_id}")
        return found | self._find_papers_without_page(linked, user)

    def _find_papers_without_page(self, linked, user):
        """Return the same of other papers that a person may see, as deliveries.

        They have no address: their answer says in words which they are.

        :param dict linked: of `_get_linked_ids`
        """
        found = {}
        for model in linked.keys() - self._get_portal_paper_models().keys():
            if self._is_guarded(model) and model not in (PAYMENT, FILE):
                own = self.env[model].with_user(user)
                if own.has_access("read"):
                    seen = own.search([("id", "in", list(linked[model]))])
                    found |= {(model, paper_id): ("", "") for paper_id in seen.ids}
        return found

    @api.model
    def _is_guarded(self, model):
        """Return whether roles decide who sees the records of a model, or files."""
        return model in (PAYMENT, FILE) or hasattr(
            self.env.get(model), "_get_portal_rule_domain"
        )

    def _prepare_portal_papers(self, papers):
        """Return the papers that the ticket is about: dicts with kind, name and url.

        :param dict papers: of `_find_portal_papers`
        """
        rows = []
        for field in PAPERS:
            key = (self[field]._name, self[field].id)
            if key in papers:
                name, url = papers[key]
                rows.append({"kind": field, "name": name, "url": url})
        return rows

    def _prepare_portal_answers(self, papers):
        """Return what was answered to the fields of the request type.

        A paper that the reader may not open is left out, with its name.

        :param dict papers: of `_find_portal_papers`
        :return: list of dicts with label and one of text, date, name with url, and file
            (id and name)
        """
        files = self._get_answer_files()
        numbers = Numbers(self.env)
        rows = []
        for value in self.value_ids:
            key = (value.res_model, value.res_id)
            row = {}
            if value.res_id in files and value.res_model == FILE:
                row = {"file": files[value.res_id]}
            elif papers.get(key, ("", ""))[1]:
                row = dict(zip(("name", "url"), papers[key], strict=True))
            elif key not in papers and self._is_guarded(value.res_model):
                pass  # not the reader's to see
            elif value.text:
                row = {"text": value.text}
            elif value.date:
                row = {"date": value.date}
            elif value.number:
                row = {"text": numbers.short(value.number)}
            if row:
                rows.append({"label": value.label, **row})
        return rows

    def _get_answer_files(self):
        """Return {id: (id, name)} of the files among the answers, of this ticket."""
        ids = [value.res_id for value in self.value_ids if value.res_model == FILE]
        if not ids:
            return {}
        files = self.env[FILE].search_fetch(
            [
                ("id", "in", ids),
                ("res_model", "=", self._name),
                ("res_id", "=", self.id),
            ],
            ["name"],
        )
        return {file.id: (file.id, file.name) for file in files}

    def _prepare_portal_messages(self, limit):
        """Return the newest messages of both sides, the newest first.

        In a number of queries that does not grow with them.

        :return: (list of dicts with id, who, is_ours, date, body and files, which are
            pairs of id and name; whether there are older ones)
        """
        limit = min(limit, MOST_MESSAGES)
        messages = self._get_portal_messages(min(limit + 1, MOST_MESSAGES))
        shown = messages[:limit]
        shown.author_id.fetch(["name", "partner_share"])
        shown.attachment_ids.fetch(["name"])
        rows = [
            {
                "id": message.id,
                "who": message.author_id.name or message.email_from or "",
                "is_ours": bool(message.author_id)
                and not message.author_id.partner_share,
                "date": message.date,
                "body": message.body,
                "files": [(file.id, file.name) for file in message.attachment_ids],
            }
            for message in shown
        ]
        return rows, len(messages) > limit

    def _find_portal_file(self, file_id):
        """Return a file that the page shows, of a message or an answer; or none.

        In sudo: the caller has checked who reads the ticket.
        """
        messages = self._get_portal_messages(MOST_MESSAGES)
        found = messages.attachment_ids.filtered(lambda file: file.id == file_id)
        if not found and file_id in self._get_answer_files():
            found = self.env[FILE].browse(file_id)
        return found
