"""Help in a browser: what a visitor leaves behind, and what keys alone can do."""

import pytest
from playwright.sync_api import expect

ARTICLE = "/help/getting-started/sign-in-for-the-first-time"
VIDEO = "https://www.youtube-nocookie.com/embed/dQw4w9WgXcQ"


@pytest.fixture(scope="module")
def with_video(administrator):
    """Give the first article a video of another site."""
    articles = administrator.env["portal.help.article"]
    ids = articles.search([("slug", "=", ARTICLE.rpartition("/")[2])])
    articles.write(ids, {"video_url": "https://youtu.be/dQw4w9WgXcQ"})
    yield
    articles.write(ids, {"video_url": False})


def test_visitor_reads_without_a_cookie_and_asks_for_the_video(visit, with_video):
    window = visit("/help")
    page = window.page
    page.route("https://**", lambda route: route.fulfill(body=""))
    asked = []
    page.on("request", lambda request: asked.append(request.url))
    page.get_by_role("link", name="Getting started").click()
    page.get_by_role("link", name="Sign in for the first time").click()
    expect(page.get_by_role("heading", level=1)).to_have_text(
        "Sign in for the first time"
    )
    assert page.context.cookies() == []
    assert [url for url in asked if not url.startswith(window.url)] == []
    expect(page.locator("iframe")).to_have_count(0)
    page.get_by_role("button", name="Play the video here").press("Enter")
    expect(page.locator("iframe")).to_have_attribute("src", VIDEO)
    assert asked[-1] == VIDEO
    window.complaints.clear()  # it has asked for the video


def test_visitor_says_what_is_missing_with_keys_alone(visit):
    page = visit(ARTICLE).page
    page.get_by_role("button", name="No", exact=True).press("Enter")
    expect(page.get_by_text("Tell us below what is missing or wrong.")).to_be_visible()
    page.get_by_label("What should we change?").fill("Which app do I need?")
    page.get_by_role("button", name="Send").press("Enter")
    expect(page.get_by_text("Your comment is with the author.")).to_be_visible()
    assert page.context.cookies() == []


def test_answer_unfolds_in_place_and_has_an_address(open_window):
    window = open_window("payable@alder.example")
    window.go("/help/invoices-and-payments")
    page = window.page
    question = page.locator("summary", has_text="Which ways to pay are there?")
    answer = page.get_by_text("A bank transfer is always possible")
    expect(answer).to_be_hidden()
    question.press("Enter")
    expect(answer).to_be_visible()
    page.get_by_role("link", name="Address of this answer").press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text(
        "Which ways to pay are there?"
    )
