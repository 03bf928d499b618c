from . import (
    address,
    address_form,
    address_orders,
    company,
    company_change,
    company_contacts,
)
