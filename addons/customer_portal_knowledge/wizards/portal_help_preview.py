"""What a question finds for somebody else: before and after teaching the search."""

from odoo import api, fields, models
from odoo.exceptions import AccessError


class PortalHelpPreview(models.TransientModel):
    """Ask the search of help in the place of a visitor or a person."""

    _name = "portal.help.preview"
    _description = "Preview of the search of help"

    question = fields.Char(size=200)
    user_id = fields.Many2one(
        "res.users",
        "As",
        domain=[("share", "=", True), ("active", "in", [True, False])],
        context={"active_test": False},
        help="Empty: as a visitor who is not signed in.",
    )
    lang = fields.Selection(
        lambda self: self.env["res.lang"].get_installed(),
        "Language",
        required=True,
        default=lambda self: self.env.lang or "en_US",
    )
    result = fields.Html(compute="_compute_result", sanitize=False)

    @api.depends("question", "user_id", "lang")
    def _compute_result(self):
        is_editor = self.env.user.has_group(
            "customer_portal_knowledge.group_help_editor"
        )
        if not is_editor:
            raise AccessError(self.env._("Only editors of help may preview a search."))
        visitor = self.env.ref("base.public_user").sudo()  # sudo: that it is no staff
        for preview in self:
            # sudo: whether the person is staff; what is found is asked without it
            user = preview.user_id.sudo() or visitor
            # Only for people outside: nobody looks with the eyes of other staff.
            if not user.share:
                user = visitor
            articles = self.env["portal.help.article"].with_user(user.id)
            articles = articles.with_context(lang=preview.lang)
            found = articles._find_by_words(preview.question or "", preview.lang)
            preview.result = self.env["ir.qweb"]._render(
                "customer_portal_knowledge.preview_result",
                {
                    "asked": bool(preview.question),
                    "rows": found.rows,
                    "mended": ", ".join(dict.fromkeys(found.mended.values())),
                },
            )
