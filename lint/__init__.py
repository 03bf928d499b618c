"""What `bin/lint` checks; it stands above `bootstrap`, which never imports it.

    checks       all checks side by side, those of other people's tools included
    house_rules  our own rules
    semgrep      semgrep with our patterns

The examples of semgrep's patterns prove that each of them finds its mistake.
"""
