# isort: off
from . import portal_scoped_mixin  # before the models that inherit it

# isort: on
from . import (
    account_move,
    account_move_line,
    base,
    ir_actions_report,
    ir_attachment,
    ir_http,
    ir_rule,
    mail_message,
    payment_transaction,
    portal_activity,
    portal_ledger_lock,
    portal_membership,
    portal_membership_invitation,
    portal_payment_claim,
    portal_permission,
    portal_rate_limit,
    portal_remittance,
    portal_request,
    portal_role,
    portal_section,
    res_company,
    res_config_settings,
    res_partner,
    res_users,
    res_users_apikeys,
    res_users_sign_in,
    sale_order,
    sale_order_line,
)
