"""Who sees which title: by every way that a title can show."""

from urllib.parse import urlsplit

from lxml import etree

from odoo import Command
from odoo.exceptions import AccessError
from odoo.tests import tagged

from .help_case import HelpCase


@tagged("post_install", "-at_install")
class TestHelpAudience(HelpCase):
    """Northwind has the tag Gold and owns a pump, its branch and Southwind have not."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.gold = cls.env["res.partner.category"].create({"name": "Gold"})
        cls.customer.category_id = cls.gold
        cls.pump = cls.env["product.template"].create(
            {"name": "Pump", "type": "service", "invoice_policy": "order"}
        )
        cls.valve = cls.env["product.template"].create({"name": "Valve"})
        cls._create_order(
            order_line=[Command.create({"product_id": cls.pump.product_variant_id.id})]
        )
        cls.employee = cls._create_staff("help_employee")
        tags = {"audience": "tags", "partner_category_ids": cls.gold.ids}
        owners = {"audience": "product", "owned_product_ids": cls.pump.ids}
        valves = {"audience": "product", "owned_product_ids": cls.valve.ids}
        cls.audiences = {
            "public": {},
            "signed_in": {"audience": "signed_in"},
            "tags": tags,
            "owners": owners,
            "valves": valves,
            "staff": {"audience": "staff"},
        }
        # Who passes each; the rest of the specification is that all on the way pass.
        everybody = {"visitor", "buyer", "colleague", "stranger", "employee"}
        cls.passing = {
            "public": everybody,
            "signed_in": everybody - {"visitor"},
            # The people of the head office see what is for its branch; not the
            # other way round.
            "tags": {"buyer", "employee"},
            "owners": {"buyer", "employee"},
            "valves": {"employee"},
            "staff": {"employee"},
        }
        cls.people = {
            "visitor": None,
            "buyer": cls.buyer,
            "colleague": cls.colleague,
            "stranger": cls.stranger,
            "employee": cls.employee,
        }
        cls.articles = {}
        cls.categories = {}
        for upper, upper_values in cls.audiences.items():
            top = cls._create_category(f"CANARY-TOP-{upper}", **upper_values)
            cls.categories[upper,] = top
            for lower, lower_values in cls.audiences.items():
                below = cls._create_category(
                    f"CANARY-BELOW-{upper}-{lower}", top, **lower_values
                )
                cls.categories[upper, lower] = below
                for own in ("public", "tags", "staff"):
                    way = (upper, lower, own)
                    cls.articles[way] = cls._create_article(
                        "CANARY-ARTICLE-" + "-".join(way),
                        below,
                        summary="CANARY-SUMMARY-" + "-".join(way) + "-",
                        **cls.audiences[own],
                    )
        # Each leads to all others, and all are of one series.
        everything = cls.env["portal.help.article"].union(*cls.articles.values())
        series = cls.env["portal.help.series"].create({"name": "All"})
        everything.write(
            {"related_ids": [Command.set(everything.ids)], "series_id": series.id}
        )

    def _may(self, person, way):
        return all(person in self.passing[step] for step in way)

    def _get_words(self, person, wanted):
        """Return the words of what a person may see, or may not."""
        words = {f"CANARY-ARTICLE-{'-'.join(way)}<": way for way in self.articles} | {
            f"CANARY-SUMMARY-{'-'.join(way)}-": way for way in self.articles
        }
        words |= {
            f"CANARY-TOP-{way[0]}<": way for way in self.categories if len(way) == 1
        }
        words |= {
            f"CANARY-BELOW-{'-'.join(way)}<": way
            for way in self.categories
            if len(way) == 2
        }
        return [word for word, way in words.items() if self._may(person, way) == wanted]

    def _assert_silent(self, answer, person, asked=""):
        told = [
            word
            for word in self._get_words(person, False)
            if word in answer.text or word.rstrip("<-").lower() + '"' in answer.text
        ]
        self.assertFalse(told, asked)

    def test_pages_show_what_one_may_see_and_no_more(self):
        for person, user in self.people.items():
            self._sign_in(user)
            home = self._get("/help")
            self._assert_silent(home, person)
            for way, category in self.categories.items():
                answer = self._get(category._get_url())
                with self.subTest(person, category=way):
                    self.assertEqual(
                        answer.status_code, 200 if self._may(person, way) else 404
                    )
                    self._assert_silent(answer, person, category.slug)
            for way, article in self.articles.items():
                answer = self._get(article._get_url())
                with self.subTest(person, article=way):
                    self.assertEqual(
                        answer.status_code, 200 if self._may(person, way) else 404
                    )
                    self._assert_silent(answer, person, article.slug)

    def test_neighbours_are_all_that_one_may_see(self):
        self._sign_in(self.buyer)
        answer = self._get(self.articles["public", "public", "public"]._get_url())
        for way, article in self.articles.items():
            if way != ("public", "public", "public"):
                with self.subTest(way):
                    self.assertEqual(
                        f'href="{article._get_url()}"' in answer.text,
                        self._may("buyer", way),
                    )

    def test_search_finds_what_one_may_see_and_no_more(self):
        limit = "customer_portal.limit_help_search"
        self.env["ir.config_parameter"].set_param(limit, "1000000")
        steps = {step for way in self.articles for step in way}
        questions = ["canary", "canaryarticle", "canari article", *sorted(steps)]
        for person, user in self.people.items():
            self._sign_in(user)
            for question in questions:
                for path in ("/help/search", "/help/suggest"):
                    with self.subTest(person, question=question, path=path):
                        answer = self._get(f"{path}?q={question}")
                        self.assertEqual(answer.status_code, 200)
                        marked = answer.text.replace("<mark>", "")
                        plain = marked.replace("</mark>", "")
                        told = [
                            word
                            for word in self._get_words(person, False)
                            if word in plain or f'{word.rstrip("<")}"' in plain
                        ]
                        self.assertFalse(told)
            self.assertIn("CANARY", self._get("/help/suggest?q=canary").text)

    def test_counts_are_of_what_one_may_see(self):
        for person, user in self.people.items():
            uid = user or self.visitor
            counts = self.env["portal.help.article"].with_user(uid)._count_by_category()
            expected = {}
            for way, article in self.articles.items():
                if self._may(person, way):
                    category = article.category_id.id
                    expected[category] = expected.get(category, 0) + 1
            with self.subTest(person):
                known = {article.category_id.id for article in self.articles.values()}
                found = {key: n for key, n in counts.items() if key in known}
                self.assertEqual(found, expected)

    def test_models_give_no_more_than_the_pages(self):
        everything = self.env["portal.help.article"].union(*self.articles.values())
        shelves = self.env["portal.help.category"].union(*self.categories.values())
        for person, user in self.people.items():
            if person == "employee":
                continue  # reads all in the back office
            uid = user or self.visitor
            for records, table in (
                (everything, self.articles),
                (shelves, self.categories),
            ):
                right = {
                    record.id for way, record in table.items() if self._may(person, way)
                }
                own = records.with_user(uid).with_context(active_test=False)
                with self.subTest(person, model=records._name):
                    found = own.search([("id", "in", records.ids)])
                    self.assertEqual(set(found.ids), right)
                    names = " ".join(found.mapped("display_name")) + " "
                    self.assertEqual(names.count("CANARY"), len(right))
                    for record in own - found:
                        with self.assertRaises(AccessError):
                            record.read(["slug"])
            with self.subTest(person, model="texts"), self.assertRaises(AccessError):
                everything[0].with_user(uid).read(["name"])
            with self.subTest(person, model="versions"), self.assertRaises(AccessError):
                self.env["portal.help.version"].with_user(uid).search([])

    def test_sitemap_is_of_visitors_whoever_asks(self):
        right = {
            article._get_url()
            for way, article in self.articles.items()
            if self._may("visitor", way)
        } | {
            category._get_url()
            for way, category in self.categories.items()
            if self._may("visitor", way)
        }
        for user in (None, self.buyer, self.employee):
            self._sign_in(user)
            answer = self._get("/help/sitemap.xml")
            listed = {
                line.split("<")[0].partition("/help/")[2]
                for line in answer.text.split("<loc>")[1:]
            }
            canaries = {f"/help/{path}" for path in listed if "canary" in path}
            with self.subTest(user and user.login):
                self.assertEqual(canaries, right)

    def test_feed_is_of_visitors_whoever_asks(self):
        right = {
            article._get_url()
            for way, article in self.articles.items()
            if self._may("visitor", way)
        }
        for user in (None, self.buyer, self.employee):
            self._sign_in(user)
            answer = self._get("/help/feed.xml")
            self._assert_silent(answer, "visitor")
            feed = etree.fromstring(answer.content)
            links = feed.xpath("//*[local-name()='entry']/*[local-name()='id']")
            paths = {urlsplit(link.text).path for link in links}
            with self.subTest(user and user.login):
                self.assertEqual({path for path in paths if "canary" in path}, right)

    def test_feed_leaves_out_what_is_not_to_be_listed(self):
        way = ("public", "public", "public")
        self.articles[way].category_id.is_indexed = False
        self._sign_in(None)
        self.assertNotIn(self.articles[way].slug, self._get("/help/feed.xml").text)

    def test_tag_that_is_taken_away_acts_at_once(self):
        way = ("tags", "public", "public")
        url = self.articles[way]._get_url()
        self._sign_in(self.buyer)
        self.assertEqual(self._get(url).status_code, 200)
        self.customer.category_id = False
        self.assertEqual(self._get(url).status_code, 404)

    def test_moving_a_category_moves_all_below(self):
        way = ("public", "public", "public")
        url = self.articles[way]._get_url()
        self._sign_in(None)
        self.assertEqual(self._get(url).status_code, 200)
        self.categories["public", "public"].parent_id = self.categories["staff",]
        self.assertEqual(self._get(url).status_code, 404)
        self._sign_in(self.buyer)
        self.assertEqual(self._get(url).status_code, 404)
        self.categories["public", "public"].parent_id = self.categories["tags",]
        self.assertEqual(self._get(url).status_code, 200)
        self._sign_in(self.stranger)
        self.assertEqual(self._get(url).status_code, 404)

    def test_archived_category_is_closed_with_all_below(self):
        article = self.articles["public", "public", "public"]
        self.categories["public",].active = False
        self._sign_in(None)
        self.assertEqual(self._get(article._get_url()).status_code, 404)
        self.assertNotIn(article.slug, self._get("/help/sitemap.xml").text)

    def test_drafts_and_former_addresses_tell_nothing(self):
        draft = self._create_article("CANARY-DRAFT", self.paying, publish=False)
        hidden = self.articles["staff", "staff", "staff"]
        former = hidden._get_url()
        hidden.slug = "renamed"
        self._sign_in(None)
        for url in (draft._get_url(), former, hidden._get_url(), "/help/paying/none"):
            with self.subTest(url):
                answer = self._get(url)
                self.assertEqual(answer.status_code, 404)
                self.assertNotIn("CANARY", answer.text)
                self.assertNotIn("renamed", answer.headers.get("Location", ""))

    def test_articles_of_another_company_are_not_shown(self):
        other = self.env["res.company"].create({"name": "Other seller"})
        self.categories["public",].company_id = other
        self._sign_in(None)
        url = self.articles["public", "public", "public"]._get_url()
        self.assertEqual(self._get(url).status_code, 404)
        self._sign_in(self.buyer)
        self.assertEqual(self._get(url).status_code, 404)
