from . import portal_example, res_users
