"""Files leave with a form: how far they are is seen, and nothing chosen is lost."""

import re

import pytest
from people import find_by_name
from playwright.sync_api import expect
from test_new_tickets import BUYER, PICTURE, SENT
from windows import check_access

PAYABLE = "payable@alder.example"
SLOW = 400_000  # bytes in a second
PHOTO = {**PICTURE, "buffer": PICTURE["buffer"] + b"\0" * 1_200_000}
LIE = {"name": "scan.png", "mimeType": "image/png", "buffer": b"MZ\x90\0" + b"\0" * 90}


def slow_down(window, speed):
    """Let what the window sends leave slowly; -1 for as fast as it can."""
    session = window.page.context.new_cdp_session(window.page)
    session.send("Network.enable")
    conditions = {"offline": False, "latency": 0, "downloadThroughput": -1}
    session.send(
        "Network.emulateNetworkConditions", {**conditions, "uploadThroughput": speed}
    )


def forgive_refusal(window):
    """Take a form that comes back for what it is, an answer with status 422."""
    assert window.complaints
    assert all("422" in text for text in window.complaints)
    window.complaints.clear()


def get_names(page, label):
    chosen = "input => [...input.files].map((file) => file.name)"
    return page.get_by_label(label).evaluate(chosen)


def test_photos_of_a_ticket_leave_visibly_once(open_window, administrator):
    customer = find_by_name(administrator, "customer_portal.alder_works")
    kind = find_by_name(administrator, "customer_portal_support.type_goods")
    mine = [("portal_customer_id", "=", customer), ("state", "=", "sale")]
    [order] = administrator.execute("sale.order", "search", mine, 0, 1)
    window = open_window(BUYER)
    page = window.page
    subject = f"Dents, {window.size}"
    window.go(f"/my/tickets/new/{kind}?order={order}")
    page.get_by_label("What is wrong").select_option("Damaged")
    page.get_by_label("Subject").fill(subject)
    send = page.get_by_role("button", name="Send", exact=True)

    # What is refused comes back with all that was typed and chosen.
    page.get_by_label("Photos").set_input_files([PHOTO, LIE])
    send.click()
    expect(page.get_by_role("alert")).to_be_focused()
    expect(page.get_by_label("Subject")).to_have_value(subject)
    assert get_names(page, "Photos") == ["dent.png", "scan.png"]
    expect(page.get_by_text("Please choose the files again.")).to_have_count(0)
    check_access(window)
    window.look("files_refused")
    forgive_refusal(window)

    # How far it is can be seen, and it can be stopped.
    page.get_by_label("Photos").set_input_files([PHOTO])
    slow_down(window, SLOW)
    send.click()
    sent = page.get_by_role("progressbar", name="Files sent")
    expect(sent).to_be_visible()
    expect(page.locator(".cp_send_much")).to_contain_text(
        re.compile(r"^[1-9]\d?% of 1\.1 MB sent$")
    )
    check_access(window)
    window.look("files_leave")
    page.get_by_role("button", name="Stop sending").click()
    said = page.locator(".cp_send_said")
    expect(said).to_be_focused()
    expect(said).to_contain_text("Nothing was sent.")
    expect(sent).to_be_hidden()

    send.click()
    slow_down(window, -1)
    page.wait_for_url(SENT)
    made = administrator.execute(
        "portal.ticket", "search_read", [("subject", "=", subject)], ["value_ids"]
    )
    assert len(made) == 1
    expect(page.get_by_role("link", name="dent.png")).to_have_count(1)


@pytest.mark.parametrize("size", ["phone"])
def test_reply_with_a_photo_survives_a_lost_connection(open_window, administrator):
    kind = find_by_name(administrator, "customer_portal_support.type_other")
    window = open_window(BUYER)
    page = window.page
    window.go(f"/my/tickets/new/{kind}")
    page.get_by_label("Subject").fill("A tunnel")
    page.get_by_label("Your question").fill("I am on a train.")
    page.get_by_role("button", name="Send", exact=True).click()
    page.wait_for_url(SENT)
    reply = page.locator("#reply")
    send = reply.get_by_role("button", name="Send")
    page.get_by_label("Your message").fill("Here is the photo.")
    page.get_by_label("Photos or documents").set_input_files([PHOTO])

    # The server has it, and the answer is lost.
    def lose_answer(route):
        route.fetch(max_redirects=0)
        route.abort("connectionreset")

    page.route("**/message", lose_answer)
    send.click()
    said = page.locator(".cp_send_said")
    expect(said).to_be_focused()
    expect(said).to_contain_text("The connection was lost.")
    window.look("files_lost")
    page.unroute("**/message")
    send.click()
    page.wait_for_url("**?notice=ticket_replied")
    assert ["ERR_CONNECTION_RESET" in text for text in window.complaints] == [True]
    window.complaints.clear()
    written = page.get_by_role("article").filter(has_text="Here is the photo.")
    expect(written).to_have_count(1)
    expect(page.get_by_role("link", name="dent.png")).to_have_count(1)

    # Nothing typed is lost where a file is refused.
    page.get_by_label("Your message").fill("And the scan.")
    page.get_by_label("Photos or documents").set_input_files([LIE])
    send.click()
    expect(page.get_by_role("alert")).to_be_focused()
    expect(page.get_by_label("Your message")).to_have_value("And the scan.")
    assert get_names(page, "Photos or documents") == ["scan.png"]
    window.look("files_reply_refused")
    forgive_refusal(window)


@pytest.mark.parametrize("size", ["desk"])
def test_photos_of_a_dispute_lead_to_it(open_window, administrator):
    customer = find_by_name(administrator, "customer_portal.alder_works")
    papers = administrator.execute(
        "account.move",
        "search",
        [
            ("commercial_partner_id", "=", customer),
            ("move_type", "=", "out_invoice"),
            ("state", "=", "posted"),
            ("payment_state", "=", "not_paid"),
        ],
    )
    window = open_window(PAYABLE)
    page = window.page
    for paper in papers:
        window.go(f"/my/invoices/{paper}")
        link = page.get_by_role("link", name="Something is wrong")
        if link.count() and not page.locator("#disputes").count():
            link.click()
            break
    page.wait_for_url("**/dispute")
    page.get_by_label("Reason").select_option(index=1)
    page.get_by_role("checkbox", name=re.compile("^All of")).first.check()
    page.get_by_label("What happened").fill("One too many.")
    page.get_by_label("Photos or documents").set_input_files([PHOTO])
    slow_down(window, SLOW)
    page.get_by_role("button", name="Send", exact=True).click()
    expect(page.get_by_role("progressbar", name="Files sent")).to_be_visible()
    slow_down(window, -1)
    page.wait_for_url("**?notice=dispute_opened#disputes")
    expect(page.get_by_role("link", name="dent.png")).to_have_count(1)
