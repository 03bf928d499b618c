# isort: off
from . import (
    portal_promise,
    portal_promise_make,
    portal_promise_outcome,
    portal_promise_news,
    portal_promise_line,
    account_move,
    account_partial_reconcile,
    portal_reminder_run,
    res_company,
    res_config_settings,
    res_partner,
    res_users_data,
)
