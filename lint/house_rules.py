"""Our own rules: a pattern, the files it is for, and what to do instead."""

import re
import subprocess
from dataclasses import dataclass

from bootstrap import places

LONGEST_FILE = 600  # lines
LONGEST_CONDITION = 60  # characters, in a template
CODE = (".py", ".xml", ".js", ".scss", ".sh", "")
TEXT = (*CODE, ".md", ".txt", ".in", ".toml", ".yaml", ".yml", ".conf", ".csv")


@dataclass(frozen=True)
class Rule:
    """A pattern that a line may not hold."""

    pattern: str
    message: str
    suffixes: tuple = (".py",)
    inside: str = ""  # a regular expression for the path
    outside: str = r"^$"
    excuse: str = ""  # a comment on the line, or on one of the two above

    def concerns(self, path):
        """Return whether the rule is about a file."""
        return (
            path.suffix in self.suffixes
            and re.search(self.inside, str(path))
            and not re.search(self.outside, str(path))
        )

    def is_broken_by(self, line, lines_above):
        """Return whether a line breaks the rule."""
        if not re.search(self.pattern, line):
            return False
        return not (self.excuse and self.excuse in lines_above + line)


RULES = (
    Rule(
        r"\.sudo\(",
        "sudo() needs a reason: write `# sudo: why` on this line or just above,"
        " on the narrowest record, after access was checked (docs/access.md)",
        inside=r"^addons/",
        outside=r"/tests/",
        excuse="# sudo:",
    ),
    Rule(
        r"\bt-[\w-]+=\"[^\"]*(\.(sudo|search|search_count|search_read|search_fetch"
        r"|browse|_read_group|read_group)\(|\benv\[)",
        "templates decide nothing: let the controller or a computed field hand over"
        " what is shown",
        suffixes=(".xml",),
        inside=r"^addons/",
        outside=r"/static/",
    ),
    Rule(
        r"(?<![\w-])t-(if|elif|att-[\w-]+)="
        rf"\"(&\w+;|[^\"&]){{{LONGEST_CONDITION + 1},}}\"",
        f"a condition of more than {LONGEST_CONDITION} characters is a value: let the"
        " controller or the model compute it, and give it a name",
        suffixes=(".xml",),
        inside=r"^addons/.*/views/",
    ),
    Rule(
        r"^from odoo import (.*\W)?_lt?\b",
        "translate with env._(), which knows the user's language",
        inside=r"^addons/",
    ),
    Rule(
        r"\bt-raw=",
        "t-raw does not escape: use t-out, with Markup() where the HTML is ours",
        suffixes=(".xml",),
    ),
    Rule(
        r"\bt-debug=|\bt-log=",
        "left from debugging: remove it",
        suffixes=(".xml",),
    ),
    Rule(
        r"\bbreakpoint\(\)|\bi?pdb\b|set_trace\(|\bpprint\(",
        "left from debugging: remove it, or use _logger",
        outside=r"^lint/house_rules.py$",
    ),
    Rule(
        r"\bconsole\.(log|debug)\(|\bdebugger\b",
        "left from debugging: remove it",
        suffixes=(".js",),
        outside=r"/static/lib/",
    ),
    Rule(
        r"(^|[\s\"'`=:(])/(home|root|Users|work|mnt/c)/",
        "the path of one machine: make it relative, or a setting",
        suffixes=TEXT,
        outside=r"^lint/house_rules.py$",
    ),
    Rule(
        r"https?://|--(extra-)?index-url|--find-links|--trusted-host",
        "requirements name packages, never where to get them: each machine has its"
        " own index",
        suffixes=(".txt", ".in"),
        inside=r"^requirements",
    ),
    Rule(
        r"^\s*(from|import) (lint|benchmarks)\b",
        "bootstrap stands below lint and benchmarks: let them import it, and name their"
        " commands in bootstrap/__main__.py",
        inside=r"^bootstrap/",
    ),
    Rule(
        r"\b(TODO|FIXME|XXX)\b(?!.*#\d)",
        "a TODO without an issue number is never done: write `TODO #12: ...`, or do it",
        suffixes=CODE,
        outside=r"^lint/house_rules.py$",
    ),
)

# What turns off a check for a line, and how it names the check.
SUPPRESSION = re.compile(
    r"#\s*(?:nosem(?:grep)?(?P<semgrep>:\s*[a-z][\w-]*(?:,\s*[a-z][\w-]*)*)?"
    r"|nosec(?P<bandit>:?\s*B\d+(?:,?\s*B\d+)*)?"
    r"|noqa(?P<ruff>:\s*[A-Z]+\d+(?:,\s*[A-Z]+\d+)*)?"
    r"|pylint:\s*disable(?P<pylint>=[\w-]+(?:,\s*[\w-]+)*)?)(?!\w)"
)
SUPPRESSION_RULES = r"^(lint/house_rules|tests/test_lint)\.py$"  # they speak of it
REASON_WORDS = 3


def check():
    """Return what breaks a rule, as `path:line: message`."""
    findings = []
    for path in _list_files():
        lines = (places.ROOT / path).read_text(errors="replace").splitlines()
        for check_file in FILE_CHECKS:
            findings += [
                f"{path}:{number}: {message}"
                for number, message in check_file(path, lines)
            ]
    return findings


def _list_files():
    """Return the files of the project, also those not yet committed."""
    names = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"],
        cwd=places.ROOT,
        capture_output=True,
        text=True,
        check=True,
    ).stdout.split("\0")
    root = places.ROOT.relative_to(places.ROOT)
    paths = [root / name for name in sorted(set(names)) if name]
    return [
        path
        for path in paths
        if path.suffix in TEXT
        and (places.ROOT / path).is_file()
        and path.name != "LICENSE"
    ]


def check_patterns(path, lines):
    """Return `(number, message)` of the lines that break one of the `RULES`."""
    return [
        (number, rule.message)
        for rule in RULES
        if rule.concerns(path)
        for number, line in enumerate(lines, 1)
        if rule.is_broken_by(line, "".join(lines[max(0, number - 3) : number - 1]))
    ]


def check_length(path, lines):
    """Return `(number, message)` of the first line too many."""
    is_data = "lib" in path.parts or (path.suffix == ".xml" and "demo" in path.parts)
    if len(lines) <= LONGEST_FILE or path.suffix not in CODE or is_data:
        return []
    message = (
        f"{len(lines)} lines, more than {LONGEST_FILE}: cut it where its reasons to"
        " change differ"
    )
    return [(LONGEST_FILE + 1, message)]


def check_suppressions(path, lines):
    """Return `(number, message)` of the lines that turn off a check without a word."""
    if path.suffix not in CODE or re.search(SUPPRESSION_RULES, str(path)):
        return []
    findings = []
    for number, line in enumerate(lines, 1):
        for found in SUPPRESSION.finditer(line):
            above = lines[number - 2].strip() if number > 1 else ""
            if not any(found.groupdict().values()):
                findings.append((number, "say which check is turned off"))
            elif not (
                _is_reason(line[found.end() :])
                or (above.startswith("#") and _is_reason(above))
            ):
                findings.append(
                    (
                        number,
                        "say in words why the check is turned off, behind it or in a"
                        " comment just above",
                    )
                )
    return findings


def _is_reason(text):
    """Return whether a text has some words beside the names of checks."""
    words = re.findall(r"[A-Za-z’']{2,}", SUPPRESSION.sub("", text))
    return len(words) >= REASON_WORDS


# Each is called with the path of a file, from the root of the checkout, and its lines,
# and returns a list of (number of the line, message).
FILE_CHECKS = (check_patterns, check_suppressions, check_length)
