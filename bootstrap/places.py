"""Where things lie."""

import hashlib
import os
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
ADDONS = ROOT / "addons"
TEST_ADDONS = ROOT / "tests" / "addons"  # installed where the tests run, nowhere else

# The one ignored folder of the checkout: all that is unpacked or written.
RUN = ROOT / ".run"
LOG = RUN / "log"
CONF = RUN / "conf"
DATA = RUN / "data"  # Odoo's data folder, with the filestore

# Downloads, shared by all checkouts of a user.
CACHE = (
    Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "customer_portal"
)

# Tells this checkout from others that use the same database server or machine.
CHECKOUT = hashlib.sha256(str(ROOT).encode()).hexdigest()[:8]
