"""What a browser loads and when it paints, with an empty cache."""

import gzip
import statistics

from bootstrap import chromium

PAGES = {
    "dashboard": "/my",
    "invoice list": "/my/invoices",
    "invoice page": "/my/invoices/{invoice}",
}
# Odoo fetches its lazy bundle after the page has loaded: a page that seems idle on a
# busy machine has not asked for it yet.
IS_COMPLETE = """() => !document.querySelector("script[data-src]") &&
    [...document.scripts].every(
        (script) => !script.src || performance.getEntriesByName(script.src).length
    )"""
READ = """() => {
    const [page] = performance.getEntriesByType("navigation");
    const [paint] = performance.getEntriesByName("first-contentful-paint");
    return [paint ? paint.startTime : null, page.domContentLoadedEventEnd];
}"""


def measure(sides, rounds):
    """Return {(page, side): values}, or None where there is no browser."""
    path = chromium.find()
    if not path:
        return None
    from playwright.sync_api import sync_playwright

    packed = {}  # compressed sizes: a bundle of 2 MB is compressed once
    seen = {}
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=path, args=list(chromium.FLAGS)
        )
        for turn in range(rounds + 1):  # the first makes the bundles
            for page, address in PAGES.items():
                for name, side in sides.items():
                    found = _load(browser, side, address, packed)
                    if turn:
                        seen.setdefault((page, name), []).append(found)
        browser.close()
    return {
        key: {name: statistics.median(one[name] for one in found) for name in found[0]}
        for key, found in seen.items()
    }


def _load(browser, side, address, packed):
    """Load a page with an empty cache."""
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    context.add_cookies(
        [
            {
                "name": "session_id",
                "value": side.cookie("big"),
                "url": side.server.url,
            }
        ]
    )
    page = context.new_page()
    answers = []
    page.on("response", lambda answer: answers.append(answer))
    page.goto(side.server.url + side.fill(address), wait_until="networkidle")
    page.wait_for_function(IS_COMPLETE, timeout=120_000)  # fails, and is no figure
    page.wait_for_timeout(500)  # what the last script asks for
    paint, ready = page.evaluate(READ)
    sizes = {"script": 0, "stylesheet": 0, "other": 0}
    for answer in answers:
        kind = answer.request.resource_type
        sizes[kind if kind in sizes else "other"] += _pack(answer, packed)
    context.close()
    return {
        "requests": len(answers),
        "scripts": sizes["script"] / 1000,
        "styles": sizes["stylesheet"] / 1000,
        "all": sum(sizes.values()) / 1000,
        "paint": paint or ready,
        "ready": ready,
    }


def _pack(answer, packed):
    """Return the bytes of an answer as a proxy would send it: Odoo compresses none."""
    kind = answer.request.resource_type
    if answer.url not in packed or kind in ("document", "fetch", "xhr"):
        try:
            body = answer.body()
        except Exception:  # a redirect has none
            body = b""
        is_text = kind in ("script", "stylesheet", "document", "fetch", "xhr")
        packed[answer.url] = len(gzip.compress(body, 6)) if is_text else len(body)
    return packed[answer.url]
