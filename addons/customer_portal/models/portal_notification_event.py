from odoo import fields, models


class PortalNotificationEvent(models.Model):
    """Something that people of customers are told about.

    The seller chooses by which way people are told who chose nothing themselves.
    """

    _name = "portal.notification.event"
    _description = "Event that people of customers are told about"
    _order = "sequence, id"

    name = fields.Char(required=True, translate=True)
    code = fields.Char(required=True, readonly=True)
    description = fields.Char(translate=True)
    sequence = fields.Integer(default=10)
    has_portal = fields.Boolean(
        "In the portal", default=True, help="A notice at the bell of the portal."
    )
    mail = fields.Selection(
        [("none", "No mail"), ("now", "At once"), ("digest", "In the digest")],
        "By mail",
        required=True,
        default="now",
    )

    _code_unique = models.Constraint(
        "UNIQUE (code)", "An event of that code exists already."
    )

    def _get_channels(self, user):
        """Return the values of a notice that say how a person is told."""
        self.ensure_one()
        return {"is_in_portal": self.has_portal}
