from . import (
    portal_invitation_wizard,
    portal_section_wizard,
    portal_view_wizard,
)
