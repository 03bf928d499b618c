"""Limits, choices and names that several layers share."""

import re

SCOPE_SELECTION = [
    ("own", "Own documents"),
    ("company", "This company"),
    ("branches", "With branches"),
]

VIEW_MINUTES = [("15", "15 minutes"), ("30", "30 minutes"), ("60", "One hour")]

DEVICE_COOKIE = "portal_device"
DEVICE_DAYS = 180

MAX_ID = 2**31

# Addresses of the portal's own pages.
PRIVATE_PATH = re.compile(r"/(my|registration|pay)(/|$)")

LONGEST_TOKEN = 1000  # characters, of any link

# Bytes of all texts of a form together: a thousand lines of an order, a pasted list.
LARGEST_FORM = 256 * 1024

LANG_COOKIE = "frontend_lang"
LANG_KEY = "portal_lang"  # in the session: the person's language, as it was applied

MAIL_SELECTION = [
    ("none", "No e-mail"),
    ("now", "At once"),
    ("digest", "In the digest"),
]

DIGEST_PERIODS = [("daily", "Every day"), ("weekly", "Every Monday")]
DIGEST_HOUR = 7

RETENTION_YEARS = 10

ADDRESS_TYPES = ("delivery", "invoice", "other")
# What an address may serve: {kind: types}.
ADDRESS_KINDS = {"delivery": ("delivery", "other"), "invoice": ("invoice", "other")}
# Where the usual one stands: {kind: (of a membership, of a customer, of an order)}.
ADDRESS_DEFAULTS = {
    "delivery": ("default_shipping_id", "portal_shipping_id", "partner_shipping_id"),
    "invoice": ("default_invoice_id", "portal_invoice_id", "partner_invoice_id"),
}

COMPANY_FIELDS = [
    ("name", "Name"),
    ("vat", "VAT number"),
    ("street", "Street"),
    ("street2", "Street 2"),
    ("zip", "ZIP"),
    ("city", "City"),
    ("state_id", "State"),
    ("country_id", "Country"),
    ("acc_number", "Bank account"),
    ("acc_holder_name", "Account holder"),
]
COMPANY_RELATIONS = {"state_id": "res.country.state", "country_id": "res.country"}
MOST_LISTED = 50  # of the history on a page

DOCUMENT_NOTICE_DAYS = 30
DUE_NOTICE_DAYS = 3  # before an invoice is due, if the seller chose nothing
QUOTE_NOTICE_DAYS = 3  # before a quote expires, likewise
MOST_NOTICE_DAYS = 60
# Papers with an older date are brought from elsewhere: nobody is told of them.
NEWS_DAYS = 30

MOST_FILES = 20  # of one form

# Days overdue, first and last day inclusive. An item exactly 30 days overdue
# belongs to the first bucket. None: no bound.
AGEING_BUCKETS = {
    "not_due": (None, 0),
    "overdue_1_30": (1, 30),
    "overdue_31_60": (31, 60),
    "overdue_61_90": (61, 90),
    "overdue_90": (91, None),
}

INVOICE_TYPES = ("out_invoice", "out_receipt")
PAYABLE_TYPES = (*INVOICE_TYPES, "out_refund")
# Payment states of a posted document with something left to pay.
OPEN_STATES = ("not_paid", "partial", "blocked")

# States of a remittance. Nothing of it is booked yet: it keeps others from paying the
# same documents, or is replaced by a newer choice.
LIVE_STATES = ("open", "announced", "processing", "booking")
# Money is on its way: nobody else pays its documents.
HOLDING_STATES = ("announced", "processing", "booking")
# Its one entry is booked; more money for it stays on account.
BOOKED_STATES = ("settled", "exception")
CLOSED_STATES = (*BOOKED_STATES, "reversed")
# State of what a dispute sets aside of a document; no remittance has it.
DISPUTED = "disputed"

SHOWN_MESSAGES = 20
MOST_MESSAGES = 500

# Pages below `/my` that open after a change to another company, by what forms send.
SWITCH_PLACES = {
    "invoices": "/invoices",
    "overdue": "/invoices?filterby=overdue",
    "under_way": "/payments?filterby=pending",
    "pay": "/pay?select=overdue",
    "orders": "/orders",
    "waiting": "#waiting",
}

SHOWN_DOCUMENTS = 50  # on the pay page, before all are asked for
MAX_BRANCHES = 200  # in the menu of companies; a search finds them all
MAX_DOCUMENTS = 200
MAX_AMOUNT = 10**12

# Statuses in the list of payments: on its way, what the person may have to do
# something about, and done.
PAYMENT_PENDING = ("pending", "announced", "booking")
PAYMENT_TO_DO = ("open", "failed")
PAYMENT_PAID = ("paid", "checked")

PAY_LINK_DAYS = 30  # if the seller chose nothing
PAY_LINK_KINDS = [
    ("no", "Nothing"),
    ("document", "This invoice"),
    ("due", "This invoice, or all that is due"),
]

TRANSFER_DAYS = 14  # if the seller chose nothing
TRANSFER_LATEST_DAYS = 60  # from today, until when a transfer can be announced for

LARGEST_UPLOAD = 11 * 1024 * 1024  # bytes, of a request with one file of 10 MiB
