"""Pages for `bin/bench`: what Page of benchmarks/pages.py takes."""

# The number of an invoice of the biggest customer, and the same for somebody who types.
NUMBER = """
    SELECT max(m.name)
      FROM account_move m JOIN res_partner p ON p.id = m.commercial_partner_id
     WHERE p.ref = 'BENCH-BIG' AND m.state = 'posted' AND m.move_type = 'out_invoice'"""
WORDS = {"{number}": NUMBER}
PAGES = [
    {
        "name": f"search, {what}",
        "ours": (f"/my/search{path}",),
        "is_counted": True,
    }
    for what, path in (
        ("a number", "?q={number}"),
        ("what stands on each paper", "?q=bolt"),
        ("two words of few papers", "?q=item+199"),
        ("nothing, so that it is compared", "?q=nowhere"),
        ("suggestions", "/suggestions?q=bol"),
        ("suggestions, a number", "/suggestions?q={number}"),
    )
]
