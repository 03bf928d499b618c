"""Paying at Stripe in a browser, on a desk and on a phone: what the books say then.

The script in the page and all that it asks are of the stand-in. Whatever asks another
host fails the test, as in all windows.
"""

import re

import pytest
from people import Person, find_by_name, make_invoice
from playwright.sync_api import expect
from stripe_seller import (
    SECRET,
    close_at_stripe,
    find_charges,
    find_person,
    open_at_stripe,
    read_paid,
    read_remittance,
    run,
)
from stripe_standin import Standin
from windows import check_access

CUSTOMER = "customer_portal.alder_works"
PAYER = "payable@alder.example"
CARD = "4242 4242 4242 4242"
DECLINED = "4000 0000 0000 0002"
AUTHENTICATED = "4000 0027 6000 3184"
REFUSED_IBAN = "DE62 3704 0044 0532 0130 01"


@pytest.fixture(scope="module")
def standin():
    with Standin() as running:
        yield running


@pytest.fixture(scope="module")
def at_stripe(standin, administrator, live_server):
    """Let the seller take money with Stripe, which tells of it."""
    way = open_at_stripe(administrator, standin)
    standin.webhooks.add(f"{live_server.url}/payment/stripe/webhook", [SECRET])
    yield
    standin.webhooks.wait()
    close_at_stripe(administrator, live_server, way)


@pytest.fixture
def checkout(open_window, live_server, standin, at_stripe, administrator):
    return Checkout(open_window(PAYER), live_server, standin, administrator)


class Checkout:
    """A person at the form of Stripe."""

    def __init__(self, window, server, standin, administrator):
        self.window, self.page = window, window.page
        self.server, self.standin = server, standin
        self.administrator = administrator
        self.remittance = None

    def choose(self, amounts):
        """Choose what to pay, and open the page that asks how."""
        person = Person(self.server.url, PAYER)
        self.open(person.choose(amounts))

    def open(self, remittance):
        self.remittance = remittance
        self.window.go(f"/my/pay/{remittance}")
        self.wait_for_form()

    def wait_for_form(self):
        expect(self.page.locator("body")).to_have_attribute("is-ready", "true")

    def take(self, method):
        """Take a way to pay that is not saved."""
        another = self.page.get_by_role("button", name="Choose another method")
        if another.is_visible():
            another.click()
        methods = self.page.locator("#o_payment_methods")
        methods.get_by_text(method, exact=True).click()

    def type_card(self, number):
        self.take("Card")
        self.page.get_by_label("Card number").fill(number)
        self.page.get_by_label("Expiry").fill("12/40")
        self.page.get_by_label("Security code").fill("123")

    def pay(self):
        self.page.locator("button[name=o_payment_submit_button]").click()

    def expect_title(self, text):
        expect(self.page.get_by_role("heading", level=1)).to_have_text(text)

    def dismiss_error(self, text):
        """Read why it did not work, and close the dialog."""
        dialog = self.page.get_by_role("dialog")
        expect(dialog).to_contain_text(text)
        dialog.get_by_role("button", name="Close").last.click()
        expect(dialog).to_be_hidden()

    def forgive(self, text):
        """Take it that the browser complains of an answer that says no."""
        complaints = self.window.complaints
        assert any(text in one for one in complaints), complaints
        complaints[:] = [one for one in complaints if text not in one]

    def book(self):
        """Do what the scheduled actions do."""
        self.standin.webhooks.wait()
        run(
            self.administrator,
            "customer_portal_stripe.cron_events",
            "payment.cron_post_process_payment_tx",
            "customer_portal.cron_remittances",
        )

    def read(self):
        """Return (state of the remittance, what Stripe has charged for it)."""
        found = read_remittance(self.server, self.remittance)
        return found.state, find_charges(self.standin, found.name)


def test_card_is_declined_and_another_one_saved_and_used_again(
    checkout, accounting, live_server
):
    invoice = make_invoice(accounting, CUSTOMER, 120.5, 3)
    checkout.choose({invoice: 120.5})
    checkout.type_card(DECLINED)
    checkout.window.look("stripe_card")
    check_access(checkout.window)
    checkout.pay()
    checkout.dismiss_error("Your card was declined.")
    checkout.forgive("402")
    assert checkout.read() == ("open", [])

    checkout.page.get_by_label("Card number").fill(CARD)
    checkout.page.locator("input[name=o_payment_tokenize_checkbox]:visible").check()
    checkout.pay()
    checkout.expect_title("Payment received")
    checkout.window.look("stripe_paid")
    assert checkout.read() == ("settled", [12050])
    assert read_paid(live_server, invoice) == ([120.5], 0.0)

    second = make_invoice(accounting, CUSTOMER, 33.3, 3)
    checkout.choose({second: 33.3})
    form = checkout.page.locator("#o_payment_form")
    expect(form).to_contain_text("•••• 4242")
    form.locator("label[for^=o_payment_token_]").first.click()
    checkout.window.look("stripe_saved_card")
    checkout.pay()
    checkout.expect_title("Payment received")
    assert checkout.read() == ("settled", [3330])
    assert read_paid(live_server, second) == ([33.3], 0.0)


def test_owner_of_the_card_refuses_and_then_approves(checkout, accounting, live_server):
    invoice = make_invoice(accounting, CUSTOMER, 77.0, 3)
    checkout.choose({invoice: 77.0})
    checkout.type_card(AUTHENTICATED)
    checkout.pay()
    bank = checkout.page.get_by_role("dialog", name="Your bank asks")
    expect(bank).to_be_visible()
    checkout.window.look("stripe_3d_secure")
    bank.get_by_role("button", name="Refuse").click()
    checkout.dismiss_error("We are unable to authenticate your payment method.")
    assert checkout.read() == ("open", [])
    assert read_paid(live_server, invoice) == ([], 77.0)

    checkout.pay()
    bank.get_by_role("button", name="Approve").click()
    checkout.expect_title("Payment received")
    assert checkout.read() == ("settled", [7700])
    assert read_paid(live_server, invoice) == ([77.0], 0.0)


def test_debit_that_the_bank_refuses_after_days_opens_the_invoice(
    checkout, accounting, administrator, live_server
):
    payer = find_person(administrator, PAYER)
    country = find_by_name(administrator, "base.nl")
    administrator.execute("res.partner", "write", [payer], {"country_id": country})
    euro = find_by_name(administrator, "base.EUR")
    invoice = make_invoice(accounting, CUSTOMER, 410.0, 3, currency_id=euro)
    checkout.choose({invoice: 410.0})
    checkout.take("SEPA Direct Debit")
    checkout.page.get_by_label("IBAN").fill(REFUSED_IBAN)
    checkout.window.look("stripe_debit")
    check_access(checkout.window)
    checkout.pay()
    checkout.page.get_by_role("link", name="See what you paid").click()
    checkout.expect_title("Payment under way")
    checkout.window.look("stripe_debit_under_way")
    check_access(checkout.window)
    assert checkout.read() == ("processing", [])

    checkout.standin.advance(days=6)
    checkout.book()
    assert checkout.read() == ("open", [])
    assert read_paid(live_server, invoice) == ([], 410.0)
    checkout.window.go(f"/my/pay/{checkout.remittance}")
    checkout.expect_title("Review and pay")


def test_three_invoices_and_a_credit_note_are_paid_at_once(
    checkout, accounting, live_server
):
    invoices = [
        make_invoice(accounting, CUSTOMER, amount, 3) for amount in (100.1, 50.0, 7.25)
    ]
    credit = make_invoice(accounting, CUSTOMER, 40.0, 3, move_type="out_refund")
    page = checkout.page
    checkout.window.go("/my/pay?documents=" + ",".join(map(str, invoices)))
    for box in page.locator("table[data-kind='credits'] input[type='checkbox']").all():
        box.set_checked(box.get_attribute("name") == f"document_{credit}")
    expect(page.locator(".cp_pay_total")).to_contain_text("117.35")
    page.get_by_role("button", name="Continue").click()
    page.wait_for_url(re.compile(r"/my/pay/\d+$"))
    checkout.remittance = int(page.url.rpartition("/")[2])
    checkout.wait_for_form()
    checkout.type_card(CARD)
    checkout.pay()
    checkout.expect_title("Payment received")
    assert checkout.read() == ("settled", [11735])
    for invoice in invoices:
        assert read_paid(live_server, invoice) == ([117.35], 0.0)
    assert read_paid(live_server, credit)[1] == 0.0
