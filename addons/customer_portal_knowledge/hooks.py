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


def post_init_hook(env):
    """Publish the starter set; staff change it like any other article."""
    files = {path.name: path.read_bytes() for path in sorted(STARTER.glob("*.md"))}
    drafts, _others = read_drafts(files)
    for draft in drafts:
        draft.key = f"starter:{draft.path}"
        draft.lang = "en_US"
    importer = env["portal.help.import"].create({"publishes": True})
    made = importer._make_articles(drafts, files)
    made.user_id = False  # until somebody looks after them
    categories = made.category_id
    for place, (name, (icon, description)) in enumerate(SHELVES.items(), 1):
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
