from . import portal_example, portal_rate_limit, res_partner, res_users
