"""A conversation by mail: what leaves goes over SMTP, what comes in by the gateway."""

import email.utils
import re
from email.message import EmailMessage
from types import SimpleNamespace

import lxml.html
import pytest
import requests
from people import find_by_name, read_csrf_token
from post_office import PostOffice

BUYER = "buyer@alder.example"
DESK = "desk@tickets.example"
QUEUE = "mail.ir_cron_mail_scheduler_action"
WORD = {
    "body": "It leaves today.",
    "message_type": "comment",
    "subtype_xmlid": "mail.mt_comment",
}


@pytest.fixture(scope="module")
def office():
    with PostOffice() as office:
        yield office


@pytest.fixture(scope="module")
def desk(administrator, office):
    """Give the seller an address for tickets, and a way to send mails."""

    def run(model, method, *arguments, **named):
        return administrator.execute_kw(model, method, arguments, named)

    [company_id] = run("res.users", "read", [administrator.env.uid], ["company_id"])[0][
        "company_id"
    ][:1]
    domain_id = run(
        "mail.alias.domain",
        "create",
        {
            "name": "tickets.example",
            "bounce_alias": "bounce",
            "catchall_alias": "catchall",
            "default_from": "notifications",
        },
    )
    run("res.company", "write", [company_id], {"alias_domain_id": domain_id})
    [team_id] = run(
        "portal.ticket.team", "search", [("company_id", "=", company_id)], 0, 1
    )
    run(
        "portal.ticket.team",
        "write",
        [team_id],
        {"alias_name": "desk", "alias_domain_id": domain_id},
    )
    run(
        "ir.mail_server",
        "create",
        {
            "name": "Post office",
            "smtp_host": "127.0.0.1",
            "smtp_port": office.port,
            "smtp_encryption": "none",
            "smtp_authentication": "login",
        },
    )
    queue = find_by_name(administrator, QUEUE)
    return SimpleNamespace(
        run=run,
        team_id=team_id,
        empty=lambda: run("ir.cron", "method_direct_trigger", [queue]),
        take=lambda message: run(
            "mail.thread", "message_process", False, message.as_string()
        ),
    )


@pytest.fixture
def box(desk, office):
    """Begin with an empty box: what was queued before is sent and thrown away."""
    desk.empty()
    office.box.clear()
    return office


def write_mail(sender, subject, text, *, to=DESK, **headers):
    """Return a mail as a program of mail writes it."""
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = sender, to, subject
    message["Message-Id"] = email.utils.make_msgid(domain="mail.example")
    message["Date"] = email.utils.formatdate()
    for name, value in headers.items():
        message[name.replace("_", "-")] = value
    message.set_content(text)
    return message


def reply_to(envelope, sender, text, **headers):
    """Return the answer of a program of mail, which quotes what it answers."""
    received = envelope.message
    quoted = received.get_body(("html",)).get_content()
    answer = write_mail(
        sender,
        "Re: " + received["Subject"].removeprefix("Re: "),
        f"{text}\n\n> {received['Subject']}\n",
        to=received["Reply-To"],
        In_Reply_To=received["Message-Id"].strip(),
        References=f"{received['References'] or ''} {received['Message-Id']}".strip(),
        **headers,
    )
    answer.add_alternative(
        f'<div>{text}</div><blockquote type="cite">{quoted}</blockquote>',
        subtype="html",
    )
    return answer


def read_ticket(desk, ticket_id, *names):
    [row] = desk.run("portal.ticket", "read", [ticket_id], [*names])
    return row


def test_conversation_by_mail_goes_on(desk, box, live_server):
    # The customer writes to the desk.
    asked = write_mail(f"Bea Buyer <{BUYER}>", "Where is my pallet?", "It is late.")
    ticket_id = desk.take(asked)
    ticket = read_ticket(desk, ticket_id, "number", "partner_id", "channel")
    assert ticket["channel"] == "mail"
    assert ticket["partner_id"]

    # The receipt arrives, in the thread of what was asked.
    desk.empty()
    receipt = box.fetch(BUYER)
    message = receipt.message
    assert message["Subject"] == f"{ticket['number']}: Where is my pallet?"
    assert DESK in message["Reply-To"]
    assert message["Auto-Submitted"] == "auto-generated"
    assert asked["Message-Id"] in message["References"]
    assert receipt.sender.endswith("@tickets.example")
    assert f"/my/tickets/{ticket_id}" in receipt.html
    assert ticket["number"] in message.get_body(("plain",)).get_content()

    # Staff answer; the mail has the answer, one button, and what was asked.
    desk.run("portal.ticket", "message_post", [ticket_id], **WORD)
    desk.empty()
    answer = box.fetch(BUYER)
    assert "Auto-Submitted" not in answer.message
    assert answer.message["Subject"] == f"Re: {ticket['number']}: Where is my pallet?"
    assert asked["Message-Id"] in answer.message["References"]
    page = lxml.html.fromstring(answer.html)
    assert "It leaves today." in page.text_content()
    assert "It is late." in page.xpath("//blockquote")[0].text_content()
    buttons = [link for link in page.xpath("//a/@href") if "/my/tickets" in link]
    assert buttons == [f"{live_server.url}/my/tickets/{ticket_id}"]

    # The customer answers that, and it is on the ticket.
    assert desk.take(reply_to(answer, BUYER, "Thank you, at last.")) == ticket_id
    words = desk.run(
        "mail.message",
        "search_read",
        [("model", "=", "portal.ticket"), ("res_id", "=", ticket_id)],
        ["body", "author_id", "is_internal"],
        order="id desc",
        limit=1,
    )
    assert "Thank you, at last." in words[0]["body"]
    assert words[0]["author_id"] == ticket["partner_id"]
    assert not words[0]["is_internal"]

    # Nobody is told of the own words, and a program that answers ends nothing.
    desk.empty()
    assert [one for one in box.box if BUYER in one.recipients] == []
    away = reply_to(
        answer, BUYER, "I am away.", Auto_Submitted="auto-replied", Precedence="bulk"
    )
    desk.take(away)
    desk.empty()
    assert [one for one in box.box if BUYER in one.recipients] == []


def test_mail_that_comes_back_is_shown(desk, box):
    ticket_id = desk.take(write_mail(BUYER, "A second pallet", "It is late, too."))
    desk.empty()
    receipt = box.fetch(BUYER)
    report = write_mail(
        "MAILER-DAEMON@mail.example",
        "Undelivered Mail Returned to Sender",
        "<buyer@alder.example>: 550 5.1.1 User unknown",
        to=receipt.sender,
        Return_Path="<>",
        Auto_Submitted="auto-replied",
    )
    report.make_mixed()
    report.set_type("multipart/report")
    report.set_param("report-type", "delivery-status")
    status = EmailMessage()
    status["Content-Type"] = "message/delivery-status"
    status.set_payload(
        [
            _make_part("Reporting-MTA: dns; mail.example"),
            _make_part(
                f"Final-Recipient: rfc822; {BUYER}\nAction: failed\nStatus: 5.1.1"
            ),
        ]
    )
    report.attach(status)
    report.attach(_wrap(receipt.message))
    before = read_ticket(desk, ticket_id, "customer_status")
    desk.take(report)
    after = read_ticket(desk, ticket_id, "customer_status", "bounced_on")
    assert after["bounced_on"]
    assert after["customer_status"] == before["customer_status"]
    desk.empty()
    assert box.box == []


def _make_part(text):
    part = EmailMessage()
    for line in text.splitlines():
        name, value = line.split(": ", 1)
        part[name] = value
    return part


def _wrap(message):
    part = EmailMessage()
    part["Content-Type"] = "message/rfc822"
    part.set_payload([message])
    return part


def test_rating_with_the_link_of_a_mail(desk, box):
    ticket_id = desk.take(write_mail(BUYER, "A third pallet", "It is late as well."))
    desk.run("portal.ticket", "action_solve", [ticket_id])
    desk.empty()
    box.fetch(BUYER)  # the receipt
    solved = box.fetch(BUYER)
    links = re.findall(r'href="([^"]+/my/tickets/rating/[^"]+)"', solved.html)
    assert len(links) == 3
    with requests.Session() as visitor:
        visitor.trust_env = False
        pages = [visitor.get(link) for link in links]  # as a program that looks
        assert {page.status_code for page in pages} == {200}
        assert not read_ticket(desk, ticket_id, "rating_count")["rating_count"]
        form = {"csrf_token": read_csrf_token(pages[0]), "grade": "5", "comment": "!"}
        answer = visitor.post(links[0].partition("?")[0], data=form)
        assert answer.status_code == 200
    rated = read_ticket(desk, ticket_id, "rating_count", "rating_last_value")
    assert (rated["rating_count"], rated["rating_last_value"]) == (1, 5.0)
