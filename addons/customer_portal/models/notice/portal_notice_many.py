"""Many people are told of many records, in a constant number of queries."""

from odoo import api, fields, models
from odoo.tools import SQL


class PortalNotice(models.Model):
    _inherit = "portal.notice"

    # What it is about, to ask again before a mail is sent.
    res_model = fields.Char(readonly=True, groups=fields.NO_ACCESS)
    res_ids = fields.Json(readonly=True, groups=fields.NO_ACCESS)

    @api.model
    def _tell_many(self, event, readers):
        """Tell people what happened to records, each in the own language; in sudo.

        The caller chose people who may see the records. Of many records of one
        customer a person is told in one notice.

        :param event: a portal.notification.event
        :param dict readers: {record: res.users}, of a model with portal.news.mixin
        :return: the notices
        """
        # sudo: nobody has the right to write notices
        notices = self.sudo()
        # sudo: the caller chose the people
        people = self.env["res.users"].sudo().union(*readers.values())
        people = people.filtered(lambda user: user.active and user.share)
        if not people:
            return notices
        records = next(iter(readers)).union(*readers)
        customers = records._get_portal_customers()
        channels = event._get_channels(people)
        told = {}  # {(person, customer): records}
        for record, users in readers.items():
            for user in users & people:
                if channels[user]["is_in_portal"] or channels[user]["mail_state"]:
                    told.setdefault((user, customers[record]), []).append(record)
        texts = {
            lang: records.with_context(lang=lang)._prepare_news(event.code)
            for lang in set(people.mapped("lang"))
        }
        notices = notices.create(
            [
                {
                    **values,
                    **channels[user],
                    "user_id": user.id,
                    "partner_id": customer.id,
                    "event_id": event.id,
                    "res_model": records._name,
                }
                for (user, customer), own in told.items()
                for values in records.browse()
                .concat(*own)
                ._prepare_notices(event.code, user.lang, texts[user.lang])
            ]
        )
        if "now" in notices.mapped("mail"):
            notices._send_soon()
        return notices

    # ------------------------------------------------------------
    # Ask again before a mail is sent
    # ------------------------------------------------------------

    def _filtered_to_mail(self):
        """Return those that are sent: still true, still seen, and not known by mail.

        Who has got a mail of Odoo's about the same record since is not sent a second
        one.
        """
        allowed = self.filtered(lambda notice: notice._is_still_for_person())
        about = allowed.filtered("res_model")
        kept = allowed - about
        for group in about.grouped(lambda one: (one.event_id, one.res_model)).values():
            kept |= group._filtered_about_records()
        return allowed & kept

    def _filtered_about_records(self):
        """Return those to be sent, all about records of one event and model."""
        event, model = self.event_id, self[0].res_model
        if model not in self.env:  # its addon is gone
            return self.browse()
        ids = {record_id for notice in self for record_id in notice.res_ids}
        records = self.env[model].browse(sorted(ids)).exists()
        records = records._filtered_news(event.code)
        readers = records._get_portal_readers_by_record(event._get_codes())
        mailed = self._find_mailed(event.code, records)
        for record, people in records._get_mailed_people(event.code).items():
            mailed |= {(person.id, record.id) for person in people}
        untold = {
            (user.id, record.id)
            for record, users in readers.items()
            for user in users
            if (user.partner_id.id, record.id) not in mailed
        }
        return self.filtered(
            lambda notice: any(
                (notice.user_id.id, record_id) in untold for record_id in notice.res_ids
            )
        )

    @api.model
    def _find_mailed(self, code, records):
        """Return {(contact's id, record's id)} of mails of Odoo's since the event."""
        sources = records._get_mailed_records()
        if not sources:
            return set()
        for model in ("mail.message", "mail.notification", "portal.news"):
            self.env[model].flush_model()
        rows = self.env.execute_query(
            SQL(
                """
                SELECT DISTINCT mail.res_partner_id, record.id
                  FROM unnest(%(ids)s::int[], %(sources)s::int[])
                       AS record(id, source_id)
            CROSS JOIN LATERAL (
                       SELECT max(create_date) AS happened_on
                         FROM portal_news
                        WHERE code = %(code)s
                          AND res_model = %(model)s
                          AND res_id = record.id) news
                  JOIN mail_message message
                    ON message.model = %(source_model)s
                   AND message.res_id = record.source_id
                   AND message.create_date >= news.happened_on
                  JOIN mail_notification mail
                    ON mail.mail_message_id = message.id
                   AND mail.notification_type = 'email'
                   AND mail.notification_status NOT IN
                       ('bounce', 'exception', 'canceled')
                """,
                ids=[record.id for record in sources],
                sources=[source.id for source in sources.values()],
                code=code,
                model=records._name,
                source_model=next(iter(sources.values()))._name,
            )
        )
        return set(rows)
