"""Moments in words, with the zone that they are meant in."""

from datetime import timedelta

from odoo.tools import SQL
from odoo.tools.misc import babel_locale_parse, format_datetime, get_lang


def tell_planned(planned, ordered):
    """Return a planned moment that says something, or None.

    Without a lead time Odoo plans an order for the moment in which it was made.

    :param datetime planned, ordered: or nothing
    """
    if planned and ordered and planned <= ordered + timedelta(minutes=1):
        return None
    return planned or None


def get_day_sql(env, moment):
    """Return the SQL of the day of a moment where the reader is.

    :param SQL moment: in UTC, without a zone, as fields have it
    """
    return SQL("timezone(%s, timezone('UTC', %s))::date", str(env.tz), moment)


def format_moment(env, moment, zone=None):
    """Return a moment as text: day, hour and minute, and the time zone by its name.

    As the user's language writes them, with the name of the month; without seconds,
    since nobody keeps an appointment to the second.

    :param datetime moment: in UTC, without a zone, as fields have it
    :param str zone: a name of the tz database; by default that of the user, or UTC
    """
    zone = zone or env.user.tz or "UTC"
    locale = babel_locale_parse(get_lang(env).code)
    pattern = str(locale.datetime_formats["medium"])
    pattern = pattern.replace("{1}", locale.date_formats["long"].pattern)
    pattern = pattern.replace("{0}", locale.time_formats["short"].pattern)
    text = format_datetime(env, moment, tz=zone, dt_format=pattern)
    return f"{text} ({zone})"
