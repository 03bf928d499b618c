from . import dispute, dispute_form, invoice, overview
