from . import list_export, overview, thread
