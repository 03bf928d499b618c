from odoo import api, fields, models

from ...const import MAIL_SELECTION

# In the order of the page.
SUBJECTS = [
    ("order", "Quotes and orders"),
    ("billing", "Invoices and payments"),
    ("document", "Documents"),
    ("company", "Company"),
    ("other", "Other"),
]


class PortalNotificationEvent(models.Model):
    """Something that people of customers are told about.

    The seller chooses by which way people are told who chose nothing themselves.
    """

    _name = "portal.notification.event"
    _description = "Event that customers' people are notified about"
    _order = "sequence, id"

    name = fields.Char(required=True, translate=True)
    code = fields.Char(required=True, readonly=True)
    description = fields.Char(translate=True)
    sequence = fields.Integer(default=10)
    subject = fields.Selection(
        SUBJECTS, required=True, default="other", help="Its heading on the page."
    )
    has_portal = fields.Boolean(
        "In the portal", default=True, help="A notice in the portal."
    )
    mail = fields.Selection(MAIL_SELECTION, "By e-mail", required=True, default="now")
    has_mail = fields.Boolean(
        "Has e-mails",
        default=True,
        readonly=True,
        help="Of what is sent by an e-mail of its own, there are no others.",
    )
    permission_ids = fields.Many2many(
        "portal.permission",
        "portal_notification_event_permission_rel",
        string="For people who may",
        help=(
            "People whose role allows none of these are neither told nor asked. "
            "If empty, the event is for everyone."
        ),
    )

    # The codes of these, so that whom an event is for costs no query.
    permission_codes = fields.Char(compute="_compute_permission_codes", store=True)

    _code_unique = models.Constraint(
        "UNIQUE (code)", "An event of that code exists already."
    )

    @api.depends("permission_ids.code")
    def _compute_permission_codes(self):
        for event in self:
            event.permission_codes = " ".join(event.permission_ids.mapped("code"))

    @api.model
    def _find(self, code):
        """Return the event of a code, in sudo, or none."""
        # sudo: the seller's choice of what is told how
        return self.sudo().search([("code", "=", code)], limit=1)

    def _get_codes(self):
        """Return the permissions of which one is enough."""
        return (self.permission_codes or "").split()

    def _get_channels(self, users):
        """Return by which ways people are told: their choice, else the seller's.

        In sudo, in one query.

        :return: {user: values of a notice}
        """
        self.ensure_one()
        chosen = self._get_choices(users)
        channels = {}
        for user in users:
            choice = chosen.get((user.id, self.id), self)
            mail = choice.mail if user.email and self.has_mail else "none"
            channels[user] = {
                "is_in_portal": choice.has_portal,
                "mail": mail,
                "mail_state": "to_send" if mail != "none" else False,
            }
        return channels

    def _get_choices(self, users):
        """Return {(user id, event id): preference} of what people chose; in sudo."""
        preferences = self.env["portal.notification.preference"].search_fetch(
            [("event_id", "in", self.ids), ("user_id", "in", users.ids)],
            ["user_id", "event_id", "has_portal", "mail"],
        )
        return {
            (preference.user_id.id, preference.event_id.id): preference
            for preference in preferences
        }

    def _is_for(self, user, customer=None):
        """Return whether a person's role makes the event possible.

        :param customer: only what happens at this customer, or at any of the person's
        """
        self.ensure_one()
        rights = user._get_portal_rights()
        codes = self._get_codes()
        if not customer:
            return not codes or any(rights.can(code) for code in codes)
        if not codes:
            return customer.id in rights.get_all_ids()
        return any(
            customer.id in rights.get_ids(code) | rights.get_own_ids(code)
            for code in codes
        )
