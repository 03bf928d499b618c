"""An empty page in the browser, on which one script of ours is tried."""

import json

from bootstrap import places

ORIGIN = "https://scripts.example"
SCRIPTS = places.ADDONS / "customer_portal" / "static" / "src" / "interactions"


class Stage:
    """An empty page that may import the scripts."""

    def __init__(self, page):
        """Answer what the page asks for with files."""
        self.page = page
        self.answers = {}  # {path: JSON}
        self.pages = {}  # {path: HTML of a form that comes back}; None: nothing answers
        page.route("**/*", self._answer)

    def _answer(self, route):
        path = route.request.url.removeprefix(ORIGIN).partition("?")[0]
        script = SCRIPTS / f"{path.removeprefix('/')}.js"
        if path in self.answers:
            route.fulfill(json=self.answers[path])
        elif self.pages.get(path):
            route.fulfill(status=422, content_type="text/html", body=self.pages[path])
        elif path in self.pages:
            route.abort()
        elif script.is_file():
            route.fulfill(content_type="text/javascript", body=script.read_text())
        else:
            route.fulfill(content_type="text/html", body="<!DOCTYPE html>")

    def show(self, body, script, lang="en"):
        """Show elements, and start a script on them."""
        self.page.goto(f"{ORIGIN}/")
        self.page.evaluate(
            """async ([body, lang, script]) => {
                document.documentElement.lang = lang;
                document.body.innerHTML = body;
                await import(script);
            }""",
            [body, lang, f"/{script}"],
        )

    def call(self, script, function, *arguments, lang="en"):
        """Return what an exported function returns, for each list of arguments."""
        self.page.goto(f"{ORIGIN}/")
        return self.page.evaluate(
            """async ([script, name, lang, calls]) => {
                document.documentElement.lang = lang;
                const module = await import(script);
                return JSON.parse(calls).map((call) => module[name](...call));
            }""",
            # As JSON: half a sign of UTF-16 does not pass otherwise.
            [f"/{script}", function, lang, json.dumps(arguments)],
        )

    def stop_clock(self):
        """Let time stand still until `clock.fast_forward`, however slow we are."""
        self.page.clock.install(time=0)
        self.page.clock.pause_at(1000)

    def text(self, selector):
        return self.page.locator(selector).text_content().replace("\xa0", " ")

    def is_hidden(self, selector):
        return self.page.locator(selector).evaluate("element => element.hidden")
