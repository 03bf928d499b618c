"""What visitors and people read, and what stays behind: nothing."""

import json

from lxml import html

from odoo.tests import tagged

from .help_case import HelpCase


@tagged("post_install", "-at_install")
class TestHelpPage(HelpCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.article = cls._create_article(
            "Pay by card", cls.paying, summary="With any card of yours."
        )

    def test_visitor_gets_no_cookie_and_a_proxy_may_keep_it(self):
        self._sign_in(None)
        self.opener.cookies.clear()
        for path in ("/help", "/help/paying", self.article._get_url()):
            answer = self._get(path)
            with self.subTest(path):
                self.assertEqual(answer.status_code, 200)
                self.assertNotIn("Set-Cookie", answer.headers)
                self.assertEqual(answer.headers["Cache-Control"], "public, max-age=300")
                self.assertIn("Cookie", answer.headers["Vary"])
                self.assertNotIn("csrf_token", answer.text)
                page = html.fromstring(answer.text)
                scripts = {
                    script.get("src")
                    for script in page.iter("script")
                    if script.get("type") != "application/ld+json"
                    and "assets_tests" not in (script.get("src") or "")
                }
                own = "/customer_portal_knowledge/static/src/search.js"
                self.assertLessEqual(scripts, {own})
                policy = answer.headers["Content-Security-Policy"]
                self.assertIn("script-src 'self';", policy)

    def test_links_keep_the_language_of_the_page(self):
        self.env["res.lang"]._activate_lang("fa_IR")
        prefix = f"/{self.env['res.lang']._get_data(code='fa_IR').url_code}"
        self._sign_in(None)
        for path in ("/help", "/help/paying", self.article._get_url()):
            page = self._read_page(self._get(prefix + path))
            links = page.xpath(
                "//a[not(@hreflang)]/@href[contains(., '/help')] | //form/@action"
            )
            others = set(page.xpath("//a[@hreflang]/@href"))
            with self.subTest(path):
                self.assertGreater(len(links), 1)
                self.assertEqual([a for a in links if not a.startswith(prefix)], [])
                self.assertEqual(others, {path, prefix + path})
        found = self._read_page(self._get(f"{prefix}/help/search?q=card"))
        self.assertIn(prefix + self.article._get_url(), found.xpath("//a/@href"))

    def test_what_a_page_loads_begins_no_session(self):
        self._sign_in(None)
        self.opener.cookies.clear()
        page = html.fromstring(self._get("/help").text)
        styles = [
            link.get("href") for link in page.iterfind('.//link[@rel="stylesheet"]')
        ]
        self.assertEqual(len(styles), 1)
        picture = self.env["ir.attachment"].create(
            {"name": "a.txt", "raw": b"text", "public": True}
        )
        for path in (*styles, "/logo.png", f"/web/image/{picture.id}"):
            with self.subTest(path):
                self.assertNotIn("Set-Cookie", self._get(path).headers)

    def test_products_that_are_sold_are_named(self):
        other = self.env["res.company"].create({"name": "Other seller"})
        products = self.env["product.template"].create(
            [
                {"name": "CANARY-PUMP"},
                {"name": "CANARY-GONE", "active": False},
                {"name": "CANARY-INNER", "sale_ok": False},
                {"name": "CANARY-OTHER", "company_id": other.id},
            ]
        )
        self.article.product_tmpl_ids = products
        self._sign_in(None)
        page = self._get(self.article._get_url()).text
        self.assertIn("CANARY-PUMP", page)
        self.assertEqual(page.count("CANARY"), 1)

    def test_page_of_a_person_is_not_kept(self):
        self._sign_in(self.buyer)
        answer = self._get(self.article._get_url())
        self.assertEqual(answer.headers["Cache-Control"], "no-store")
        self.assertIn("cp_navigation", answer.text)
        self.assertIn('href="/help" class="nav-link active"', answer.text)
        self.assertIn('href="/help"', self._get("/my").text)

    def test_visitor_costs_at_most_eight_queries(self):
        self._sign_in(None)
        for path in ("/help", "/help/paying", self.article._get_url()):
            self._get(path)
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            self._get(path)
            with self.subTest(path):
                self.assertLessEqual(self.env.cr.sql_log_count - before, 8)

    def test_renamed_pages_redirect_for_good(self):
        url = self.article._get_url()
        self.article.slug = "Pay with a card"
        self.paying.slug = "Money matters"
        self.assertEqual(self.article._get_url(), "/help/money-matters/pay-with-a-card")
        self._sign_in(None)
        for former, now in (
            (url, self.article._get_url()),
            ("/help/paying", "/help/money-matters"),
            ("/help/money-matters/pay-by-card", self.article._get_url()),
            ("/help/wrong/pay-with-a-card", self.article._get_url()),
        ):
            answer = self._get(former)
            with self.subTest(former):
                self.assertEqual(answer.status_code, 301)
                self.assertURLEqual(answer.headers["Location"], now)
        # Another one that takes the address keeps it.
        again = self._create_article("Pay by card", self.paying)
        self.assertEqual(again.slug, "pay-by-card")
        self.assertEqual(self._get(again._get_url()).status_code, 200)

    def test_titles_of_all_scripts_have_an_address(self):
        for title, slug in (
            ("Mokėti kortele", "moketi-kortele"),
            ("پرداخت با کارت", "پرداخت-با-کارت"),
            ("用银行卡付款", "用银行卡付款"),
            ("Πληρωμή με κάρτα", "πληρωμή-με-κάρτα"),
            ("???", "page"),
        ):
            article = self._create_article(title, self.paying)
            with self.subTest(title):
                self.assertEqual(article.slug, slug)
                self.assertEqual(self._get(article._get_url()).status_code, 200)

    def test_search_engines_read_what_is_public_and_meant_for_them(self):
        self._sign_in(None)
        page = html.fromstring(self._get(self.article._get_url()).text)
        [script] = page.iterfind('.//script[@type="application/ld+json"]')
        about, crumbs = json.loads(script.text)["@graph"]
        self.assertEqual(about["headline"], "Pay by card")
        self.assertEqual(about["description"], "With any card of yours.")
        self.assertEqual(crumbs["itemListElement"][0]["name"], "Paying")
        [canonical] = page.iterfind('.//link[@rel="canonical"]')
        self.assertTrue(canonical.get("href").endswith("/help/paying/pay-by-card"))
        self.paying.is_indexed = False
        answer = self._get(self.article._get_url())
        self.assertEqual(answer.headers["X-Robots-Tag"], "noindex")
        self.assertNotIn("application/ld+json", answer.text)
        self.assertNotIn("pay-by-card", self._get("/help/sitemap.xml").text)

    def test_search_engines_are_let_in(self):
        self._sign_in(None)
        self.assertIn("Allow: /help", self._get("/robots.txt").text)

    def test_structured_data_ends_no_script(self):
        evil = self._create_article("</script><script>alert(1)</script>", self.paying)
        answer = self._get(evil._get_url())
        self.assertNotIn("<script>alert(1)", answer.text)

    def test_series_is_read_in_order(self):
        series = self.env["portal.help.series"].create({"name": "Start"})
        parts = [
            self._create_article(
                f"Part {number}",
                self.paying,
                series_id=series.id,
                series_sequence=10 - number,
            )
            for number in range(3)
        ]
        self._sign_in(None)
        page = html.fromstring(self._get(parts[1]._get_url()).text)
        [before] = page.iterfind('.//a[@rel="prev"]')
        [after] = page.iterfind('.//a[@rel="next"]')
        self.assertEqual(before.get("href"), parts[2]._get_url())
        self.assertEqual(after.get("href"), parts[0]._get_url())
        self.assertIn("Part 2 of 3", page.text_content())

    def test_answers_unfold_in_their_category(self):
        answer = self._create_article("Which cards?", self.paying, kind="answer")
        page = html.fromstring(self._get("/help/paying").text)
        [details] = page.iterfind('.//details[@id="which-cards"]')
        self.assertIn("Text of Which cards?.", details.text_content())
        self.assertIn(f'href="{answer._get_url()}"', html.tostring(details).decode())
        page = html.fromstring(self._get(answer._get_url()).text)
        [script] = page.iterfind('.//script[@type="application/ld+json"]')
        self.assertIn("FAQPage", script.text)

    def test_video_of_another_site_waits_for_the_reader(self):
        self.article.video_url = "https://youtu.be/dQw4w9WgXcQ?t=3"
        self.article.chapters = "0:00 Sign in\n1:05 Choose\nnothing"
        self.article.transcript = "Now we sign in."
        page = html.fromstring(self._get(self.article._get_url()).text)
        self.assertFalse(list(page.iter("iframe", "video")))
        loaded = [element.get("src") for element in page.iter("script", "img", "link")]
        self.assertFalse([src for src in loaded if src and "youtu" in src])
        self.assertIn("1:05", page.text_content())
        self.assertNotIn("nothing", page.find(".//figure").text_content())
        self.article.video_url = "javascript:alert(1)"
        self.assertNotIn("javascript:", self._get(self.article._get_url()).text)
