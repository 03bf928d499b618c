"""The pages whose queries are counted; each addon may have such a file, found by name.

An addon's may also have `set_up(case)`, which creates ten documents of the addon for
the customer of the cast, and `multiply(case, times)`, which copies each so many times
with `case._copy_rows`: see `test_queries`.
"""

# {page with documents: the most queries that it may cost, or None}. With a thousand
# times as many documents it costs the same.
PAGES = {
    "/my": 7,  # one for the deliveries to come, where there are some
    "/my/invoices": None,
    "/my/orders": None,
    "/my/invoices?filterby=overdue": None,
    "/my/payments": None,
    "/my/payments?filterby=paid&limit=100": None,
    # Looking for words costs a query more, and so do the counts of the filters.
    "/my/invoices?search=bolt": None,
    "/my/orders?search=bolt": None,
    "/my/payments?search=1": None,
    # One query finds the ids of all kinds, and each kind reads its rows.
    "/my/search?q=bolt": 30,
    "/my/search?q=INV": 30,
    "/my/search?q=bolts+nowhere": 12,
    "/my/search/suggestions?q=bolt": 12,
    # Each figure of the account is read in one query for all its documents, and the
    # ledger once more to prove it: more than a list, and as constant.
    "/my/credit": 8,
    "/my/statement": 7,  # one for what is disputed, which a period does not have
    "/my/statement?view=activity": 6,
    "/my/statement/pdf?view=activity": 17,  # an address, and the account to pay to
}

# {page of what a company and its people keep: the most queries}, with 200 of each.
KEPT_PAGES = dict.fromkeys(
    (
        "/my/addresses",
        "/my/company/contacts",
        "/my/documents",
        "/my/documents/requests",
        "/my/notices",
        "/my/notifications",
        "/my/privacy",
        "/my/profile",
        "/my/security/sessions",
    ),
    8,
) | {"/my/company": 9}
