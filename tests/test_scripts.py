"""The scripts of the pages, each by itself, in the browser that other tests need too.

There is no server: the browser gets the files as they lie in the addon, with a few
elements of the page around them. Why not Node: decision 0025.
"""

import json

import pytest
from stage import ORIGIN

from bootstrap import places

ADDON = places.ADDONS / "customer_portal"
AMOUNTS = json.loads((ADDON / "tests" / "amounts.json").read_text())
CHOICES = json.loads((ADDON / "tests" / "payment" / "choices.json").read_text())
ENGLISH, GERMAN = {"point": ".", "group": ","}, {"point": ",", "group": "."}
FORMATS = {
    "USD": {**ENGLISH, "digits": 2, "symbol": "$", "before": True},
    "EUR": {**GERMAN, "digits": 2, "symbol": "€", "before": False},
    "JPY": {**ENGLISH, "digits": 0, "symbol": "¥", "before": True},
    "KWD": {**ENGLISH, "digits": 3, "symbol": "KD", "before": True},
}

CURRENCIES = {0: "JPY", 2: "USD", 3: "KWD"}  # {decimals: key of FORMATS}
SUBTRACTED = ("discount", "credits")


# ------------------------------------------------------------
# Amounts
# ------------------------------------------------------------


def test_amounts_are_read_as_the_server_reads_them(stage):
    cases, languages = AMOUNTS["cases"], AMOUNTS["languages"]
    calls = [
        [
            case["text"],
            {**languages[case["lang"]], **AMOUNTS["currencies"][case["currency"]]},
        ]
        for case in cases
    ]
    found = stage.call("amounts", "readAmount", *calls)
    wrong = [
        (case, readings)
        for case, readings in zip(cases, found, strict=True)
        if readings != case["readings"]
    ]
    assert wrong == []


@pytest.mark.parametrize(
    ("lang", "amount", "currency", "text"),
    [
        ("en-US", 1234.5, "USD", "$ 1,234.50"),
        ("de-DE", 1234.5, "EUR", "1.234,50 €"),
        ("lt-LT", 1234567, "EUR", "1 234 567,00 €"),
        ("fa-IR", 12, "KWD", "KD 12.000"),
        ("", 0, "USD", "$ 0.00"),
    ],
)
def test_amounts_are_written_in_the_language_of_the_page(
    stage, lang, amount, currency, text
):
    call = [amount, FORMATS[currency]]
    [written] = stage.call("amounts", "formatAmount", call, lang=lang)
    assert written.replace("\xa0", " ") == text


# ------------------------------------------------------------
# Pieces
# ------------------------------------------------------------


def test_piece_has_texts_and_listens(stage):
    stage.show(
        """<form class="mine"><a href="#gone">Go</a><button type="submit">Send</button>
        <span class="cp_text" data-text="sum" hidden>{count} of {all}: {count}</span>
        </form>""",
        "piece",
    )
    said = stage.page.evaluate(
        """async () => {
            const { Piece, mount } = await import("/piece");
            const said = [];
            class Mine extends Piece {
                static selector = ".mine";
                dynamicContent = {
                    a: { "t-on-click.prevent": this.follow },
                    _root: { "t-on-submit.prevent": () => said.push("sent") },
                };
                setup() { said.push("setup"); }
                start() { said.push(this.text("sum", { count: 2, all: 3 })); }
                follow(ev) { said.push(this.el.className, ev.currentTarget.tagName); }
            }
            mount(Mine);
            document.querySelector("a").click();
            document.querySelector("button").click();
            return [...said, window.location.hash];
        }"""
    )
    assert said == ["setup", "2 of 3: 2", "mine", "A", "sent", ""]


def test_scripts_wait_for_the_page(stage):
    """A script in the head starts when all of the page is there."""
    zone = '<p class="cp_zone"><b class="cp_zone_name"></b><button class="cp_zone_offer'
    stage.page.route(
        f"{ORIGIN}/early",
        lambda route: route.fulfill(
            content_type="text/html",
            body=f"""<!DOCTYPE html><script type="module" async src="/zone_offer">
            </script>{zone}"></button><input name="tz"></p>""",
        ),
    )
    stage.page.goto(f"{ORIGIN}/early")
    stage.page.wait_for_function("document.querySelector('b').textContent")
    assert stage.text("b") == "Europe/Vilnius"


def test_zone_of_the_browser_is_offered_where_it_differs(stage):
    stage.show(
        """<p class="cp_zone"><b class="cp_zone_name"></b><input name="tz" value="UTC">
        <button type="button" class="cp_zone_offer d-none">Take it</button></p>""",
        "zone_offer",
    )
    page = stage.page
    assert stage.text(".cp_zone_name") == "Europe/Vilnius"
    assert page.locator(".cp_zone_offer:not(.d-none)").count() == 1
    page.locator(".cp_zone_offer").click()
    assert page.input_value("input") == "Europe/Vilnius"
    assert page.evaluate("document.activeElement.name") == "tz"
    assert page.locator(".cp_zone_offer.d-none").count() == 1
    page.fill("input", "Europe/Riga")
    assert page.locator(".cp_zone_offer:not(.d-none)").count() == 1


def test_value_is_copied_and_the_button_says_so_for_a_while(stage):
    stage.stop_clock()
    stage.show(
        """<p class="cp_copy"><b class="cp_copy_value"> LT12 1000 </b>
        <button class="cp_copy_button d-none">Copy</button>
        <span class="cp_text" data-text="copied" hidden>Copied</span></p>""",
        "copy_button",
    )
    button = stage.page.locator(".cp_copy_button:not(.d-none)")
    button.click()
    stage.page.wait_for_function(
        "document.querySelector('button').textContent === 'Copied'"
    )
    assert stage.page.evaluate("navigator.clipboard.readText()") == "LT12 1000"
    stage.page.clock.fast_forward(2000)
    assert button.text_content() == "Copy"


def test_page_of_something_under_way_loads_again(stage):
    stage.stop_clock()
    stage.show('<p class="cp_reload"></p>', "reload")
    stage.page.clock.fast_forward(4900)
    assert stage.page.locator(".cp_reload").count() == 1
    with stage.page.expect_navigation():
        stage.page.clock.fast_forward(100)
    assert stage.page.locator(".cp_reload").count() == 0


CARDS = """<div class="o_portal_my_home">
    <p class="o_portal_index_card d-none" id="tasks">
        <b data-placeholder_count="task_count"></b></p>
    <p class="o_portal_index_card d-none" id="rmas">
        <b data-placeholder_count="rma_count"></b></p>
</div>"""


def test_cards_that_count_something_are_shown(stage):
    stage.answers["/my/counters"] = {"result": {"task_count": 3, "rma_count": 0}}
    with stage.page.expect_request(f"{ORIGIN}/my/counters") as request:
        stage.show(CARDS, "home_counters")
    asked = request.value.post_data_json["params"]
    assert asked == {"counters": ["task_count", "rma_count"]}
    stage.page.locator("#tasks:not(.d-none)").wait_for()
    assert stage.text("#tasks b") == "3"
    assert stage.page.locator("#rmas.d-none").count() == 1


def test_cards_are_left_to_odoo_where_its_scripts_are(stage):
    asked = []
    stage.page.on("request", lambda request: asked.append(request.url))
    stage.show(f"{CARDS}<script data-src='/lazy'></script>", "home_counters")
    assert f"{ORIGIN}/my/counters" not in asked


# ------------------------------------------------------------
# Choosing
# ------------------------------------------------------------


def make_list(*documents):
    """Return a list of (id, residual or None, currency) to choose from."""
    boxes = "".join(
        f'<input type="checkbox" name="documents" value="{number}" '
        + (f'data-residual="{residual}" ' if residual is not None else "")
        + f'data-currency="{currency}">'
        for number, residual, currency in documents
    )
    return f"""<form class="cp_selectable" data-formats='{json.dumps(FORMATS)}'>
        <input type="checkbox" class="cp_select_all" hidden>{boxes}
        <span class="cp_selection_summary"></span>
        <button class="cp_pay_selected">Pay</button>
        <button class="cp_needs_selection" formaction="/my/invoices/zip">ZIP</button>
        <span class="cp_text" data-text="chosen" hidden>{{count}}: {{amounts}}</span>
        <span class="cp_text" data-text="nothing" hidden>nothing to pay</span>
        <span class="cp_text" data-text="tick" hidden>Tick some</span>
    </form>"""


def test_ticked_documents_are_summed_up_by_currency(stage):
    stage.show(
        make_list(
            (7, 100.1, "USD"), (8, 200.2, "USD"), (9, 5, "EUR"), (10, None, "EUR")
        ),
        "selection",
    )
    page = stage.page
    assert stage.text(".cp_selection_summary") == "Tick some"
    assert page.locator("button:disabled").count() == 2
    page.check("[value='10']")  # cannot be paid, but downloaded
    assert stage.text(".cp_selection_summary") == "1: nothing to pay"
    assert page.locator(".cp_pay_selected:disabled").count() == 1
    assert page.locator(".cp_needs_selection:enabled").count() == 1
    page.check(".cp_select_all")
    assert stage.text(".cp_selection_summary") == "4: $ 300.30 + 5.00 €"
    page.uncheck("[value='8']")
    assert stage.text(".cp_selection_summary") == "3: $ 100.10 + 5.00 €"


def test_what_can_be_paid_is_sent_as_one_parameter(stage):
    documents = (7, 100, "USD"), (8, 200, "USD"), (9, None, "USD")
    stage.show(make_list(*documents), "selection")
    stage.page.check(".cp_select_all")
    stage.page.uncheck("[value='7']")
    stage.page.locator(".cp_pay_selected").click()
    stage.page.wait_for_url("**/my/pay?documents=8")


def test_download_takes_all_that_is_ticked(stage):
    stage.show(make_list((7, 100, "USD"), (9, None, "USD")), "selection")
    stage.page.check(".cp_select_all")
    stage.page.locator(".cp_needs_selection").click()
    stage.page.wait_for_url("**/my/invoices/zip?documents=7&documents=9")


def make_form(currency, invoices, credits_=()):
    """Return a form to pay {id: attributes}, every amount typed as it is open."""

    def make_rows(documents):
        return "".join(
            f"""<tr data-document="{number}" data-open="{values["open"]}"
                {
                "".join(
                    f" data-{name}='{value}'"
                    for name, value in values.items()
                    if name in ("cost", "steps")
                )
            }>
                <td><input type="checkbox" name="document_{number}"></td>
                <td><p><input inputmode="decimal" name="amount_{number}"
                    value="{values["typed"]}"></p>
                <button name="fill" data-amount="{values.get("fill", "")}"></button>
                </td></tr>"""
            for number, values in documents.items()
        )

    parts = ("invoices", "discount", "credits", "on_account", "to_pay")
    sums = "".join(
        f'<p data-part="{part}"><data><bdi></bdi></data></p>' for part in parts
    )
    return f"""<form class="cp_pay_form" data-format='{json.dumps(FORMATS[currency])}'>
        <table data-kind="invoices">{make_rows(invoices)}</table>
        <table data-kind="credits">{make_rows(dict(credits_))}</table>
        <template class="cp_pay_reason"><div class="cp_pay_short">
            <select name="reason_"></select><input name="note_"></div></template>
        <p><input inputmode="decimal" name="on_account"></p>{sums}
        <span class="cp_text" data-text="doubt" hidden>{{first}} or {{second}}?</span>
        <button type="submit">Continue</button></form>"""


def read_sums(stage):
    """Return the sums that are shown, {part: value}."""
    return stage.page.evaluate(
        """() => Object.fromEntries(
            [...document.querySelectorAll("[data-part]")]
                .filter((element) => !element.hidden)
                .map((element) => [element.dataset.part,
                                   element.querySelector("data").value])
        )"""
    )


def test_typed_amounts_tick_and_sum_up(stage):
    invoices = {7: {"open": 100, "typed": "100.00"}, 8: {"open": 50, "typed": "50.00"}}
    stage.show(make_form("USD", invoices), "pay_form")
    page = stage.page
    assert read_sums(stage) == {"invoices": "0.00", "to_pay": "0.00"}
    page.check("[name=document_7]")
    assert read_sums(stage) == {"invoices": "100.00", "to_pay": "100.00"}
    page.fill("[name=amount_8]", "1,250.5")
    assert page.is_checked("[name=document_8]")
    assert read_sums(stage) == {"invoices": "1350.50", "to_pay": "1350.50"}
    assert stage.text("[data-part=to_pay] bdi") == "$ 1,350.50"
    for nothing in ("0", "", "abc", "-5"):
        page.fill("[name=amount_8]", "1")
        page.fill("[name=amount_8]", nothing)
        assert not page.is_checked("[name=document_8]"), nothing
    page.fill("[name=on_account]", "\u06f1\u06f2\u066b\u06f5")
    assert read_sums(stage) == {
        "invoices": "100.00",
        "on_account": "12.50",
        "to_pay": "112.50",
    }


def test_decimal_mark_is_that_of_the_language(stage):
    invoices = {7: {"open": 1234.5, "typed": "1234,50"}}
    stage.show(make_form("EUR", invoices), "pay_form", lang="de-DE")
    stage.page.check("[name=document_7]")
    assert stage.text("[data-part=to_pay] bdi") == "1.234,50 €"
    stage.page.fill("[name=amount_7]", "1,23")
    assert read_sums(stage)["to_pay"] == "1.23"
    stage.page.fill("[name=amount_7]", "1.234")
    assert read_sums(stage)["to_pay"] == "1234.00"


def test_what_may_be_two_numbers_is_asked(stage):
    invoices = {7: {"open": 1234.5, "typed": "1234.50"}}
    stage.show(make_form("USD", invoices), "pay_form")
    page = stage.page
    page.fill("[name=amount_7]", "1.234")
    assert page.is_checked("[name=document_7]")
    assert stage.text(".invalid-feedback") == "$ 1,234.00 or $ 1.23?"
    assert read_sums(stage)["to_pay"] == "0.00"
    assert page.locator(".cp_pay_short:visible").count() == 0
    page.fill("[name=amount_7]", "1234")
    assert stage.text(".invalid-feedback") == ""
    assert page.locator(".is-invalid").count() == 0
    assert read_sums(stage)["to_pay"] == "1234.00"
    page.fill("[name=on_account]", "1.2345")
    assert stage.text("p:has([name=on_account])") == "$ 1.23 or $ 1.24?"


def test_less_than_is_due_asks_why(stage):
    invoices = {
        7: {"open": 100, "typed": "100.00", "fill": "30.00", "steps": "[30, 100]"},
        8: {"open": 50, "typed": "50.00"},
    }
    stage.show(make_form("USD", invoices), "pay_form")
    page = stage.page
    page.fill("[name=amount_7]", "99.99")
    assert page.locator("[name=reason_7]:visible, [name=note_7]:visible").count() == 2
    # What is due until some day is not less than is due.
    page.locator("[name=fill]").first.click()
    assert page.input_value("[name=amount_7]") == "30.00"
    assert page.locator(".cp_pay_short:visible").count() == 0
    page.fill("[name=amount_8]", "50.0000")  # the same, in cents
    assert page.locator("[name=reason_8]").count() == 0
    page.fill("[name=amount_8]", "49.99")
    page.uncheck("[name=document_8]")
    assert page.locator(".cp_pay_short:visible").count() == 0


def make_choice(case):
    """Return the form of a case of the table; its documents are numbered from 0."""
    parts = {False: {}, True: {}}
    for number, row in enumerate(case["rows"]):
        values = {"open": row["open"], "typed": row["amount"]}
        if row.get("discount"):
            values["cost"] = row["open"] - row["discount"]
        if row.get("steps"):
            values["steps"] = json.dumps(row["steps"])
        parts[row.get("credit", False)][number] = values
    return make_form(CURRENCIES[case["digits"]], parts[False], parts[True])


def test_choice_comes_to_what_the_server_reckons(stage):
    """The addon's `tests/payment/test_choice.py` holds the server to the same table."""
    wrong = []
    for case in CHOICES:
        stage.show(make_choice(case), "pay_form")
        stage.page.fill("[name=on_account]", str(case["on_account"]))
        for box in stage.page.locator("[type=checkbox]").all():
            box.check()
        digits = case["digits"]
        sums = {
            part: f"{units / 10**digits * (-1 if part in SUBTRACTED else 1):.{digits}f}"
            for part, units in case["totals"].items()
            if units or part in ("invoices", "to_pay")
        }
        short = stage.page.locator("tr:has(.cp_pay_short:visible)")
        asked = [int(row.get_attribute("data-document")) for row in short.all()]
        if (read_sums(stage), asked) != (sums, case["short"]):
            wrong.append((case["name"], read_sums(stage), asked))
    assert wrong == []


def test_discount_is_for_the_whole_and_credits_are_for_invoices(stage):
    invoices = {7: {"open": 100, "cost": 98, "typed": "98.00"}}
    credits_ = {9: {"open": 150, "typed": "150.00"}}
    stage.show(make_form("USD", invoices, credits_), "pay_form")
    page = stage.page
    page.check("[name=document_7]")
    assert read_sums(stage) == {
        "invoices": "100.00",
        "discount": "-2.00",
        "to_pay": "98.00",
    }
    page.check("[name=document_9]")
    assert read_sums(stage) == {
        "invoices": "100.00",
        "discount": "-2.00",
        "credits": "-98.00",
        "to_pay": "0.00",
    }
    page.fill("[name=amount_7]", "97.00")
    page.fill("[name=amount_9]", "10.00")
    assert read_sums(stage) == {
        "invoices": "97.00",
        "credits": "-10.00",
        "to_pay": "87.00",
    }


def test_form_is_sent_once(stage):
    stage.show(make_form("USD", {7: {"open": 1, "typed": "1"}}), "pay_form")
    stage.page.evaluate(
        "document.addEventListener('submit', (ev) => ev.preventDefault())"
    )
    stage.page.get_by_role("button", name="Continue").click()
    assert stage.page.locator("button[type=submit].disabled").count() == 1
