from . import portal_help_draft
