from odoo import api, fields, models
from odoo.fields import Domain


class PortalNotice(models.Model):
    """What one person was told: a sentence, and the page that it leads to.

    Sections tell through `_tell`; it knows who wants to be told how.
    """

    _name = "portal.notice"
    _description = "Notice in the portal"
    _order = "id desc"
    _rec_name = "title"

    user_id = fields.Many2one(
        "res.users", "Person", required=True, readonly=True, ondelete="cascade"
    )
    partner_id = fields.Many2one(
        "res.partner",
        "Customer",
        readonly=True,
        ondelete="cascade",
        index="btree_not_null",
    )
    event_id = fields.Many2one(
        "portal.notification.event", required=True, readonly=True, ondelete="cascade"
    )
    # In the language that the person had when it happened.
    title = fields.Char(required=True, readonly=True)
    detail = fields.Char(readonly=True)
    url = fields.Char(required=True, readonly=True, help="A path of the portal.")
    is_in_portal = fields.Boolean(readonly=True)
    read_on = fields.Datetime(readonly=True)

    _user_unread_index = models.Index("(user_id, id) WHERE read_on IS NULL")
    _user_index = models.Index("(user_id, id)")

    @api.model
    def _tell(self, code, users, customer, url, title, detail=None, author=None):
        """Tell people of customers what happened, each in the own language.

        In sudo: the caller chose people who may see what it is about. Never tells the
        one who did it, nor staff, nor who cannot sign in.

        :param str code: of a portal.notification.event
        :param users: res.users
        :param customer: the commercial partner that it concerns
        :param str url: the path of the page that it leads to, below /my
        :param callable title: takes an environment in the person's language and
            returns the sentence: `lambda env: env._("Order %s was changed.", name)`
        :param callable detail: the same for a second sentence, or None
        :param author: who did it, by default the current user
        :return: the notices, in sudo
        """
        author = author or self.env.user
        # sudo: the caller chose the people, see above
        people = (
            (users - author).sudo().filtered(lambda user: user.active and user.share)
        )
        # sudo: the seller's choice of what is told how
        event = self.env["portal.notification.event"].sudo()
        event = event.search([("code", "=", code)], limit=1)
        values = []
        for lang, group in people.grouped("lang").items():
            env = self.with_context(lang=lang).env
            texts = {
                "title": str(title(env)),
                "detail": str(detail(env)) if detail else False,
            }
            values += [
                {
                    **texts,
                    "user_id": user.id,
                    "partner_id": customer.id,
                    "event_id": event.id,
                    "url": url,
                    **event._get_channels(user),
                }
                for user in group
            ]
        # sudo: nobody has the right to write notices
        return self.sudo().create(values)

    def _get_portal_rule_domain(self, user):
        """Return the domain of the record rule: one's own."""
        return Domain("user_id", "=", user.id) & Domain("is_in_portal", "=", True)
