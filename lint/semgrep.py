"""Run semgrep with our own rules, and see that each of them can find a mistake."""

import json
import re
import subprocess

from bootstrap import places, terminal

RULES = places.ROOT / "lint" / "semgrep_rules.yml"
EXAMPLES = places.ROOT / "lint" / "semgrep_examples.py"
FINDINGS = 1  # semgrep's exit status; the examples are always found
LONGEST_RULE = 60  # seconds for a rule in a file; a busy machine is slow


def check(environment):
    """Return what breaks a rule in the addons, as `path:line: message`.

    :param Path environment: the virtual environment that semgrep lies in
    """
    paths = [
        path.relative_to(places.ROOT)
        for path in sorted(places.ADDONS.rglob("*.py"))
        if "tests" not in path.parts
    ]
    examples = EXAMPLES.relative_to(places.ROOT)
    report = _scan(environment, [*paths, examples])
    if isinstance(report, str):
        return [report]
    if report["errors"]:
        return [_describe(error) for error in report["errors"]]
    found = [
        (result["path"], result["start"]["line"], result["check_id"].split(".")[-1])
        for result in report["results"]
    ]
    messages = {
        place: result["extra"]["message"]
        for place, result in zip(found, report["results"], strict=True)
    }
    unread = set(map(str, paths)) - set(report["paths"]["scanned"])
    return [
        *(f"{path}: not read by semgrep" for path in sorted(unread)),
        *(
            f"{path}:{line}: {messages[path, line, rule]} ({rule})"
            for path, line, rule in sorted(found)
            if path != str(examples)
        ),
        *compare_examples(
            EXAMPLES.read_text().splitlines(),
            re.findall(r"^  - id: (\S+)", RULES.read_text(), re.MULTILINE),
            {(line, rule) for path, line, rule in found if path == str(examples)},
        ),
    ]


def _scan(environment, paths):
    """Return semgrep's report about files, or a sentence when there is none.

    Files are named one by one: what git does not know is read, too, and no list of
    files to leave out decides.
    """
    # Else it writes its settings and its log into the home folder.
    folder = places.RUN / "semgrep"
    folder.mkdir(parents=True, exist_ok=True)
    variables = terminal.clean_environment(
        SEMGREP_SETTINGS_FILE=folder / "settings.yml",
        SEMGREP_LOG_FILE=folder / "semgrep.log",
        SEMGREP_VERSION_CACHE_PATH=folder / "version",
    )
    for name in ("SEMGREP_RULES", "SEMGREP_APP_TOKEN", "SEMGREP_BASELINE_COMMIT"):
        variables.pop(name, None)
    # The experimental way in takes a third of the time. The version is fixed, and the
    # examples would tell if it found less.
    result = subprocess.run(
        [
            *(environment / "bin" / "semgrep", "scan", "--experimental"),
            *("--config", RULES),
            *("--metrics", "off", "--disable-version-check", "--error"),
            *("--json", "--quiet", "--jobs", "1", "--timeout", str(LONGEST_RULE)),
            *paths,
        ],
        cwd=places.ROOT,
        env=variables,
        capture_output=True,
        text=True,
        check=False,
    )
    try:
        report = json.loads(result.stdout)
    except ValueError:
        report = {"errors": []}
    if result.returncode != FINDINGS and not report["errors"]:
        words = (result.stderr.strip() or "no word").splitlines()[-1]
        return f"semgrep ended with status {result.returncode}: {words}"
    return report


def _describe(error):
    """Return what semgrep could not do, in one line."""
    message = error.get("message") or error.get("long_msg") or error["type"]
    return " ".join(f"{error.get('path', RULES.name)}: {message}".split())[:500]


def compare_examples(lines, rules, found):
    """Return where the rules and their examples differ.

    :param lines: the examples, with a comment above each line that a rule is about
    :param rules: the names of all rules
    :param found: set of (number of the line, name of the rule)
    """
    wrong, right = set(), set()
    for number, line in enumerate(lines, 1):
        if mark := re.match(r"\s*# (ruleid|ok): (\S+)$", line):
            (wrong if mark[1] == "ruleid" else right).add((number + 1, mark[2]))
    unproved = set(rules) - {rule for _line, rule in wrong}
    return [
        *(f"{RULES.name}: {rule} has no example that it finds" for rule in unproved),
        *(
            f"{EXAMPLES.name}:{line}: {rule} does not find this mistake"
            for line, rule in sorted(wrong - found)
        ),
        *(
            f"{EXAMPLES.name}:{line}: {rule} finds what is right"
            for line, rule in sorted(right & found)
        ),
    ]
