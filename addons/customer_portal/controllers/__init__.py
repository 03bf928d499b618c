from . import address, invoice, order, overview, payment, payments, reorder
