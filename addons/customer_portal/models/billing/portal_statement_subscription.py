"""The statement of the last month by mail: who asked for it, and the sending."""

import base64
import logging
from datetime import timedelta

from psycopg2 import OperationalError

from odoo import SUPERUSER_ID, api, fields, models
from odoo.tools.misc import format_date, hash_sign, verify_hash_signed

from ...report import statement as paper
from ...tools.statement import Statement

PORTION = 10  # mails, each with a PDF, between two commits
LONGEST_TOKEN = 300  # characters
SIGNED_FOR = "customer_portal.statement"

_logger = logging.getLogger(__name__)


class PortalStatementSubscription(models.Model):
    """A person gets the statement of a customer on the first of each month."""

    _name = "portal.statement.subscription"
    _description = "Monthly statement by e-mail"
    _inherit = ["portal.mail.mixin"]
    _order = "id"
    _rec_name = "user_id"

    user_id = fields.Many2one(
        "res.users", "Person", required=True, ondelete="cascade", readonly=True
    )
    partner_id = fields.Many2one(
        "res.partner",
        "Customer",
        required=True,
        ondelete="cascade",
        readonly=True,
        index=True,
    )
    sent_until = fields.Date(
        "Sent until",
        required=True,
        readonly=True,
        index=True,
        help="The last day of the last statement that was sent, or passed over.",
    )
    state = fields.Selection(
        [("sent", "Sent"), ("skipped", "No longer allowed"), ("failed", "Failed")],
        "Last time",
        readonly=True,
    )

    _user_partner_unique = models.UniqueIndex("(user_id, partner_id)")

    # ------------------------------------------------------------
    # Choose
    # ------------------------------------------------------------

    @api.model
    def _find(self, user, customer):
        """Return the subscription of a person for a customer, in sudo, or none."""
        # sudo: whether the very person gets it
        return self.sudo().search(
            [("user_id", "=", user.id), ("partner_id", "=", customer.id)], limit=1
        )

    @api.model
    def _subscribe(self, user, customer):
        """Send a person the statements of a customer from the next month on; in sudo.

        The caller has checked that the person sees the account. Twice is as once.
        """
        user._lock_portal_person()
        if self._find(user, customer):
            return
        # sudo: nobody writes these but the portal; the caller is the person
        self.sudo().create(
            {
                "user_id": user.id,
                "partner_id": customer.id,
                "sent_until": self._get_last_month(fields.Date.today()).last,
            }
        )

    @staticmethod
    def _get_last_month(day):
        """Return the Statement of the month before a day."""
        last = day.replace(day=1) - timedelta(days=1)
        return Statement("activity", last.replace(day=1), last)

    # ------------------------------------------------------------
    # The link that ends the mails
    # ------------------------------------------------------------

    def _get_unsubscribe_path(self):
        token = hash_sign(self.env, SIGNED_FOR, [self.user_id.id, self.partner_id.id])
        return f"/my/statement/unsubscribe?token={token}"

    @api.model
    def _find_by_unsubscribe_token(self, token):
        """Return the customer that a link is about, and the subscription; in sudo.

        Both are empty for a wrong link; who unsubscribed already has no subscription.
        """
        # sudo: the signed link is the right to end these mails, and to nothing else
        nothing = self.sudo(), self.env["res.partner"].sudo()
        if not isinstance(token, str) or not 0 < len(token) <= LONGEST_TOKEN:
            return nothing
        try:
            values = verify_hash_signed(nothing[0].env, SIGNED_FOR, token)
        except ValueError:  # no token at all
            values = None
        if not values:
            return nothing
        user = nothing[0].env["res.users"].browse(values[0])
        customer = nothing[1].browse(values[1]).exists()
        return self._find(user, customer), customer

    # ------------------------------------------------------------
    # Send
    # ------------------------------------------------------------

    @api.model
    def _send_monthly(self):
        """Queue the statements of the last month (scheduled, every day).

        That one was sent is written with its mail, and each portion is committed: what
        breaks, or is run twice, sends nothing twice. After a pause only the last month
        is sent.
        """
        asked = self._get_last_month(fields.Date.today())
        waiting = [("sent_until", "<", asked.last)]
        cron = self.env["ir.cron"]
        cron._commit_progress(remaining=self.search_count(waiting))
        while portion := self.search(waiting, limit=PORTION).try_lock_for_update():
            for subscription in portion:
                subscription._try_to_send(asked)
            self.env["res.users"]._send_mails_soon()
            if not cron._commit_progress(len(portion)):
                break

    def _try_to_send(self, asked):
        """Queue one mail; what fails holds up no other."""
        self.sent_until = asked.last
        customers = self._get_customers()
        if not customers:
            self.state = "skipped"
            return
        try:
            with self.env.cr.savepoint():
                self._queue_mail(customers, asked)
                self._tell_ready(asked)
                self.state = "sent"
        except OperationalError:
            # Somebody changes the same records now: the scheduled action comes again.
            raise
        except Exception:
            _logger.exception("The monthly statement %s failed", self.id)
            self.state = "failed"

    def _tell_ready(self, asked):
        """Put it at the bell, too; the statement itself is the mail."""
        self.env["portal.notice"]._tell(
            "statement_ready",
            self.user_id,
            self.partner_id,
            f"/my/statement?view=activity&from={asked.first}&to={asked.last}",
            lambda env: env._(
                "Your statement until %s is ready.", format_date(env, asked.last)
            ),
        )

    def _get_customers(self):
        """Return whose account the person sees by now, in the person's rights."""
        user = self.user_id
        customers = self.env["res.partner"]
        if user.active and user.share and user.email:
            rights = user._get_portal_rights()
            ids = rights.get_ids("see_invoices", self.partner_id.id)
            customers = customers.browse(sorted(ids))
        return customers.with_user(user).with_context(
            lang=user.lang or "en_US",
            tz=user.tz or "UTC",
            allowed_company_ids=user.company_ids.ids,
        )

    def _queue_mail(self, customers, asked):
        """Queue the mail, with the headers that end such mails.

        As the system, and linked to no document: whoever may read one could read the
        link too.
        """
        addressee = customers.filtered(lambda customer: customer == self.partner_id)
        content = paper.draw(addressee or customers[:1], customers, asked)
        user = self.user_id
        name = customers.env._("statement")
        url = user._get_portal_page_url(self._get_unsubscribe_path())
        template = self.env.ref("customer_portal.mail_template_statement_monthly")
        template = template.with_user(SUPERUSER_ID).with_context(statement=asked)
        mail_id = template.send_mail(
            self.id,
            email_values={
                "model": False,
                "res_id": False,
                "partner_ids": [],
                "recipient_ids": [],
                "attachments": [
                    (f"{name}-{asked.last}.pdf", base64.b64encode(content))
                ],
                "headers": repr(
                    {
                        "List-Unsubscribe": f"<{url}>",
                        "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
                    }
                ),
            },
        )
        # Whatever the seller makes of the template: to nobody else.
        self.env["mail.mail"].browse(mail_id).email_to = user.email_formatted

    def _get_mail_url(self, path):
        """Return the whole address of a page of the portal, for the mail; in sudo."""
        return self.user_id._get_portal_page_url(path)
