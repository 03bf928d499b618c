# isort: off
from . import (  # before who inherits them
    portal_issued_mixin,
)

# isort: on
from . import (
    base_partner_merge,
    portal_address_version,
    portal_company_change,
    portal_company_change_decision,
    portal_company_change_line,
    portal_membership,
    res_partner,
    res_partner_history,
    res_users_data,
)
