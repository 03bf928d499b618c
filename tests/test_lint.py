"""The checks of `bin/lint` find what they are there for."""

from pathlib import Path

import pytest

from lint import house_rules, semgrep, sentences

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


@pytest.mark.parametrize(
    ("line", "is_found"),
    [
        ('<p>Paid on <t t-out="day"/></p>', True),
        ('<p><t t-out="number"/> documents</p>', True),
        ('<p>Ask <a t-att-href="url">Ann</a> to change it.</p>', True),
        ('<p>You can <a href="/my">sign in</a></p>', True),
        ('<p>Announced<t t-if="day">, to be sent on a day</t>.</p>', True),
        (
            '<p><t t-if="a">Refund</t><t t-else="">Payment</t> <t t-out="name"/></p>',
            True,
        ),
        ('<p><t t-foreach="rows" t-as="row">and <t t-out="row"/></t></p>', True),
        ('<p>from <field name="hour"/> o\'clock</p>', True),
        ('<t t-set="day">on <t t-out="date"/></t>', True),
        ('<p>Paid: <t t-out="amount"/></p>', False),
        ('<p><t t-out="refusal"/> You can ask us.</p>', False),
        ('<p><t t-out="name"/> (you)</p>', False),
        ('<p><t t-out="name"/> <span t-if="a" class="small">return</span></p>', False),
        ('<p>Orders <span class="badge" t-out="count"/></p>', False),
        (
            '<p><t t-if="a">Paid</t><t t-elif="b">Late</t><t t-else="" t-out="c"/></p>',
            False,
        ),
        ('<p>You can <a class="o_translate_inline" href="/my">sign in</a></p>', False),
        ("<p>Open: <strong>all</strong> of it</p>", False),
        ('<p><field name="days"/> days</p>', False),
        ('<div><label>Name</label> <t t-out="name"/> <p>Name</p></div>', False),
        ('<t t-set="said">On {day}</t><p t-out="fill(said, day=day)"/>', False),
        ('<t t-set="said">On {day}</t><p t-out="fill(said, date=day)"/>', True),
        ('<t t-set="said">On {day}</t><p t-out="said"/>', True),
    ],
)
def test_sentence_that_is_not_whole_is_found(line, is_found):
    source = f'<odoo><template id="page">{line}</template></odoo>'
    assert bool(sentences.find(source)) == is_found


def test_pieces_of_a_sentence_are_named_with_their_lines():
    source = (
        '<odoo><template>\n<p>Paid on\n<t t-out="day"/> by Ann.</p></template></odoo>'
    )
    assert [line for line, _message in sentences.find(source)] == [2, 3]
