"""Bring articles from files and from other systems: look first, then all or nothing."""

import base64
import binascii

from lxml import html

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

from ..const import LARGEST_BODY
from ..tools.body import clean_body, draw_inner
from ..tools.drafts import MOST_DRAFTS, PICTURES, read_drafts
from ..tools.package import LARGEST_PACKAGE, PackageError, find_beside, unpack


class PortalHelpImport(models.TransientModel):
    """A package that staff look through before it becomes articles."""

    _name = "portal.help.import"
    _description = "Import of help"

    file = fields.Binary(
        help="A ZIP with Markdown or HTML and pictures, one such file, or JSON."
    )
    file_name = fields.Char()
    category_id = fields.Many2one(
        "portal.help.category",
        "Under",
        help="New categories come below it; without it at the top, for staff only.",
    )
    publishes = fields.Boolean(
        "Publish",
        help="What was published where it comes from. Otherwise all become drafts.",
    )
    line_ids = fields.One2many("portal.help.import.line", "import_id", readonly=True)
    count_new = fields.Integer("New", compute="_compute_counts")
    count_known = fields.Integer("Changed", compute="_compute_counts")
    count_errors = fields.Integer("Errors", compute="_compute_counts")

    @api.depends("line_ids.state")
    def _compute_counts(self):
        for wizard in self:
            states = wizard.line_ids.mapped("state")
            wizard.count_new = states.count("new")
            wizard.count_known = states.count("known")
            wizard.count_errors = states.count("error")

    def action_preview(self):
        """Show what would become of the package; nothing is changed.

        :raise AccessError: for who is no editor
        :raise UserError: for a package that is not read at all
        """
        self.ensure_one()
        self._check_editor()
        _files, drafts, others = self._read()
        known = self._find_known(drafts)
        rows = [
            {
                "import_id": self.id,
                "path": draft.path,
                "name": draft.name,
                "trail": " / ".join(draft.trail),
                "state": self._get_state(draft, known),
                "message": self._get_messages(draft),
            }
            for draft in drafts
        ]
        rows += [
            {
                "import_id": self.id,
                "path": path,
                "state": "skipped",
                "message": self.env._("Files of this type are left out."),
            }
            for path in others
        ]
        self.line_ids.unlink()
        self.env["portal.help.import.line"].create(rows)
        return self._reopen()

    def action_import(self):
        """Make articles of the package: of all of it, or of nothing.

        :raise AccessError: for who is no editor
        :raise UserError: when something in it is wrong
        """
        self.ensure_one()
        self._check_editor()
        files, drafts, _others = self._read()
        wrong = [draft for draft in drafts if draft.errors]
        if wrong or not drafts:
            raise UserError(
                self.env._(
                    "Nothing was imported. Look at the list and mend %s files first.",
                    len(wrong),
                )
                if wrong
                else self.env._("There is no article in this file.")
            )
        articles = self._make_articles(drafts, files)
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "customer_portal_knowledge.portal_help_article_action"
        )
        return {**action, "domain": [("id", "in", articles.ids)], "context": {}}

    def _check_editor(self):
        if not self.env.user.has_group("customer_portal_knowledge.group_help_editor"):
            raise AccessError(self.env._("Only editors of help may import."))

    def _reopen(self):
        return {
            "type": "ir.actions.act_window",
            "res_model": self._name,
            "res_id": self.id,
            "view_mode": "form",
            "target": "new",
        }

    # ------------------------------------------------------------
    # Look
    # ------------------------------------------------------------

    def _read(self):
        """Return (files, drafts, paths left out) of the package.

        :raise UserError: for a package that is not read at all
        """
        data = self.with_context(bin_size=False).file or b""
        if len(data) > LARGEST_PACKAGE * 4 // 3 + 4:
            raise UserError(self._explain(PackageError("too_large")))
        try:
            content = base64.b64decode(data)
        except (binascii.Error, ValueError):
            content = b""
        if not content:
            raise UserError(self.env._("Choose a file."))
        return self._read_content(self.file_name or "", content)

    def _read_content(self, name, content):
        try:
            files = unpack(name, content)
            drafts, others = read_drafts(files)
        except PackageError as error:
            raise UserError(self._explain(error)) from error
        if len(drafts) > MOST_DRAFTS:
            raise UserError(self._explain(PackageError("too_many")))
        self._check_drafts(drafts, files)
        return files, drafts, others

    def _check_drafts(self, drafts, files):
        """Note what is wrong with drafts beside their own texts."""
        seen = set()
        for draft in drafts:
            if draft.key in seen:
                draft.errors.append("twice")
            seen.add(draft.key)
            if draft.errors:
                continue
            for path in self._find_pictures(draft):
                if path not in files:
                    draft.errors.append("no_picture")
                elif not self._is_picture(path, files[path]):
                    draft.errors.append("bad_picture")

    @staticmethod
    def _find_pictures(draft):
        """Return the paths of the pictures in a text that are in the package."""
        if not draft.body.strip():
            return []
        root = html.fragment_fromstring(draft.body, create_parent="div")
        paths = (
            find_beside(draft.path, img.get("src") or "") for img in root.iter("img")
        )
        return [path for path in paths if path]

    def _is_picture(self, path, content):
        ending = path.rpartition(".")[2].lower()
        return f".{ending}" in PICTURES and self.env["ir.attachment"]._is_portal_type(
            ending, content
        )

    def _find_known(self, drafts):
        """Return {key: article} of those that were imported before."""
        found = self.env["portal.help.article"].search(
            [("import_key", "in", [draft.key for draft in drafts])]
        )
        return {article.import_key: article for article in found}

    @staticmethod
    def _get_state(draft, known):
        if draft.errors:
            return "error"
        return "known" if draft.key in known else "new"

    def _get_messages(self, draft):
        """Return what is wrong with a draft, in sentences."""
        texts = {
            "no_title": self.env._("It has no title."),
            "long_title": self.env._("Its title is too long."),
            "long_body": self.env._("Its text is too long."),
            "no_text": self.env._("It has no text."),
            "no_text_file": self.env._("It is no text in UTF-8."),
            "unknown_json": self.env._("It is no export of Zendesk or Freshdesk."),
            "no_picture": self.env._("A picture is missing in the package."),
            "bad_picture": self.env._("A picture is not what its name says."),
            "twice": self.env._("It is there twice."),
        }
        return " ".join(texts[code] for code in dict.fromkeys(draft.errors))

    def _explain(self, error):
        """Return why a package is not read, as a sentence."""
        texts = {
            "too_large": self.env._("This is too large. Send less at once."),
            "too_many": self.env._("These are too many files. Send fewer at once."),
            "bomb": self.env._("This file would become far too large when unpacked."),
            "encrypted": self.env._("The ZIP file has a password."),
            "elsewhere": self.env._("A name in the ZIP file leads out of it."),
            "twice": self.env._("Two files in the ZIP file have the same name."),
            "member": self.env._("A file in the ZIP file is too large."),
            "broken": self.env._("The ZIP file cannot be read."),
        }
        text = texts[error.code]
        if not error.name:
            return text
        return self.env._("%(text)s (%(name)s)", text=text, name=error.name[:200])

    # ------------------------------------------------------------
    # Make
    # ------------------------------------------------------------

    def _make_articles(self, drafts, files):
        """Make or change an article of each draft; drafts are without errors."""
        known = self._find_known(drafts)
        articles = self.env["portal.help.article"]
        made = {}
        for draft in drafts:
            values = self._prepare_article(draft)
            article = known.get(draft.key)
            if article:
                article.write(values)
            else:
                article = articles.create({**values, "import_key": draft.key})
            made[draft.key] = article
        by_path = {draft.path: made[draft.key] for draft in drafts}
        for draft in drafts:
            article = made[draft.key]
            article.body = self._place_body(draft, article, files, by_path)
        if self.publishes:
            articles.union(
                *(made[draft.key] for draft in drafts if draft.is_published)
            ).action_publish()
        return articles.union(*made.values())

    def _prepare_article(self, draft):
        tags = self.env["portal.help.tag"]
        for name in draft.tags:
            tags |= tags.search([("name", "=", name)], limit=1) or tags.create(
                {"name": name}
            )
        values = {
            "name": draft.name,
            "summary": draft.summary or False,
            "kind": draft.kind,
            "category_id": self._get_category(draft.trail).id,
            "tag_ids": [fields.Command.set(tags.ids)],
            "lang": self._get_lang(draft.lang),
            "sequence": draft.sequence or 10,
        }
        if draft.series:
            series = self.env["portal.help.series"]
            values["series_id"] = (
                series.search([("name", "=", draft.series)], limit=1)
                or series.create({"name": draft.series})
            ).id
            values["series_sequence"] = draft.sequence or 10
        if draft.slug:
            values["slug"] = draft.slug
        if draft.pages:
            values["page_paths"] = draft.pages
        return values

    def _get_category(self, trail):
        """Return the category of these names, made where it is missing.

        One at the top is for staff until somebody says whom else it is for.
        """
        category = self.category_id
        categories = self.env["portal.help.category"]
        for name in trail or ([] if category else [self.env._("Imported")]):
            below = categories.search(
                [("parent_id", "=", category.id), ("name", "=", name)], limit=1
            )
            category = below or categories.create(
                {
                    "name": name,
                    "parent_id": category.id,
                    "audience": "public" if category else "staff",
                }
            )
        return category

    def _get_lang(self, text):
        """Return the installed language that a word such as en-us means, or the own."""
        installed = dict(self.env["res.lang"].get_installed())
        wanted = text.replace("-", "_").lower()
        for code in installed:
            if code.lower() == wanted:
                return code
        for code in installed:
            if wanted and code.lower().split("_")[0] == wanted.split("_")[0]:
                return code
        return self.env.lang or "en_US"

    def _place_body(self, draft, article, files, by_path):
        """Return the text with its pictures stored and its links led to articles."""
        if len(draft.body) > LARGEST_BODY:
            return ""
        root = html.fragment_fromstring(draft.body, create_parent="div")
        for img in root.iter("img"):
            if path := find_beside(draft.path, img.get("src") or ""):
                img.set("src", self._store_picture(article, path, files[path]))
        for link in root.iter("a"):
            target = by_path.get(find_beside(draft.path, link.get("href") or ""))
            if target:
                link.set("href", target._get_url())
        return clean_body(draw_inner(root))

    def _store_picture(self, article, path, content):
        """Store a picture with its article, once, and return its address."""
        name = self.env["ir.attachment"]._clean_portal_name(path)
        # sudo: an editor adds a picture to an article, see `_check_editor`
        attachments_sudo = self.env["ir.attachment"].sudo()
        picture = attachments_sudo.create(
            {
                "name": name,
                "raw": content,
                "res_model": article._name,
                "res_id": article.id,
            }
        )
        known = attachments_sudo.search(
            [
                ("res_model", "=", article._name),
                ("res_id", "=", article.id),
                ("checksum", "=", picture.checksum),
                ("id", "<", picture.id),
            ],
            limit=1,
        )
        if known:
            picture.unlink()
            picture = known
        [token] = picture.generate_access_token()
        return f"/web/image/{picture.id}?access_token={token}"
