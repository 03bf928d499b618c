from . import (
    portal_consent,
    portal_data_export,
    portal_deletion_request,
    res_partner,
    res_users,
    res_users_data,
)
