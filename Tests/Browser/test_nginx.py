"""The example of ops/nginx, run as it stands but for names, ports and files: it lets people through, and writes nothing
down that says who read what."""

import gzip
import re
import ssl
import subprocess
import time
import urllib.error
import urllib.request
from pathlib import Path

import pytest
from citizen import comment
from installation import ROOT, free_port


class NoRedirect(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_):
        return None


UNVERIFIED = ssl.create_default_context()
UNVERIFIED.check_hostname = False
UNVERIFIED.verify_mode = ssl.CERT_NONE
OPENER = urllib.request.build_opener(NoRedirect, urllib.request.HTTPSHandler(context=UNVERIFIED))


def get(url: str, **headers: str):
    request = urllib.request.Request(url, headers={name.replace("_", "-"): value for name, value in headers.items()})
    try:
        return OPENER.open(request, timeout=10)
    except urllib.error.HTTPError as answer:
        return answer


@pytest.fixture(scope="module")
def proxy(server, data_folder):
    """The address of the plain port, that of the secure one, and the access log."""
    folder: Path = data_folder / "nginx"
    folder.mkdir(exist_ok=True)  # set up again when the order of tests takes other modules in between
    plain, secure = free_port(), free_port()
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=localhost",
         "-keyout", folder / "privkey.pem", "-out", folder / "fullchain.pem"],
        check=True, capture_output=True, timeout=60,
    )
    example = (ROOT / "ops" / "nginx" / "minyi.conf").read_text()
    for given, here in [
        ("127.0.0.1:8080", server.base_url.removeprefix("http://")), ("minyi.example.gov.cn", "127.0.0.1"),
        ("/etc/ssl/minyi", str(folder)), ("/var/log/nginx", str(folder)), ("listen 80;", f"listen {plain};"),
        ("listen [::]:80;", ""), ("listen 443 ", f"listen {secure} "), ("listen [::]:443 ssl http2;", ""),
    ]:
        assert given in example, given
        example = example.replace(given, here)
    (folder / "nginx.conf").write_text(
        f"pid {folder}/nginx.pid;\nerror_log {folder}/start.log;\nevents {{}}\nhttp {{\n{example}\n}}\n")
    nginx = subprocess.Popen(
        ["/usr/sbin/nginx", "-c", folder / "nginx.conf", "-e", folder / "start.log", "-g", "daemon off;"])
    try:
        for _ in range(100):
            try:
                get(f"http://127.0.0.1:{plain}/").read()
                break
            except urllib.error.URLError:
                assert nginx.poll() is None, (folder / "start.log").read_text()
                time.sleep(0.1)
        yield f"http://127.0.0.1:{plain}", f"https://127.0.0.1:{secure}", folder / "minyi.log"
    finally:
        nginx.terminate()
        nginx.wait(timeout=20)


def test_pages_come_through_as_they_are(proxy, base_url):
    plain, secure, _ = proxy
    moved = get(f"{plain}/consultations?shelf=decided")
    assert moved.status == 301 and moved.headers["Location"].startswith("https://")

    direct = get(f"{base_url}/consultations")
    page = get(f"{secure}/consultations")
    assert page.status == 200 and page.read() == direct.read()
    for name in ("ETag", "Vary", "Cache-Control", "Content-Security-Policy", "Content-Language"):
        assert page.headers[name] == direct.headers[name], name
    assert len(page.headers.get_all("Strict-Transport-Security")) == 1
    packed = get(f"{secure}/consultations", Accept_Encoding="gzip")
    assert packed.headers["Content-Encoding"] == "gzip" and b"<h1" in gzip.decompress(packed.read())
    known = get(f"{secure}/consultations", If_None_Match=page.headers["ETag"])
    assert known.status == 304 and known.headers["ETag"] == page.headers["ETag"]


def test_what_is_for_the_machine_stays_on_it(proxy):
    _, secure, _ = proxy
    assert get(f"{secure}/metrics").status == 404
    health = get(f"{secure}/healthz")
    assert health.status == 200 and health.read() == b"ok\n"


def test_a_comment_comes_through_and_the_log_tells_nobody(proxy, browser, browser_context_args, places):
    _, secure, log = proxy
    context = browser.new_context(**browser_context_args, ignore_https_errors=True)
    page = context.new_page()
    path = re.sub(r"^https?://[^/]+", "", places["welfare"])
    slip = comment(page, secure + path, "二十个工作日太长，从代理这边来。")
    page.goto(f"{secure}/receipts/{slip.number}?from=wechat")
    assert slip.number in page.locator("main").inner_text()
    page.goto(f"{secure}{path}?q=独居")
    get(f"{secure}/questionnaires/Q-2026-000009-9/review").read()
    context.close()
    time.sleep(0.2)
    lines = log.read_text()
    assert '"POST ' in lines and "/receipts/-" in lines and f'"GET {path} ' in lines
    # Neither which step of which vote, nor how long its page was.
    assert re.search(r'"GET /questionnaires/- HTTP/[0-9.]+" [0-9]+ - ', lines)
    for secret in (slip.number, "Q-2026-000009-9", "127.0.0.1", "wechat", "q=", "Mozilla"):
        assert secret not in lines, secret
