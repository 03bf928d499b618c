from . import (
    pay,
    pay_link,
    payment_method,
    payments,
    transfer,
)
