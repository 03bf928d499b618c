from odoo import models
from odoo.tools import SQL

MOST_UNREAD = 100  # more are shown as 99+
BELL_FIELDS = ["is_in_portal", "partner_id", "read_on", "user_id"]


class ResUsers(models.Model):
    _inherit = "res.users"

    def _get_portal_page_url(self, path):
        """Return the whole address of a page of the portal, for a mail."""
        return f"{self.get_base_url()}{path}"

    def _get_digest_end_url(self):
        """Return the address at which this person ends the digests; in sudo."""
        notices = self.env["portal.notice"]
        return self._get_portal_page_url(notices._get_unsubscribe_path(self))

    def _get_portal_unread_count(self):
        """Return how many notices of this person wait to be read, at most 100."""
        return self._get_portal_badges()["notices"]

    def _get_portal_badges(self):
        """Return what every page counts, in one query; staff have none of it.

        :return: dict with notices (unread, at most 100) and invitations
        """
        self.ensure_one()
        if not self.share:
            return {"notices": 0, "invitations": 0}
        # What `_get_bell_domain` and `_get_portal_invitations_domain` say: to make SQL
        # of domains would take longer than the counting.
        self.env["portal.notice"].flush_model(BELL_FIELDS)
        self.env["portal.membership"].flush_model(["state", "user_id"])
        [counts] = self.env.execute_query(
            SQL(
                """
                SELECT (SELECT count(*)
                          FROM (SELECT FROM portal_notice
                                 WHERE user_id = %(user)s
                                   AND is_in_portal
                                   AND read_on IS NULL
                                   AND (partner_id IS NULL
                                        OR partner_id = ANY(%(customers)s))
                                 LIMIT %(most)s) notice),
                       (SELECT count(*)
                          FROM portal_membership
                         WHERE user_id = %(user)s AND state = 'invited')
                """,
                user=self.id,
                customers=sorted(self._get_portal_rights().get_all_ids()),
                most=MOST_UNREAD,
            )
        )
        return dict(zip(("notices", "invitations"), counts, strict=True))
