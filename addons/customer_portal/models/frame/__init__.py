# isort: off
from . import (  # before who inherits them
    portal_closed_mixin,
    portal_held_mixin,
    portal_listed_mixin,
    portal_mail_mixin,
    portal_export_mixin,
)

# isort: on
from . import (
    base,
    ir_attachment,
    ir_config_parameter,
    ir_default,
    ir_http,
    ir_http_again,
    ir_http_companies,
    ir_http_errors,
    ir_http_lang,
    ir_http_shapes,
    ir_qweb,
    ir_qweb_field_contact,
    mail_template,
    portal_list_export,
    portal_rate_limit,
    portal_request,
    portal_searched_mixin,
    res_company,
    res_config_settings,
    res_currency,
    res_lang,
    res_partner,
    res_users_data,
    resource_calendar,
)
