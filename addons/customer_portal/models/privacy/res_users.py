"""What the portal keeps about a person, and forgets with the access."""

from odoo import models
from odoo.fields import Domain

from ...const import RETENTION_YEARS


class ResUsers(models.Model):
    _inherit = "res.users"

    def _lock_portal_person(self):
        """Let a second request of the same instant begin anew, and see this one.

        It holds the account of the person's customer, in sudo.
        """
        self.ensure_one()
        # sudo: the lock is no one's to write; any company will do, if it is the same
        company = self.env["res.company"].sudo().search([], order="id", limit=1)
        # sudo: as above
        locks = self.env["portal.ledger.lock"].sudo()
        locks._lock(company, self.sudo().partner_id)  # sudo: as above
        self.env.invalidate_all()

    def _get_retention_years(self):
        """Return how many years bookkeeping law makes the seller keep documents."""
        return self.env["ir.config_parameter"]._get_portal_number(
            "retention_years", RETENTION_YEARS, most=100
        )

    def _forget_portal_person(self):
        """Delete what the portal keeps for the access alone; in sudo.

        Notices, choices, exports, sessions, passkeys, known devices and saved cards.
        """
        for name in (
            "portal.notice",
            "portal.notification.preference",
            "portal.notification.digest",
            "portal.data.export",
            "portal.request",
            "portal.statement.subscription",
        ):
            self.env[name].search([("user_id", "in", self.ids)]).unlink()
        self.env["res.device"].search([("user_id", "in", self.ids)])._revoke()
        self.auth_passkey_key_ids.unlink()
        self._revoke_all_devices()
        tokens = self.env["payment.token"].search(
            [("partner_id", "in", self.partner_id.ids)]
        )
        tokens.active = False

    def _forget_portal_traces(self):
        """Delete when and from where people signed in; in sudo, when staff decide.

        Nobody wipes the own traces out of the customer's log by leaving. What the
        person has done for the customer stays there in any case.
        """
        self.env["res.device.log"].search([("user_id", "in", self.ids)]).unlink()
        sign_ins = Domain("user_id", "in", self.ids) & Domain(
            "action", "in", ("sign_in", "sign_in_failed", "rate_limited")
        )
        self.env["portal.activity"].search(sign_ins).unlink()

    def _deactivate_portal_user(self, **post):
        """Extend: what the portal kept for the access goes with it."""
        people = self.sudo()  # sudo: the very person, or staff who may delete
        result = super()._deactivate_portal_user(**post)
        people._forget_portal_person()
        return result

    def _notify_security_setting_update(self, *args, **kwargs):
        """Extend: who is being forgotten is not told that the login has changed."""
        if self.env.context.get("portal_forgets"):
            return self.env["mail.mail"]
        return super()._notify_security_setting_update(*args, **kwargs)

    # ------------------------------------------------------------
    # What must be kept
    # ------------------------------------------------------------

    def _get_kept_documents(self):
        """Return the documents that carry a person's name: list of dicts.

        Each has kind ("invoices" or "orders"), count, last (the newest date) and until
        (the day after which they need not be kept). Only documents of the person's
        own contact are counted, in one query; in sudo: the person is told how many,
        and nothing else.
        """
        self.ensure_one()
        return self.partner_id._get_portal_kept_documents(self._get_retention_years())
