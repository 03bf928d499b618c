from . import address, invoice, order, overview, payment, reorder
