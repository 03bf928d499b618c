"""What `bin/bench` measures: our pages beside those of Odoo, on the same data.

    bench           the command: seeds, measures, tells
    seed, pattern   the documents of both sides
    member          who looks at them on ours
    pages           what is visited
    side            one of the servers, and what a visit costs there
    browser, load   a page in Chromium; many clients at once
    verdicts        the targets, and whether they are met
    tables          how all is told

It stands above `bootstrap`, which never imports it.
"""
