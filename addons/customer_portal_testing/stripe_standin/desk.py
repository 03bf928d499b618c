"""A page for whoever tries the portal: what happens at Stripe, and nobody asks for."""

import html
from urllib.parse import parse_qs

DESK = "/standin/"
SHOWN = 20

PAGE = """<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>Stand-in for Stripe</title>
<link rel="icon" href="data:,">
<style>
body {{ font: 1rem/1.5 system-ui; margin: 1rem auto; max-width: 60rem; }}
body {{ padding: 0 1rem; }}
table {{ border-collapse: collapse; }}
th, td {{ padding: .25rem 1rem .25rem 0; text-align: start; }}
form {{ display: inline; }}
button {{ font: inherit; min-height: 2rem; }}
caption {{ font-weight: bold; text-align: start; }}
.wide {{ overflow-x: auto; white-space: nowrap; }}
</style>
</head>
<body>
<h1>Stand-in for Stripe</h1>
<p>It is {moment}. <form method="post" action="{desk}">
<button name="days" value="1">A day later</button>
<button name="days" value="7">A week later</button>
<button name="payout" value="{currency}">Pay out</button></form></p>
<div class="wide" role="region" aria-label="The latest payments" tabindex="0">
<table>
<caption>The latest payments</caption>
<tr><th scope="col">Payment</th><th scope="col">Amount</th><th scope="col">Status</th>
<th scope="col">What happens</th></tr>
{rows}
</table>
</div>
</body>
</html>
"""
ROW = """<tr><td>{name}</td><td>{amount} {currency}</td>
<td>{status}</td><td>{button}</td></tr>
"""
BUTTON = """<form method="post" action="{desk}">
<button name="{name}" value="{value}" aria-label="{text} {of}">{text}</button></form>"""


def show(standin):
    """Return the page, as HTML."""
    intents = standin.find("payment_intent")[:SHOWN]
    disputes = {one["payment_intent"]: one for one in standin.find("dispute")}
    moment = standin.account.clock.today().strftime("%A, %d %B %Y, %H:%M")
    return PAGE.format(
        desk=DESK,
        moment=moment,
        currency=intents[0]["currency"] if intents else "usd",
        rows="".join(
            _show_row(intent, disputes.get(intent["id"])) for intent in intents
        ),
    )


def _show_row(intent, dispute):
    status = f"dispute {dispute['status']}" if dispute else intent["status"]
    return ROW.format(
        name=html.escape(intent["description"] or intent["id"]),
        amount=f"{intent['amount'] / 100:.2f}",
        currency=intent["currency"].upper(),
        status=html.escape(status),
        button=_show_button(intent, dispute),
    )


def _show_button(intent, dispute):
    choice = None
    if dispute and dispute["status"] == "needs_response":
        choice = ("lost", dispute["id"], "Decide for the payer")
    elif intent["status"] == "succeeded" and not dispute:
        choice = ("dispute", intent["id"], "Dispute")
    if not choice:
        return ""
    name, value, text = choice
    of = html.escape(intent["description"] or intent["id"])
    return BUTTON.format(desk=DESK, name=name, value=value, text=text, of=of)


def act(standin, body):
    """Do what a button says."""
    values = {name: texts[0] for name, texts in parse_qs(body).items()}
    if days := values.get("days"):
        standin.advance(days=int(days))
    if currency := values.get("payout"):
        standin.pay_out(currency)
    if intent_id := values.get("dispute"):
        standin.open_dispute(intent_id)
    if dispute_id := values.get("lost"):
        standin.close_dispute(dispute_id, "lost")
