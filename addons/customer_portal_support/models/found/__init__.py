from . import portal_search, portal_search_log, portal_ticket, portal_ticket_before
