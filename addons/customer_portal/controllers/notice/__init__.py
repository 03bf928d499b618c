from . import notice, notification
