"""The mail of a reminder: to whom it goes, what stands in it, and that it goes once."""

import base64
import logging
import re
from datetime import timedelta

from psycopg2 import OperationalError

from odoo import SUPERUSER_ID, api, models
from odoo.fields import Command, Datetime, Domain
from odoo.tools.misc import format_date

from ...report import statement as paper
from ...tools.reminder import Step, get_next
from ...tools.statement import Statement

PORTION = 20  # mails between two commits
MOST_ROWS = 50  # of the table in a mail
PAY_LINK = re.compile(r"/pay/[0-9]+-[0-9]+-[0-9]+-[0-9]+\.[0-9a-f]{64}")

_logger = logging.getLogger(__name__)


class PortalReminder(models.Model):
    _inherit = "portal.reminder"

    # ------------------------------------------------------------
    # To whom
    # ------------------------------------------------------------

    @api.model
    def _get_recipients_of(self, customers):
        """Return {customer: who gets reminders and has an address}; in sudo.

        The contacts for reminders, else the invoice address, else the customer.
        """
        functions = self.env["portal.contact.function"]
        contacts = functions._get_contacts_of_all(customers, "reminders")
        # What `address_get` finds, of all of them at once.
        addresses = customers.search_fetch(
            [
                ("commercial_partner_id", "in", customers.ids),
                ("type", "=", "invoice"),
                ("email", "!=", False),
            ],
            ["commercial_partner_id", "email"],
        ).grouped("commercial_partner_id")
        found = {}
        for customer in customers:
            usual = customer._get_usual_address("invoice").filtered("email")
            address = usual or addresses.get(customer, customer)[:1]
            chosen = contacts.get(customer) or address
            found[customer] = chosen.filtered("email")
        return found

    def _set_recipients(self, recipients):
        for reminder in self:
            chosen = recipients[reminder.partner_id]
            if reminder.recipient_ids != chosen:
                reminder.recipient_ids = [Command.set(chosen.ids)]

    def _find_next(self, day):
        """Note which level comes next if nothing is paid, and when.

        :param day: on which these are sent
        """
        finders = {
            company: company._get_working_day_finder() for company in self.company_id
        }
        for reminder in self:
            schedule = reminder.schedule_id
            find = (
                finders[reminder.company_id]
                if schedule.only_working_days
                else lambda day: day
            )
            first = day + timedelta(days=schedule.days_between)
            steps = schedule._get_steps()
            found = [
                get_next(
                    steps,
                    line.date_due,
                    [Step(line.days, line.level_id.id)],
                    first,
                    find,
                )
                for line in reminder.line_ids
                if line.is_counted
            ]
            step, moment = min(
                filter(None, found),
                key=lambda one: (one[1], one[0]),
                default=(None, False),
            )
            reminder.write(
                {"next_level_id": step.level_id if step else False, "next_on": moment}
            )

    # ------------------------------------------------------------
    # Send
    # ------------------------------------------------------------

    @api.model
    def _send_approved(self):
        """Queue the mails of what is approved, a portion at a time (scheduled).

        That one was sent is written with its mail: what breaks, or is run twice, sends
        nothing twice.
        """
        domain = self._get_sendable_domain()
        cron = self.env["ir.cron"]
        cron._commit_progress(remaining=self.search_count(domain))
        while portion := self.search(domain, order="id", limit=PORTION):
            portion = portion.try_lock_for_update()
            if not portion:
                break
            for company, reminders in portion.grouped("company_id").items():
                reminders.with_company(company)._send_of(company)
            self.env["res.users"]._send_mails_soon()
            if not cron._commit_progress(len(portion)):
                return
        cron._commit_progress(remaining=0)  # the rest is another job's

    def _get_sendable_domain(self):
        """Return the domain of what goes today, as each company has its day."""
        domain = Domain.FALSE
        for company in self.env["res.company"]._get_reminding():
            own = Domain("company_id", "=", company.id)
            if not company._is_working_day(company._get_accounting_day()):
                own &= Domain("schedule_id.only_working_days", "=", False)
            domain |= own
        return domain & Domain("state", "=", "approved")

    def _send_of(self, company, day=None):
        """Queue the mails of reminders of one company, as things are now; in sudo.

        :param day: of the mails, by default today
        """
        day = day or company._get_accounting_day()
        customers = self.partner_id.with_company(company)
        schedules = self._get_schedules_of(company, customers)
        plans = self._plan(company, schedules, customers, day)
        for reminder in self:
            key = (reminder.partner_id, reminder.currency_id)
            reminder._shrink(plans.get(key))
        going = self.filtered(lambda one: one.state == "approved")
        going._set_recipients(self._get_recipients_of(going.partner_id))
        lacking = going.filtered("lacks_address")
        lacking._fail(self.env._("Nobody has an e-mail address."))
        going -= lacking
        going._find_next(day)
        try:
            with self.env.cr.savepoint():
                going._queue_mails(day)
        except OperationalError:
            # Somebody changes the same records now: the scheduled action comes again.
            raise
        except Exception:
            _logger.exception("A portion of reminders failed: each one by itself")
            for reminder in going:
                reminder._try_to_queue(day)

    def _try_to_queue(self, day):
        try:
            with self.env.cr.savepoint():
                self._queue_mails(day)
        except OperationalError:
            raise
        except Exception:
            _logger.exception("Reminder %s failed", self.id)
            self._fail(self.env._("The e-mail could not be made. The log says why."))

    def _fail(self, reason):
        self.write({"state": "failed", "reason": reason})

    def _queue_mails(self, day):
        """Queue one mail each; as the system, and linked to no document.

        Whoever may read a document could read the links of its mails too.
        """
        self.write(
            {
                "state": "sent",
                "sent_on": Datetime.now(),
                "sent_day": day,
                "reason": False,
            }
        )
        for template, reminders in self.grouped(
            lambda reminder: reminder.level_id.template_id
        ).items():
            reminders._fetch_for_mail()
            mails = template.with_user(SUPERUSER_ID).send_mail_batch(
                reminders.ids,
                email_values={
                    "model": False,
                    "res_id": False,
                    "partner_ids": [],
                    "recipient_ids": [],
                    "email_cc": False,
                },
            )
            for reminder, mail in zip(reminders, mails, strict=True):
                reminder._complete_mail(mail)
        for reminder in self:
            reminder.partner_id._hand_to_followup(
                reminder.company_id, reminder.next_on or day
            )

    def _complete_mail(self, mail):
        """Give a mail its addresses and statement, and keep what it says."""
        values = {"email_to": ", ".join(self.recipient_ids.mapped("email_formatted"))}
        if self.schedule_id.attaches_statement:
            name, content = self._draw_statement()
            values["attachment_ids"] = [
                Command.create(
                    {
                        "name": name,
                        "datas": base64.b64encode(content),
                        "type": "binary",
                        "res_model": "mail.message",
                        "res_id": mail.mail_message_id.id,
                    }
                )
            ]
        mail.write(values)
        self.write(
            {
                "subject": mail.subject,
                "body": self._without_keys(mail.body_html or ""),
            }
        )

    def _draw_statement(self):
        """Return name and content of the statement of what is open now."""
        company = self.company_id
        customer = self.partner_id.with_context(
            lang=self.partner_id.lang or self.env.lang,
            allowed_company_ids=company.ids,
            tz=company._get_accounting_zone(),
        )
        day = self.sent_day
        content = paper.draw(customer, customer, Statement("outstanding", day, day))
        return f"{customer.env._('statement')}-{day}.pdf", content

    # ------------------------------------------------------------
    # What stands in it
    # ------------------------------------------------------------

    def _fetch_for_mail(self):
        """Read what the mails need, of all of them at once."""
        self.line_ids.move_id.fetch(
            ["name", "move_type", "commercial_partner_id", "company_id"]
        )

    def _get_mail_items(self):
        """Return the table, the button and what is left out, as HTML for a template."""
        return self.env["ir.qweb"]._render(
            "customer_portal.reminder_mail_items", self._prepare_mail_values()
        )

    def _prepare_mail_values(self):
        self.ensure_one()
        pay_links = self.env["portal.pay.link"]
        customer = self.partner_id
        pays = pay_links._is_on(customer)
        lines = self.line_ids.filtered("amount")
        rows = [self._prepare_mail_row(line, pays) for line in lines[:MOST_ROWS]]
        return {
            "reminder": self,
            "seller": self.company_id,
            "rows": rows,
            "more": len(lines) - len(rows),
            "left_out": [
                self._prepare_mail_row(line, pays)
                for line in self.line_ids.filtered("amount_paused")[:MOST_ROWS]
            ],
            "credit": self.amount_credit
            and self.currency_id.format(self.amount_credit),
            "button": self._get_mail_button(lines, pays),
            "next_step": self._get_mail_next(),
            "statement_url": f"{self.get_base_url()}/my/statement",
        }

    def _prepare_mail_row(self, line, pays):
        """Return what the table says of a line.

        :param pays: whether links pay without signing in
        """
        move = line.move_id
        url = ""
        if move.move_type == "out_invoice" and pays:
            url = self.env["portal.pay.link"]._get_url(move)
        elif move.move_type != "entry":
            url = f"{self.get_base_url()}/my/invoices/{move.id}"
        return {
            "name": move.name,
            "url": url,
            "due": format_date(self.env, line.date_due),
            "when": line._get_when(),
            "is_late": line.days_late > 0,
            "amount": self.currency_id.format(line.amount),
            "paused": self.currency_id.format(line.amount_paused),
            "pause": line.pause_label,
        }

    def _get_mail_button(self, lines, pays):
        """Return {url, label} of the one button of the mail.

        :param pays: whether links pay without signing in
        """
        _ = self.env._
        links = self.env["portal.pay.link"]
        invoices = lines.move_id.filtered(lambda move: move.move_type == "out_invoice")
        if pays and len(lines.move_id) == 1 and invoices:
            return {"url": links._get_url(invoices), "label": _("Pay now")}
        if pays and invoices and links._get_kind() == "due":
            return {"url": links._get_url(invoices[:1]), "label": _("Pay what is due")}
        if not self.env.user._is_portal_payment_enabled():
            path, label = "/my/invoices", _("Open the invoices")
        elif self.amount_overdue:
            path, label = "/my/pay?select=overdue", _("Pay in the portal")
        else:
            path, label = "/my/pay", _("Pay in the portal")
        return {"url": f"{self.get_base_url()}{path}", "label": label}

    def _get_mail_next(self):
        """Return what comes next, as the level says it, or when the next one comes."""
        if self.level_id.next_step:
            return self.level_id.next_step
        last = max(self.schedule_id._get_steps(), default=None)
        is_last = last and last.level_id == self.level_id.id
        if self.next_on and self.amount_overdue and not is_last:
            return self.env._(
                "If it is still open on %s, we will remind you again.",
                format_date(self.env, self.next_on),
            )
        return ""

    # ------------------------------------------------------------
    # Preview
    # ------------------------------------------------------------

    def _compute_preview(self):
        """Compute the mail as it would go now, without keys to pay; what was, stays."""
        for reminder in self:
            if reminder.state in ("sent", "skipped", "cancelled") or not reminder.id:
                reminder.preview = reminder.body
                reminder.preview_subject = reminder.subject
                continue
            # sudo: staff who may read the reminder may see its mail
            subject, body = reminder.sudo()._render_mail()
            reminder.preview_subject = subject
            reminder.preview = self._without_keys(body)

    @staticmethod
    def _without_keys(body):
        """Return a mail whose links ask for a sign-in."""
        return PAY_LINK.sub("/my/invoices", body)

    def _render_mail(self):
        """Return subject and HTML of the mail, in the customer's language; in sudo."""
        self.ensure_one()
        template = self.level_id.template_id
        values = template._generate_template([self.id], ("subject", "body_html"))
        lang = template._render_lang([self.id])[self.id] or self.env.lang
        body = template.with_context(lang=lang)._render_encapsulate(
            "customer_portal.mail_layout",
            values[self.id]["body_html"],
            add_context={"company": self.company_id},
            context_record=self.with_context(lang=lang),
        )
        return values[self.id]["subject"], body
