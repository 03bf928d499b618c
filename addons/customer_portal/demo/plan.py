"""What happened at the demo company, and when.

Every date is an *age*: days before the day of loading, negative in the future. The
invoices that are still open are therefore overdue by the same number of days whenever
the demo is loaded.
"""

from typing import NamedTuple

# {basket: {product: quantity}}; an order takes a basket some times over.
BASKETS = {
    "fixings": {"hex_bolt": 20, "hex_nut": 20, "flat_washer": 10, "concrete_anchor": 6},
    "framing": {"framing_nail": 24, "wood_screw": 30, "angle_bracket": 16},
    "tool_crib": {
        "wrench_set": 6,
        "screwdriver_set": 8,
        "pliers": 8,
        "claw_hammer": 8,
        "tape_measure": 12,
    },
    "power_tools": {"cordless_drill": 6, "drill_bit_set": 6, "hand_saw": 4},
    "site_safety": {
        "safety_helmet": 24,
        "safety_goggles": 24,
        "safety_vest": 30,
        "work_gloves": 10,
        "ear_muffs": 10,
    },
    "boots": {"safety_boots": 18, "dust_mask": 20, "first_aid_kit": 2},
    "washroom": {
        "rubbish_bags": 20,
        "cloth_roll": 12,
        "hand_cleaner": 12,
        "floor_cleaner": 10,
    },
    "yard": {"push_broom": 6, "mop_bucket": 2, "floor_squeegee": 4, "degreaser": 6},
    "wiring": {
        "cable": 400,
        "socket_outlet": 40,
        "circuit_breaker": 24,
        "cable_ties": 20,
    },
    "lighting": {"led_floodlight": 16, "extension_reel": 8, "work_light": 12},
    # Two of these cannot be bought any more.
    "old_stock": {"halogen_floodlight": 12, "solvent_cleaner": 8, "work_gloves": 6},
    "starter": {"tape_measure": 2, "pliers": 2, "batteries": 3, "threaded_rod": 10},
}

# {product: (age until which it cost less, its price then)}
FORMER_PRICES = {"cordless_drill": (120, 179.00)}

# {customer: (prefix of its purchase order numbers, delivery address)}
CUSTOMERS = {
    "alder_works": ("AW", "alder_boston_yard"),
    "alder_north": ("AN", "alder_north"),
    "alder_south": ("AS", "alder_south"),
    "birch_supply": ("BS", "birch_supply"),
    "cedar_retail": ("CR", "cedar_retail"),
}

CREDIT_LIMITS = {
    "alder_works": 60000,
    "alder_north": 15000,
    "alder_south": 15000,
    "birch_supply": 20000,
}
FORMER_ALDER_LIMIT = 40000  # before it was raised
CEDAR_OPENING = 412.50  # open in the books before these


class Order(NamedTuple):
    """One order and what became of it.

    ``fate`` is one of: draft, sent, cancelled; confirmed (nothing invoiced),
    drafted (its invoice is a draft), deposit (30% invoiced in advance), partial
    (two lines invoiced), invoiced.
    """

    key: str
    customer: str
    age: int
    basket: str
    times: int
    fate: str
    paid: int | None = None  # age of the payment
    invoice_lag: int = 2  # days from the order to the invoice
    valid: int | None = None  # days from today to the end of a quotation
    promised: int | None = None  # days from today to the promised delivery
    person: str | None = None  # the contact who ordered
    terms: str | None = None  # payment terms, if not the customer's
    euro: bool = False  # for Rotterdam, in euro
    prepayment: float = 0  # share to pay before the confirmation


ORDERS = [
    # Alder Works, net 30: the paid past
    Order("alder_01", "alder_works", 546, "fixings", 1, "invoiced", paid=500),
    Order("alder_02", "alder_works", 531, "site_safety", 1, "invoiced", paid=500),
    Order("alder_discontinued", "alder_works", 517, "old_stock", 1, "invoiced", 470),
    Order("alder_04", "alder_works", 503, "washroom", 1, "invoiced", paid=470),
    Order("alder_05", "alder_works", 488, "wiring", 1, "invoiced", paid=440),
    Order("alder_former_price", "alder_works", 473, "power_tools", 1, "invoiced", 440),
    Order("alder_07", "alder_works", 459, "framing", 1, "cancelled"),
    Order("alder_08", "alder_works", 447, "old_stock", 1, "invoiced", paid=395),
    Order("alder_09", "alder_works", 432, "boots", 1, "invoiced", paid=395),
    Order("alder_10", "alder_works", 418, "fixings", 2, "invoiced", paid=380),
    Order(
        "alder_discount_taken",
        "alder_works",
        404,
        "tool_crib",
        1,
        "invoiced",
        paid=394,
        terms="term_early_discount",
    ),
    Order("alder_12", "alder_works", 391, "yard", 1, "invoiced", paid=335),
    Order("alder_13", "alder_works", 376, "lighting", 1, "invoiced", paid=335),
    Order("alder_14", "alder_works", 361, "fixings", 1, "invoiced", 325, euro=True),
    Order("alder_15", "alder_works", 345, "site_safety", 2, "invoiced", paid=290),
    Order("alder_16", "alder_works", 331, "wiring", 1, "invoiced", paid=290),
    Order("alder_17", "alder_works", 316, "framing", 2, "invoiced", paid=260),
    Order("alder_credited", "alder_works", 301, "washroom", 2, "invoiced", paid=260),
    Order("alder_19", "alder_works", 284, "power_tools", 2, "invoiced", paid=230),
    Order("alder_20", "alder_works", 268, "boots", 1, "invoiced", paid=230),
    Order("alder_21", "alder_works", 250, "fixings", 1, "invoiced", paid=215),
    Order("alder_22", "alder_works", 233, "lighting", 1, "invoiced", 195, euro=True),
    Order("alder_23", "alder_works", 215, "tool_crib", 2, "invoiced", paid=155),
    Order("alder_24", "alder_works", 197, "yard", 2, "invoiced", paid=155),
    Order("alder_25", "alder_works", 178, "wiring", 1, "invoiced", paid=110),
    Order("alder_26", "alder_works", 160, "site_safety", 1, "invoiced", paid=110),
    Order("alder_28", "alder_works", 121, "boots", 1, "invoiced", paid=80),
    Order("alder_30", "alder_works", 96, "power_tools", 1, "invoiced", paid=50),
    Order("alder_32", "alder_works", 64, "washroom", 1, "invoiced", paid=20),
    # Alder Works: overdue by 105, 75, 45, 20 (in euro), 15 and 7 days
    Order("alder_overdue_90_plus", "alder_works", 137, "framing", 1, "invoiced"),
    Order("alder_overdue_61_90", "alder_works", 107, "fixings", 2, "invoiced"),
    Order("alder_partly_paid", "alder_works", 77, "lighting", 2, "invoiced"),
    Order("alder_overdue_euro", "alder_works", 52, "framing", 1, "invoiced", euro=True),
    Order("alder_overdue_1_30", "alder_works", 47, "wiring", 2, "invoiced"),
    Order("alder_35", "alder_works", 39, "site_safety", 2, "invoiced"),
    # Alder Works: the first instalment overdue by 20 days, the second due in 10
    Order(
        "alder_instalments",
        "alder_works",
        22,
        "power_tools",
        2,
        "invoiced",
        person="alder_buyer",
        terms="term_instalments",
    ),
    # Alder Works: due today and later; the discount may be taken for 7 days more
    Order("alder_due_today", "alder_works", 32, "yard", 1, "invoiced"),
    Order("alder_not_due", "alder_works", 17, "tool_crib", 2, "invoiced", promised=-9),
    Order("alder_not_due_euro", "alder_works", 14, "fixings", 1, "invoiced", euro=True),
    Order(
        "alder_early_discount",
        "alder_works",
        5,
        "boots",
        2,
        "invoiced",
        person="alder_buyer",
        terms="term_early_discount",
    ),
    # Alder Works: under way
    Order(
        "alder_partly_invoiced",
        "alder_works",
        11,
        "framing",
        1,
        "partial",
        promised=2,
        person="alder_buyer",
    ),
    Order("alder_confirmed", "alder_works", 8, "lighting", 1, "confirmed", promised=6),
    Order("alder_late", "alder_works", 12, "yard", 1, "confirmed", promised=-3),
    Order("alder_draft_invoice", "alder_works", 6, "washroom", 1, "drafted"),
    Order(
        "alder_promised",
        "alder_works",
        4,
        "fixings",
        1,
        "confirmed",
        promised=10,
        person="alder_buyer",
    ),
    Order("alder_draft", "alder_works", 3, "wiring", 1, "draft"),
    Order("alder_cancelled", "alder_works", 20, "yard", 1, "cancelled"),
    # Alder Works: quotations
    Order("alder_expiring", "alder_works", 27, "power_tools", 1, "sent", valid=3),
    Order("alder_expired", "alder_works", 70, "lighting", 1, "sent", valid=-10),
    Order(
        "alder_quotation",
        "alder_works",
        6,
        "wiring",
        2,
        "sent",
        valid=24,
        person="alder_buyer",
    ),
    # Alder North, net 30
    Order("north_01", "alder_north", 520, "fixings", 1, "invoiced", paid=480),
    Order("north_02", "alder_north", 455, "washroom", 1, "invoiced", paid=415),
    Order("north_03", "alder_north", 390, "framing", 1, "invoiced", paid=350),
    Order("north_04", "alder_north", 325, "site_safety", 1, "invoiced", paid=290),
    Order("north_05", "alder_north", 255, "yard", 1, "invoiced", paid=215),
    Order("north_06", "alder_north", 190, "wiring", 1, "invoiced", paid=150),
    Order("north_overdue_31_60", "alder_north", 86, "tool_crib", 1, "invoiced"),
    Order("north_overdue_1_30", "alder_north", 44, "lighting", 1, "invoiced"),
    Order(
        "north_not_due",
        "alder_north",
        13,
        "fixings",
        1,
        "invoiced",
        person="alder_north_buyer",
    ),
    Order(
        "north_confirmed",
        "alder_north",
        7,
        "site_safety",
        1,
        "confirmed",
        promised=4,
        person="alder_north_buyer",
    ),
    Order("north_quotation", "alder_north", 5, "boots", 1, "sent", valid=25),
    # Alder South, net 30
    Order("south_01", "alder_south", 500, "boots", 1, "invoiced", paid=465),
    Order("south_02", "alder_south", 410, "fixings", 1, "invoiced", paid=370),
    Order("south_03", "alder_south", 310, "power_tools", 1, "invoiced", paid=270),
    Order("south_04", "alder_south", 225, "washroom", 1, "invoiced", paid=185),
    Order("south_partly_paid", "alder_south", 150, "site_safety", 1, "invoiced"),
    Order("south_06", "alder_south", 58, "framing", 1, "invoiced", paid=15),
    Order("south_not_due", "alder_south", 25, "yard", 1, "invoiced"),
    Order("south_deposit", "alder_south", 9, "power_tools", 1, "deposit", promised=12),
    Order("south_cancelled", "alder_south", 18, "wiring", 1, "cancelled"),
    # Birch Supply, net 15
    Order("birch_01", "birch_supply", 480, "fixings", 1, "invoiced", paid=460),
    Order("birch_02", "birch_supply", 415, "washroom", 1, "invoiced", paid=395),
    Order("birch_03", "birch_supply", 340, "yard", 1, "invoiced", paid=320),
    Order("birch_04", "birch_supply", 270, "tool_crib", 1, "invoiced", paid=250),
    Order("birch_05", "birch_supply", 140, "fixings", 1, "invoiced", paid=115),
    Order("birch_06", "birch_supply", 85, "site_safety", 1, "invoiced", paid=60),
    Order("birch_overdue", "birch_supply", 45, "lighting", 1, "invoiced"),
    Order("birch_not_due", "birch_supply", 10, "washroom", 1, "invoiced"),
    Order("birch_confirmed", "birch_supply", 4, "yard", 1, "confirmed", promised=5),
    Order(
        "birch_prepayment",
        "birch_supply",
        15,
        "power_tools",
        1,
        "sent",
        valid=15,
        prepayment=0.5,
    ),
    Order("birch_expired", "birch_supply", 60, "boots", 1, "sent", valid=-20),
    Order("birch_draft", "birch_supply", 2, "wiring", 1, "draft"),
    # Cedar Retail
    Order("cedar_quotation", "cedar_retail", 3, "starter", 1, "sent", valid=27),
]


class CreditNote(NamedTuple):
    """A credit for some units of one product of an invoice."""

    order: str
    age: int
    product: str
    quantity: int
    reason: str
    applied: bool  # to the invoice it corrects, which was not paid yet


CREDIT_NOTES = [
    CreditNote("alder_credited", 290, "cloth_roll", 4, "Damaged in transport", True),
    CreditNote("alder_28", 40, "safety_boots", 4, "Returned, wrong size", False),
    CreditNote("north_06", 160, "cable", 50, "Short delivery", True),
]


class Payment(NamedTuple):
    """A payment that does not settle whole invoices.

    Without an order it stays unallocated.
    """

    key: str
    customer: str
    age: int
    amount: float
    memo: str
    order: str | None = None


PAYMENTS = [
    Payment(
        "partial",
        "alder_works",
        25,
        1800.00,
        "First part, the rest next month",
        order="alder_partly_paid",
    ),
    Payment(
        "south_partial",
        "alder_south",
        90,
        900.00,
        "Helmets to be clarified",
        order="south_partly_paid",
    ),
    Payment("unallocated", "alder_works", 6, 1500.00, "Wire transfer 4471"),
]

# (order, age in days, author, text)
MESSAGES = [
    ("alder_promised", 4, "alder_buyer", "Please call the yard before unloading."),
    ("alder_promised", 3, "user_sales", "Noted, the driver will call gate 2."),
    ("alder_late", 2, "alder_admin", "This was promised for last week. Any news?"),
    ("alder_late", 1, "user_sales", "The mop buckets arrive tomorrow, we ship then."),
    ("alder_expiring", 5, "user_sales", "The price holds until the end of the offer."),
    ("birch_confirmed", 3, "birch_buyer", "Could you add the waybill number?"),
]

# The same about the invoice of an order.
INVOICE_MESSAGES = [
    ("alder_partly_paid", 24, "alder_payable", "We pay the rest with the next run."),
    ("alder_partly_paid", 23, "user_sales", "Thank you, that is fine with us."),
]

# What people were told: event, person, customer, order (or that of the invoice), age,
# sentence, is it read?
NOTICES = [
    (
        "order_changed",
        "alder_buyer",
        "alder_works",
        "alder_promised",
        4,
        "Order %s was changed: it goes to another gate of the yard.",
        True,
    ),
    (
        "order_changed",
        "alder_buyer",
        "alder_works",
        "alder_late",
        1,
        "Order %s was changed: we ship it a day later.",
        False,
    ),
    (
        "order_change_answered",
        "alder_admin",
        "alder_works",
        "alder_late",
        1,
        "We answered your wish about order %s.",
        False,
    ),
    (
        "order_changed",
        "birch_buyer",
        "birch_supply",
        "birch_confirmed",
        2,
        "Order %s was changed: the waybill number is on it.",
        False,
    ),
    (
        "invoice_overdue",
        "alder_payable",
        "alder_works",
        "alder_partly_paid",
        44,
        "Invoice %s is overdue.",
        True,
    ),
    (
        "invoice_due",
        "alder_payable",
        "alder_works",
        "alder_due_today",
        3,
        "Invoice %s is due in 3 days.",
        False,
    ),
    (
        "quote_expiring",
        "alder_buyer",
        "alder_works",
        "alder_expiring",
        0,
        "Quote %s expires in 3 days.",
        False,
    ),
]

# Ages of the days on which reminders were sent, and since when there are reminders.
REMINDERS_SINCE = 120
REMINDER_AGES = range(114, 8, -7)
KEY_ACCOUNT = "birch_supply"
# (days after the due date, name, what comes next)
KEY_ACCOUNT_LEVELS = [
    (14, "Friendly reminder", "If something is unclear, just answer this e-mail."),
    (30, "Second reminder", "Your contact will call you about it this week."),
]
NOT_REMINDED = "alder_south"
HOLD_REASON = "Helmets to be clarified"

# Euro for one unit of the company currency, a value every 30 days, newest first.
EURO_RATES = [
    0.861, 0.865, 0.858, 0.852, 0.856, 0.863, 0.872, 0.880, 0.877, 0.885,
    0.893, 0.901, 0.896, 0.908, 0.915, 0.921, 0.926, 0.919, 0.924, 0.930,
]  # fmt: skip
