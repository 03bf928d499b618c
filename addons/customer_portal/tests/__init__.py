# Odoo takes the modules that have a name here; pytest finds the files by itself.
# isort: off
from .frame import *
from .access import *
from .notice import *
from .people import *
from .privacy import *
from .company import *
from .document import *
from .billing import *
from .payment import *
from .reminder import *
from .dispute import *
from .promise import *
from .order import *
from .search import *
