"""Where a browser asks to go next: pages of this site, by one function."""

import ast
import json
from pathlib import Path

from odoo.modules import get_module_path
from odoo.tests import BaseCase, tagged
from odoo.tools import file_open

from ...tools.parse import parse_own_path
from ..rows import OURS

# Methods of ours that return the address of a page which the records decide.
OWN_ADDRESSES = (
    "_get_url",
    "_get_local_url",
    "_get_choice_url",
    "_get_page_address",
    "parse_own_path",
)


def read_paths():
    with file_open("customer_portal/tests/own_paths.json") as table:
        return json.load(table)


@tagged("post_install", "-at_install")
class TestOwnPaths(BaseCase):
    def test_own_pages(self):
        for text in read_paths()["own"]:
            with self.subTest(text):
                self.assertEqual(parse_own_path(text), text)
                self.assertEqual(parse_own_path(f" {text} "), text)

    def test_other_sites(self):
        paths = read_paths()
        for value in [
            *paths["foreign"],
            *paths["nothing"],
            "/" * 3000,
            "/" + "a" * 3000,
        ]:
            with self.subTest(value):
                self.assertEqual(parse_own_path(value), "")

    def test_redirects_lead_to_own_pages(self):
        """A redirect names its page, or asks the one function."""
        found = 0
        addons = Path(get_module_path(OURS)).parent
        for path in addons.glob(f"{OURS}*/controllers/**/*.py"):
            for function in ast.walk(ast.parse(path.read_text())):
                if not isinstance(function, ast.FunctionDef):
                    continue
                for call in _find_redirects(function):
                    found += 1
                    with self.subTest(path.name, line=call.lineno):
                        self.assertTrue(_is_own(call.args[0], function))
        self.assertGreater(found, 50)

    def test_other_redirects_are_found(self):
        for source in (
            "request.redirect(url)",
            "request.redirect(kwargs['callback'])",
            "request.redirect('https://evil.example')",
            "request.redirect('//evil.example')",
            "request.redirect(f'{place}/x')",
            "request.redirect(f'/{place}')",
            "url = '/my'\n    url = kw['x']\n    request.redirect(url)",
        ):
            with self.subTest(source):
                tree = ast.parse(f"def route(url, **kw):\n    {source}")
                [call] = _find_redirects(tree.body[0])
                self.assertFalse(_is_own(call.args[0], tree.body[0]))


def _find_redirects(function):
    return [
        node
        for node in ast.walk(function)
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr in ("redirect", "redirect_query")
        and isinstance(node.func.value, ast.Name)
        and node.func.value.id == "request"
    ]


def _is_own(node, function):
    """Return whether what is led to can only be a page of this site."""
    if isinstance(node, ast.JoinedStr):
        # With a folder, or such an address, before what is filled in.
        start = node.values[0]
        if isinstance(start, ast.FormattedValue):
            return _is_own(start.value, function)
        return isinstance(start, ast.Constant) and _starts(start, minimum=2)
    if isinstance(node, ast.Constant):
        return _starts(node)
    if isinstance(node, ast.Call):
        name = getattr(node.func, "attr", getattr(node.func, "id", ""))
        return name in OWN_ADDRESSES
    if isinstance(node, ast.Name):
        values = [
            part.value
            for part in ast.walk(function)
            if isinstance(part, ast.Assign)
            and any(
                isinstance(name, ast.Name) and name.id == node.id
                for name in part.targets
            )
        ]
        return bool(values) and all(_is_own(value, function) for value in values)
    return False


def _starts(node, minimum=1):
    text = node.value
    return isinstance(text, str) and len(text) >= minimum and bool(parse_own_path(text))
