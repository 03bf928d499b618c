"""Files of articles, for whoever sees the article."""

from odoo import http
from odoo.http import request

from .help_page import READ, HelpPortal


class HelpFilePortal(HelpPortal):
    @http.route(
        "/help/<string:category_slug>/<string:article_slug>/files/<int:file_id>",
        sitemap=False,
        **READ,
    )
    def portal_help_file(self, category_slug, article_slug, file_id, **_query):
        """Send one file of an article; a video is played, all others are saved."""
        page, _category, _tree = self._find_article(category_slug, article_slug)
        files = {file["id"] for file in page["files"] or []} if page else set()
        video = page["video_id"] if page else None
        if file_id not in files and (not video or file_id != video):
            return self._miss()
        # sudo: a file of an article that was found in the own rights
        files_sudo = request.env["ir.attachment"].sudo()
        # nosemgrep: route-sudo-browse-unchecked (one of the article's own, see above)
        attachment_sudo = files_sudo.browse(file_id)
        stream = request.env["ir.binary"]._get_stream_from(attachment_sudo, "raw")
        is_video = file_id == video and (stream.mimetype or "").startswith("video/")
        response = stream.get_response(as_attachment=not is_video)
        response.headers["Content-Security-Policy"] = "sandbox; default-src 'none'"
        response.headers["X-Content-Type-Options"] = "nosniff"
        response.headers["Cache-Control"] = "private, no-cache"
        return response
