"""Whoever changes the same address or company at the same time does it once."""

import pytest
from people import connect, find_by_name, open_tabs
from test_parallel import CROWD, do_together, make_key

BIRCH = "customer_portal.birch_supply"


@pytest.fixture(scope="module")
def crowd(live_server):
    """Return the administrator of Birch Supply in twelve tabs."""
    return open_tabs((live_server.url,), "admin@birch.example", CROWD)


def test_used_address_is_replaced_once(crowd, administrator):
    customer = find_by_name(administrator, BIRCH)
    values = {
        "name": "Dock",
        "street": "1 Lower Water Street",
        "city": "Halifax",
        "zip": "B3J 1S1",
        "country_id": find_by_name(administrator, "base.ca"),
        "state_id": find_by_name(administrator, "base.state_ca_ns"),
        "email": "dock@birch.example",
        "phone": "1",
    }
    address = administrator.execute(
        "res.partner", "create", {**values, "type": "delivery", "parent_id": customer}
    )
    administrator.execute(
        "sale.order",
        "create",
        {"partner_id": customer, "partner_shipping_id": address},
    )

    answers = do_together(
        lambda person, number: person.post(
            "/my/address/submit",
            {
                **values,
                "partner_id": address,
                "address_book": "1",
                "street": f"{number} Upper Water Street",
            },
        ),
        crowd,
        list(range(CROWD)),
    )

    made = administrator.execute(
        "res.partner", "search", [("portal_replaces_id", "=", address)]
    )
    assert len(made) == 1
    saved = [answer for answer in answers if answer.status_code == 200]
    assert [list(answer.json()) for answer in saved] == [["redirectUrl"]]
    assert {answer.status_code for answer in answers} == {200, 404}
    [old] = administrator.execute(
        "res.partner", "read", [address], ["active", "street"]
    )
    assert (old["active"], old["street"]) == (False, "1 Lower Water Street")


def test_company_data_is_asked_for_and_decided_once(live_server, crowd, administrator):
    customer = find_by_name(administrator, BIRCH)
    [before] = administrator.execute(
        "res.partner",
        "read",
        [customer],
        ["name", "street", "zip", "city", "country_id", "state_id"],
    )
    form = {
        **before,
        "company": customer,
        "country_id": before["country_id"][0],
        "state_id": before["state_id"][0],
        "street": "1 Hollis Street",
    }
    do_together(
        lambda person, number: person.post(
            "/my/company/change", {**form, "request_key": make_key(9000 + number // 2)}
        ),
        crowd,
        list(range(CROWD)),
    )
    asked = administrator.execute(
        "portal.company.change", "search", [("partner_id", "=", customer)]
    )
    assert len(asked) == 1

    clerks = [connect(live_server, "accounting@seller.example") for _ in range(4)]

    def decide(clerk, number):
        action = "action_refuse" if number % 2 else "action_approve"
        try:
            clerk.execute("portal.company.change", action, asked)
        except Exception as refusal:
            return str(refusal)
        return action

    administrator.execute("portal.company.change", "write", asked, {"answer": "No."})
    results = do_together(decide, clerks, list(range(4)))
    done = [result for result in results if result.startswith("action_")]
    assert len(done) == 1
    assert all("already decided this" in text for text in set(results) - set(done))
    [change] = administrator.execute("portal.company.change", "read", asked, ["state"])
    [after] = administrator.execute("res.partner", "read", [customer], ["street"])
    approved = done == ["action_approve"]
    assert change["state"] == ("applied" if approved else "refused")
    assert after["street"] == ("1 Hollis Street" if approved else before["street"])
