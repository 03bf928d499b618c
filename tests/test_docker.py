"""What can be checked of docker/ where no Docker engine runs."""

import subprocess
import time

import pytest
import requests
import yaml
from people import PATIENCE

from bootstrap import places, server_log, terminal
from bootstrap.serve import find_free_port

DOCKER = places.ROOT / "docker"


@pytest.fixture(scope="module")
def services():
    return yaml.safe_load((DOCKER / "compose.yaml").read_text())["services"]


def test_every_service_is_watched(services):
    dockerfile = (DOCKER / "Dockerfile").read_text()
    watched = {name for name, service in services.items() if "healthcheck" in service}
    assert watched | ({"odoo"} if "HEALTHCHECK" in dockerfile else set()) == {*services}


def test_ports_are_open_on_this_machine_only(services):
    ports = [port for service in services.values() for port in service.get("ports", [])]
    assert [port for port in ports if not port.startswith("127.0.0.1:")] == []


def test_no_secret_is_written_down(services):
    passwords = [
        value
        for service in services.values()
        for name, value in service.get("environment", {}).items()
        if "PASSWORD" in name
    ]
    assert passwords
    assert all(value.startswith("${POSTGRES_PASSWORD:?") for value in passwords)


def test_odoo_starts_with_the_configuration(live_server):
    """Start Odoo with docker/odoo.conf; only folders, ports and database differ."""
    found = live_server.databases.odoo
    port = find_free_port()
    log = places.LOG / "docker.log"
    addons = ",".join(map(str, [*found.addons_path, places.ADDONS]))
    configuration = places.CONF / "docker.conf"
    configuration.write_text(
        (DOCKER / "odoo.conf")
        .read_text()
        .replace("= /mnt/extra-addons", f"= {addons}")
        .replace("= /var/lib/odoo", f"= {places.DATA}")
    )
    with log.open("w") as output:
        process = subprocess.Popen(
            terminal.tied(
                [*found.command, "-c", configuration]
                + ["-d", live_server.database, "--db-filter", live_server.database]
                + ["--http-interface", "127.0.0.1", "--http-port", str(port)]
                + ["--gevent-port", str(find_free_port()), "--max-cron-threads", "0"]
            ),
            stdout=output,
            stderr=subprocess.STDOUT,
            env=found.environment(live_server.databases.environment),
        )
        try:
            assert _ask(f"http://127.0.0.1:{port}/web/health") == {"status": "pass"}
            page = requests.get(
                f"http://127.0.0.1:{port}/web/database/manager", timeout=PATIENCE
            )
            assert live_server.database not in page.text
        finally:
            terminal.stop(process)
    assert server_log.unexpected(server_log.read(log)) == []


def _ask(url):
    deadline = time.monotonic() + PATIENCE
    while True:
        try:
            return requests.get(url, timeout=PATIENCE).json()
        except requests.ConnectionError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.3)
