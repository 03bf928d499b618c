"""Pages for `bin/bench`: what Page of benchmarks/pages.py takes."""

# A ticket of the biggest customer with 300 messages, and one with three.
LONG = """
    SELECT max(t.id) FILTER (WHERE t.number LIKE 'BENCH-LONG-%%')
      FROM portal_ticket t JOIN res_partner p ON p.id = t.portal_customer_id
     WHERE p.ref = 'BENCH-BIG'"""
WORDS = {
    "{ticket}": LONG.replace("BENCH-LONG", "BENCH-FEW"),
    "{long_ticket}": LONG,
}
PAGES = [
    {
        "name": "tickets",
        "ours": ("/my/tickets",),
        "is_small": True,
        "is_ladder": True,
        "most": (5, 6),
    },
    {"name": "tickets, all of 100", "ours": ("/my/tickets?filterby=all&limit=100",)},
    {
        "name": "tickets, search",
        "ours": ("/my/tickets?search=sodden+crate",),
        "is_counted": True,
    },
    {
        "name": "ticket, 3 messages",
        "ours": ("/my/tickets/{ticket}",),
        "most": (5, 12),
    },
    {
        "name": "ticket, 300 messages",
        "ours": ("/my/tickets/{long_ticket}",),
        "most": (5, 12),
    },
    {"name": "request types", "ours": ("/my/tickets/new",)},
    {"name": "request form", "ours": ("/my/tickets/new/2",)},
]
