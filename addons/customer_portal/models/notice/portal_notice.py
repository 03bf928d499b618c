from datetime import timedelta

from odoo import api, fields, models
from odoo.fields import Domain

from ...const import MAIL_SELECTION
from ...tools.parse import parse_own_path

KEPT_DAYS = 180


class PortalNotice(models.Model):
    """What one person was told: a sentence, and the page that it leads to.

    Sections tell through `_tell`; it knows who wants to be told how.
    """

    _name = "portal.notice"
    _description = "Notice in the portal"
    _inherit = ["portal.mail.mixin"]
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
    mail = fields.Selection(MAIL_SELECTION, "By e-mail", readonly=True)
    mail_state = fields.Selection(
        [
            ("to_send", "To send"),
            ("sent", "Sent"),
            ("skipped", "Not sent"),
            ("failed", "Failed"),
        ],
        "E-mail",
        readonly=True,
        help=(
            "Not sent: the person has lost the right to see it, or no longer "
            "wants such e-mails."
        ),
    )

    _user_unread_index = models.Index("(user_id, id) WHERE read_on IS NULL")
    _user_index = models.Index("(user_id, id)")
    _to_send_index = models.Index("(mail, user_id) WHERE mail_state = 'to_send'")

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
        others_sudo = (users - author).sudo()
        people = others_sudo.filtered(lambda user: user.active and user.share)
        # sudo: the seller's choice of what is told how
        event = self.env["portal.notification.event"].sudo()
        event = event.search([("code", "=", code)], limit=1)
        channels = event._get_channels(people)
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
                    **channels[user],
                }
                for user in group
            ]
        # sudo: nobody has the right to write notices
        notices = self.sudo().create(values)
        if "now" in notices.mapped("mail"):
            notices._send_soon()
        return notices

    # ------------------------------------------------------------
    # Read
    # ------------------------------------------------------------

    def _get_portal_rule_domain(self, user):
        """Return the domain of the record rule: one's own, of one's own customers."""
        customer_ids = sorted(user._get_portal_rights().get_all_ids())
        return Domain("user_id", "=", user.id) & Domain(
            "partner_id", "in", [False, *customer_ids]
        )

    def _get_bell_domain(self, user):
        """Return the domain of what a person reads at the bell."""
        shown = Domain("is_in_portal", "=", True)
        return shown & self._get_portal_rule_domain(user)

    def _get_portal_record_customer(self):
        """Return the commercial partner that the notice belongs to, or none."""
        return self.partner_id.commercial_partner_id

    def _get_local_url(self):
        """Return the path that the notice leads to; never another site."""
        self.ensure_one()
        url = parse_own_path(self.url)
        return url if url.startswith("/my/") or url == "/my" else "/my/notices"

    @api.model_create_multi
    def create(self, vals_list):
        """Extend: the bell counts again."""
        notices = super().create(vals_list)
        self.env["res.users"]._forget_portal_waiting()
        return notices

    def write(self, vals):
        """Extend: the bell counts again."""
        result = super().write(vals)
        self.env["res.users"]._forget_portal_waiting()
        return result

    def unlink(self):
        """Extend: the bell counts again."""
        result = super().unlink()
        self.env["res.users"]._forget_portal_waiting()
        return result

    def _mark_read(self):
        """Keep when the person has read these notices.

        In sudo: the caller has reached them in the person's rights.
        """
        # sudo: nobody has the right to write notices
        unread = self.sudo().filtered(lambda notice: not notice.read_on)
        unread.read_on = fields.Datetime.now()

    @api.autovacuum
    def _gc_old_notices(self):
        """Forget what is half a year old."""
        limit = fields.Datetime.now() - timedelta(days=KEPT_DAYS)
        self.search([("create_date", "<", limit)], limit=10000).unlink()
