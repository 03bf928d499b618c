from . import (
    account_move,
    account_move_line,
    ir_actions_report,
    payment_transaction,
    portal_ledger_lock,
    portal_payment_claim,
    portal_remittance,
    portal_request,
    res_partner,
    res_users,
    sale_order,
    sale_order_line,
)
