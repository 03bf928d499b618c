"""A stand-in for Stripe: in process, on loopback, of the standard library only.

It behaves as Stripe's documentation says, as far as the portal uses it; what it was
not shown to do like the real service stands in docs/operations.md. Start it with
`with Standin() as stripe:` and point a client to `stripe.url`.
"""

from .errors import Refusal
from .faults import DELAY, DROP, DROP_AFTER, ERROR, ERROR_AFTER, RATE_LIMIT
from .server import Standin
from .webhooks import AT_ONCE, LATE, LOST, REVERSED, TWICE, sign
