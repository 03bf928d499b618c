"""What the stand-in for Stripe has for browsers: its script, and a page for trying."""

import pytest
import requests
import stripe
from stripe_standin import Standin

DAY = 86400


@pytest.fixture
def standin():
    with Standin(start=1_800_000_000) as running:
        yield running


def test_script_is_served_and_may_ask(standin):
    script = requests.get(f"{standin.url}/standin/stripe.js", timeout=5)
    assert script.headers["Content-Type"] == "text/javascript"
    assert "window.Stripe" in script.text
    asked = requests.options(f"{standin.url}/v1/payment_intents", timeout=5)
    assert "Authorization" in asked.headers["Access-Control-Allow-Headers"]


def test_desk_lets_days_pass_and_takes_money_back(standin):
    client = stripe.StripeClient("sk_test_1", base_addresses={"api": standin.url}).v1
    intent = client.payment_intents.create(
        {
            "amount": 10_000,
            "confirm": True,
            "currency": "usd",
            "description": "<b>REM/1</b>",
            "payment_method": "pm_card_visa",
        }
    )
    desk = f"{standin.url}/standin/"
    page = requests.get(desk, timeout=5)
    assert page.headers["Content-Type"] == "text/html"
    assert "<b>REM/1</b>" not in page.text
    assert "&lt;b&gt;REM/1&lt;/b&gt;" in page.text
    before = standin.account.clock.now()
    for values in ({"days": "7"}, {"payout": "usd"}, {"dispute": intent.id}):
        answer = requests.post(desk, values, timeout=5)
        assert answer.status_code == 200
        assert answer.url == desk
    assert standin.account.clock.now() >= before + 7 * DAY
    [payout] = standin.find("payout")
    assert payout["amount"] == 10_000 - 320
    [dispute] = standin.find("dispute")
    requests.post(desk, {"lost": dispute["id"]}, timeout=5)
    assert standin.find("dispute")[0]["status"] == "lost"
