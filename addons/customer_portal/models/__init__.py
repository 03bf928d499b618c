# Each wing knows those above it, never those below.
# isort: off
from . import frame  # exports, limits, files, the way of a request
from . import access  # who may what, for which customer
from . import notice  # who is told what, and where
from . import people  # who comes in, and how
from . import privacy  # what is kept of a person
from . import company  # addresses and data of the customer
from . import document  # files that both sides share
from . import billing  # what is owed, and since when
from . import payment  # what is paid, with what, for what
from . import reminder  # who is reminded of what is due, and when
from . import dispute  # what of an invoice is wrong, and who decides
from . import promise  # what is promised, and what became of it
from . import order  # what is ordered, changed, delivered
from . import search  # all that a person may see, found by words
