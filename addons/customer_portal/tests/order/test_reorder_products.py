"""Another product on a draft: found, added once, and nobody else's."""

from lxml import html

from odoo import Command

from ..access_case import HOSTILE
from ..common import PortalHttpCommon
from ..role_case import RolesMixin

KEY = "0123456789abcdef" * 2


class TestReorderProducts(RolesMixin, PortalHttpCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.nut = cls._make_product(
            "Hex nut M8", default_code="N-8", barcode="40012345"
        )
        cls.drill = cls._make_product("Drill")
        cls.offered = cls._make_product("Ladder")
        cls.unknown = cls._make_product("Scaffold")
        cls._order(cls.nut, partner=cls.branch)
        cls._order(cls.drill, partner=cls.other_customer)
        cls._order(cls.offered, state="sent")
        cls.order = cls._create_order(price=50.0)

    @classmethod
    def _make_product(cls, name, **values):
        return cls.env["product.product"].create(
            {
                "name": name,
                "type": "consu",
                "list_price": 7.0,
                "taxes_id": [Command.clear()],
                **values,
            }
        )

    @classmethod
    def _order(cls, product, **values):
        lines = [Command.create({"product_id": product.id, "price_unit": 5.0})]
        return cls._create_order(order_line=lines, **values)

    def setUp(self):
        super().setUp()
        self._sign_in(self.buyer)
        line = self.order.order_line
        self._post(
            f"/my/orders/{self.order.id}/reorder",
            request_key="f" * 32,
            **{f"quantity_{line.id}": "2"},
        )
        self.draft = self.env["sale.order"].search(
            [("reorder_origin_id", "=", self.order.id)]
        )
        self.page = f"/my/orders/{self.draft.id}/review"

    def _find(self, text, draft=None):
        """Return the names that the field suggests."""
        answer = self.url_open(
            f"/my/orders/{(draft or self.draft).id}/products", params={"search": text}
        )
        return [product["name"] for product in answer.json()["products"]]

    def _add(self, product, key=KEY, **fields):
        answer = self._post(
            f"/my/orders/{self.draft.id}/products",
            request_key=key,
            product_id=getattr(product, "id", product),
            **fields,
        )
        self.env.invalidate_all()
        return answer

    def test_finds_what_the_customer_and_its_branches_know(self):
        for text, names in {
            "hex": ["Hex nut M8"],
            "NUT hex": ["Hex nut M8"],
            "n-8": ["Hex nut M8"],
            "40012345": ["Hex nut M8"],
            "4001234": [],
            "ladder": ["Ladder"],
            "drill": [],
            "scaffold": [],
            "h": [],
            "": [],
            "%": [],
        }.items():
            with self.subTest(text):
                self.assertEqual(self._find(text), names)

    def test_a_branch_does_not_find_what_the_head_office_orders(self):
        draft = self.env["sale.order"].create(
            {"partner_id": self.branch.id, "portal_user_id": self.colleague.id}
        )
        self._sign_in(self.colleague)
        self.assertEqual(self._find("hex", draft), ["Hex nut M8"])
        self.assertEqual(self._find("ladder", draft), [])

    def test_everything_that_is_sold_where_the_seller_says_so(self):
        self.company.portal_all_products = True
        company = self.env["res.company"].create({"name": "Elsewhere"})
        for name, values in {
            "Drill old": {"active": False},
            "Drill part": {"sale_ok": False},
            "Drill elsewhere": {"company_id": company.id},
        }.items():
            self._make_product(name, **values)
        self.assertEqual(self._find("drill"), ["Drill"])
        self.assertEqual(self._find("scaffold"), ["Scaffold"])

    def test_what_is_no_goods_is_not_found(self):
        discount = self._make_product("Hex discount", type="service")
        self.company.sale_discount_product_id = discount
        bonus = self._make_product("Hex bonus")
        self._order(discount)
        self._create_order(
            order_line=[
                Command.create({"product_id": bonus.id, "price_unit": -5.0}),
            ]
        )
        self.assertEqual(self._find("hex"), ["Hex nut M8"])

    def test_added_once_at_the_price_of_today(self):
        self.nut.list_price = 9.0
        for _twice in range(2):
            answer = self._add(self.nut)
            line = self.draft.order_line - self.draft.order_line[0]
            self.assertEqual(len(line), 1)
            place = f"{self.page}?notice=product_added#quantity_{line.id}"
            self.assertURLEqual(answer.headers["Location"], place)
        self.assertEqual(
            (line.product_id, line.product_uom_qty, line.price_unit),
            (self.nut, 1.0, 9.0),
        )
        page = self._get(f"{self.page}?notice=product_added")
        self.assertIn("The product was added.", page.text)
        self.assertIn(f'id="quantity_{line.id}"', page.text)
        self.assertEqual(self._get_figures(page, "order_total"), ["119.00"])

    def test_what_is_there_already_is_not_there_twice(self):
        answer = self._add(self._get_product())
        line = self.draft.order_line
        self.assertURLEqual(
            answer.headers["Location"],
            f"{self.page}?notice=product_there#quantity_{line.id}",
        )
        self.assertEqual(line.product_uom_qty, 2.0)

    def test_nothing_typed_is_lost(self):
        line = self.draft.order_line
        typed = {f"quantity_{line.id}": "5", "client_order_ref": "PO-7"}
        self._add(self.nut, wished_date="2031-02-03", **typed)
        self.assertEqual(self.draft.client_order_ref, "PO-7")
        self.assertEqual(self.draft.wished_date.isoformat(), "2031-02-03")
        self.assertEqual(line.product_uom_qty, 5.0)
        answer = self._add(
            self.offered, "e" * 32, search="ladd", client_order_ref="P" * 65
        )
        self.assertEqual(answer.status_code, 422)
        page = html.fromstring(answer.text)
        [field] = page.xpath("//input[@name='search']")
        self.assertEqual(field.get("value"), "ladd")
        self.assertIn("P" * 65, answer.text)
        self.assertEqual(len(self.draft.order_line), 2)

    def test_works_without_scripts(self):
        answer = self._post(self.page, action="find", search="Ladder")
        place = answer.headers["Location"]
        self.assertURLEqual(place, f"{self.page}?search=Ladder#product_search")
        page = html.fromstring(self._get(place).text)
        [button] = page.xpath(
            "//*[contains(@class, 'cp_product_found')]//button[@name='product_id']"
        )
        self.assertEqual(button.get("value"), str(self.offered.id))
        self._add(button.get("value"))
        self.assertIn(self.offered, self.draft.order_line.product_id)
        page = self._get(f"{self.page}?search=scaffold")
        self.assertIn("Nothing was found for", page.text)

    def test_options_are_chosen_with_sales(self):
        attribute = self.env["product.attribute"].create(
            {
                "name": "Engraving",
                "create_variant": "no_variant",
                "value_ids": [
                    Command.create({"name": "None"}),
                    Command.create({"name": "Logo"}),
                ],
            }
        )
        lines = {
            name: self.env["product.template.attribute.line"].create(
                {
                    "product_tmpl_id": product.product_tmpl_id.id,
                    "attribute_id": attribute.id,
                    "value_ids": [Command.set(values.ids)],
                }
            )
            for name, product, values in (
                ("open", self.nut, attribute.value_ids),
                ("fixed", self.offered, attribute.value_ids[1]),
            )
        }
        answer = self._add(self.nut)
        self.assertEqual(answer.status_code, 422)
        self.assertIn("Hex nut M8 has options to choose. Write to", answer.text)
        self.assertEqual(len(self.draft.order_line), 1)
        page = self._get(f"{self.page}?search=hex")
        self.assertIn("has options to choose", page.text)
        self._add(self.offered)
        line = self.draft.order_line[1:]
        self.assertEqual(
            line.product_no_variant_attribute_value_ids,
            lines["fixed"].product_template_value_ids,
        )

    def test_nothing_else_is_added(self):
        archived = self._make_product("Hex old")
        self._order(archived)
        archived.active = False
        for product in (self.drill, self.unknown, archived, *HOSTILE):
            value = getattr(product, "id", product)
            with self.subTest(str(value)[:99]):
                answer = self._add(value, "d" * 32)
                self.assertEqual(answer.status_code, 422)
                self.assertEqual(len(self.draft.order_line), 1)
        for value in HOSTILE:
            with self.subTest(str(value)[:99]):
                path = f"/my/orders/{self.draft.id}/products"
                answer = self.url_open(path, params={"search": value})
                self.assertEqual(answer.json()["products"], [])

    def test_only_for_the_maker_of_a_draft_who_may_order(self):
        paths = [f"/my/orders/{self.draft.id}/products?search=hex"]
        second = self._create_portal_user("second", self.customer)
        for user in (second, self.stranger):
            self._sign_in(user)
            self.assertEqual(self._get(paths[0]).status_code, 404)
            self.assertEqual(self._add(self.nut).status_code, 404)
        self._sign_in(self.buyer)
        placed = f"/my/orders/{self.order.id}/products?search=hex"
        self.assertEqual(self._get(placed).status_code, 404)
        self._give_role(self.buyer, "viewer")
        self.assertIn(self._get(paths[0]).status_code, (403, 404))
        self.assertIn(self._add(self.nut).status_code, (403, 404))
        self.assertEqual(len(self.draft.order_line), 1)

    def test_costs_the_same_for_many_products(self):
        self.company.portal_all_products = True

        def count(text):
            path = f"/my/orders/{self.draft.id}/products?search={text}"
            self._get(path)
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            answer = self._get(path)
            return len(answer.json()["products"]), self.env.cr.sql_log_count - before

        for number in range(30):
            self._make_product(f"Plank {number}")
        few, many = count("scaffold"), count("plank")
        self.assertEqual((few[0], many[0]), (1, 10))
        self.assertEqual(many[1], few[1])
