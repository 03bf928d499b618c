from . import portal_search_log, search
