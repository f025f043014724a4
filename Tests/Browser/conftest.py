"""The browser tests: a real server with the demo, a real PostgreSQL, and Debian's chromium.

Fixtures: `server` (the running `minyi up`, one for each worker of pytest-xdist), `base_url`, `accounts` (name → password),
`places` (the demo's consultations), `receipt`, and pytest-playwright's `page` and `new_context` (another visitor; a context,
not a browser). `county` is a second server whose clock a test may move forward; `desk.as_(name)` is a colleague at its desk,
in a browser of their own.
Helpers: `axe(page)`, `sign_in(page, name)`, `shot(page, name)`; the steps of a citizen are in citizen.py, those of colleagues
in desk.py.
"""

import os
import re
import shutil
import signal
import subprocess
import threading
import urllib.request
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta, timezone
from pathlib import Path

import citizen
import pytest
from axe_playwright_python.sync_playwright import Axe
from desk import Desk, enter
from installation import MINYI, ROOT, copy_demo, free_port, short_folder
from playwright.sync_api import Page, expect

SHOTS = ROOT / "var" / "screenshots"

# What `minyi up` prints once it serves: the address, then a line for each demo account.
READY = re.compile(r"Minyi is ready: (http://\S+?)/?$")
ACCOUNT = re.compile(r"^  (?P<name>[\w.-]+)  (?P<password>\S+)  (?P<role>.+)$")


@dataclass
class Server:
    process: subprocess.Popen
    data: Path
    base_url: str = ""
    accounts: dict[str, str] = field(default_factory=dict)
    output: list[str] = field(default_factory=list)

    def read_until_ready(self, seconds: float) -> None:
        ready = threading.Event()

        def read() -> None:
            for line in self.process.stdout:
                line = line.rstrip("\n")
                self.output.append(line)
                if found := READY.search(line):
                    self.base_url = found[1]
                elif found := ACCOUNT.match(line):
                    self.accounts[found["name"]] = found["password"]
                elif line == "Stop with Ctrl-C.":
                    ready.set()
            ready.set()

        threading.Thread(target=read, daemon=True).start()
        ready.wait(seconds)
        if not self.base_url or self.process.poll() is not None:
            self.process.kill()
            raise RuntimeError("`minyi up` did not get ready:\n" + "\n".join(self.output))

    def stop(self) -> int:
        self.process.send_signal(signal.SIGINT)
        return self.process.wait(timeout=90)


class County(Server):
    """A server with a calendar of its own: days pass when a test says so. Several tests share it, so time only goes forward."""

    days_passed: int = 0

    @property
    def today(self) -> date:
        return datetime.now(timezone(timedelta(hours=8))).date() + timedelta(days=self.days_passed)

    def let_days_pass(self, days: int) -> None:
        self.days_passed += days
        socket = Path(self.data, "postgres", "postmaster.pid").read_text().splitlines()[4]
        password = Path(self.data, "secrets", "password-postgres").read_text().strip()
        subprocess.run(
            ["psql", "-qX", "-v", "ON_ERROR_STOP=1", "-h", socket, "-U", "postgres", "-d", "minyi", "-c",
             f"""create or replace function minyi.minyi_clock() returns timestamptz language sql volatile
                 set search_path = pg_catalog as $$ select clock_timestamp() + interval '{self.days_passed} days' $$"""],
            env={"PGPASSWORD": password, "PATH": "/usr/bin:/bin"}, check=True, timeout=20,
        )


def start_server(data: Path, *options: str, kind: type[Server] = Server) -> Server:
    """Starts `minyi up` on a data folder and a free port; with the demo unless an option says otherwise."""
    if "--no-demo" not in options:
        copy_demo(data)
    process = subprocess.Popen(
        [MINYI, "up", "--port", str(free_port()), "--data", data, *options],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        # Everything the program can say, so that a test can see that it names nobody.
        env=os.environ | {"MINYI_LOG_LEVEL": "debug"},
    )
    server = kind(process, data)
    server.read_until_ready(180)
    return server


@pytest.fixture(scope="session")
def data_folder():
    folder = short_folder()
    yield folder
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="session")
def server(data_folder, worker_id):
    running = start_server(data_folder / "data")
    yield running
    code = running.stop()
    (ROOT / "var" / "test").mkdir(parents=True, exist_ok=True)
    (ROOT / "var" / "test" / f"server-{worker_id}.log").write_text("\n".join(running.output))
    assert code == 0, "the server did not end cleanly:\n" + "\n".join(running.output[-30:])


@pytest.fixture(scope="session")
def base_url(server) -> str:
    return server.base_url


@pytest.fixture(scope="session")
def accounts(server) -> dict[str, str]:
    return server.accounts


@pytest.fixture(scope="session")
def county(data_folder):
    running = start_server(data_folder / "county", kind=County)
    yield running
    running.stop()


@pytest.fixture
def desk(browser, base_url, accounts):
    with Desk(browser, base_url, accounts) as desk:
        yield desk


# The demo's consultations by a word of their titles.
PLACES = {
    "welfare": "社会救助",  # open, 16 rows
    "register": "户籍管理",  # open, 17 rows
    "school": "义务教育",  # open until tomorrow, comments are shown
    "tax": "税收管理",  # announced
    "text": "公众意见办理办法",  # open, a text of 18 clauses
    "culture": "公共文化",  # closed, being answered
    "safety": "安全生产",  # published
}


@pytest.fixture(scope="session")
def places(base_url) -> dict[str, str]:
    """Name → address of each consultation of the demo."""
    found = {}
    for shelf in ("current", "answering", "decided"):
        with urllib.request.urlopen(f"{base_url}/consultations?shelf={shelf}", timeout=10) as answer:
            for href, title in re.findall(r'<h3[^>]*><a href="([^"]+)">([^<]+)</a>', answer.read().decode()):
                found |= {name: base_url + href for name, word in PLACES.items() if word in title}
    assert found.keys() == PLACES.keys(), found
    return found


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args):
    arguments = ["--no-sandbox"] if os.geteuid() == 0 else []
    return {**browser_type_launch_args, "executable_path": "/usr/bin/chromium", "args": arguments}


@pytest.fixture(scope="session")
def browser_context_args(browser_context_args):
    return {**browser_context_args, "locale": "zh-CN", "timezone_id": "Asia/Shanghai"}


@pytest.fixture(scope="session")
def receipt(browser, browser_context_args, places):
    """A receipt of somebody's comment on the whole, for tests that only look at it: its number and code."""
    context = browser.new_context(**browser_context_args)
    slip = citizen.comment(context.new_page(), places["welfare"], "二十个工作日太长，建议改回十个工作日。")
    yield slip
    context.close()


@pytest.fixture(autouse=True)
def short_patience(request):
    """Everything is on this machine: what has not come after five seconds does not come."""
    expect.set_options(timeout=5_000)
    if "context" in request.fixturenames:
        context = request.getfixturevalue("context")
        context.set_default_timeout(5_000)
        # A page waits for its last picture and script, and this machine may be busy with three other servers.
        context.set_default_navigation_timeout(20_000)


def violations(page: Page) -> list[str]:
    found = Axe().run(page, options={"resultTypes": ["violations"]}).response["violations"]
    lines = []
    for violation in found:
        lines.append(f"{violation['id']} ({violation['impact']}): {violation['help']}")
        lines += [f"    {' '.join(map(str, node['target']))}  {node['html'][:160]}" for node in violation["nodes"][:5]]
    return lines


@pytest.fixture
def axe():
    """axe(page) fails with a readable list when the page keeps someone out."""

    def check(page: Page) -> None:
        found = violations(page)
        assert not found, f"{page.url}\n" + "\n".join(found)

    return check


@pytest.fixture
def sign_in(base_url, accounts):
    """sign_in(page, name) signs a demo account in through the form."""

    def signed_in(page: Page, name: str, password: str | None = None) -> None:
        enter(page, base_url, name, password or accounts[name])
        expect(page).not_to_have_url(re.compile("sign-in"))

    return signed_in


@pytest.fixture
def shot():
    """shot(page, "home-360") writes var/screenshots/home-360.png, for people, when MINYI_SCREENSHOTS is set."""

    def take(page: Page, name: str, full_page: bool = True, always: bool = False) -> Path | None:
        if not always and not os.environ.get("MINYI_SCREENSHOTS"):
            return None
        SHOTS.mkdir(parents=True, exist_ok=True)
        path = SHOTS / f"{name}.png"
        page.screenshot(path=path, full_page=full_page)
        return path

    return take
