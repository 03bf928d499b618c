from . import controllers, demo, models, wizards
from .outage import post_load


def post_init_hook(env):
    """Give the people who have a sign-in already the usual role at their company."""
    people = env["res.users"].search([("share", "=", True)])
    people._ensure_portal_memberships()
