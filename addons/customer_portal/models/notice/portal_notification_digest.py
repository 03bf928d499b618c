from datetime import datetime, time, timedelta

import pytz

from odoo import api, fields, models
from odoo.fields import Domain

from ...const import DIGEST_HOUR, DIGEST_PERIODS


class PortalNotificationDigest(models.Model):
    """When one person gets the digest; who chose nothing has no row."""

    _name = "portal.notification.digest"
    _description = "When a person gets the digest"
    _rec_name = "user_id"

    user_id = fields.Many2one(
        "res.users", "Person", required=True, ondelete="cascade", readonly=True
    )
    period = fields.Selection(DIGEST_PERIODS, required=True, readonly=True)
    hour = fields.Integer(
        required=True, readonly=True, help="In the time zone of the person."
    )

    _user_unique = models.UniqueIndex("(user_id)")
    _hour_of_day = models.Constraint(
        "CHECK (hour BETWEEN 0 AND 23)", "An hour is between 0 and 23."
    )

    def _get_portal_rule_domain(self, user):
        """Return the domain of the record rule: one's own."""
        return Domain("user_id", "=", user.id)

    @api.model
    def _get_usual(self):
        """Return when people get the digest who chose nothing: (period, hour)."""
        # sudo: a parameter, which customers may not read
        parameters = self.env["ir.config_parameter"].sudo()
        period = parameters.get_param("customer_portal.digest_period")
        return (
            period if period in dict(DIGEST_PERIODS) else "daily",
            parameters._get_portal_number("digest_hour", DIGEST_HOUR, least=0, most=23),
        )

    @api.model
    def _get_times(self, users):
        """Return {user: (period, hour)}; in sudo."""
        chosen = {
            digest.user_id: (digest.period, digest.hour)
            for digest in self.search_fetch(
                [("user_id", "in", users.ids)], ["user_id", "period", "hour"]
            )
        }
        usual = self._get_usual()
        return {user: chosen.get(user, usual) for user in users}

    @api.model
    def _choose(self, user, period, hour):
        """Keep when a person gets the digest; in sudo, for the person."""
        # sudo: nobody writes these but the portal; the caller is the person
        digests = self.sudo()
        if digests._get_times(user)[user] == (period, hour):
            return
        values = {"period": period, "hour": hour}
        if existing := digests.search([("user_id", "=", user.id)]):
            existing.write(values)
        else:
            digests.create({**values, "user_id": user.id})

    @api.model
    def _get_last_time(self, user, period, hour, now):
        """Return when the last digest of a person was due, in UTC.

        :param datetime now: UTC, as the database has it
        """
        zone = pytz.timezone(user.tz or "UTC")
        local = pytz.utc.localize(now).astimezone(zone)
        day = local.date()
        if period == "weekly":
            day -= timedelta(days=day.weekday())
        moment = self._localize(zone, day, hour)
        if moment > now:
            day -= timedelta(days=7 if period == "weekly" else 1)
            moment = self._localize(zone, day, hour)
        return moment

    @staticmethod
    def _localize(zone, day, hour):
        """Return the UTC of an hour of a day; one that the clock skips is the next."""
        local = zone.localize(datetime.combine(day, time(hour)))
        return local.astimezone(pytz.utc).replace(tzinfo=None)
