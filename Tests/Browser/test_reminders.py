"""Reminders by mail, from the wish to the last letter, through a real mail server: nothing is known but what stands in the letters."""

import re
import shutil
import urllib.parse
import urllib.request
import uuid

import pytest
from conftest import start_server
from database import query
from installation import short_folder
from layout import is_as_wide_as_the_window
from playwright.sync_api import Browser, Page, expect
from receiving import Receiver

BUTTON = "main form button[type=submit]"


@pytest.fixture(scope="module")
def post(tmp_path_factory):
    with Receiver("mail", tmp_path_factory.mktemp("post") / "mail.log") as running:
        yield running


@pytest.fixture(scope="module")
def county_with_mail(post):
    """A server that sends mails."""
    folder = short_folder()
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("MINYI_MAIL_URL", f"smtp://127.0.0.1:{post.port}")
        patch.setenv("MINYI_MAIL_FROM", "minyi@county.example")
        patch.setenv("MINYI_MAIL_START_TLS", "false")
        running = start_server(folder / "data")
    yield running
    assert running.stop() == 0, "\n".join(running.output[-30:])
    shutil.rmtree(folder, ignore_errors=True)


class Reader:
    """Somebody with an address of their own, and a browser."""

    def __init__(self, page: Page, site, post: Receiver):
        self.page, self.site, self.post = page, site, post
        self.address = f"{uuid.uuid4().hex}@example.cn"
        # Open until tomorrow: who confirms today is reminded at once.
        self.matter = query(site.data, "select number from public_procedures where title like '%义务教育%'")

    def ask(self) -> None:
        """Asks at the page of the matter to be told when its consultation ends."""
        self.page.goto(f"{self.site.base_url}/consultations/{self.matter}")
        self.page.locator(f"a[href='/reminders/new?matter={self.matter}']").first.click()
        for box in self.page.locator("#forms input").all():
            box.set_checked(box.get_attribute("value") == "solicitation")
        self.page.locator("#email").fill(self.address)
        self.wish = self.page.locator("input[name=idempotency]").get_attribute("value")
        self.page.locator(BUTTON).click()
        expect(self.page.locator("h1")).to_have_text("请查收邮件")

    def letters(self, least: int) -> list[dict]:
        """Of this reader; waits until there are so many."""
        count = least
        while len(mine := [each for each in self.post.received(count) if each["to"] == [self.address]]) < least:
            count = len(self.post.received()) + 1
        return mine

    def link(self, letter: dict) -> str:
        """The one that the letter asks to open."""
        return re.search(rf"{re.escape(self.site.base_url)}/reminders/[-0-9a-f]+", letter["text"])[0]

    def confirm(self) -> None:
        self.page.goto(self.link(self.letters(1)[0]))
        self.page.locator(BUTTON).click()
        expect(self.page.locator("h1")).to_have_text("已经订阅")

    def remind(self) -> None:
        query(self.site.data, "select remind_subscribers()")

    @property
    def is_kept(self) -> bool:
        """Whether anything of the wish is left in the database."""
        return query(self.site.data, f"select count(*) from reminder_subscriptions where id = '{self.wish}'") == "1"


@pytest.fixture(params=[True, False], ids=["script", "no-script"])
def reader(request, browser: Browser, county_with_mail, post):
    context = browser.new_context(
        locale="zh-CN", timezone_id="Asia/Shanghai", viewport={"width": 360, "height": 800}, java_script_enabled=request.param)
    page = context.new_page()
    page.set_default_navigation_timeout(20_000)
    yield Reader(page, county_with_mail, post)
    context.close()


def test_nothing_comes_before_it_was_confirmed_and_nothing_after_it_was_stopped(reader):
    reader.ask()
    assert "List-Unsubscribe" in reader.letters(1)[0]["headers"]
    reader.remind()
    # Looking is not confirming: programs that check mails look at every link.
    reader.page.goto(reader.link(reader.letters(1)[0]))
    expect(reader.page.locator("h1")).to_have_text("确认订阅提醒")
    reader.remind()
    reader.confirm()
    reader.remind()
    first, reminder = reader.letters(2)
    assert reader.matter in reminder["headers"]["Subject"] and reader.matter in reminder["text"]
    assert reader.matter not in first["text"], "who has not confirmed is told of nothing"
    # The same day is told of once.
    reader.remind()
    reader.page.goto(reader.link(reminder))
    expect(reader.page.locator("h1")).to_have_text("退订提醒")
    assert reader.is_kept
    reader.page.locator(BUTTON).click()
    expect(reader.page.locator("h1")).to_have_text("已经退订")
    assert not reader.is_kept
    reader.remind()
    # A later wish of the same address: its letter is the next, so nothing came between.
    reader.ask()
    subjects = [each["headers"]["Subject"] for each in reader.letters(3)]
    assert subjects == [first["headers"]["Subject"], reminder["headers"]["Subject"], first["headers"]["Subject"]]


def test_a_mail_program_stops_it_with_one_press(reader):
    reader.ask()
    reader.confirm()
    reader.remind()
    headers = reader.letters(2)[1]["headers"]
    assert headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    address = re.fullmatch(r"<(http\S+)>", headers["List-Unsubscribe"])[1]
    # RFC 8058: without cookie, token or account; and once more, as some do.
    for _ in range(2):
        with urllib.request.urlopen(address, urllib.parse.urlencode({"List-Unsubscribe": "One-Click"}).encode(), timeout=10) as answer:
            assert answer.status == 200
    assert not reader.is_kept
    # The person who opens the link of the letter afterwards is told that it is over.
    answer = reader.page.goto(reader.link(reader.letters(2)[1]))
    assert answer.status == 404
    expect(reader.page.locator("h1")).to_have_text("链接已经失效")


def test_a_wrong_link_is_told_and_a_used_one_too(reader):
    reader.ask()
    right = reader.link(reader.letters(1)[0])
    for wrong in (f"{reader.site.base_url}/reminders/{uuid.uuid4()}", right[:-1], f"{reader.site.base_url}/reminders/x"):
        assert reader.page.goto(wrong).status == 404
        expect(reader.page.locator("h1")).to_have_text("链接已经失效")
        assert reader.page.locator(BUTTON).count() == 0
    reader.confirm()
    assert reader.page.goto(right).status == 404, "a link confirms once"
    assert reader.is_kept


@pytest.mark.parametrize("language", ["zh-Hans", "en"])
@pytest.mark.parametrize("width", [360, 1280])
def test_every_page_of_it_is_open_to_everyone(new_context, county_with_mail, post, axe, shot, language, width):
    page = new_context(viewport={"width": width, "height": 800}).new_page()
    reader = Reader(page, county_with_mail, post)

    def look(name: str) -> None:
        axe(page)
        is_as_wide_as_the_window(page)
        shot(page, f"reminder-{name}-{language}-{width}")

    page.goto(f"{county_with_mail.base_url}/display?lang={language}&to=/reminders/new")
    page.goto(f"{county_with_mail.base_url}/reminders/new?matter={reader.matter}")
    look("wish")
    page.locator(BUTTON).click()
    expect(page.locator("#email-error")).to_be_visible()
    look("mistake")
    page.locator("#email").fill(reader.address)
    page.locator(BUTTON).click()
    look("asked")
    page.goto(reader.link(reader.letters(1)[0]))
    look("confirm")
    page.locator(BUTTON).press("Enter")
    expect(page.locator(BUTTON)).to_have_count(0)
    look("confirmed")
    page.goto(re.search(r"<(\S+)/stop>", reader.letters(1)[0]["headers"]["List-Unsubscribe"])[1])
    look("stop")
    page.locator(BUTTON).press("Enter")
    expect(page.locator(BUTTON)).to_have_count(0)
    look("stopped")
