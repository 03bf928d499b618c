import re

import pytz
from markupsafe import Markup

from odoo import http
from odoo.http import request

from ...const import LANG_COOKIE
from ..forms import Form
from ..portal import CHANGE, PAGE, Portal

# Digits of any script.
PHONE = re.compile(r"\+?[\d() ./-]{4,30}")
# Drawn once: there are four hundred.
ZONES = Markup().join(
    Markup('<option value="%s"></option>') % zone for zone in pytz.common_timezones
)


class ProfileForm(Form):
    """The own details; `languages` are the codes that can be chosen."""

    def __init__(self, env, raw, *, languages, has_name):
        """Take what can be chosen, and whether the name can be changed."""
        self.languages = languages
        self.has_name = has_name
        super().__init__(env, raw)

    def clean(self):
        env = self.env
        if self.has_name:
            self.clean_line("name", env._("Enter your name."), size=100)
        self.clean_line("phone", size=30)
        phone = self.values["phone"]
        if phone and "phone" not in self.errors and not PHONE.fullmatch(phone):
            self.errors["phone"] = env._("Enter a phone number, or leave it empty.")
        self.values["lang"] = self.raw.get("lang", "")
        if self.values["lang"] not in self.languages:
            self.errors["lang"] = env._("Choose a language.")
        self.values["tz"] = self.raw.get("tz", "")
        if not env["res.users"]._is_time_zone(self.values["tz"]):
            self.errors["tz"] = env._(
                "Choose a time zone from the list, for example Europe/Vilnius."
            )


class ProfilePortal(Portal):
    @http.route("/my/profile", **PAGE)
    def portal_my_profile(self, **_query):
        """Show the person's own details."""
        return self._render_profile_page()

    @http.route("/my/profile", **CHANGE)
    def portal_my_profile_change(self, **post):
        """Change the own details; a language acts at once."""
        user = request.env.user
        form = ProfileForm(
            request.env,
            post,
            languages=user._get_portal_languages(),
            has_name=user._can_change_portal_name(),
        )
        if not form.is_valid:
            return self._render_profile_page(form=form)
        changed = user._change_portal_profile(form.values)
        if changed:
            rights = user._get_portal_rights()
            customers = request.env["res.partner"].browse(rights.customer_ids)
            request.env["portal.activity"]._log(
                "profile_changed", customers, detail=", ".join(changed)
            )
        request.future_response.set_cookie(LANG_COOKIE, form.values["lang"])
        # Without a language in front: core leads from here to the one of the cookie.
        return request.redirect("/my/profile?notice=profile_changed", code=303)

    def _get_done_texts(self):
        """Extend: what became of the own details."""
        _ = request.env._
        return {
            **super()._get_done_texts(),
            "profile_changed": _("Your details have been saved."),
        }

    def _render_profile_page(self, *, form=None):
        user = request.env.user
        # sudo: the own contact
        partner = user.partner_id.sudo()
        partner.fetch(["email", "phone"])
        user.sudo().fetch(["login"])  # sudo: the own login
        contact = user._get_portal_contact()
        languages = user._get_portal_languages()
        return self._render_page(
            "customer_portal.profile",
            {
                "page_name": "profile",
                "form": form,
                "errors": form.errors if form else {},
                "typed": form.raw
                if form
                else {
                    "name": partner.name,
                    "phone": partner.phone,
                    "lang": user.lang,
                    "tz": user.tz or "",
                },
                "email": partner.email,
                "login": user.login,
                "languages": languages,
                "language_tags": {
                    code: request.env["res.lang"]._get_portal_tag(code)
                    for code in languages
                },
                "zones": ZONES,
                "can_change_name": user._can_change_portal_name(),
                "contact": contact,
                "message": request.env._("Please check the marked places.")
                if form
                else "",
            },
            status=422 if form else 200,
        )

    def _create_or_update_address(self, partner_sudo, **form_data):
        """Extend: the address of a sign-in is not changed by an open browser.

        Who changes it gets the links to new passwords. Core's form writes it without
        a word to the former address. Nor is a name changed that documents carry.
        """
        person = partner_sudo.user_ids.filtered("share")[:1]
        kept = []
        if person and partner_sudo.email:
            kept.append("email")
        if person and not person._can_change_portal_name():
            kept.append("name")
        for name in kept:
            typed = form_data.setdefault(name, partner_sudo[name])
            if typed != partner_sudo[name]:
                return partner_sudo, {
                    "invalid_fields": [name],
                    "messages": [
                        request.env._(
                            "The name and e-mail address of a sign-in cannot "
                            "be changed here. Ask us to change them."
                        )
                    ],
                }
        return super()._create_or_update_address(partner_sudo, **form_data)
