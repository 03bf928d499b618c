from . import conversation, list_export, overview, thread
