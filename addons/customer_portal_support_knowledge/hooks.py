"""What the addon brings with it: articles about tickets."""

from pathlib import Path

from odoo.addons.customer_portal_knowledge.hooks import publish_starter

STARTER = Path(__file__).parent / "starter"
SHELVES = {"Tickets": ("fa-life-ring", "Asking us, and following the answer")}
PAGES = {
    "ask.md": "/my/tickets/new",
    "follow.md": "/my/tickets /my/tickets/*",
    "share_ticket.md": "/my/tickets/*",
}


def post_init_hook(env):
    """Publish the articles about tickets, behind those about the portal."""
    publish_starter(env, STARTER, SHELVES, PAGES, first=6)
