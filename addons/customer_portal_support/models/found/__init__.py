from . import portal_search, portal_ticket
