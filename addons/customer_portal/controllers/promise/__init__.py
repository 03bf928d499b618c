from . import invoice_page, promise, promise_link
