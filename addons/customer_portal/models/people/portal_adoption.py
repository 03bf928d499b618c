from odoo import fields, models
from odoo.tools import SQL


class PortalAdoption(models.Model):
    """Who of the invited uses the portal: one row for each person of a customer.

    A query, so that whatever is asked costs one. Signed in
    is what Odoo keeps: of each person the last sign-in, and when the devices were
    used. Who works for several customers counts as active with each.
    """

    _name = "portal.adoption"
    _description = "Adoption of the portal"
    _auto = False
    _order = "partner_id, user_id"
    _rec_name = "user_id"
    _depends = {
        "portal.membership": [
            "accepted_on",
            "expires_on",
            "invited_on",
            "partner_id",
            "role_id",
            "state",
            "user_id",
        ],
        "portal.permission": ["code"],
        "portal.role": ["active"],
        "portal.role.line": ["permission_id", "role_id"],
        "res.partner": ["user_id"],
        "res.users": ["active"],
    }

    user_id = fields.Many2one("res.users", "Person", readonly=True)
    partner_id = fields.Many2one("res.partner", "Customer", readonly=True)
    salesperson_id = fields.Many2one("res.users", readonly=True)
    role_id = fields.Many2one("portal.role", readonly=True)
    usage = fields.Selection(
        [
            ("invited", "Invited"),
            ("expired", "Invitation expired"),
            ("never", "Never signed in"),
            ("idle", "Not for 90 days"),
            ("active_90", "In the last 90 days"),
            ("active_30", "In the last 30 days"),
            ("disabled", "Disabled"),
        ],
        readonly=True,
    )
    invited_on = fields.Datetime(readonly=True)
    first_on = fields.Datetime("Signed in first", readonly=True)
    last_on = fields.Datetime("Active last", readonly=True)
    has_administrator = fields.Boolean(
        "Customer has an administrator",
        readonly=True,
        help="Someone who can sign in manages the customer's people.",
    )
    people = fields.Integer(readonly=True)
    invited = fields.Integer("Invitation open", readonly=True)
    signed_in = fields.Integer("Signed in", readonly=True)
    active_30 = fields.Integer("Active in 30 days", readonly=True)
    active_90 = fields.Integer("Active in 90 days", readonly=True)
    never = fields.Integer("Never signed in", readonly=True)

    @property
    def _table_query(self):
        return SQL(
            """
            WITH used AS (
                SELECT membership.id, membership.user_id, membership.partner_id,
                       membership.role_id, membership.state,
                       membership.invited_on, membership.expires_on,
                       COALESCE(membership.accepted_on, sign_in.first) AS first_on,
                       GREATEST(sign_in.last, device.last) AS last_on
                  FROM portal_membership membership
             LEFT JOIN LATERAL (
                       SELECT MIN(create_date) AS first, MAX(create_date) AS last
                         FROM res_users_log
                        WHERE create_uid = membership.user_id) sign_in ON TRUE
             LEFT JOIN LATERAL (
                       SELECT MAX(last_activity) AS last
                         FROM res_device_log
                        WHERE user_id = membership.user_id) device ON TRUE
            ),
            rated AS (
                SELECT used.*,
                       CASE
                           WHEN state = 'disabled' THEN 'disabled'
                           WHEN state = 'invited'
                                AND expires_on < now() AT TIME ZONE 'utc' THEN 'expired'
                           WHEN state = 'invited' THEN 'invited'
                           WHEN last_on IS NULL THEN 'never'
                           WHEN last_on > now() AT TIME ZONE 'utc'
                                - interval '30 days' THEN 'active_30'
                           WHEN last_on > now() AT TIME ZONE 'utc'
                                - interval '90 days' THEN 'active_90'
                           ELSE 'idle'
                       END AS usage
                  FROM used
            ),
            administered AS (
                SELECT DISTINCT membership.partner_id
                  FROM portal_membership membership
                  JOIN res_users person ON person.id = membership.user_id
                  JOIN portal_role role ON role.id = membership.role_id
                  JOIN portal_role_line line ON line.role_id = role.id
                  JOIN portal_permission permission
                    ON permission.id = line.permission_id
                 WHERE membership.state = 'active'
                   AND person.active
                   AND role.active
                   AND permission.code = 'manage_people'
            )
            SELECT rated.id, rated.user_id, rated.partner_id, rated.role_id,
                   customer.user_id AS salesperson_id, rated.usage,
                   rated.invited_on,
                   CASE WHEN rated.state != 'invited' THEN rated.first_on END
                       AS first_on,
                   CASE WHEN rated.state != 'invited' THEN rated.last_on END
                       AS last_on,
                   administered.partner_id IS NOT NULL AS has_administrator,
                   (rated.usage != 'disabled')::int AS people,
                   (rated.usage IN ('invited', 'expired'))::int AS invited,
                   (rated.usage IN ('active_30', 'active_90', 'idle'))::int
                       AS signed_in,
                   (rated.usage = 'active_30')::int AS active_30,
                   (rated.usage IN ('active_30', 'active_90'))::int AS active_90,
                   (rated.usage IN ('invited', 'expired', 'never'))::int AS never
              FROM rated
              JOIN res_partner customer ON customer.id = rated.partner_id
         LEFT JOIN administered ON administered.partner_id = rated.partner_id
            """
        )

    def action_open_customer(self):
        """Show the form of the customer, in the person's rights."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "res_model": "res.partner",
            "res_id": self.partner_id.id,
            "view_mode": "form",
        }
