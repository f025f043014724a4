"""`minyi up` itself: it serves, refuses a second start, and comes back after being killed."""

import re
import subprocess
import urllib.error
import urllib.request

from conftest import start_server
from installation import MINYI, free_port
from playwright.sync_api import expect


def get(url: str) -> tuple[int, str]:
    try:
        with urllib.request.urlopen(url, timeout=5) as answer:
            return answer.status, answer.read().decode()
    except urllib.error.HTTPError as error:
        return error.code, error.read().decode()


def test_answers_healthz(base_url):
    assert get(f"{base_url}/healthz")[0] == 200


def test_home_has_the_title(page, base_url):
    page.goto(base_url)
    expect(page).to_have_title(re.compile("公众参与平台|Public"))


def test_unknown_page_is_a_page(base_url):
    status, text = get(f"{base_url}/no-such-page")
    assert status == 404
    assert "<h1" in text


def test_second_start_on_the_same_data_says_so(server):
    second = subprocess.run(
        [MINYI, "up", "--port", str(free_port()), "--data", server.data], capture_output=True, text=True, timeout=60
    )
    assert second.returncode == 1
    assert "already runs" in second.stderr


def test_port_in_use_says_so(server, data_folder):
    port = server.base_url.rsplit(":", 1)[1]
    second = subprocess.run(
        [MINYI, "up", "--port", port, "--data", data_folder / "other"], capture_output=True, text=True, timeout=60
    )
    assert second.returncode == 1
    assert f"Port {port} is in use" in second.stderr


def test_killed_server_is_taken_over(data_folder):
    """A killed program leaves its PostgreSQL behind; the next start takes it over, and stops it."""
    data = data_folder / "killed"
    first = start_server(data, "--no-demo")
    first.process.kill()
    first.process.wait()
    assert (data / "postgres" / "postmaster.pid").exists()
    second = start_server(data, "--no-demo")
    assert any("Taking over" in line for line in second.output)
    assert second.stop() == 0
    assert not (data / "postgres" / "postmaster.pid").exists()


def test_secrets_are_the_owners_alone(server):
    secrets = server.data / "secrets"
    assert secrets.stat().st_mode & 0o777 == 0o700
    names = sorted(file.name for file in secrets.iterdir())
    assert "contact-key-1" in names
    assert all(file.stat().st_mode & 0o777 == 0o600 for file in secrets.iterdir())
