from . import invoice_page
