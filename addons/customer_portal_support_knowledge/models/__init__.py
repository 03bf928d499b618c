from . import portal_help_article, portal_ticket
