"""Mails of tickets: who gets them, and what they say."""

from freezegun import freeze_time

from odoo.addons.customer_portal.tests.news_case import NewsMixin

from .ticket_case import TicketCase


class TicketMailCase(NewsMixin, TicketCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        domain = cls.env["mail.alias.domain"].create(
            {
                "name": "seller.example",
                "bounce_alias": "bounce",
                "catchall_alias": "catchall",
                "company_ids": cls.company.ids,
            }
        )
        cls.company.alias_domain_id = domain
        cls.team.write({"alias_name": "desk", "alias_domain_id": domain.id})
        cls.address = cls.team.alias_full_name
        # Colleagues of the buyer at the same customer.
        cls.reader = cls._create_portal_user("reader", cls.customer)
        cls.outsider = cls.env["res.partner"].create(
            {"name": "Carla Consultant", "email": "carla@elsewhere.example"}
        )

    def _count_mails(self, act, *args, **kwargs):
        """Return (what `act` returns, the new mails)."""
        mails = self.env["mail.mail"].sudo()
        before = mails.search([])
        result = act(*args, **kwargs)
        return result, mails.search([]) - before

    def _get_addressees(self, mails):
        """Return the addresses to which mails go, one for each copy, sorted."""
        return sorted(
            email
            for mail in mails
            for email in (
                *mail.recipient_ids.mapped("email"),
                *filter(None, [mail.email_to]),
            )
        )

    def _find_mail(self, mails, email):
        [mail] = [
            mail for mail in mails if any(email in to for to in self._get_to(mail))
        ]
        return mail

    @staticmethod
    def _get_to(mail):
        return [*mail.recipient_ids.mapped("email"), mail.email_to or ""]

    def _say(self, ticket, user, text="And the nuts?", moment="2026-03-02 11:00:00"):
        """Write a word of a person of the customer, as the page does."""
        with freeze_time(moment):
            return (
                ticket.with_user(user)
                .sudo()
                .message_post(
                    body=text,
                    author_id=user.partner_id.id,
                    message_type="comment",
                    subtype_xmlid="mail.mt_comment",
                )
            )

    def _choose(self, user, code, **values):
        """Let a person choose how to be told of an event."""
        event = self.env["portal.notification.event"]._find(code)
        self.env["portal.notification.preference"].sudo()._set(user, event, **values)

    def _get_titles(self, notices, user):
        return notices.filtered(lambda notice: notice.user_id == user).mapped("title")
