from odoo import models
from odoo.fields import Domain
from odoo.tools import SQL

MOST_UNREAD = 100  # more are shown as 99+


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
        # sudo: one's own, by the same domain as the record rule
        notices = self.env["portal.notice"].sudo()
        unread = notices._search(
            notices._get_bell_domain(self) & Domain("read_on", "=", False),
            limit=MOST_UNREAD,
        )
        # sudo: the person's own memberships
        memberships = self.env["portal.membership"].sudo()
        invitations = memberships._search(self._get_portal_invitations_domain())
        [counts] = self.env.execute_query(
            SQL(
                "SELECT (SELECT count(*) FROM (%s) notice),"
                " (SELECT count(*) FROM (%s) invitation)",
                unread.select(SQL("1")),
                invitations.select(SQL("1")),
            )
        )
        return dict(zip(("notices", "invitations"), counts, strict=True))
