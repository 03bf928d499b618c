from odoo import api, fields, models
from odoo.fields import Domain

from ...const import MAIL_SELECTION


class PortalNotificationPreference(models.Model):
    """By which ways one person wants to be told of one event.

    Who chose nothing has no row, and follows what the seller chooses.
    """

    _name = "portal.notification.preference"
    _description = "How a person is notified"
    _order = "id"
    _rec_name = "event_id"

    user_id = fields.Many2one(
        "res.users", "Person", required=True, ondelete="cascade", readonly=True
    )
    event_id = fields.Many2one(
        "portal.notification.event",
        required=True,
        ondelete="cascade",
        index=True,
        readonly=True,
    )
    has_portal = fields.Boolean("In the portal", readonly=True)
    mail = fields.Selection(MAIL_SELECTION, "By e-mail", required=True, readonly=True)

    _user_event_unique = models.UniqueIndex("(user_id, event_id)")

    def _get_portal_rule_domain(self, user):
        """Return the domain of the record rule: one's own."""
        return Domain("user_id", "=", user.id)

    # ------------------------------------------------------------
    # Choose
    # ------------------------------------------------------------

    @api.model
    def _get_events(self, user):
        """Return the events that a person's permissions make possible, in sudo."""
        # sudo: names of events and what the seller chose
        events = self.env["portal.notification.event"].sudo()
        events = events.search_fetch(
            [("code", "!=", False)],
            [
                "name",
                "code",
                "description",
                "subject",
                "has_portal",
                "has_mail",
                "mail",
                "permission_codes",
            ],
        )
        return events.filtered(lambda event: event._is_for(user))

    @api.model
    def _get_rows(self, user):
        """Return what the page shows: list of dicts with event, has_portal and mail.

        In sudo: the person's own choice, else the seller's.
        """
        events = self._get_events(user)
        chosen = events._get_choices(user)
        rows = []
        for event in events:
            choice = chosen.get((user.id, event.id), event)
            rows.append(
                {
                    "event": event,
                    "has_portal": choice.has_portal,
                    "mail": choice.mail,
                }
            )
        return rows

    @api.model
    def _choose(self, user, choices):
        """Keep how a person wants to be told; in sudo, for the person.

        What is as before stays as it is, so that who never chose goes on following
        the seller.

        :param dict choices: {event id: (has_portal, mail)}, of events of `_get_events`
        """
        # sudo: nobody writes these but the portal; the caller is the person
        preferences = self.sudo()
        for row in self._get_rows(user):
            event = row["event"]
            has_portal, mail = choices.get(event.id, (row["has_portal"], row["mail"]))
            if (has_portal, mail) == (row["has_portal"], row["mail"]):
                continue
            preferences._set(user, event, has_portal=has_portal, mail=mail)

    @api.model
    def _set(self, user, event, **values):
        """Write one choice; in sudo."""
        existing = self.search(
            [("user_id", "=", user.id), ("event_id", "=", event.id)], limit=1
        )
        if existing:
            existing.write(values)
            return
        self.create(
            {
                "has_portal": event.has_portal,
                "mail": event.mail,
                **values,
                "user_id": user.id,
                "event_id": event.id,
            }
        )

    # ------------------------------------------------------------
    # Unsubscribe
    # ------------------------------------------------------------

    @api.model
    def _unsubscribe(self, user, event=None):
        """Send a person no more mails of one event, or no digest; in sudo.

        :param event: a portal.notification.event; without one all that come in the
            digest
        """
        if event:
            self._set(user, event, mail="none")
        else:
            for row in self._get_rows(user):
                if row["mail"] == "digest":
                    self._set(user, row["event"], mail="none")
        waiting = Domain("user_id", "=", user.id) & Domain("mail_state", "=", "to_send")
        waiting &= (
            Domain("event_id", "=", event.id)
            if event
            else Domain("mail", "=", "digest")
        )
        self.env["portal.notice"].search(waiting).mail_state = "skipped"
