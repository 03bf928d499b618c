from odoo import models


class PortalTodoMixin(models.AbstractModel):
    """A request that one person of the staff has to decide."""

    _name = "portal.todo.mixin"
    _description = "Something to do for one person"
    _inherit = ["mail.activity.mixin"]

    def _give_todo(self, make_summary, *, group, company, salesperson=None):
        """Give one person something to do, unless somebody has it; in sudo.

        :param make_summary: takes an environment in the person's language
        :param str group: external id of the group whose people decide
        :param company: of the seller, for which the person works
        :param salesperson: goes first, if he or she may decide
        """
        self.ensure_one()
        if self.activity_ids:
            return
        person = self._choose_for_todo(group, company, salesperson)
        if person:
            # The mail of the activity waits in the queue.
            record = self.with_context(lang=person.lang, mail_notify_force_send=False)
            record.activity_schedule(
                "mail.mail_activity_data_todo",
                summary=make_summary(record.env),
                user_id=person.id,
            )

    def _choose_for_todo(self, group, company, salesperson):
        """Return who decides: the salesperson, else the first who may, or nobody.

        Administrators of Odoo, who may do everything, come last.
        """
        people = self.env.ref(group).all_user_ids.sorted(
            lambda user: (user.has_group("base.group_system"), user.id)
        )
        for user in (salesperson or people.browse()) | people:
            if (
                user.active
                and not user.share
                and company in user.company_ids
                and self.with_user(user).has_access("write")
            ):
                return user
        return people.browse()
