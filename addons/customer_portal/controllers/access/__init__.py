from . import activity, roles, view_as
