from . import (
    ir_http,
    portal_adoption,
    portal_invitation_batch,
    portal_membership,
    portal_registration,
    portal_registration_decision,
    portal_registration_match,
    res_users,
    res_users_apikeys,
    res_users_profile,
    res_users_sessions,
    res_users_sign_in,
)
