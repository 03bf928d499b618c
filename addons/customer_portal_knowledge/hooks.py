"""What the addon brings with it: articles about using the portal."""

from pathlib import Path

from .tools.drafts import read_drafts

STARTER = Path(__file__).parent / "starter"
# What strangers may read too: how to get in.
PUBLIC = {"Getting started", "Security and privacy"}
# {category: (icon, description)}, in the order of the page.
SHELVES = {
    "Getting started": ("fa-rocket", "Signing in, the overview, notices, languages"),
    "Invoices and payments": (
        "fa-credit-card",
        "Finding, paying, disputing; statements and credit",
    ),
    "Orders and quotes": (
        "fa-cube",
        "Deciding quotes, ordering again, changing orders",
    ),
    "Your company": ("fa-users", "People and roles, addresses, documents, activity"),
    "Security and privacy": ("fa-lock", "Second factor, devices, your own data"),
}
# {article: the pages that it explains}; Help offers it there.
PAGES = {
    "activity.md": "/my/activity",
    "addresses.md": "/my/addresses",
    "announce_transfer.md": "/my/pay/* /my/payments",
    "change_order.md": "/my/orders/* /my/orders/*/change",
    "credit.md": "/my/credit",
    "dispute.md": "/my/invoices/* /my/invoices/*/dispute /my/disputes",
    "documents.md": "/my/documents",
    "find_invoice.md": "/my/invoices",
    "language.md": "/my/profile",
    "notices.md": "/my/notices /my/notifications",
    "order_status.md": "/my/orders",
    "overview.md": "/my",
    "pay.md": "/my/pay",
    "pay_link.md": "/my/pay",
    "payment_methods.md": "/my/payment_method",
    "people.md": "/my/people",
    "promise.md": "/my/promise /my/promises",
    "quote.md": "/my/quotes",
    "reorder.md": "/my/orders/*/reorder /my/orders/*/review",
    "roles.md": "/my/roles",
    "sessions.md": "/my/security/sessions",
    "several_companies.md": "/my/companies",
    "sign_in.md": "/web/login",
    "statement.md": "/my/statement",
    "two_factor.md": "/my/security",
    "which_cards.md": "/my/pay /my/payment_method",
    "why_role.md": "/my/company /my/people",
    "your_data.md": "/my/privacy",
}


def post_init_hook(env):
    """Publish the starter set; staff change it like any other article."""
    publish_starter(env, STARTER, SHELVES, PAGES)


def publish_starter(env, folder, shelves, pages, first=1):
    """Publish the articles that an addon brings with it.

    :param Path folder: with Markdown
    :param dict shelves: {category: (icon, description)}
    :param dict pages: {name of a file: the pages that it explains}
    :param int first: the place of the first category
    """
    files = {path.name: path.read_bytes() for path in sorted(folder.glob("*.md"))}
    drafts, _others = read_drafts(files)
    for draft in drafts:
        draft.key = f"starter:{draft.path}"
        draft.lang = "en_US"
    importer = env["portal.help.import"].create({"publishes": True})
    made = importer._make_articles(drafts, files)
    made.user_id = False  # until somebody looks after them
    for article in made:
        article.page_paths = pages.get(article.import_key.partition(":")[2])
    categories = made.category_id
    for place, (name, (icon, description)) in enumerate(shelves.items(), first):
        category = categories.filtered(
            lambda category, name=name: category.name == name
        )
        category.write(
            {
                "audience": "public" if name in PUBLIC else "signed_in",
                "icon": icon,
                "description": description,
                "sequence": place,
            }
        )
