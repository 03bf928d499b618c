"""What is noted of searches: once, under seal, and for no longer than needed."""

from datetime import timedelta
from unittest.mock import patch

from lxml import html

from odoo import Command, fields
from odoo.exceptions import AccessError
from odoo.tests import new_test_user
from odoo.tools.misc import hash_sign

from ...models.search.portal_search_log import SCOPE
from ..access_case import HOSTILE
from ..common import PortalHttpCommon

ROW = ["sale.order", 7, "S00007", "/my/orders/7"]


class SearchLogCase(PortalHttpCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.logs = cls.env["portal.search.log"].sudo()
        cls.logs.search([]).unlink()
        cls.env["ir.config_parameter"].set_param(
            "customer_portal.limit_search_log", "1000000"
        )

    def setUp(self):
        super().setUp()
        # Scheduled actions commit; nothing is to stay.
        cron = type(self.env["ir.cron"])
        self.startPatcher(
            patch.object(cron, "_commit_progress", lambda *_args, **_kwargs: 1.0)
        )

    def _seal(self, text, user=None, found=None, rows=(ROW,), place="page"):
        logs = self.logs.with_user(user or self.buyer).sudo(False)
        found = {"orders": 2} if found is None else found
        return logs._seal(place, text, found, rows)

    def _tell(self, seal, **more):
        """Send what a page sends of itself, as the browser that is signed in."""
        return self.url_open("/search/log", data={"seal": seal, **more})

    def _hear(self, text, user=None, **how):
        """Note a search of somebody, without HTTP."""
        user = user or self.buyer
        return (
            self.logs.with_user(user).sudo(False)._hear(self._seal(text, user, **how))
        )

    def _age(self, logs, **time):
        """Let rows be older."""
        for log in logs:
            log.write(
                {
                    "date": log.date - timedelta(**time),
                    "last_on": log.last_on - timedelta(**time),
                }
            )


class TestSearchLog(SearchLogCase):
    def setUp(self):
        super().setUp()
        self._sign_in(self.buyer)

    def test_holds_words_and_results_and_no_more(self):
        tag = self.env["res.partner.category"].create({"name": "Wholesale"})
        self.customer.category_id = [Command.set(tag.ids)]
        answer = self._tell(self._seal("  Bólts of ann@northwind.example "))
        self.assertEqual(answer.status_code, 204)
        [log] = self.logs.search([])
        self.assertEqual(log.words, self.logs._fold_words("Bólts of …@…"))
        self.assertNotIn("ann", log.words)
        self.assertEqual(log.found, {"orders": 2})
        self.assertEqual(
            (log.found_count, log.user_id, log.partner_id, log.segment_id, log.outcome),
            (2, self.buyer, self.customer, tag, "waiting"),
        )

    def test_same_page_counts_once_and_says_what_was_opened(self):
        seal = self._seal("bolts")
        for _time in range(2):
            self._tell(seal)
        for _time in range(2):
            self._tell(seal, opened="/my/orders/7")
        self._tell(seal, opened="/my/orders/8")  # was not among what it showed
        [log] = self.logs.search([])
        self.assertEqual((log.opened_count, log.refined_count), (1, 0))
        self.assertEqual(
            [(one.res_model, one.res_id, one.title) for one in log.opened_ids],
            [("sale.order", 7, "S00007")],
        )

    def test_what_was_opened_may_have_a_language_in_front(self):
        self._tell(self._seal("bolts"), opened="/x/fr/my/orders/7")
        self.assertFalse(self.logs.search([]).opened_count)
        self._tell(self._seal("nuts"), opened="/fr/my/orders/7")
        log = self.logs.search([], order="id desc", limit=1)
        self.assertEqual((log.words, log.opened_count), ("nuts", 1))

    def test_words_that_are_changed_are_one_intention(self):
        for text in ("bo", "bolts", "bolts m8"):
            self._tell(self._seal(text))
        [log] = self.logs.search([])
        self.assertEqual(
            (log.first_words, log.words, log.refined_count), ("bo", "bolts m8", 2)
        )
        self._age(log, minutes=6)
        self._tell(self._seal("nuts"))
        self.assertEqual(self.logs.search_count([]), 2)

    def test_after_a_result_was_opened_another_search_begins(self):
        self._tell(self._seal("bolts"), opened="/my/orders/7")
        self._tell(self._seal("nuts"))
        self.assertEqual(
            self.logs.search([], order="id").mapped("words"), ["bolts", "nuts"]
        )

    def test_seal_of_somebody_else_or_of_nobody_says_nothing(self):
        self._tell(self._seal("bolts", self.stranger))
        self._tell(self._seal("bolts", self.env.ref("base.public_user")))
        forged = hash_sign(self.env, "another", ["x"] * 9)
        old = hash_sign(self.env, SCOPE, ["x"] * 9, expiration=timedelta(hours=-1))
        for seal in (*HOSTILE, forged, old, "x" * 40_000, "AQ"):
            answer = self._tell(seal, opened="/my/orders/7")
            self.assertEqual(answer.status_code, 204, seal)
        self.assertFalse(self.logs.search([]))

    def test_visitor_is_counted_and_nothing_else_is_known(self):
        self._sign_in(None)
        visitor = self.env.ref("base.public_user")
        for _time in range(2):
            answer = self._tell(self._seal("returns", visitor, place="help"))
        self.assertFalse(answer.headers.get("Set-Cookie"))
        logs = self.logs.search([])
        self.assertEqual(len(logs), 2)  # no chain: nobody knows who it is
        self.assertFalse(logs.user_id)
        self.assertFalse(logs.partner_id)
        self.assertFalse(any(logs.mapped("outcome")))

    def test_switched_off_nothing_is_sealed_or_noted(self):
        seal = self._seal("bolts")
        self.env["ir.config_parameter"].set_param("customer_portal.no_search_log", "1")
        self.assertEqual(self._seal("bolts"), "")
        self._tell(seal)
        self.assertFalse(self.logs.search([]))

    def test_settings_switch_it_off_and_on(self):
        for is_off in (True, False):
            settings = self.env["res.config.settings"].create(
                {"portal_no_search_log": is_off}
            )
            settings.execute()
            self.assertEqual(self.logs._is_on(), not is_off)

    def test_staff_that_looks_is_not_counted(self):
        self.assertEqual(self._seal("bolts", self.env.user), "")

    def test_customer_s_people_read_nothing_of_it(self):
        self._hear("bolts")
        for name in ("log", "opened", "report", "term", "signal", "figures"):
            with self.assertRaises(AccessError, msg=name):
                self.env[f"portal.search.{name}"].with_user(self.buyer).search([])


class TestSearchPageLog(SearchLogCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.order = cls._create_order()

    def setUp(self):
        super().setUp()
        self._sign_in(self.buyer)

    def _search(self, text):
        """Return the page of a search, and its seal."""
        page = html.fromstring(self._get(f"/my/search?q={text}").text)
        [seal] = page.xpath("//div[contains(@class, 'cp_search_log')]/@data-seal")
        return page, seal

    def test_page_tells_what_it_shows_and_writes_nothing_itself(self):
        page, seal = self._search(self.order.name)
        self.assertFalse(self.logs.search([]))
        [link] = set(page.xpath(f"//a[@href='/my/orders/{self.order.id}']/@href"))
        self._tell(seal, opened=link)
        [log] = self.logs.search([])
        self.assertEqual((log.place, log.found.get("orders")), ("page", 1))
        self.assertEqual(log.opened_ids.res_id, self.order.id)

    def test_search_without_a_result_is_noted(self):
        _page, seal = self._search("xyzzyplugh")
        self._tell(seal)
        [log] = self.logs.search([])
        self.assertEqual((log.words, log.found_count), ("xyzzyplugh", 0))

    def test_page_without_words_tells_nothing(self):
        page = html.fromstring(self._get("/my/search").text)
        self.assertFalse(page.xpath("//div[@data-seal]"))

    def test_suggestion_counts_when_it_is_chosen(self):
        answer = self._get(f"/my/search/suggestions?q={self.order.name}").json()
        self._tell(answer["seal"], opened=answer["found"][0]["url"])
        [log] = self.logs.search([])
        self.assertEqual((log.place, log.opened_count), ("suggestion", 1))


class TestSearchOutcome(SearchLogCase):
    def test_window_closes_and_the_person_is_forgotten(self):
        found, empty = self._hear("bolts"), self._hear("x", found={}, place="ticket")
        young = self._hear("nuts", self.colleague)
        self._age(found | empty, hours=25)
        self.logs._follow_all()
        self.assertEqual(
            [log.outcome for log in (found, empty, young)],
            ["answered", "nothing", "waiting"],
        )
        self.assertEqual(
            [log.user_id for log in (found, empty, young)],
            [self.env["res.users"], self.env["res.users"], self.colleague],
        )
        self.assertEqual(found.partner_id, self.customer)

    def test_customer_is_forgotten_after_the_signals_and_rows_after_their_time(self):
        young, old, oldest = (
            self._hear(text, place=place)
            for text, place in (("a", "page"), ("b", "help"), ("c", "ticket"))
        )
        self._age(old, days=9)
        self._age(oldest, days=181)
        self.logs._follow_all()
        self.assertEqual(young.partner_id, self.customer)
        self.assertFalse(old.partner_id)
        self.assertFalse(oldest.exists())

    def test_end_is_said_once(self):
        log = self._hear("bolts")
        self.assertTrue(log._end("solved"))
        self.assertFalse(log._end("ticket"))
        self.assertEqual(log.outcome, "solved")

    def test_person_who_leaves_is_forgotten_and_exports_what_is_known(self):
        log = self._hear("bolts")
        self._hear("nuts", self.stranger)
        own = fields.Domain("user_id", "=", self.buyer.id)
        [section] = [
            section
            for section in self.buyer._get_portal_data_sections(own)
            if section.name == "searches"
        ]
        self.assertEqual(self.env[section.model].search(section.domain), log)
        self.buyer.sudo()._forget_portal_person()
        self.assertFalse(log.exists())
        self.assertEqual(self.logs.search_count([]), 1)

    def test_figures_have_their_formula_and_rows(self):
        outcomes = ("answered", "answered", "solved", "ticket", "nothing", "waiting")
        for number, outcome in enumerate(outcomes):
            log = self._hear(f"words {number}", place="page")
            self._age(log, minutes=10)
            log.outcome = outcome
        visitor = self._hear("returns", self.env.ref("base.public_user"), place="help")
        visitor.company_id = self.company
        figures = self.env["portal.search.figures"].create({})
        self.assertEqual(
            (figures.searches, figures.answered, figures.waiting, figures.visitors),
            (7, 2, 1, 1),
        )
        self.assertEqual(
            figures.formula, "(1 solved + 2 without a ticket) ÷ 5 = 60.0 %"
        )
        for figure, count in (("rate", 5), ("searches", 7), ("ticket", 1)):
            action = figures.with_context(figure=figure).action_open_rows()
            rows = self.env[action["res_model"]].search(action["domain"])
            self.assertEqual(len(rows), count, figure)
        # The pivot averages the same: what waits is left out.
        [[rate]] = self.env["portal.search.report"]._read_group(
            [], [], ["answered_rate:avg"]
        )
        self.assertEqual(round(rate, 1), 60.0)

    def test_words_are_counted_by_language(self):
        for _time in range(2):
            log = self._hear("bolts")
            self._age(log, minutes=10)
        self._hear("bolts", found={})
        [term] = self.env["portal.search.term"].search([("words", "=", "bolts")])
        self.assertEqual(
            (term.searches, term.empty, term.unopened, term.tickets), (3, 1, 2, 0)
        )
        action = term.action_open_searches()
        rows = self.env[action["res_model"]].search(action["domain"])
        self.assertEqual(len(rows), 3)


class TestSearchSignals(SearchLogCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.seller, cls.writer = (
            new_test_user(
                cls.env,
                login=login,
                groups=f"{group},base.group_partner_manager",
                company_id=cls.company.id,
                company_ids=[Command.set(cls.company.ids)],
            )
            for login, group in (
                ("own_seller", "sales_team.group_sale_salesman"),
                ("writer", "customer_portal.group_portal_manager"),
            )
        )
        cls.customer.user_id = cls.seller
        cls.signals = cls.env["portal.search.signal"]
        cls.quotes = [
            cls._create_order(state="sent", user_id=cls.seller.id) for _nr in range(2)
        ]

    def _search_often(self, times=3, **how):
        for _time in range(times):
            log = self._hear("bolts", **how)
            self._age(log, hours=2)
        return log

    def test_same_words_three_times_are_told_to_the_salesperson_once(self):
        self._search_often(2)
        self.logs._follow_all()
        self.assertFalse(self.signals.search([]))
        self._search_often(1)
        for _time in range(2):
            self.logs._follow_all()
        [signal] = self.signals.search([])
        self.assertEqual(signal.partner_id, self.customer)
        self.assertEqual(signal.activity_ids.user_id, self.seller)
        self.assertIn("bolts", signal.activity_ids.summary)
        self.assertEqual(self.signals.with_user(self.seller).search([]).words, "bolts")

    def test_who_asked_by_ticket_is_left_in_peace(self):
        self._search_often().outcome = "ticket"
        self.logs._follow_all()
        self.assertFalse(self.signals.search([]))

    def test_signals_can_be_switched_off(self):
        self._search_often()
        self.env["ir.config_parameter"].set_param(
            "customer_portal.no_search_signals", "1"
        )
        self.logs._follow_all()
        self.assertFalse(self.signals.search([]))

    def _open(self, quote, sessions=3):
        """Open a quote in so many sessions, twice in each."""
        for _session in range(sessions):
            self._sign_in(self.buyer)
            for _time in range(2):
                self.assertEqual(self._get(quote.get_portal_url()).status_code, 200)

    def test_quote_opened_often_is_told_to_its_salesperson_once(self):
        quote, _other = self.quotes
        self._open(quote)
        for _time in range(2):
            self.logs._follow_all()
        [signal] = self.signals.search([])
        self.assertEqual((signal.order_id, signal.times), (quote, 3))
        self.assertEqual(signal.partner_id, self.customer)
        self.assertEqual(signal.activity_ids.user_id, self.seller)
        self.assertIn(quote.name, signal.activity_ids.summary)
        action = signal.with_user(self.seller).action_open_quote()
        self.assertEqual(
            (action["res_model"], action["res_id"]), (quote._name, quote.id)
        )

    def test_quote_opened_twice_or_decided_is_no_signal(self):
        twice, decided = self.quotes
        self._open(twice, 2)
        self._open(decided)
        decided.action_confirm()
        self.logs._follow_all()
        self.assertFalse(self.signals.search([]))

    def test_words_become_a_to_do_of_the_owner_of_the_language_once(self):
        self._search_often(1)
        [term] = self.env["portal.search.term"].search([])
        term.lang_id.portal_content_owner_id = self.writer
        for _time in range(2):
            action = term.with_user(self.writer).action_give_todo()
        [signal] = self.signals.search(action["domain"])
        self.assertEqual(signal, self.signals.search([("kind", "=", "content")]))
        self.assertEqual(signal.activity_ids.user_id, self.writer)
        rows = signal.with_user(self.writer).action_open_searches()
        self.assertEqual(
            self.env[rows["res_model"]]
            .with_user(self.writer)
            .search_count(rows["domain"]),
            1,
        )
        signal.activity_ids.unlink()
        term.action_give_todo()
        self.assertEqual(self.signals.search_count([("kind", "=", "content")]), 2)
