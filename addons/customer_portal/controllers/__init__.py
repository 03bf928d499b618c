from . import (
    address,
    company,
    invoice,
    order,
    overview,
    payment,
    payments,
    quote,
    reorder,
    sign_in,
    thread,
)
