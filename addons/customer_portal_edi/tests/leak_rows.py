"""What the leak test of the core calls here."""

ADDRESSES = {"/my/invoices/<int:invoice_id>/xml": ["/my/invoices/{invoice}/xml"]}
