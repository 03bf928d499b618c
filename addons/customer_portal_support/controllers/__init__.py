from . import (
    ticket,
    ticket_actions,
    ticket_documents,
    ticket_new,
    ticket_quote,
    ticket_rating,
    ticket_suggestions,
)
