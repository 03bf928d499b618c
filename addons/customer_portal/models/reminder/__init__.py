# isort: off
from . import (
    portal_remembered_mixin,  # which others inherit
    portal_reminder_schedule,
    portal_reminder_level,
    portal_reminder,  # whose states the others read
    portal_reminder_plan,
    portal_reminder_mail,
    portal_reminder_line,
    portal_reminder_run,
    account_move,
    account_move_news,
    res_company,
    res_config_settings,
    res_partner,
    res_users_data,
    resource_calendar,
    resource_calendar_attendance,
    resource_calendar_leaves,
)
