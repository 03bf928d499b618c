"""Mistakes that every rule of semgrep_rules.yml must find, and right code that it must not.

`bin/lint` reads this file and nobody runs it. A line after `# ruleid: NAME` must be
found by that rule, a line after `# ok: NAME` must not.
"""


class Portal(CustomerPortal):
    @http.route("/my/thing", **CHANGE)
    def portal_thing_save(self, thing_id, page=1, **post):
        # ruleid: route-mass-assignment
        request.env.user.write(post)
        # ruleid: route-mass-assignment
        request.env["thing"].create({"name": "x", **post})
        # ruleid: route-mass-assignment
        request.env["thing"].create([post])
        # ruleid: route-mass-assignment
        request.env["thing"].create(post)
        # ruleid: route-mass-assignment
        request.env["thing"].new(post)
        # ruleid: route-mass-assignment
        thing.write({**post, "name": "x"})
        # ruleid: route-mass-assignment
        request.env["thing"].create(dict(post))
        # ruleid: route-mass-assignment
        request.env["thing"].write(dict(post, name="x"))
        # ok: route-mass-assignment
        request.env["thing"].create({"name": post["name"]})
        # ruleid: route-mass-assignment
        thing.update(post)
        # ruleid: route-kwargs-forwarded
        self._save(thing_id, **post)
        # ruleid: route-kwargs-forwarded
        super()._save(thing_id, **post)
        # ok: route-kwargs-forwarded
        self._save(thing_id, name=post["name"])
        # ok: route-kwargs-forwarded
        self._render(**values)
        # ruleid: route-unguarded-cast
        int(thing_id)
        # ruleid: route-unguarded-cast
        float(page)
        # ruleid: route-unguarded-cast
        int(post["number"])
        # ruleid: route-unguarded-cast
        Decimal(post.get("amount", 0))
        # ok: route-unguarded-cast
        int(choice.page)
        # ok: route-unguarded-cast
        str(thing_id)
        try:
            # ok: route-unguarded-cast
            int(post["page"])
        except Exception:
            page = 1
        try:
            # ok: route-unguarded-cast
            int(thing_id)
        except (TypeError, ValueError):
            thing_id = 0
        try:
            # ok: route-unguarded-cast
            int(page)
        except ValueError as error:
            page = 0
        # ok: route-kwargs-forwarded
        return super().portal_thing_save(thing_id, **post)

    @http.route("/my/thing", **PAGE)
    def portal_thing_cast(self, page=1, number=1, **query):
        try:
            # ok: route-unguarded-cast
            int(page)
            # ok: route-unguarded-cast
            int(query["number"])
        except (KeyError, ValueError):
            page = 1
        # ruleid: route-unguarded-cast
        return int(number)

    @route()
    def portal_thing_bare(self, thing_id, page=1, **post):
        # ruleid: route-mass-assignment
        request.env.user.write(post)
        # ruleid: route-kwargs-forwarded
        self._save(thing_id, **post)
        # ruleid: route-unguarded-cast
        int(thing_id)
        # ruleid: route-unguarded-cast
        int(page)
        # ruleid: route-unguarded-cast
        int(post.get("number"))

    @route(readonly=readonly)
    def home(self, page: str = "", *, date=None, **kwargs):
        # ruleid: route-unguarded-cast
        int(page)
        # ruleid: route-unguarded-cast
        float(date)
        # ruleid: route-kwargs-forwarded
        values = self._prepare_values(**kwargs)
        # ok: route-kwargs-forwarded
        return super().home(**kwargs)

    @http.route("/my/thing", **PAGE)
    @other.decorator
    def portal_thing_decorated(self, **kwargs):
        # ruleid: route-kwargs-forwarded
        return self._prepare_values(**kwargs)

    @http.route()
    def portal_thing(self, thing_id):
        # ruleid: route-sudo-browse-unchecked
        request.env["thing"].sudo().browse(thing_id)
        # ruleid: route-sudo-browse-unchecked
        request.env["thing"].browse(thing_id).sudo()
        # ruleid: route-sudo-browse-unchecked
        request.env["thing"].with_context(lang="fa").sudo().browse(thing_id)
        # ruleid: route-sudo-browse-unchecked
        request.env["thing"].sudo().with_company(1).browse(thing_id)
        # ok: route-sudo-browse-unchecked
        request.env["thing"].browse(thing_id)
        # ok: route-sudo-browse-unchecked
        request.env["thing"].search([("id", "=", thing_id)]).sudo()
        # ok: route-sudo-browse-unchecked
        request.env["thing"].search_fetch([], ["name"]).sudo()
        # ok: route-sudo-browse-unchecked
        request.env["thing"].sudo()._lock(thing_id)
        # ok: route-sudo-browse-unchecked
        request.env["res.users"].sudo().browse(request.session.uid)
        # ok: route-sudo-browse-unchecked
        request.env["res.users"].sudo().browse(request.env.uid)
        # ok: route-sudo-browse-unchecked
        self._document_check_access("thing", thing_id).sudo()

    def _get_thing(self, thing_id):
        # ruleid: route-sudo-browse-unchecked
        request.env["thing"].sudo().search([("id", "=", thing_id)])
        # ruleid: route-sudo-browse-unchecked
        request.env(su=True)["thing"].browse(thing_id)
        things = request.env["thing"].sudo()
        # ruleid: route-sudo-browse-unchecked
        return things.browse(thing_id)

    def _get_other(self, thing_id):
        env = request.env(su=True)
        # ok: route-sudo-browse-unchecked
        env["thing"]._get_everybodys()
        # ruleid: route-sudo-browse-unchecked
        return env["thing"].browse(thing_id)

    def _save(self):
        # ruleid: route-mass-assignment
        request.env.user.write(request.params)
        # ruleid: route-mass-assignment
        request.env["thing"].create(request.httprequest.form)
        # ruleid: route-mass-assignment
        request.env["thing"].create(request.get_json_data())
        # ruleid: route-mass-assignment
        thing.write({"name": "x", **request.params})
        # ok: route-mass-assignment
        form.read(request.params)
        # ruleid: route-unguarded-cast
        int(request.params["page"])
        # ruleid: route-unguarded-cast
        int(request.httprequest.args.get("page", 1))
        # ruleid: route-unguarded-cast
        int(request.params.get("page"))
        # ruleid: route-unguarded-cast
        int(request.httprequest.form["page"])
        # ok: route-unguarded-cast
        int(choice["page"])
        # ruleid: context-from-request
        request.env["thing"].with_context(request.params)
        # ruleid: context-from-request
        request.env["thing"].with_context(**request.params)
        # ruleid: context-from-request
        thing.with_context(request.get_json_data())
        # ruleid: context-from-request
        thing.with_context(**request.get_json_data())
        # ruleid: context-from-request
        request.update_context(**request.params)
        # ruleid: route-open-redirect
        request.redirect(address, code=303, local=False)
        # ruleid: route-open-redirect
        request.redirect_query(address, {"a": 1}, local=False)
        # ruleid: route-open-redirect
        werkzeug.utils.redirect(address)
        # ok: route-open-redirect
        return request.redirect(f"/my/things/{thing.id}", code=303)

    # ruleid: route-csrf-off
    @http.route("/my/thing", type="http", csrf=False, methods=["POST"])
    def portal_thing_open(self):
        pass

    # ruleid: route-csrf-off
    @route(csrf=False)
    def portal_thing_bare_open(self):
        pass

    # ruleid: route-csrf-off
    @http.route("/my/thing", **dict(CHANGE, csrf=False))
    def portal_thing_dict_open(self):
        pass

    # ok: route-csrf-off
    @http.route("/my/thing", csrf=True)
    def portal_thing_closed(self):
        pass


# ruleid: route-csrf-off
OPEN = {
    "type": "http",
    "csrf": False,
}
# ruleid: route-csrf-off
CHANGE["csrf"] = False


class Thing(models.Model):
    # ok: public-method-with-sudo
    name = fields.Char(default=lambda self: self.env.user.sudo().name)

    def action_confirm(self):
        # ruleid: public-method-with-sudo
        self.sudo().state = "done"
        # ruleid: public-method-with-sudo
        self.partner_id.sudo(True).name = "x"
        # ruleid: public-method-with-sudo
        self.env(su=True)["thing"].search([])
        # ruleid: public-method-with-sudo
        self.with_user(SUPERUSER_ID).unlink()

    @api.private
    def confirm_inside(self):
        # ok: public-method-with-sudo
        self.sudo().state = "done"

    def _confirm(self):
        # ok: public-method-with-sudo
        self.sudo().state = "done"

    def _query(self, column, name, **options):
        # ruleid: sql-built-from-text
        self.env.cr.execute(f"SELECT {column} FROM thing")
        # ruleid: sql-built-from-text
        self.env.cr.execute(f"SELECT {column} FROM thing WHERE id = %s", [1])
        # ruleid: sql-built-from-text
        self.env.cr.execute("SELECT %s FROM thing" % column)
        # ruleid: sql-built-from-text
        self.env.cr.execute("SELECT {} FROM thing".format(column))
        # ruleid: sql-built-from-text
        self.env.cr.execute("SELECT id FROM thing ORDER BY " + column)
        # ruleid: sql-built-from-text
        SQL(f"SELECT {column}")
        # ruleid: sql-built-from-text
        SQL("SELECT %s" % column)
        # ruleid: sql-built-from-text
        SQL(" ".join(column))
        # ruleid: sql-built-from-text
        tools.SQL(f"SELECT {column}")
        # ruleid: sql-built-from-text
        SQL("SELECT column".replace("column", column))
        # ruleid: sql-built-from-text
        SQL(
            f"""
            SELECT {column}
            """
        )
        # ok: sql-built-from-text
        SQL("SELECT %s FROM thing WHERE id = %s", SQL.identifier(column), 1)
        # ok: sql-built-from-text
        self.env.cr.execute("SELECT id FROM thing WHERE name = %s", [name])
        # ok: sql-built-from-text
        self.env.cr.execute(
            """
            SELECT id FROM thing
            """
            "WHERE name = %s",
            [name],
        )
        # ruleid: markup-of-data
        Markup(name)
        # ruleid: markup-of-data
        markupsafe.Markup(name)
        # ruleid: markup-of-data
        Markup(f"<b>{name}</b>")
        # ruleid: markup-of-data
        Markup("<b>%s</b>" % name)
        # ruleid: markup-of-data
        Markup("<b>" + name + "</b>")
        # ruleid: markup-of-data
        Markup(self.env._("<b>%s</b>", name))
        # ok: markup-of-data
        Markup("<b>%s</b>") % name
        # ok: markup-of-data
        Markup("<b>{}</b>").format(name)
        # ok: markup-of-data
        Markup(self.env._("<b>Paid</b>"))
        # ruleid: dynamic-attribute
        getattr(self, name)
        # ruleid: dynamic-attribute
        getattr(self, f"_get_{name}", None)
        # ruleid: dynamic-attribute
        setattr(self, name, 1)
        # ruleid: dynamic-attribute
        operator.attrgetter(name)
        # ruleid: dynamic-attribute
        operator.methodcaller(name)
        # ok: dynamic-attribute
        getattr(self, "name", None)
        # ruleid: eval-used
        eval(name)
        # ruleid: eval-used
        exec(name)
        # ruleid: eval-used
        safe_eval(name, {})
        # ruleid: eval-used
        tools.safe_eval.safe_eval(name)
        # ok: eval-used
        ast.literal_eval(name)
        # ok: eval-used
        eval(name)  # nosemgrep: eval-used (a reason in words)
        # ok: eval-used
        eval(name)  # nosemgrep: markup-of-data, eval-used - a reason in words
        # ruleid: eval-used
        eval(name)  # nosemgrep: markup-of-data (a reason for another rule)
        # ruleid: token-compared-with-eq
        self.access_token == name
        # ruleid: token-compared-with-eq
        name == self.access_token
        # ruleid: token-compared-with-eq
        options["access_token"] != name
        # ruleid: token-compared-with-eq
        name != self.access_token
        # ruleid: token-compared-with-eq
        options.get("signature") == name
        # ok: token-compared-with-eq
        self.access_token == ""
        # ok: token-compared-with-eq
        options["flow"] == "token"
        # ok: token-compared-with-eq
        self.token_id == other.token_id
        # ok: token-compared-with-eq
        consteq(self.access_token, name)
        # ruleid: outgoing-request
        requests.get(name, timeout=5)
        # ruleid: outgoing-request
        requests.Session()
        # ruleid: outgoing-request
        urllib.request.urlopen(name)
        # ruleid: outgoing-request
        httpx.post(name)
        # ruleid: outgoing-request
        socket.create_connection((name, 80))
        # ruleid: outgoing-request
        urllib3.PoolManager()
        # ruleid: outgoing-request
        http.client.HTTPSConnection(name)
        # ruleid: outgoing-request
        smtplib.SMTP(name)
        # ok: outgoing-request
        requests._remember(name, self)
        # ruleid: commit-or-rollback
        self.env.cr.commit()
        # ruleid: commit-or-rollback
        cr.rollback()
        # ruleid: commit-or-rollback
        request.cr.commit()
        # ok: commit-or-rollback
        self.commit()
        # ruleid: context-from-request
        self.with_context(**options)
        # ruleid: context-from-request
        self.with_context(options)
        # ruleid: context-from-request
        request.update_context(lang="fa", **options)
        # ok: context-from-request
        self.with_context(lang="fa")
        # ok: context-from-request
        self.with_context(**context)


class Form:
    def read(self):
        # ok: public-method-with-sudo
        self.company.sudo()
