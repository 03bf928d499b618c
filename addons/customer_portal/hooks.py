"""What happens when the addon comes, and when it goes."""

from odoo.tools import SQL

OURS = "customer_portal"
SCOPE = "auth_signup.invitation_scope"
SCOPE_BEFORE = "customer_portal.invitation_scope_before"
NOTHING = "-"  # of a parameter that was not there


def pre_init_hook(env):
    """Remember who could sign up; the addon lets people in by invitation."""
    parameters = env["ir.config_parameter"]
    parameters.set_param(SCOPE_BEFORE, parameters.get_param(SCOPE) or NOTHING)


def post_init_hook(env):
    """Give the people who have a sign-in already the usual role at their company."""
    people = env["res.users"].search([("share", "=", True)])
    people._ensure_portal_memberships()


def uninstall_hook(env):
    """Leave what is Odoo's as it was, and nothing in the way of what is ours."""
    _restore_sign_up(env)
    env["ir.config_parameter"].search([("key", "=like", "customer_portal.%")]).unlink()
    env["portal.rights.change"]._unwatch_sources()
    _forget_links(env)


def _restore_sign_up(env):
    """Let people sign up as before, unless an administrator has changed it since."""
    parameters = env["ir.config_parameter"]
    before = parameters.get_param(SCOPE_BEFORE)
    if before and parameters.get_param(SCOPE) == "b2b":
        parameters.set_param(SCOPE, before != NOTHING and before)


def _forget_links(env):
    """Let our own tables go in any order.

    Odoo deletes what the addon has brought, as roles, before the tables with the rows
    that need it, as memberships; PostgreSQL would refuse that with an error.
    """
    names = env["ir.model.data"]._read_group(
        [("model", "=", "ir.model")], ["res_id"], ["module:array_agg"]
    )
    ours = env["ir.model"].browse(
        model_id
        for model_id, modules in names
        if all(module.startswith(OURS) for module in modules)
    )
    tables = [env[model.model]._table for model in ours if not model.abstract]
    links = env.execute_query(
        SQL(
            """
            SELECT link.conrelid::regclass::text, link.conname
              FROM pg_constraint link
              JOIN pg_class own ON own.oid = link.conrelid
              JOIN pg_class other ON other.oid = link.confrelid
             WHERE link.contype = 'f' AND link.confdeltype IN ('a', 'r')
               AND own.relname = ANY(%(ours)s) AND other.relname = ANY(%(ours)s)
            """,
            ours=tables,
        )
    )
    for table, name in links:
        env.cr.execute(
            SQL(
                "ALTER TABLE %s DROP CONSTRAINT %s",
                SQL.identifier(table),
                SQL.identifier(name),
            )
        )
