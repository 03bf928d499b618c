from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain

MOST_ANSWERS = 100  # that the page shows
TEXT_FIELDS = ["code", "title", "text", "version", "date_from", "is_required"]
ANSWER_FIELDS = [
    "text_id",
    "title",
    "version",
    "text",
    "state",
    "answered_on",
    "withdrawn_on",
]


class PortalConsentText(models.Model):
    """A text that people of customers agree to; each version is a record.

    The newest version that is in force counts for everybody. A new one asks again.
    """

    _name = "portal.consent.text"
    _description = "Text that people agree to"
    _order = "code, version desc"
    _rec_name = "title"

    code = fields.Char(
        required=True, help="The same for all versions of a text, for example terms."
    )
    title = fields.Char(required=True, translate=True)
    text = fields.Html(required=True, translate=True, sanitize=True)
    version = fields.Integer(required=True, default=1, copy=False)
    date_from = fields.Date(
        "In force from", required=True, default=fields.Date.context_today
    )
    is_required = fields.Boolean(
        "Needed",
        help=(
            "Nobody is kept out of the portal without it: a banner asks until "
            "it is given."
        ),
    )
    active = fields.Boolean(default=True)
    consent_ids = fields.One2many("portal.consent", "text_id", "Answers")
    given_count = fields.Integer("Given", compute="_compute_given_count")

    _code_version_unique = models.UniqueIndex(
        "(code, version)", "This version of the text exists already."
    )

    def _compute_given_count(self):
        counts = dict(
            self.env["portal.consent"]._read_group(
                [("text_id", "in", self.ids), ("state", "=", "given")],
                ["text_id"],
                ["__count"],
            )
        )
        for text in self:
            text.given_count = counts.get(text, 0)

    @api.depends("title", "version")
    def _compute_display_name(self):
        for text in self:
            text.display_name = f"{text.title} ({text.version})"

    def write(self, vals):
        """Extend: words that somebody has agreed to stay as they are.

        :raise UserError: a new version says something else
        """
        if {"text", "title", "code", "version"} & vals.keys() and self.env[
            "portal.consent"
        ].search_count([("text_id", "in", self.ids)], limit=1):
            raise UserError(
                self.env._(
                    "People have already answered this text. Create a new version."
                )
            )
        return super().write(vals)

    @api.model
    def _get_current(self):
        """Return the versions in force, one of each text; in sudo."""
        # sudo: what everybody may read
        texts = self.sudo().search_fetch(self._get_begun_domain(), TEXT_FIELDS)
        newest = {}
        for text in texts:  # the highest version of a code first
            newest.setdefault(text.code, text)
        return self.sudo().union(*newest.values())  # sudo: as above

    def _get_begun_domain(self):
        """Return the domain of the versions whose day has come."""
        return Domain("date_from", "<=", fields.Date.context_today(self))

    def action_new_version(self):
        """Open a copy with the next version, which asks everybody again."""
        self.ensure_one()
        self.check_access("write")
        newest = self.with_context(active_test=False).search(
            [("code", "=", self.code)], order="version desc", limit=1
        )
        copy = self.copy({"version": newest.version + 1})
        return {
            "type": "ir.actions.act_window",
            "res_model": self._name,
            "res_id": copy.id,
            "view_mode": "form",
        }

    def action_open_consents(self):
        """Show who has answered, and how."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "customer_portal.portal_consent_action"
        )
        return {**action, "domain": [("text_id", "=", self.id)], "context": {}}


class PortalConsent(models.Model):
    """What one person answered to one version of a text, and when.

    Rows are written once; only the end of a consent is added. The words stand here as
    the person read them.
    """

    _name = "portal.consent"
    _description = "Consent of a person"
    _order = "id desc"
    _rec_name = "title"

    user_id = fields.Many2one(
        "res.users", "Person", readonly=True, ondelete="set null", index=True
    )
    user_name = fields.Char("Person's name", readonly=True)
    text_id = fields.Many2one(
        "portal.consent.text",
        "Text and version",
        required=True,
        readonly=True,
        ondelete="restrict",
        index=True,
    )
    code = fields.Char(required=True, readonly=True, index=True)
    version = fields.Integer(readonly=True)
    title = fields.Char(required=True, readonly=True)
    text = fields.Html(readonly=True, sanitize=True)
    lang = fields.Char("Language", readonly=True)
    state = fields.Selection(
        [("given", "Given"), ("withdrawn", "Withdrawn"), ("refused", "Not given")],
        required=True,
        readonly=True,
        index=True,
    )
    answered_on = fields.Datetime(required=True, readonly=True)
    withdrawn_on = fields.Datetime(readonly=True)

    def _get_portal_rule_domain(self, user):
        """Return the domain of the record rule: one's own."""
        return Domain("user_id", "=", user.id)

    @api.model
    def _get_rows(self, user):
        """Return what the page shows of the texts in force, first what waits.

        Each has text, and last: the person's newest answer to this version, or none.
        In sudo.
        """
        texts = self.env["portal.consent.text"]._get_current()
        # sudo: the person's own answers
        answers = self.sudo().search_fetch(
            [("user_id", "=", user.id), ("text_id", "in", texts.ids)], ANSWER_FIELDS
        )
        by_text = answers.grouped("text_id")
        none = answers.browse()
        rows = [{"text": text, "last": by_text.get(text, none)[:1]} for text in texts]
        return sorted(
            rows, key=lambda row: (bool(row["last"]), not row["text"].is_required)
        )

    @api.model
    def _get_former(self, user):
        """Return all answers that a person has ever given, newest first, in sudo."""
        # sudo: the person's own answers
        return self.sudo().search_fetch(
            [("user_id", "=", user.id)], ANSWER_FIELDS, limit=MOST_ANSWERS
        )

    @api.model
    def _get_waiting(self, user):
        """Return the texts in force that wait for an answer of a person, in sudo.

        One that is needed waits until it is given; others until they are answered.
        """
        texts = self.env["portal.consent.text"]._get_current()
        if not texts or not user.share:
            return texts.browse()
        # sudo: the person's own answers
        answers = self.sudo().search_fetch(
            [("user_id", "=", user.id), ("text_id", "in", texts.ids)],
            ["state", "text_id"],
        )
        given = answers.filtered(lambda row: row.state == "given").text_id
        return texts - given - (answers.text_id.filtered(lambda t: not t.is_required))

    @api.model
    def _answer(self, user, text, is_given):
        """Keep what a person answers to a text in force; in sudo, for the person.

        Sending the same answer twice keeps one.
        """
        # sudo: nobody writes answers but the portal; the caller is the person
        answers = self.sudo()
        user._lock_portal_person()
        last = answers.search(
            [("user_id", "=", user.id), ("text_id", "=", text.id)], limit=1
        )
        now = fields.Datetime.now()
        if is_given and last.state != "given":
            answers._add(user, text, "given", now)
        elif not is_given and last.state == "given":
            last.write({"state": "withdrawn", "withdrawn_on": now})
        elif not is_given and not last:
            answers._add(user, text, "refused", now)
        else:
            return
        self.env["portal.activity"]._log(
            "consent_given" if is_given else "consent_withdrawn",
            self.env["res.partner"].browse(user._get_portal_rights().customer_ids),
            user=user,
            detail=f"{text.title} ({text.version})",
        )

    def _add(self, user, text, state, now):
        return self.create(
            {
                "user_id": user.id,
                "user_name": user.sudo().name,  # sudo: as above
                "text_id": text.id,
                "code": text.code,
                "version": text.version,
                "title": text.title,
                "text": text.text,
                "lang": self.env.lang,
                "state": state,
                "answered_on": now,
            }
        )
