import json

from odoo import api, fields, models
from odoo.tools import SQL

MOST_UNREAD = 100  # more are shown as 99+
MOST_COUNTED = 1000  # of all customers, those that the person left too
BELL_FIELDS = ["is_in_portal", "partner_id", "read_on", "user_id"]


class ResUsers(models.Model):
    _inherit = "res.users"

    portal_waiting = fields.Char(
        compute="_compute_portal_waiting",
        groups=fields.NO_ACCESS,
        help="Unread notices by customer, and invitations, as JSON.",
    )

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
        """Return what every page counts; staff have none of it.

        :return: dict with notices (unread, at most 100) and invitations
        """
        self.ensure_one()
        if not self.share:
            return {"notices": 0, "invitations": 0}
        customers = self._get_portal_rights().get_all_ids()
        # sudo: how many notices of their own
        unread, invitations = json.loads(self.sudo().portal_waiting)
        count = sum(
            number
            for customer_id, number in unread
            if customer_id is None or customer_id in customers
        )
        return {"notices": min(count, MOST_UNREAD), "invitations": invitations}

    def _compute_portal_waiting(self):
        self.env["portal.notice"].flush_model(BELL_FIELDS)
        self.env["portal.membership"].flush_model(["state", "user_id"])
        waiting = self._get_waiting_query(SQL.identifier("person", "id"))
        texts = dict(
            self.env.execute_query(
                SQL(
                    "SELECT id, %s FROM res_users person WHERE id = ANY(%s)",
                    waiting,
                    self.ids,
                )
            )
        )
        for user in self:
            user.portal_waiting = texts.get(user.id, "[[], 0]")

    def _get_waiting_query(self, user_id):
        """Return the SQL of `portal_waiting` of one person.

        What `_get_bell_domain` and `_get_portal_invitations_domain` say: to make SQL
        of domains would take longer than the counting.

        :param user_id: SQL of the id
        """
        return SQL(
            """
            (SELECT json_build_array(
                (SELECT COALESCE(json_agg(json_build_array(partner_id, number)), '[]')
                   FROM (SELECT partner_id, count(*) AS number
                           FROM (SELECT partner_id
                                   FROM portal_notice
                                  WHERE user_id = %(user)s
                                    AND is_in_portal
                                    AND read_on IS NULL
                                  LIMIT %(most)s) unread
                       GROUP BY partner_id) customer),
                (SELECT count(*)
                   FROM portal_membership
                  WHERE user_id = %(user)s AND state = 'invited'))::text)
            """,
            user=user_id,
            most=MOST_COUNTED,
        )

    def _get_people_parts(self):
        """Extend: what waits for the person is on every page too."""
        own_id = SQL.identifier("person", "id")
        return [
            *super()._get_people_parts(),
            ("res.users", None, own_id),
            ("res.users", "portal_waiting", self._get_waiting_query(own_id)),
        ]

    @api.model
    def _forget_portal_rights(self):
        """Extend: whose notices a person sees, and who is invited."""
        self._forget_portal_waiting()
        return super()._forget_portal_rights()

    @api.model
    def _forget_portal_waiting(self):
        """Count again in this transaction what waits for people."""
        self.invalidate_model(["portal_waiting"], flush=False)
