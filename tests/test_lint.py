"""The checks of `bin/lint` find what they are there for."""

from pathlib import Path

import pytest

from lint import house_rules, semgrep

CODE = Path("addons/some/models/code.py")
EVAL = "x = eval(y)"
RULE = "# nosemgrep: eval-used"


@pytest.mark.parametrize(
    "lines",
    [
        [f"{EVAL}  {RULE} (only numbers get here)"],
        [RULE + ", markup-of-data - only numbers get here", EVAL],
        ["# Only numbers get here.", f"{EVAL}  {RULE}"],
        ["# Only numbers get here.", RULE, EVAL],
        [f"{EVAL}  # nosec B307  # only numbers get here"],
        [f"{EVAL}  # noqa: S307, B010 (only numbers get here)"],
        ["# Only numbers get here.", f"{EVAL}  # pylint: disable=eval-used"],
        ["nosemgrep = 1  # a second nosecond"],
    ],
)
def test_suppression_with_a_reason_is_right(lines):
    assert house_rules.check_suppressions(CODE, lines) == []


@pytest.mark.parametrize(
    ("lines", "number", "words"),
    [
        ([f"{EVAL}  {RULE}"], 1, "in words"),
        (["x = 1", f"{EVAL}  {RULE} ok"], 2, "in words"),
        (["y = z  # a comment of another line", f"{EVAL}  {RULE}"], 2, "in words"),
        ([RULE, f"{EVAL}  # nosec B307"], 1, "in words"),
        ([f"{EVAL}  # nosemgrep only numbers get here"], 1, "which check"),
        ([f"{EVAL}  # nosem"], 1, "which check"),
        ([f"{EVAL}  # nosec"], 1, "which check"),
        ([f"{EVAL}  #nosec only numbers get here"], 1, "which check"),
        ([f"{EVAL}  # noqa"], 1, "which check"),
        ([f"{EVAL}  # noqa: S307  # nosec B307"], 1, "in words"),
        ([f"{EVAL}  # pylint: disable=eval-used"], 1, "in words"),
    ],
)
def test_suppression_without_a_reason_is_found(lines, number, words):
    first_number, message = house_rules.check_suppressions(CODE, lines)[0]
    assert (first_number, words in message) == (number, True)


def test_rule_that_goes_blind_is_found():
    examples = ["# ruleid: eval-used", EVAL, "    # ok: eval-used", "x = 1"]
    rules = ["eval-used"]
    assert semgrep.compare_examples(examples, rules, {(2, "eval-used")}) == []
    assert semgrep.compare_examples(examples, rules, set()) == [
        "semgrep_examples.py:2: eval-used does not find this mistake"
    ]
    assert semgrep.compare_examples(
        examples, rules, {(2, "eval-used"), (4, "eval-used")}
    ) == ["semgrep_examples.py:4: eval-used finds what is right"]


def test_rule_without_an_example_is_found():
    assert semgrep.compare_examples([], ["eval-used"], set()) == [
        "semgrep_rules.yml: eval-used has no example that it finds"
    ]


def test_set_up_that_imports_what_stands_above_it_is_found():
    lines = ["import os", "    from lint import checks", "from bootstrap import lint"]
    found = house_rules.check_patterns(Path("bootstrap/test.py"), lines)
    assert [number for number, _message in found] == [2]
    assert house_rules.check_patterns(Path("benchmarks/bench.py"), lines) == []


@pytest.mark.parametrize(
    ("line", "is_found"),
    [
        (f'<t t-if="{"a" * 60}"/>', False),
        (f'<t t-if="{"a" * 61}"/>', True),
        (f'<t t-elif="{"a" * 55} &lt; b"/>', False),
        (f'<t t-elif="{"a" * 57} &lt; b"/>', True),
        (f'<a t-att-href="{"a" * 61}"/>', True),
        (f'<a t-attf-href="{"a" * 61}"/>', False),
        (f'<a data-t-if="{"a" * 61}"/>', False),
    ],
)
def test_long_condition_in_a_template_is_found(line, is_found):
    path = Path("addons/some/views/order/order_templates.xml")
    assert bool(house_rules.check_patterns(path, [line])) == is_found


def test_file_that_is_too_long_is_found():
    lines = ["x = 1"] * house_rules.LONGEST_FILE
    assert house_rules.check_length(CODE, lines) == []
    [(number, _message)] = house_rules.check_length(CODE, [*lines, "x = 1"])
    assert number == house_rules.LONGEST_FILE + 1
    demo = Path("addons/some/demo/data.xml")
    assert house_rules.check_length(demo, [*lines, "<a/>"]) == []
