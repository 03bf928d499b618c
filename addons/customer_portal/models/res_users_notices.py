from odoo import models
from odoo.fields import Domain

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
        """Return how many notices of this person wait to be read, at most 100.

        One query of an index, on every page; staff have none.
        """
        self.ensure_one()
        if not self.share:
            return 0
        # sudo: one's own, by the same domain as the record rule
        notices = self.env["portal.notice"].sudo()
        return notices.search_count(
            notices._get_bell_domain(self) & Domain("read_on", "=", False),
            limit=MOST_UNREAD,
        )
