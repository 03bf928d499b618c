# isort: off
from . import (  # before who inherits them
    portal_document_checked,
)

# isort: on
from . import (
    portal_document,
    portal_document_access,
    portal_document_audience,
    portal_document_kind,
    portal_document_request,
    portal_document_version,
    res_partner,
    res_users,
)
