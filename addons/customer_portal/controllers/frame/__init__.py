from . import companies, conversation, list_export, overview, thread
