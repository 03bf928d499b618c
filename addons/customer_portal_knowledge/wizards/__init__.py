from . import (
    portal_help_export,
    portal_help_import,
    portal_help_import_line,
    portal_help_preview,
)
