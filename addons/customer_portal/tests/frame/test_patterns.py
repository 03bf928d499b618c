"""Every pattern of ours takes time that grows as the text does, whatever it says."""

import ast
import re
import sys
import time
from pathlib import Path

from odoo.modules import get_module_path
from odoo.tests import BaseCase, tagged

from ..rows import OURS

# Characters; what is quadratic takes seconds for the last, what is worse for the first.
LENGTHS = (200, 1000, 20_000)
MOST_SECONDS = 0.25
COMMON = " \t\na0A(<>\"'@,.;:-_/\\%=*\u00a0é\u0663"
METHODS = {"compile", "search", "match", "fullmatch", "sub", "split", "findall"}


def find_patterns():
    """Return {(file, line): pattern} of what our code compiles."""
    found = {}
    addons = {
        name.split(".")[2] for name in sys.modules if name.startswith("odoo.addons.")
    }
    for addon in sorted(addon for addon in addons if addon.startswith(OURS)):
        root = Path(get_module_path(addon))
        for path in root.rglob("*.py"):
            if "tests" in path.relative_to(root).parts:
                continue
            for node in ast.walk(ast.parse(path.read_text())):
                if pattern := _read_call(node):
                    found[f"{addon}/{path.relative_to(root)}", node.lineno] = pattern
        prefix = f"odoo.addons.{addon}."
        for name, module in list(sys.modules.items()):
            if name.startswith(prefix) and ".tests" not in name:
                for key, value in vars(module).items():
                    if isinstance(value, re.Pattern):
                        found[name, key] = value
    return found


def _read_call(node):
    """Return the pattern of a call such as `re.sub("a", ...)`, or None."""
    is_call = (
        isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and isinstance(node.func.value, ast.Name)
        and node.func.value.id == "re"
        and node.func.attr in METHODS
        and node.args
    )
    if is_call and isinstance(node.args[0], ast.Constant):
        return re.compile(node.args[0].value)
    return None


def make_texts(pattern, length):
    """Yield texts of a length on which a pattern may begin again and again."""
    is_bytes = isinstance(pattern.pattern, bytes)
    source = pattern.pattern.decode("latin-1") if is_bytes else pattern.pattern
    letters = dict.fromkeys(COMMON + re.sub(r"[\\\[\](){}?*+|^$]", "", source))
    starts = ["", *dict.fromkeys('<"(.' + source[:2])]
    for letter in letters:
        for start in starts:
            for end in ("", "\x01"):
                text = start + letter * length + end
                yield text.encode("latin-1", "ignore") if is_bytes else text
        for other in " a.":
            text = (letter + other) * (length // 2) + "\x01"
            yield text.encode("latin-1", "ignore") if is_bytes else text


def find_slow(pattern):
    """Return the beginning of a text that takes too long, or None."""
    for length in LENGTHS:
        for text in make_texts(pattern, length):
            for method in (pattern.search, pattern.fullmatch):
                begin = time.thread_time()
                method(text)
                if time.thread_time() - begin > MOST_SECONDS:
                    return text[:20]
    return None


@tagged("post_install", "-at_install")
class TestPatterns(BaseCase):
    def test_patterns_are_linear(self):
        patterns = find_patterns()
        self.assertGreater(len(patterns), 30)
        for place, pattern in patterns.items():
            with self.subTest(place):
                self.assertIsNone(find_slow(pattern))

    def test_slow_patterns_are_found(self):
        for source in (
            r'"?(?P<name>[^"<>]*?)"?\s*<(?P<email>[^<>]*)>',
            r"\s+$",
        ):
            with self.subTest(source):
                self.assertIsNotNone(find_slow(re.compile(source)))
