"""The doors: page, session, RPC, API key, confirmation of a password, reset.

Every check of a password, a code or a key passes `_assert_can_auth` or
`_check_credentials`; both are guarded here by one counter.
"""

import logging
import secrets
import time
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass

from odoo import SUPERUSER_ID, api, fields, models
from odoo.exceptions import AccessDenied
from odoo.http import request
from odoo.tools import SQL
from odoo.tools.misc import consteq, hmac

from odoo.addons.base.models.res_users import MIN_ROUNDS

from ...const import DEVICE_COOKIE, DEVICE_DAYS
from ...tools.caller import get_address
from ...tools.parse import parse_id
from .res_users_login import LONGEST_LOGIN

_logger = logging.getLogger(__name__)

LONGEST_PASSWORD = 4096  # characters; the library that checks them takes no more


@dataclass
class Attempt:
    """A sign-in that is under way in this thread."""

    type: str = "password"
    is_counted: bool = False
    has_checked: bool = False  # a stored password was compared


_attempt = ContextVar("portal_sign_in", default=None)


class ResUsers(models.Model):
    _inherit = "res.users"

    # ------------------------------------------------------------
    # Count
    # ------------------------------------------------------------

    @contextmanager
    def _assert_can_auth(self, user=None):
        """Extend: failures are counted for all workers and doors together.

        :raise TooManyRequests: instead of a check that would be one too many
        """
        attempt = _attempt.get()
        if attempt and attempt.is_counted:
            with super()._assert_can_auth(user=user):
                yield
            return
        attempt = attempt or Attempt()
        keys = self._count_sign_in(user, attempt)
        token = _attempt.set(attempt)
        attempt.is_counted = True
        try:
            with super()._assert_can_auth(user=user):
                yield
        finally:
            _attempt.reset(token)
        kind, keys = keys
        self.env["portal.rate.limit"]._forgive(kind, **keys)

    def _count_sign_in(self, user, attempt):
        """Count an attempt at the account `user`, a login or an id.

        A device that the person has signed in on before, and the networks of staff,
        have counters of their own, and do not suffer from what others do.

        :return: what to forgive when it succeeds: (kind, keyword arguments)
        :raise TooManyRequests: when there were too many
        """
        limits = self.env["portal.rate.limit"]
        person = self._find_for_sign_in(user)
        device = self._read_device(person)
        address = get_address()
        if device:
            kind, keys = "sign_in_device", {"account": f"device:{device}"}
        elif address and limits._is_staff_address(address):
            whose = limits._get_user_key(person) if person else user
            network = limits._get_login_key(f"{address} {whose}")
            kind, keys = "sign_in_device", {"account": f"network:{network}"}
        else:
            kind = "sign_in"
            keys = {
                "account": limits._get_user_key(person)
                if person
                else limits._get_login_key(user),
                "address": address and limits._get_address_key(address),
            }
            if attempt.type == "webauthn":
                # A passkey cannot be guessed; who has one is let in while others
                # try passwords.
                del keys["account"]
        verdict = limits._hit(kind, **keys)
        if verdict.allowed:
            return kind, keys
        if verdict.is_first:
            # The same work for logins that exist and others: the mail is written
            # later, by a scheduled action.
            limits._log_refusal(kind, user=person, action="sign_in_failed")
            self._tell_soon()
        raise limits._make_refusal(verdict.seconds, kind)

    def _find_for_sign_in(self, user):
        """Return the res.users of a login or an id in sudo, or none."""
        # sudo: nobody is signed in yet
        people = self.sudo()
        if type(user) is int:
            return people.browse(user).exists()
        if not _is_text(user, LONGEST_LOGIN):
            return people.browse()
        return people.search(
            self._get_login_domain(user), order=self._get_login_order(), limit=1
        )

    def _on_login_cooldown(self, failures, previous):
        """Override: core counts by address and worker; the counters do more."""
        return False

    # ------------------------------------------------------------
    # Check
    # ------------------------------------------------------------

    def _login(self, credential, user_agent_env):
        """Extend: unknown logins take the time of known ones; odd values are wrong."""
        attempt = Attempt(credential.get("type", "password"))
        is_password = attempt.type == "password"
        if is_password and not (
            _is_text(credential.get("login"), LONGEST_LOGIN)
            and _is_text(credential.get("password"), LONGEST_PASSWORD)
        ):
            raise AccessDenied
        token = _attempt.set(attempt)
        try:
            auth_info = super()._login(credential, user_agent_env=user_agent_env)
        except AccessDenied:
            if is_password and not attempt.has_checked:
                self._spend_time_of_check(credential["password"])
            raise
        finally:
            _attempt.reset(token)
        if request and not self._read_device(self.browse(auth_info["uid"])):
            # The cookie is set once the person is in, perhaps after a second factor.
            request.session["portal_new_device"] = True
        return auth_info

    def _check_credentials(self, credential, env):
        """Extend: also what is confirmed within a session is counted."""
        attempt = _attempt.get()
        if not (attempt and attempt.is_counted):
            # The page of security, and the question for the password again.
            with self._assert_can_auth(user=self.env.uid):
                return self._check_credentials(credential, env)
        is_password = credential.get("type") == "password"
        password = credential.get("password")
        if is_password and password and not _is_text(password, LONGEST_PASSWORD):
            raise AccessDenied
        attempt.has_checked = True
        try:
            return super()._check_credentials(credential, env)
        except AccessDenied:
            if is_password and password and not self._has_compared(env or {}):
                self._spend_time_of_check(password)
            raise

    @api.model
    def _check_uid_passwd(self, uid, passwd):
        """Extend: only a number names a person; "7" and 7.0 would be counted apart."""
        if type(uid) is not int or not parse_id(uid):
            raise AccessDenied
        return super()._check_uid_passwd(uid, passwd)

    def _has_compared(self, env):
        """Return whether core compared the password with a stored one just now.

        Not for people who were invited and have none, and not where programs need
        a key.
        """
        if not env.get("interactive", True) and self.env.user._rpc_api_keys_only():
            return False
        [(has_password,)] = self.env.execute_query(
            SQL(
                "SELECT COALESCE(password, '') != '' FROM res_users WHERE id = %s",
                self.env.uid,
            )
        )
        return has_password

    def _spend_time_of_check(self, password):
        """Compare a password with one that nobody has, as long as core would."""
        # sudo: a parameter, read as core does in _crypt_context
        parameters = self.env["ir.config_parameter"].sudo()
        rounds = max(
            MIN_ROUNDS, int(parameters.get_param("password.hashing.rounds", 0))
        )
        stored = f"$pbkdf2-sha512${rounds}${'A' * 21}.${'A' * 85}."
        self._crypt_context().verify(password, stored)

    # ------------------------------------------------------------
    # Known devices
    # ------------------------------------------------------------

    def _make_device(self):
        """Return the value of the cookie of a device this person has signed in on."""
        self.ensure_one()
        nonce = secrets.token_hex(8)
        issued = str(int(time.time()))
        return f"{self.id}-{nonce}-{issued}-{self._sign_device(nonce, issued)}"

    def _sign_device(self, nonce, issued):
        # sudo: the login; a person who changes it begins anew
        person = self.sudo()
        values = [self.id, person.login, nonce, issued]
        if person.portal_device_epoch:
            values.append(person.portal_device_epoch)
        return hmac(self.env(su=True), "customer_portal.device", tuple(values))

    def _read_device(self, person):
        """Return the name of the browser's device if `person` knows it, or None."""
        text = request.cookies.get(DEVICE_COOKIE) if request else None
        if not (person and text and text.isascii() and text.count("-") == 3):
            return None
        person_id, nonce, issued, signature = text.split("-")
        if person_id != str(person.id) or not issued.isdigit():
            return None
        if not consteq(signature, person._sign_device(nonce, issued)):
            return None
        is_old = time.time() - int(issued) > DEVICE_DAYS * 86400
        return None if is_old else f"{person_id}-{nonce}"

    # ------------------------------------------------------------
    # Tell the person
    # ------------------------------------------------------------

    def _tell_soon(self):
        """Have the scheduled action run that writes to the people concerned."""
        with self.env["portal.rate.limit"]._own_cursor() as cr:
            env = self.env(cr=cr, user=SUPERUSER_ID)
            env.ref("customer_portal.cron_refused_sign_ins")._trigger()

    @api.model
    def _tell_of_refused_sign_ins(self):
        """Write once to each person whose account has met its limit (scheduled)."""
        limits = self.env["portal.rate.limit"]
        most = limits._get_limit("sign_in")
        begin = fields.Datetime.subtract(fields.Datetime.now(), seconds=most.seconds)
        counters = limits.search(
            [
                ("kind", "=", "sign_in"),
                ("key", "=like", "user:%"),
                ("count", ">", most.account),
                ("start", ">", begin),
            ]
        )
        template = self.env.ref("customer_portal.mail_template_refused_sign_ins")
        for counter in counters:
            person = self.browse(int(counter.key.removeprefix("user:"))).exists()
            if not (person.active and person.email):
                continue
            if not limits._hit("sign_in_notice", account=counter.key).allowed:
                continue
            person.partner_id.signup_prepare(signup_type="reset")
            template.send_mail(person.id, force_send=False)
        if counters:
            self._send_mails_soon()

    def _send_mails_soon(self):
        # sudo: the queue of mails is the system's
        self.env.ref("mail.ir_cron_mail_scheduler_action").sudo()._trigger()

    # ------------------------------------------------------------
    # Reset
    # ------------------------------------------------------------

    @api.model
    def _mail_reset_link(self, login):
        """Write a mail with a link to a new password to whom a login belongs.

        In sudo. No answer: who asks must not learn whether there is such an
        account. The mail is queued, so that a slow mail server tells nothing.
        """
        if not _is_text(login, LONGEST_LOGIN):
            return
        people = self.search(self._get_login_domain(login))
        people = people or self.search(self._get_email_domain(login))
        if len(people) != 1 or not people.email:
            return
        limits = self.env["portal.rate.limit"]
        verdict = limits._hit("reset_mail", account=limits._get_user_key(people))
        if not verdict.allowed:
            if verdict.is_first:
                limits._log_refusal("reset_mail", user=people)
            return
        if people.partner_id.signup_type != "reset":
            people.partner_id.signup_prepare(signup_type="reset")
        self._queue_reset_mail(people)
        self._send_mails_soon()
        _logger.info("Password reset for user <%s> was queued", people.login)

    def _queue_reset_mail(self, person):
        """Queue core's mail, as core's `_action_reset_password` makes it."""
        lang = person.lang or self.env.lang or "en_US"
        body = (
            self.env["mail.render.mixin"]
            .with_context(lang=lang)
            ._render_template(
                self.env.ref("auth_signup.reset_password_email"),
                model="res.users",
                res_ids=person.ids,
                engine="qweb_view",
                options={"post_process": True},
            )[person.id]
        )
        self.env["mail.mail"].create(
            {
                "subject": self.with_context(lang=lang).env._("Password reset"),
                "email_from": person.company_id.email_formatted
                or person.email_formatted,
                "email_to": person.email,
                "body_html": body,
                "auto_delete": True,
                "message_type": "user_notification",
                "headers": repr({"Auto-Submitted": "auto-generated"}),
            }
        )

    def _action_reset_password(self, signup_type="reset"):
        """Extend: who is not staff makes nobody's mailbox overflow.

        :raise TooManyRequests: for invitations and links beyond the limits
        """
        if not self.env.user._is_internal() and self.env.uid:
            limits = self.env["portal.rate.limit"]
            if self.env.context.get("create_user"):
                limits._check("invitation", account=limits._get_user_key(self.env.user))
            for person in self:
                limits._check("reset_mail", account=limits._get_user_key(person))
        return super()._action_reset_password(signup_type=signup_type)


def _is_text(value, longest):
    """Return whether a value is text that the database and the checks can take."""
    if not isinstance(value, str) or not 0 < len(value) <= longest:
        return False
    if "\0" in value:
        return False
    try:
        value.encode()
    except UnicodeEncodeError:  # a lone surrogate
        return False
    return True
