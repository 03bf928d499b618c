"""Mails about notices: at once or in a digest, written by a scheduled action."""

import logging

from psycopg2 import OperationalError

from odoo import SUPERUSER_ID, api, fields, models
from odoo.tools import SQL, split_every
from odoo.tools.misc import hash_sign, verify_hash_signed

PORTION = 50  # mails between two commits
LONGEST_DIGEST = 50  # notices that one digest names
LONGEST_TOKEN = 300  # characters
SIGNED_FOR = "customer_portal.unsubscribe"

_logger = logging.getLogger(__name__)


class PortalNotice(models.Model):
    _inherit = "portal.notice"

    @api.model
    def _send_soon(self):
        # sudo: a scheduled action of the system
        self.env.ref("customer_portal.cron_notices").sudo()._trigger()

    # ------------------------------------------------------------
    # The link that ends mails
    # ------------------------------------------------------------

    @api.model
    def _make_unsubscribe_token(self, user, event=None):
        """Return what the link of a mail carries; in sudo.

        It never ends: a mail may be read years later.

        :param event: of a mail about one event; none of a digest
        """
        return hash_sign(self.env, SIGNED_FOR, [user.id, event.id if event else 0])

    @api.model
    def _find_by_unsubscribe_token(self, token):
        """Return whom and what a link is about: (user, event), both in sudo.

        Both are empty for a link that is wrong; of a digest there is no event.
        """
        # sudo: the signed link is the right to end these mails, and to nothing else
        users = self.env["res.users"].sudo()
        events = self.env["portal.notification.event"].sudo()  # sudo: the same
        if not isinstance(token, str) or not 0 < len(token) <= LONGEST_TOKEN:
            return users, events
        try:
            values = verify_hash_signed(users.env, SIGNED_FOR, token)
        except ValueError:  # no token at all
            values = None
        if not values:
            return users, events
        user_id, event_id = values
        user = users.browse(user_id).exists()
        event = events.browse(event_id or []).exists()
        if event_id and not event:
            return users, events
        return user, event

    def _get_unsubscribe_path(self, user, event=None):
        token = self._make_unsubscribe_token(user, event)
        return f"/my/notifications/unsubscribe?token={token}"

    def _get_mail_url(self, path=None):
        """Return the whole address of a page of the portal, for a mail; in sudo.

        :param str path: by default where the notice leads, for its customer
        """
        path = path or f"/my/notices/{self.id}"
        return self.env["res.users"]._get_portal_page_url(path)

    # ------------------------------------------------------------
    # Send
    # ------------------------------------------------------------

    @api.model
    def _send_mails(self):
        """Queue the mails that are due (scheduled).

        Notices and their mails are written in one transaction, and each portion is
        committed: what breaks, or is run twice, sends nothing twice.
        """
        self._send_mails_at_once()
        self._send_digests()

    @api.model
    def _send_mails_at_once(self):
        domain = [("mail", "=", "now"), ("mail_state", "=", "to_send")]
        cron = self.env["ir.cron"]
        cron._commit_progress(remaining=self.search_count(domain))
        while portion := self._take(domain, PORTION):
            portion._send_each()
            if not cron._commit_progress(len(portion)):
                break

    @api.model
    def _take(self, domain, limit):
        """Hold the first notices that wait, and leave out what another job holds."""
        notices = self.search(domain, order="id", limit=limit)
        return notices.try_lock_for_update()

    def _send_each(self):
        """Queue a mail for each of these notices whose person may still see it."""
        allowed = self._filtered_to_mail()
        (self - allowed).mail_state = "skipped"
        template = self.env.ref("customer_portal.mail_template_notice")
        for notice in allowed:
            notice._try_to_send(template, notice.user_id, notice.event_id)
        if allowed:
            self.env["res.users"]._send_mails_soon()

    def _try_to_send(self, template, user, event=None):
        """Queue a mail about these notices; what fails holds up no other."""
        try:
            with self.env.cr.savepoint():
                self._queue_mail(template, user, event)
                self.mail_state = "sent"
        except OperationalError:
            # Somebody changes the same records now: the scheduled action comes again.
            raise
        except Exception:
            _logger.exception("Mails about the notices %s failed", self.ids)
            self.mail_state = "failed"

    def _is_still_for_person(self):
        """Return whether the person may see by now what the notice is about."""
        self.ensure_one()
        user = self.user_id
        return bool(
            user.active
            and user.share
            and user.email
            and (not self.partner_id or self.event_id._is_for(user, self.partner_id))
        )

    def _get_reply_values(self, event=None):
        """Return {"reply_to": where an answer goes} of a mail about these notices.

        In sudo; empty for the seller's own address.

        :param event: of a mail about one event; none of a digest
        """
        return {}

    def _queue_mail(self, template, user, event=None):
        """Queue one mail to a person, with the headers that end such mails.

        As the system, and linked to no document: whoever may read one could read
        the link too.
        """
        url = self[:1]._get_mail_url(self._get_unsubscribe_path(user, event))
        record_id = self.id if event else user.id
        mail_id = template.with_user(SUPERUSER_ID).send_mail(
            record_id,
            email_values={
                "model": False,
                "res_id": False,
                "partner_ids": [],
                "recipient_ids": [],
                **self._get_reply_values(event),
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

    # ------------------------------------------------------------
    # Digest
    # ------------------------------------------------------------

    @api.model
    def _send_digests(self):
        """Queue the digests of the people whose hour has come."""
        users = self._get_people_with_digest()
        cron = self.env["ir.cron"]
        for portion in split_every(PORTION, users.ids, users.browse):
            for user in portion:
                waiting = [
                    ("user_id", "=", user.id),
                    ("mail", "=", "digest"),
                    ("mail_state", "=", "to_send"),
                ]
                self._take(waiting, None)._send_digest(user)
            if not cron._commit_progress(len(portion)):
                break

    @api.model
    def _get_people_with_digest(self):
        """Return the people for whom something waited when their hour came.

        Nothing says when the last digest was sent: what was in it waits no more.
        """
        self.flush_model(["mail", "mail_state"])
        rows = self.env.execute_query(
            SQL(
                """
                SELECT user_id, MIN(create_date) FROM portal_notice
                 WHERE mail = 'digest' AND mail_state = 'to_send'
                 GROUP BY user_id
                """
            )
        )
        users = self.env["res.users"].browse([user_id for user_id, _first in rows])
        digests = self.env["portal.notification.digest"]
        times = digests._get_times(users)
        now = fields.Datetime.now()
        first = dict(rows)
        return users.filtered(
            lambda user: (
                first[user.id] < digests._get_last_time(user, *times[user], now)
            )
        )

    def _send_digest(self, user):
        """Queue one mail about all these notices of a person."""
        allowed = self._filtered_to_mail()
        (self - allowed).mail_state = "skipped"
        if not allowed:
            return
        newest = allowed.sorted("id", reverse=True)
        template = self.env.ref("customer_portal.mail_template_digest")
        newest._try_to_send(
            template.with_context(
                portal_notices=newest[:LONGEST_DIGEST],
                portal_more=max(0, len(newest) - LONGEST_DIGEST),
            ),
            user,
        )
        self.env["res.users"]._send_mails_soon()
