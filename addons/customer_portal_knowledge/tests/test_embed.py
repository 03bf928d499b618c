"""Help inside of the seller's own site: for visitors, where the seller allows it."""

from odoo.exceptions import ValidationError
from odoo.tests import tagged

from ..const import SITES
from ..tools.sites import read_sites
from .help_case import HelpCase

SITE = "https://www.seller.example"
LARGEST = 15_000  # bytes of the script


@tagged("post_install", "-at_install")
class TestHelpEmbed(HelpCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.public = cls._create_article(
            "Opening hours",
            cls.paying,
            body='<p>See <a href="https://www.seller.example/map">the map</a> or '
            '<a href="/help/paying">paying</a>.</p>',
        )
        cls.secret = cls._create_article(
            "CANARY", cls.paying, audience="signed_in", related_ids=cls.public.ids
        )

    def _allow(self, sites=SITE):
        self.env["ir.config_parameter"].set_param(SITES, sites)

    def _get_framed(self, path):
        return self.url_open(path, headers={"Sec-Fetch-Dest": "iframe"})

    def test_script_is_small_kept_and_sets_no_cookie(self):
        self._allow()
        self._sign_in(None)
        self.opener.cookies.clear()
        answer = self._get("/help/embed.js")
        self.assertEqual(answer.status_code, 200)
        self.assertTrue(answer.headers["Content-Type"].startswith("text/javascript"))
        self.assertEqual(answer.headers["Cache-Control"], "public, max-age=3600")
        self.assertNotIn("Set-Cookie", answer.headers)
        self.assertLess(len(answer.content), LARGEST)
        self.assertIn('"help": "Help"', answer.text)
        again = self.url_open(
            "/help/embed.js", headers={"If-None-Match": answer.headers["ETag"]}
        )
        self.assertEqual((again.status_code, again.content), (304, b""))

    def test_without_a_site_there_is_no_script_and_no_frame(self):
        self._sign_in(None)
        self.assertEqual(self._get("/help/embed.js").status_code, 404)
        policy = self._get_framed("/help").headers["Content-Security-Policy"]
        self.assertIn("frame-ancestors 'self'", policy)
        self.assertNotIn("seller.example", policy)

    def test_sites_of_the_seller_may_show_public_pages(self):
        self._allow(f"{SITE} https://*.shop.example")
        self._sign_in(None)
        for path in ("/help", "/help/paying", self.public._get_url(), "/help/none"):
            with self.subTest(path):
                policy = self._get_framed(path).headers["Content-Security-Policy"]
                self.assertIn(
                    f"frame-ancestors 'self' {SITE} https://*.shop.example", policy
                )

    def test_who_is_signed_in_is_a_visitor_in_a_frame(self):
        self._allow()
        self._sign_in(self.buyer)
        self.assertIn("CANARY", self._get("/help/paying").text)
        answer = self._get_framed("/help/paying")
        self.assertEqual(answer.status_code, 200)
        self.assertNotIn("CANARY", answer.text)
        self.assertNotIn(self.buyer.name, answer.text)
        self.assertNotIn("csrf", answer.text)
        self.assertNotIn("Set-Cookie", answer.headers)
        self.assertIn("Sec-Fetch-Dest", answer.headers["Vary"])
        self.assertEqual(self._get_framed(self.secret._get_url()).status_code, 404)
        # And the portal itself is in no frame of another site.
        policy = self._get_framed("/my").headers["Content-Security-Policy"]
        self.assertIn("frame-ancestors 'self'", policy)
        self.assertNotIn("seller.example", policy)

    def test_frame_has_neither_header_nor_a_way_to_sign_in(self):
        self._allow()
        self._sign_in(None)
        for path in ("/help", "/help/none", self.public._get_url()):
            page = self._get_framed(path).text
            with self.subTest(path):
                self.assertNotIn("/web/login", page)
                self.assertNotIn("<header", page)
        page = self._get_framed(self.public._get_url()).text
        self.assertIn(
            '<a target="_blank" href="https://www.seller.example/map" rel=',
            page,
        )
        self.assertIn('<a href="/help/paying">', page)

    def test_what_is_a_site(self):
        right = (
            "https://a.example",
            "https://a.example:8443",
            "https://*.a.example",
            "http://localhost:3000",
        )
        wrong = (
            "http://a.example",
            "https://*",
            "*",
            "https://a.example/path",
            "https://a.example;",
            "'self'",
            "https://a",
            "javascript:alert(1)",
            "data:",
        )
        self.assertEqual(read_sites(" ".join(right)), (list(right), []))
        self.assertEqual(read_sites(" ".join(wrong)), ([], list(wrong)))
        self.assertEqual(read_sites("https://A.example/, ")[0], ["https://a.example"])
        self.assertEqual(read_sites(None), ([], []))
        settings = self.env["res.config.settings"]
        for text in wrong:
            with self.subTest(text), self.assertRaises(ValidationError):
                settings.create({"portal_help_sites": f"{SITE} {text}"})

    def test_header_holds_no_more_than_the_sites(self):
        self._allow("https://a.example; script-src * https://b.example\r\nX: y")
        self._sign_in(None)
        headers = self._get("/help").headers
        self.assertNotIn("script-src *", headers["Content-Security-Policy"])
        self.assertNotIn("X", headers)
