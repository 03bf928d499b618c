from . import (
    core_routes,
    pay,
    pay_link,
    payment_method,
    payments,
    remittance,
    transfer,
)
