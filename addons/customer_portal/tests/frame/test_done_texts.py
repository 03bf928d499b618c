"""What a page says after a redirect: each code has a sentence, in one place."""

import ast
import re
from pathlib import Path

from odoo.tests import tagged
from odoo.tools.misc import file_path

from odoo.addons.http_routing.tests.common import MockRequest

from ..common import PortalHttpCommon

CODE = re.compile(r"[?&]notice=(\w+)")
# Said with the number and the state of the order by its page, see test_reorder.
SAID_BY_THE_PAGE = {"placed"}


@tagged("post_install", "-at_install")
class TestDoneTexts(PortalHttpCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.order = cls._create_order()

    def _get_texts(self):
        """Return the texts of all sections, as a page of the portal has them."""
        endpoints = dict(
            self.env["ir.http"]._generate_routing_rules(
                self.env.registry._init_modules, converters={}
            )
        )
        with MockRequest(self.env):
            return endpoints["/my"].func.__self__._get_done_texts()

    def test_codes_of_redirects_are_those_with_a_text(self):
        texts = self._get_texts()
        self.assertNotIn("", texts.values())
        codes = find_codes(
            Path(file_path(addon))
            for addon in self.env.registry._init_modules
            if addon.startswith("customer_portal")
        )
        self.assertGreater(len(codes), 50)
        self.assertEqual(codes - SAID_BY_THE_PAGE, set(texts))

    def test_page_says_what_was_done(self):
        self._sign_in(self.buyer)
        for address, sentence in {
            "/my?notice=accepted": "Welcome. You are now acting for this company.",
            "/my/orders?notice=draft_discarded": "Nothing was ordered.",
            f"/my/orders/{self.order.id}?notice=order_changed": "has been changed and",
            "/my/payment_method?notice=method_removed": "has been removed.",
        }.items():
            with self.subTest(address):
                [notice] = self._get_notices(address)
                self.assertIn(sentence, notice)

    def test_text_is_never_of_the_address(self):
        self._sign_in(self.buyer)
        for page in ("/my", "/my/orders", f"/my/orders/{self.order.id}"):
            for code in (
                "",
                "unknown",
                "Call+0900+1",
                "notice",
                "draft_discarded.",
                "draft_discarded%00x",
            ):
                with self.subTest(page, code=code):
                    self.assertEqual(self._get_notices(f"{page}?notice={code}"), [])

    def _get_notices(self, address):
        answer = self._get(address)
        self.assertEqual(answer.status_code, 200)
        return re.findall(r'alert-info" role="status">([^<]*)<', answer.text)


def find_codes(folders):
    """Return the codes with which the sources of addons redirect.

    A code stands in an address, or is called `notice`: as a variable, an argument or a
    parameter.
    """
    sources = {
        path: path.read_text()
        for folder in folders
        for suffix in ("py", "xml", "js")
        for path in folder.rglob(f"*.{suffix}")
        if "tests" not in path.relative_to(folder).parts
    }
    codes = {code for source in sources.values() for code in CODE.findall(source)}
    trees = [
        ast.parse(source) for path, source in sources.items() if path.suffix == ".py"
    ]
    nodes = [node for tree in trees for node in ast.walk(tree)]
    places = {}  # of the parameter: {name of the function: index}
    for node in nodes:
        if isinstance(node, ast.FunctionDef):
            names = [argument.arg for argument in node.args.args]
            names = names[names[:1] == ["self"] :]
            if "notice" in names:
                places[node.name] = names.index("notice")
    for node in nodes:
        for value in get_values(node, places):
            codes |= get_texts(value)
    return codes


def get_values(node, places):
    """Return what a node takes as a code, as nodes."""
    if isinstance(node, ast.Assign):
        is_code = any(getattr(name, "id", "") == "notice" for name in node.targets)
        return [node.value] if is_code else []
    if not isinstance(node, ast.Call):
        return []
    values = [keyword.value for keyword in node.keywords if keyword.arg == "notice"]
    place = places.get(getattr(node.func, "attr", None))
    if place is not None:
        values += node.args[place : place + 1]
    return values


def get_texts(node):
    """Return the texts that an expression may be."""
    if isinstance(node, ast.IfExp):
        return get_texts(node.body) | get_texts(node.orelse)
    is_text = isinstance(node, ast.Constant) and isinstance(node.value, str)
    return {node.value} - {""} if is_text else set()
