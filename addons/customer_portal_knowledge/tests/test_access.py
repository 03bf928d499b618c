"""Who may open what of help: what is public, and what is for one customer."""

from odoo.addons.customer_portal.tests.access_case import HOSTILE, AccessCase

from ..const import SITES
from .help_case import HelpMixin

ARTICLE = "/help/<string:category_slug>/<string:article_slug>"


class TestHelpAccess(HelpMixin, AccessCase):
    """The records are for customers with a tag that the head office alone has."""

    get_rows = {
        "/help": (200, 200, 200, 200),
        "/help/embed.js": (200, 200, 200, 200),
        "/help/feed.xml": (200, 200, 200, 200),
        "/help/search": (200, 200, 200, 200),
        "/help/sitemap.xml": (200, 200, 200, 200),
        "/help/suggest": (200, 200, 200, 200),
        "/my/help": (303, 200, 200, 200),
        "/help/<string:category_slug>": (404, 404, 404, 200),
        ARTICLE: (404, 404, 404, 200),
        f"{ARTICLE}/files/<int:file_id>": (404, 404, 404, 200),
    }
    post_rows = {f"{ARTICLE}/feedback": (404, 404, 404, 422)}
    parameters = {
        "/help": ["notice", "search", "page"],
        "/help/search": ["q"],
        "/help/suggest": ["q"],
        "/my/help": ["of", "article", "part"],
        "/help/<string:category_slug>": ["notice"],
        ARTICLE: ["notice"],
    }

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        parameters = cls.env["ir.config_parameter"]
        parameters.set_param("customer_portal.limit_help_feedback", "1000000")
        parameters.set_param("customer_portal.limit_help_search", "1000000")
        parameters.set_param(SITES, "https://www.seller.example")
        cls.env.user.group_ids |= cls.env.ref(
            "customer_portal_knowledge.group_help_editor"
        )
        tag = cls.env["res.partner.category"].create({"name": "Gold"})
        cls.customer.category_id = tag
        cls.shelf = cls._create_category(
            "Gold", audience="tags", partner_category_ids=tag.ids
        )
        cls.file = cls.env["ir.attachment"].create({"name": "a.txt", "raw": b"text"})
        cls.article = cls._create_article(
            "Terms", cls.shelf, attachment_ids=cls.file.ids
        )

    def _get_ids(self):
        return {
            "category_slug": self.shelf.slug,
            "article_slug": self.article.slug,
            "file_id": self.file.id,
        }

    def _get_forms(self):
        return {f"{ARTICLE}/feedback": [{"helpful": "no", "comment": "Too short"}]}

    def _snapshot(self):
        feedback = self.env["portal.help.feedback"].search([])
        return (
            *super()._snapshot(),
            feedback.mapped("comment"),
            self.article.activity_ids.mapped("summary"),
        )

    def test_hostile_addresses_are_missing_pages(self):
        for person in (None, self.buyer):
            self._sign_in(person)
            for value in HOSTILE:
                word = value.encode("utf-8", "surrogatepass")
                part = "".join(f"%{byte:02x}" for byte in word) or "%20"
                for path in (f"/help/{part}", f"/help/{self.shelf.slug}/{part}"):
                    with self.subTest(path[:80], person=person and person.login):
                        answer = self._get(path)
                        self.assertIn(answer.status_code, (400, 404))
                        self.assertNotIn("<script>alert(1)</script>", answer.text)

    def test_files_of_other_records_are_not_sent(self):
        other = self.env["ir.attachment"].create({"name": "b.txt", "raw": b"secret"})
        self._sign_in(self.buyer)
        url = self.article._get_url()
        self.assertEqual(self._get(f"{url}/files/{other.id}").status_code, 404)
        self.assertEqual(self._get(f"{url}/files/{self.file.id}").text, "text")
