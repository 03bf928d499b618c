"""Documents are sent: by many at the same instant, and in a browser with progress."""

import re
import time

import pytest
from people import open_tabs, read_form
from playwright.sync_api import expect
from test_administrators import at_once, query
from windows import Window, make_context

BUYER = "buyer@alder.example"
CROWD = 8
PDF = b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\n%%EOF\n"


@pytest.fixture(scope="module")
def people(live_server):
    """Return the one buyer in several tabs."""
    return open_tabs((live_server.url,), BUYER, CROWD)


def find_kind(live_server, name="Other"):
    [(kind,)] = query(
        live_server,
        "SELECT id FROM portal_document_kind WHERE name->>'en_US' = %s",
        name,
    )
    return kind


def send(person, path, content, key, **fields):
    """Send one file and return the status."""
    answer = person._send(
        path,
        data={"csrf_token": person.csrf_token, "request_key": key, **fields},
        files=[("files", ("race.pdf", content))],
    )
    return answer.status_code


def test_one_form_sent_at_once_is_one_document(live_server, people):
    kind = find_kind(live_server)
    key = f"{time.time_ns():032x}"
    title = f"Race {key}"
    statuses = at_once(
        *(
            lambda person=person: send(
                person, "/my/documents/send", PDF, key, kind_id=kind, title=title
            )
            for person in people
        )
    )
    assert set(statuses) == {303}
    rows = query(
        live_server,
        """
        SELECT document.version_count, COUNT(version.id), COUNT(file.id)
          FROM portal_document document
          JOIN portal_document_version version ON version.document_id = document.id
          JOIN ir_attachment file ON file.res_id = version.id
           AND file.res_model = 'portal.document.version'
         WHERE document.name = %s GROUP BY document.id
        """,
        title,
    )
    assert rows == [(1, 1, 1)]


def test_versions_at_once_get_numbers_of_their_own(live_server, people):
    [(document,)] = query(
        live_server,
        "SELECT id FROM portal_document WHERE name = 'Bracket, special size'",
    )
    [(count,)] = query(
        live_server, "SELECT version_count FROM portal_document WHERE id = %s", document
    )
    path = f"/my/documents/{document}/versions"
    statuses = at_once(
        *(
            lambda number=number, person=person: send(
                person, path, PDF + b"%d" % number, f"{time.time_ns():032x}"
            )
            for number, person in enumerate(people[:4])
        )
    )
    assert set(statuses) == {303}
    rows = query(
        live_server,
        "SELECT number FROM portal_document_version WHERE document_id = %s"
        " ORDER BY number",
        document,
    )
    assert [number for (number,) in rows] == list(range(1, count + 5))


def test_acceptance_and_withdrawal_at_once_leave_one(live_server, people, sales):
    """Staff accept while the customer takes it back: one of them is told."""
    kind = find_kind(live_server)
    for turn in range(4):
        title = f"Both {turn} {time.time_ns()}"
        send(
            people[0],
            "/my/documents/send",
            PDF,
            f"{time.time_ns():032x}",
            kind_id=kind,
            title=title,
        )
        [(document,)] = query(
            live_server, "SELECT id FROM portal_document WHERE name = %s", title
        )

        def accept(document=document):
            try:
                sales.execute("portal.document", "action_accept", [document])
            except Exception as error:  # odoorpc's, with the sentence
                assert "nothing left to decide" in str(error)
                return False
            return True

        def withdraw(document=document):
            answer = people[0].post(f"/my/documents/{document}/withdraw", {})
            assert answer.status_code in (303, 422), answer.status_code
            return answer.status_code == 303

        accepted, withdrawn = at_once(accept, withdraw)
        assert accepted != withdrawn
        assert not accept()  # the second is told, also long after the first
        rows = query(
            live_server,
            "SELECT state, active FROM portal_document WHERE id = %s",
            document,
        )
        assert rows == [("accepted", True) if accepted else ("to_check", False)]


def test_form_of_the_page_is_complete(live_server, people):
    form = read_form(people[0].get("/my/documents/send"), "/my/documents/send")
    assert re.fullmatch(r"[0-9a-f]{32}", form["request_key"])


@pytest.mark.parametrize("size", ["desk", "phone"])
def test_files_are_sent_one_by_one_with_progress(browser, live_server, tmp_path, size):
    right = tmp_path / "plan.pdf"
    right.write_bytes(PDF)
    other = tmp_path / "plan of the roof.pdf"
    other.write_bytes(PDF + b"%2")
    lying = tmp_path / "lying.pdf"
    lying.write_bytes(b"MZ\x90\0 not what it says")
    wrong = tmp_path / "program.exe"
    wrong.write_bytes(b"MZ")
    context = make_context(browser, size)
    window = Window(context, live_server.url, size)
    window.sign_in(BUYER)
    page = window.page
    window.go("/my/documents > Send documents")
    hint = page.locator(".cp_upload_hint:visible")
    page.get_by_label("What it is").select_option(label="Drawing")
    expect(hint).to_have_count(1)
    expect(hint).to_contain_text("At most 20 files at once")
    page.get_by_label("Title").fill(f"Roof {size}")
    page.get_by_label("Files").set_input_files([right, wrong, lying])
    rows = page.locator(".cp_upload_list li")
    expect(rows).to_have_count(3)
    expect(rows.nth(1)).to_contain_text("This type is not accepted.")
    page.get_by_role("button", name="Send", exact=True).click()
    expect(rows.nth(0)).to_contain_text("Sent")
    expect(rows.nth(2)).to_contain_text("its content does not match its name")
    expect(page.get_by_label("Title")).to_have_value(f"Roof {size}")
    window.look("document-send")
    # The refusal of a file is the answer of a request.
    assert all("422" in text for text in window.complaints)
    window.complaints.clear()
    page.get_by_label("Files").set_input_files([right, other])
    page.get_by_role("button", name="Send", exact=True).click()
    page.wait_for_url("**/my/documents?notice=document_sent")
    expect(page.get_by_role("status")).to_contain_text("We have your files.")
    # What was sent with this form before is not there twice.
    expect(
        page.get_by_role("link", name=f"Roof {size}, plan", exact=True)
    ).to_have_count(1)
    window.look("documents")
    assert window.complaints == []
    context.close()
