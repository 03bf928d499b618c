"""The scripts that send files, each by itself, as in test_scripts.py."""

# ------------------------------------------------------------
# Documents
# ------------------------------------------------------------

UPLOAD = """<form class="cp_upload_form" action="/my/documents/send" method="post">
    <select name="kind_id"><option value=""></option><option value="1">Drawing</option>
        <option value="2">Other</option></select>
    <p class="cp_upload_hint" data-kind="1" data-extensions="pdf,png" data-largest="1"
        data-most="2" id="drawing"></p>
    <p class="cp_upload_hint" data-kind="2" data-extensions="txt" data-largest="1"
        data-most="1" data-needs-validity="1" id="other"></p>
    <div class="cp_drop"><p class="cp_drop_hint" hidden>Drop</p>
    <input type="file" name="files" multiple></div>
    <input type="date" name="valid_until" aria-describedby="hint">
    <ul class="cp_upload_list"></ul>
    <button type="submit">Send</button>
    <span class="cp_text" data-text="type" hidden>Not this type</span>
    <span class="cp_text" data-text="largest" hidden>At most {largest} MB</span>
    <span class="cp_text" data-text="empty" hidden>Empty</span>
    <span class="cp_text" data-text="most" hidden>At most {most} files</span>
    <span class="cp_text" data-text="sent" hidden>Sent</span>
    <span class="cp_text" data-text="fields" hidden>See the field</span>
    <span class="cp_text" data-text="failed" hidden>Failed</span></form>"""


def choose_files(stage, *files):
    """Choose files of (name, content)."""
    stage.page.set_input_files(
        "[name=files]",
        [
            {"name": name, "mimeType": "application/octet-stream", "buffer": content}
            for name, content in files
        ],
    )


def read_rows(stage):
    return stage.page.locator(".cp_upload_list li").all_text_contents()


def test_files_are_refused_before_they_are_sent(stage):
    stage.show(UPLOAD, "document_upload")
    # The rules of a kind are shown when it is chosen.
    assert (stage.is_hidden("#drawing"), stage.is_hidden("#other")) == (True, True)
    stage.page.select_option("select", "1")
    assert (stage.is_hidden("#drawing"), stage.is_hidden("#other")) == (False, True)
    assert stage.page.get_attribute("[name=files]", "accept") == ".pdf,.png"
    choose_files(
        stage,
        *(("a.PDF", b"x"), ("b.txt", b"x"), ("c.pdf", b"x"), ("d.pdf", b"")),
    )
    assert read_rows(stage) == [
        "a.PDF",
        "b.txtNot this type",
        "c.pdfAt most 2 files",
        "d.pdfEmpty",
    ]
    choose_files(stage, ("big.png", b"x" * (1024 * 1024 + 1)))
    assert read_rows(stage) == ["big.pngAt most 1 MB"]
    stage.page.select_option("select", "2")
    assert read_rows(stage) == ["big.pngNot this type"]


def test_date_is_asked_at_its_field(stage):
    stage.show(UPLOAD, "document_upload")
    until = stage.page.locator("[name=valid_until]")
    stage.page.select_option("select", "1")
    assert until.evaluate("field => field.required") is False
    stage.page.select_option("select", "2")
    assert until.evaluate("field => field.required") is True
    until.fill("2020-01-31")
    choose_files(stage, ("a.txt", b"one"))
    stage.answers["/my/documents/send"] = {
        "url": "",
        "files": [],
        "errors": ["This day is over."],
        "fields": {"valid_until": "This day is over."},
    }
    for _twice in range(2):
        stage.page.get_by_role("button", name="Send").click()
        stage.page.wait_for_function("!document.querySelector('button').disabled")
        assert read_rows(stage) == ["a.txtSee the field"]
        assert stage.page.locator(".cp_field_error").all_text_contents() == [
            "This day is over."
        ]
        assert until.get_attribute("aria-describedby") == "valid_until_error"
        assert until.evaluate("field => field === document.activeElement")


def test_files_can_be_dropped(stage):
    stage.show(UPLOAD, "document_upload")
    assert not stage.is_hidden(".cp_drop_hint")
    stage.page.select_option("select", "1")
    stage.page.evaluate(
        """() => {
            const dropped = new DataTransfer();
            dropped.items.add(new File(["x"], "a.pdf"));
            dropped.items.add(new File(["x"], "b.txt"));
            document.querySelector(".cp_drop").dispatchEvent(
                new DragEvent("drop", { dataTransfer: dropped, bubbles: true })
            );
        }"""
    )
    assert read_rows(stage) == ["a.pdf", "b.txtNot this type"]
    assert (
        stage.page.evaluate("document.querySelector('[type=file]').files.length") == 2
    )


def test_files_are_sent_one_by_one_and_a_refusal_is_shown(stage):
    stage.show(UPLOAD, "document_upload")
    stage.page.select_option("select", "1")
    choose_files(stage, ("a.pdf", b"one"), ("b.pdf", b"two"))
    stage.answers["/my/documents/send"] = {
        "url": "",
        "files": [{"name": "a.pdf", "error": "Broken."}],
        "errors": [],
    }
    stage.page.get_by_role("button", name="Send").click()
    stage.page.wait_for_function("!document.querySelector('button').disabled")
    assert read_rows(stage) == ["a.pdfBroken.", "b.pdfBroken."]
    stage.answers["/my/documents/send"] = {
        "url": "/my/documents?notice=document_sent",
        "files": [],
        "errors": [],
    }
    sent = []
    stage.page.on("request", lambda request: sent.append(request.method))
    stage.page.get_by_role("button", name="Send").click()
    stage.page.wait_for_url("**/my/documents?notice=document_sent")
    assert sent.count("POST") == 2


# ------------------------------------------------------------
# Files with a form
# ------------------------------------------------------------

FORM = """<form class="cp_send_files" action="/my/tickets/7/message" method="post">
    <input type="hidden" name="request_key" value="{key}">
    <textarea name="text">{text}</textarea>
    <input type="file" name="files" multiple>
    <p class="cp_files_again">Please choose the files again.</p>
    <div class="cp_send_progress" hidden><progress max="1" value="0"></progress>
        <span class="cp_send_much"></span>
        <button type="button" class="cp_send_stop">Stop</button></div>
    <p class="cp_send_said" role="status" tabindex="-1"></p>
    <span class="cp_text" data-text="sending" hidden>{{percent}} of {{size}} MB</span>
    <span class="cp_text" data-text="arrived" hidden>Arrived</span>
    <span class="cp_text" data-text="stopped" hidden>Stopped</span>
    <span class="cp_text" data-text="lost" hidden>Lost</span>
    <span class="cp_text" data-text="much" hidden>Too much</span>
    <span class="cp_text" data-text="failed" hidden>Failed</span>
    <button type="submit" name="action" value="send">Send</button></form>"""
MESSAGE = '<div class="alert-danger" role="alert" tabindex="-1">{text}</div>'
ADDRESS = "/my/tickets/7/message"


def show_form(stage):
    stage.show(FORM.format(key="a", text="Look"), "file_progress")
    stage.posted = []
    stage.page.on(
        "request",
        lambda request: (
            stage.posted.append(request.post_data_buffer)
            if request.method == "POST"
            else None
        ),
    )


def press_send(stage):
    stage.page.get_by_role("button", name="Send").click()


def wait_until_rest(stage):
    stage.page.wait_for_function("document.querySelector('.cp_send_progress').hidden")


def get_chosen(stage):
    return stage.page.evaluate(
        "[...document.querySelector('[type=file]').files].map((file) => file.name)"
    )


def test_form_that_comes_back_keeps_its_files(stage):
    show_form(stage)
    choose_files(stage, ("a.pdf", b"one"), ("b.png", b"two"))
    for text in ("Write less.", "Write something else."):
        back = FORM.format(key="b", text="Look here")
        stage.pages[ADDRESS] = MESSAGE.format(text=text) + back
        press_send(stage)
        stage.page.get_by_role("alert").filter(has_text=text).wait_for()
        assert get_chosen(stage) == ["a.pdf", "b.png"]
        assert stage.page.get_by_role("alert").all_text_contents() == [text]
        assert stage.page.evaluate("document.activeElement.textContent") == text
        assert stage.page.input_value("textarea") == "Look here"
        assert stage.text(".cp_files_again") == ""
    # What is sent again is the form that came back, by the button that was pressed.
    first, second = stage.posted
    for part in (b'name="request_key"\r\n\r\na\r', b"one", b"two", b"send"):
        assert part in first
    for part in (b'name="request_key"\r\n\r\nb\r', b"one", b"two", b"send"):
        assert part in second


def test_lost_connection_is_said_and_the_same_is_sent_again(stage):
    show_form(stage)
    choose_files(stage, ("a.pdf", b"one"))
    stage.pages[ADDRESS] = None
    for _twice in range(2):
        press_send(stage)
        wait_until_rest(stage)
        assert stage.text(".cp_send_said") == "Lost"
        assert stage.page.evaluate("document.activeElement.className") == "cp_send_said"
        assert get_chosen(stage) == ["a.pdf"]
    keys = [b'name="request_key"\r\n\r\na\r' in sent for sent in stage.posted]
    assert keys == [True, True]


def test_sending_files_is_done_once_and_can_be_stopped(stage):
    show_form(stage)
    choose_files(stage, ("a.pdf", b"one"))
    waiting = []
    stage.page.route(f"**{ADDRESS}", lambda route: waiting.append(route))
    press_send(stage)
    stop = stage.page.get_by_role("button", name="Stop")
    stop.wait_for()
    stage.page.keyboard.press("Enter")
    stage.page.evaluate("document.forms[0].requestSubmit()")
    # It is all there, so that nothing is left to stop; before that there is.
    assert len(stage.posted) == 1
    stage.page.evaluate("document.querySelector('.cp_send_stop').disabled = false")
    stop.click()
    wait_until_rest(stage)
    [route] = waiting
    route.abort()
    assert stage.text(".cp_send_said") == "Stopped"
    assert get_chosen(stage) == ["a.pdf"]
    button = stage.page.get_by_role("button", name="Send")
    assert button.get_attribute("aria-disabled") is None


def test_answer_without_the_form_is_said_beside_it(stage):
    show_form(stage)
    choose_files(stage, ("a.pdf", b"one"))
    for answer, said in (
        ('<h1>Wait</h1><p role="alert">Come again in a minute.</p>', None),
        ("<h1>Something is wrong</h1>", "Failed"),
    ):
        stage.pages[ADDRESS] = answer
        press_send(stage)
        wait_until_rest(stage)
        assert stage.text(".cp_send_said") == (said or "Come again in a minute.")
        assert stage.page.input_value("textarea") == "Look"


def test_more_than_the_server_reads_is_not_sent(stage):
    show_form(stage)
    stage.page.evaluate(
        """() => {
            const chosen = new DataTransfer();
            const part = new Uint8Array(33 * 1024 * 1024);
            chosen.items.add(new File([part], "a.png"));
            chosen.items.add(new File([part], "b.png"));
            document.querySelector("[type=file]").files = chosen.files;
        }"""
    )
    press_send(stage)
    assert stage.text(".cp_send_said") == "Too much"
    assert stage.posted == []


def test_form_without_files_is_sent_as_any_other(stage):
    show_form(stage)
    press_send(stage)
    stage.page.wait_for_url(f"**{ADDRESS}")
