from . import (
    portal_contact_function,
    portal_notice,
    portal_notice_mail,
    portal_notification_digest,
    portal_notification_event,
    portal_notification_preference,
    portal_todo_mixin,
    res_users,
    res_users_data,
)
