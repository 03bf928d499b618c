"""Words and limits that models and tools of support share."""

# What the customer reads; a stage of staff stands for one of them.
STATUSES = [
    ("received", "Received"),
    ("in_progress", "In progress"),
    ("waiting", "Waiting for you"),
    ("solved", "Solved"),
    ("closed", "Closed"),
]
OPEN = ("received", "in_progress", "waiting")
ENDED = ("solved", "closed")
# The seller has nothing to do, so the clock of a target stands.
STOPPING = ("waiting", *ENDED)

PRIORITIES = [("0", "Low"), ("1", "Normal"), ("2", "High"), ("3", "Urgent")]

# Why a ticket ended without being solved.
END_REASONS = [
    ("cancelled", "Cancelled"),
    ("duplicate", "Duplicate"),
    ("merged", "Merged"),
]

CHANNELS = [
    ("portal", "Portal"),
    ("mail", "E-mail"),
    ("phone", "Phone"),
    ("staff", "Staff"),
]

TARGETS = [("response", "First reply"), ("resolution", "Solution")]

# The expected first reply is what so many of a hundred were faster than, in so many
# days; fewer than so many say nothing.
EXPECTED_SHARE = 0.8
EXPECTED_DAYS = 90
EXPECTED_LEAST = 20
EXPECTED_STEP = 15  # minutes, to which it is rounded up

MOST_MAIL_FILES = 20
LAST_WORDS = 3  # that a mail quotes, and refers to
LONGEST_SUBJECT = 200  # characters
AT_ONCE = 100  # records that a scheduled action holds

# Models whose messages can become tickets: the kind of the link, and the code of the
# request type that is taken where it is offered.
QUOTED = {
    "sale.order": ("order", "other"),
    "account.move": ("invoice", "invoice"),
}
