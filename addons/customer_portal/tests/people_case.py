"""A customer with an administrator."""

from .common import PortalCommon


class PeopleCommon(PortalCommon):
    """Northwind's administrator is `boss`; the others have the usual role."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.memberships = cls.env["portal.membership"]
        cls.administrator = cls.env.ref("customer_portal.role_administrator")
        cls.buyer_role = cls.env.ref("customer_portal.role_buyer")
        cls.viewer_role = cls.env.ref("customer_portal.role_viewer")
        cls.boss = cls._create_portal_user("boss", cls.customer)
        cls._get_product()
        cls._member(cls.boss).role_id = cls.administrator

    @classmethod
    def _member(cls, user, customer=None):
        customer = customer or user.partner_id.commercial_partner_id
        return user.portal_membership_ids.filtered(
            lambda member: member.partner_id == customer
        )

    @classmethod
    def _person(cls, email, **values):
        return {
            "email": email,
            "name": "",
            "role": cls.buyer_role,
            "scope": "company",
            "order_limit": None,
            **values,
        }

    @classmethod
    def _invite(cls, *emails, customer=None, **values):
        """Invite people in the rights of the administrator; return the answers."""
        return (
            cls.memberships.with_user(cls.boss)
            .with_company(cls.company)
            ._invite(
                customer or cls.customer,
                [cls._person(email, **values) for email in emails],
                inviter=cls.boss,
            )
        )
