"""What happened is told: the scheduled action, and what people then know."""

from datetime import timedelta
from unittest.mock import patch

from odoo import fields

from .role_case import RolesMixin


class NewsMixin(RolesMixin):
    """For a subclass of PortalCommon."""

    def _tell_news(self, minutes=30):
        """Run the scheduled action as some minutes later; return the new notices."""
        notices = self.env["portal.notice"].sudo()
        before = notices.search([])
        news = self.env["portal.news"].sudo()
        for one in news.search([("state", "=", "waiting")]):
            one.tell_on -= timedelta(minutes=minutes)
        with self._without_commits():
            news._tell_waiting()
        return notices.search([]) - before

    def _tell_day(self, company=None):
        """Run the scheduled action as on the day after the last one."""
        company = (company or self.company).sudo()
        company.portal_news_day = company._get_accounting_day() - timedelta(days=1)
        return self._tell_news()

    def _send_told(self):
        """Run the scheduled action of mails; return the mails that it queues."""
        mails = self.env["mail.mail"]
        before = mails.search([])
        # The digest is of what waited when its hour came.
        self.env["portal.notice"].flush_model()
        self.env.cr.execute(
            "UPDATE portal_notice SET create_date = create_date - interval '2 days'"
        )
        self.env["portal.notice"].invalidate_model()
        with self._without_commits():
            self.env["portal.notice"].sudo()._send_mails()
        return mails.search([]) - before

    def _without_commits(self):
        cron = type(self.env["ir.cron"])
        return patch.object(cron, "_commit_progress", lambda *_args, **_kwargs: 1.0)

    def _get_news(self, code=None):
        domain = [("code", "=", code)] if code else []
        return self.env["portal.news"].sudo().search(domain)

    def _in_days(self, days):
        return fields.Date.context_today(self.company) + timedelta(days=days)
