from odoo import models

# More of one event and customer than these come as one notice.
MOST_SINGLE = 5


class PortalNewsMixin(models.AbstractModel):
    """Records of which people of customers are told, see `portal.news`.

    For a model with `portal.scoped.mixin`.
    """

    _name = "portal.news.mixin"
    _description = "Record that people are told of"

    def _add_news(self, code, **options):
        """Write down that something happened to these records, to be told soon.

        In the transaction in which it happens: what is rolled back is not told.

        :param str code: of a portal.notification.event
        :param options: of `portal.news._add`
        :return: those of which it was not written down before
        """
        return self.env["portal.news"]._add(code, self, **options) if self else self

    def _filtered_news(self, code):
        """Return those of these records of which it is still true; in sudo.

        Asked before people are told, and again before a mail is sent.

        :param str code: of the event
        """
        return self

    def _prepare_news(self, code):
        """Return what people are told of these records; in sudo.

        The environment has the language of the people.

        :return: {record: dict with title, url and perhaps detail}
        """
        raise NotImplementedError

    def _prepare_many_news(self, code):
        """Return the one notice that stands for these many records; in sudo.

        :return: dict with title, url and perhaps detail; empty where each is told
        """
        return {}

    def _prepare_notices(self, code, lang, texts):
        """Return values of the notices that tell one person of these records.

        They are of one customer.

        :param dict texts: of `_prepare_news` in the language, of these and others
        """
        many = {}
        if len(self) > MOST_SINGLE:
            many = self.with_context(lang=lang)._prepare_many_news(code)
        if many:
            return [{**many, "res_ids": self.ids}]
        return [{**texts[record], "res_ids": record.ids} for record in self]

    def _get_news_knowers(self, code):
        """Return {record: people who know it already} of these records; in sudo."""
        return {}

    def _get_mailed_people(self, code):
        """Return {record: contacts} who are told the same by another mail; in sudo.

        They have the notice in the portal, and no mail about it.
        """
        return {}

    def _get_mailed_records(self):
        """Return {record: the record of which core sends mails}; in sudo."""
        return {record: record for record in self}
