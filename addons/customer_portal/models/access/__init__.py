# isort: off
from . import (  # before who inherits them
    portal_customer_mixin,
    portal_rights_change,
    portal_rights_source,
    portal_scoped_mixin,
)

# isort: on
from . import (
    base_partner_merge,
    ir_http,
    ir_rule,
    mail_message,
    mail_thread,
    portal_activity,
    portal_membership,
    portal_membership_administration,
    portal_membership_seller,
    portal_permission,
    portal_role,
    portal_role_administration,
    portal_section,
    portal_section_seller,
    portal_view_session,
    res_partner,
    res_partner_papers,
    res_partner_seller,
    res_users,
    res_users_data,
    res_users_rights,
)
