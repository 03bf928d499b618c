"""Take articles along: HTML with pictures in a ZIP, which an import reads again."""

import base64
import io
import re
import zipfile

from lxml import html
from markupsafe import Markup

from odoo import api, fields, models

from ..tools.body import draw_inner

_PICTURE = re.compile(r"/web/image/(\d+)")
_PAGE = Markup("""<!DOCTYPE html>
<html lang="{lang}">
<head>
<meta charset="utf-8">
<title>{name}</title>
{metas}</head>
<body>
<h1>{name}</h1>
{body}
</body>
</html>
""")
_META = Markup('<meta name="{name}" content="{value}">\n')


class PortalHelpExport(models.TransientModel):
    """The chosen articles as one file."""

    _name = "portal.help.export"
    _description = "Export of help"

    article_ids = fields.Many2many(
        "portal.help.article",
        default=lambda self: self.env.context.get("active_ids", []),
    )
    file = fields.Binary(readonly=True)
    file_name = fields.Char(readonly=True)

    def action_export(self):
        """Make the file."""
        self.ensure_one()
        content = self._write_package(self.article_ids)
        self.write(
            {
                "file": base64.b64encode(content),
                "file_name": f"help-{fields.Date.context_today(self)}.zip",
            }
        )
        return {
            "type": "ir.actions.act_window",
            "res_model": self._name,
            "res_id": self.id,
            "view_mode": "form",
            "target": "new",
        }

    @api.model
    def _write_package(self, articles):
        """Return the bytes of a ZIP with these articles, in the own rights."""
        stream = io.BytesIO()
        with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
            for article in articles:
                folder = article.category_id.slug
                body = self._pack_pictures(archive, folder, article)
                archive.writestr(
                    f"{folder}/{article.slug}.html", self._draw_page(article, body)
                )
        return stream.getvalue()

    @api.model
    def _pack_pictures(self, archive, folder, article):
        """Put the article's own pictures into the ZIP, and return its text.

        :return: HTML that leads to them
        """
        root = html.fragment_fromstring(article.body or "", create_parent="div")
        # sudo: pictures of an article that one reads; no others are found
        pictures_sudo = self.env["ir.attachment"].sudo()
        packed = set(archive.namelist())
        for img in root.iter("img"):
            found = _PICTURE.match(img.get("src") or "")
            picture = found and pictures_sudo.search(
                [
                    ("id", "=", int(found[1][:9])),
                    ("res_model", "=", article._name),
                    ("res_id", "=", article.id),
                ]
            )
            if picture:
                ending = (picture.mimetype or "").rpartition("/")[2] or "png"
                name = f"pictures/{picture.id}.{ending.replace('jpeg', 'jpg')}"
                if f"{folder}/{name}" not in packed:
                    archive.writestr(f"{folder}/{name}", picture.raw or b"")
                    packed.add(f"{folder}/{name}")
                img.set("src", name)
        return draw_inner(root)

    @api.model
    def _draw_page(self, article, body):
        names, category = [], article.category_id
        while category:
            names.insert(0, category.name.replace("/", "-"))
            category = category.parent_id
        values = {
            "description": article.summary,
            "category": " / ".join(names),
            "tags": ", ".join(article.tag_ids.mapped("name")),
            "kind": article.kind,
            "lang": article.lang,
            "slug": article.slug,
            "series": article.series_id.name,
            "pages": article.page_paths,
            "order": str(article.sequence),
            "draft": "" if article.state == "published" else "yes",
        }
        metas = Markup("").join(
            _META.format(name=name, value=value)
            for name, value in values.items()
            if value
        )
        return _PAGE.format(
            lang=article.lang.replace("_", "-"),
            name=article.name,
            metas=metas,
            # nosemgrep: markup-of-data (cleaned when it was written)
            body=Markup(body),  # noqa: S704  # nosec B704  # cleaned, see above
        )
