"""Where a person is signed in, and how to end it."""

import time

from odoo import fields, models
from odoo.http import request
from odoo.tools import SQL

CONFIRMED_SECONDS = 10 * 60  # as long as core believes a confirmed password
SIGN_INS = ("sign_in", "sign_in_failed", "rate_limited")
MOST_SIGN_INS = 30


class ResUsers(models.Model):
    _inherit = "res.users"

    portal_device_epoch = fields.Integer(
        "Known devices start over",
        groups=fields.NO_ACCESS,
        help="Part of the signature of the cookie of known devices: a higher one makes"
        " all of them unknown.",
    )

    def _get_portal_sessions(self):
        """Return the sessions of this person, the current first: list of dicts.

        Each has id, name, device_type, place, addresses, first, last and is_current.
        In sudo, in two queries.
        """
        self.ensure_one()
        self.env["res.device.log"].flush_model()
        # sudo: the person's own sessions; core lets only staff read theirs
        devices = self.env["res.device"].sudo()
        devices = devices.search(
            [("user_id", "=", self.id)], order="last_activity desc"
        )
        sessions = {}
        for device in devices:
            place = ", ".join(filter(None, [device.city, device.country]))
            sessions.setdefault(
                device.session_identifier,
                {
                    "id": device.id,
                    "name": device.display_name,
                    "is_mobile": device.device_type == "mobile",
                    "place": place,
                    "address": device.ip_address or "",
                    "first": device.first_activity,
                    "last": device.last_activity,
                    "is_current": bool(device.is_current),
                },
            )
        return sorted(sessions.values(), key=lambda row: not row["is_current"])

    def _get_portal_sign_ins(self):
        """Return the last sign-ins and refusals of this person: (date, action).

        Somebody who works for several customers has an entry with each; they count
        once.
        """
        self.ensure_one()
        self.env["portal.activity"].flush_model()
        return self.env.execute_query(
            SQL(
                """
                SELECT date, action FROM portal_activity
                 WHERE user_id = %s AND action IN %s
                 GROUP BY date, action
                 ORDER BY date DESC LIMIT %s
                """,
                self.id,
                SIGN_INS,
                MOST_SIGN_INS,
            )
        )

    def _is_portal_identity_confirmed(self):
        """Return whether the person has entered the password just now."""
        confirmed = request.session.get("identity-check-last", 0)
        return confirmed > time.time() - CONFIRMED_SECONDS

    def _confirm_portal_identity(self, password):
        """Check the own password, which core believes for ten minutes then.

        :raise AccessDenied: for a wrong one; wrong ones are counted
        """
        self._check_credentials(
            {"login": self.login, "password": password, "type": "password"},
            {"interactive": True},
        )
        request.session["identity-check-last"] = time.time()

    def _end_portal_session(self, log_id):
        """End one other session of this person.

        :param int log_id: of a row of `_get_portal_sessions`, or an older one of it
        :return: whether there was one; the current one is not ended
        """
        self.ensure_one()
        # sudo: the person's own sessions
        log = self.env["res.device.log"].sudo()
        log = log.search([("id", "=", log_id), ("user_id", "=", self.id)])
        if not log or log.is_current:
            return False
        devices = self.env["res.device"].sudo()  # sudo: the same
        devices = devices.search(
            [
                ("user_id", "=", self.id),
                ("session_identifier", "=", log.session_identifier),
            ]
        )
        devices._revoke()
        return bool(devices)

    def _end_portal_sessions(self):
        """End all other sessions, and let no device pass without the second factor.

        Devices that were known are unknown from now on. In sudo, for the person.
        """
        self.ensure_one()
        # sudo: the person's own sessions and devices
        person = self.sudo()
        person._action_revoke_all_devices()
        person._revoke_all_devices()
        person.portal_device_epoch += 1
        if request and request.session.uid == self.id:
            # This browser is known again, see `ir.http`.
            request.session["portal_new_device"] = True
