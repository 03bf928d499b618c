from odoo import api, fields, models

from ..const import VIEW_MINUTES


class PortalViewWizard(models.TransientModel):
    """Ask whom, why and how long."""

    _name = "portal.view.wizard"
    _description = "See the portal as a customer"

    membership_id = fields.Many2one("portal.membership", "Person", required=True)
    reason = fields.Char(
        required=True, help="The customer's administrator can see it in the portal."
    )
    minutes = fields.Selection(
        VIEW_MINUTES,
        "Time",
        required=True,
        default=lambda self: self._get_default_minutes(),
    )

    @api.model
    def _get_default_minutes(self):
        # sudo: a parameter, read by staff without further rights
        parameters = self.env["ir.config_parameter"].sudo()
        minutes = parameters.get_param("customer_portal.view_minutes")
        return minutes if minutes in dict(VIEW_MINUTES) else VIEW_MINUTES[0][0]

    def action_open(self):
        """Open the portal as the person, in a new tab.

        :raise AccessError: see `portal.view.session._start`
        """
        self.ensure_one()
        view_sudo = self.env["portal.view.session"]._start(
            self.membership_id, self.reason, self.minutes
        )
        view_sudo.with_user(self.env.user)._enter()
        return {
            "type": "ir.actions.act_url",
            "url": "/my",
            "target": "new",
            "close": True,
        }
