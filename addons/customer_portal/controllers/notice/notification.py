from odoo import http
from odoo.http import request

from ...const import DIGEST_PERIODS, MAIL_SELECTION
from ..forms import Form
from ..portal import CHANGE, PAGE, Portal

HOURS = 24


class NotificationForm(Form):
    """By which ways; `values["choices"]` is {event id: (has_portal, mail)}."""

    def __init__(self, env, raw, events):
        """Take the events that the person may choose about; others do not count."""
        self.events = events
        super().__init__(env, raw)

    def clean(self):
        env = self.env
        choices = {}
        for event in self.events:
            mail = self.raw.get(f"mail_{event.id}", "")
            if not event.has_mail:
                mail = "none"
            elif mail not in dict(MAIL_SELECTION):
                self.errors[f"mail_{event.id}"] = env._("Choose one of these.")
            choices[event.id] = (f"portal_{event.id}" in self.raw, mail)
        self.values["choices"] = choices
        self.values["period"] = self.raw.get("period", "")
        if self.values["period"] not in dict(DIGEST_PERIODS):
            self.errors["period"] = env._("Choose how often.")
        hour = self.raw.get("hour", "")
        is_hour = hour.isascii() and hour.isdigit() and len(hour) < 3
        self.values["hour"] = int(hour) if is_hour else -1
        if not 0 <= self.values["hour"] < HOURS:
            self.errors["hour"] = env._("Choose an hour.")


class NotificationPortal(Portal):
    @http.route("/my/notifications", **PAGE)
    def portal_my_notifications(self, **_query):
        """Ask of what the person wants to be told, and how."""
        return self._render_notifications_page()

    @http.route("/my/notifications", **CHANGE)
    def portal_my_notifications_change(self, **post):
        """Keep how the person wants to be told."""
        user = request.env.user
        preferences = request.env["portal.notification.preference"]
        form = NotificationForm(request.env, post, preferences._get_events(user))
        if not form.is_valid:
            return self._render_notifications_page(form=form)
        preferences._choose(user, form.values["choices"])
        request.env["portal.notification.digest"]._choose(
            user, form.values["period"], form.values["hour"]
        )
        return request.redirect(
            "/my/notifications?notice=notifications_changed", code=303
        )

    def _get_done_texts(self):
        """Extend: what became of the choices."""
        _ = request.env._
        return {
            **super()._get_done_texts(),
            "notifications_changed": _("Saved. It applies from now on."),
        }

    def _render_notifications_page(self, *, form=None):
        user = request.env.user
        env = request.env
        rows = env["portal.notification.preference"]._get_rows(user)
        if form:
            for row in rows:
                has_portal, mail = form.values["choices"][row["event"].id]
                row.update(has_portal=has_portal, mail=mail or row["mail"])
        # sudo: the person's own choice
        digests = env["portal.notification.digest"].sudo()
        period, hour = digests._get_times(user)[user]
        raw = form.raw if form else {}
        return self._render_page(
            "customer_portal.notifications",
            {
                "page_name": "notifications",
                "groups": self._group_by_subject(rows),
                "mails": self._get_labels("portal.notification.preference", "mail"),
                "periods": self._get_labels("portal.notification.digest", "period"),
                "hours": {str(number): f"{number:02}:00" for number in range(HOURS)},
                "period": raw.get("period") or period,
                "hour": raw.get("hour") or str(hour),
                "zone": user.tz or "UTC",
                "email": user.email,
                "errors": form.errors if form else {},
                "message": env._("Please check the marked places.") if form else "",
            },
            status=422 if form else 200,
        )

    def _group_by_subject(self, rows):
        """Return [(heading, rows)] of the events that the person may be told of."""
        headings = self._get_labels("portal.notification.event", "subject")
        groups = {subject: [] for subject in headings}
        for row in rows:
            groups[row["event"].subject].append(row)
        return [(headings[subject], own) for subject, own in groups.items() if own]

    @staticmethod
    def _get_labels(model, field):
        """Return {key: what it is called} of a selection."""
        selection = request.env[model]._fields[field]
        return dict(selection._description_selection(request.env))

    # ------------------------------------------------------------
    # The link of a mail
    # ------------------------------------------------------------

    @http.route("/my/notifications/unsubscribe", **{**PAGE, "auth": "public"})
    def portal_unsubscribe(self, token=None, **_query):
        """Ask whether such mails are to end; also for who is not signed in."""
        return self._render_unsubscribe_page(token)

    # Programs of mailboxes send it without any page of ours (RFC 8058); the signed
    # link is the only right that it needs.
    @http.route(
        "/my/notifications/unsubscribe", **{**CHANGE, "auth": "public", "csrf": False}
    )
    def portal_unsubscribe_confirm(self, token=None, **_post):
        """End such mails; twice is the same as once.

        Answers with a page and no redirect, which RFC 8058 asks for.
        """
        notices = request.env["portal.notice"]
        user, event = notices._find_by_unsubscribe_token(token)
        if user:
            # sudo: the link is the right to end these mails
            preferences = request.env["portal.notification.preference"].sudo()
            preferences._unsubscribe(user, event)
        return self._render_unsubscribe_page(token, is_done=True)

    def _render_unsubscribe_page(self, token, *, is_done=False):
        notices = request.env["portal.notice"]
        user, event = notices._find_by_unsubscribe_token(token)
        return self._render_page(
            "customer_portal.unsubscribe",
            {
                "page_name": "notifications",
                "token": token if user else "",
                "event": event.name if event else "",
                "is_done": is_done,
            },
        )
