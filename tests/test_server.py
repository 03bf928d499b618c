"""The server answers, and the demo company is there."""

import re

import requests
from people import PATIENCE


def test_health_says_pass(live_server):
    response = requests.get(f"{live_server.url}/web/health", timeout=PATIENCE)
    assert response.json() == {"status": "pass"}


def test_list_of_databases_is_closed(live_server):
    response = requests.get(f"{live_server.url}/web/database/manager", timeout=PATIENCE)
    assert live_server.database not in response.text


def test_mails_link_to_this_server(live_server):
    with live_server.connect() as connection, connection.cursor() as cursor:
        cursor.execute(
            "SELECT value FROM ir_config_parameter WHERE key = 'web.base.url'"
        )
        assert cursor.fetchone() == (live_server.url,)


def test_administrator_logs_in(live_server, browser):
    page = browser.new_page()
    page.set_default_timeout(PATIENCE * 1000)
    page.goto(f"{live_server.url}/web/login")
    page.fill("#login", "admin")
    page.fill("#password", "admin")
    page.click("form.oe_login_form button[type=submit]")
    page.wait_for_url(re.compile(r"/(odoo|my)"))
    page.close()
