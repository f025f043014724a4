"""A recorder types on while the server is killed and away: everything is there once and in order, and the screen catches up."""

import asyncio
import os
import re
import time
from concurrent.futures import ThreadPoolExecutor

from hearings import UNDER_WAY
from playwright.sync_api import expect, sync_playwright
from server import Server

AWAY = 60 if os.environ.get("MINYI_DEEP") else 12
ACCOUNT = re.compile(r"^  zuzhi  (\S+)  ", re.M)


def wait(work):
    """A browser driven from this thread has a loop of its own."""
    with ThreadPoolExecutor(1) as thread:
        return thread.submit(asyncio.run, work).result()


def test_forty_entries_while_the_server_is_away(server: Server):
    number, person = wait(server.sql(UNDER_WAY))[0]
    password = ACCOUNT.search(server.log.read_text())[1]
    words = [f"第{i}句：建议增加助餐点。" for i in range(1, 41)]
    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path="/usr/bin/chromium", args=["--no-sandbox"] if os.geteuid() == 0 else [])
        try:
            screen = browser.new_context(locale="zh-CN").new_page()
            screen.goto(f"{server.base_url}/hearings/{number}/screen")
            desk = browser.new_context(locale="zh-CN").new_page()
            desk.on("dialog", lambda dialog: dialog.accept())
            desk.goto(f"{server.base_url}/desk/sign-in")
            desk.locator("input[name=name]").fill("zuzhi")
            desk.locator("input[name=password]").fill(password)
            desk.locator("input[name=password]").press("Enter")
            expect(desk.locator("h1")).to_have_text("工作台")
            desk.goto(f"{server.base_url}/desk/hearings/{number}/live")
            desk.locator("#words-person").select_option(person)

            def type_all(some: list[str]) -> None:
                for text in some:
                    desk.locator("#words-body").fill(text)
                    desk.locator("#words-body").press("Control+Enter")

            type_all(words[:10])
            server.kill()
            killed = time.monotonic()
            type_all(words[10:35])
            expect(desk.locator("#live-waiting li").last).to_contain_text(words[34])
            expect(desk.locator("#live-standing")).to_contain_text("连不上")
            time.sleep(max(0, AWAY - (time.monotonic() - killed)))
            server.start()
            wait(server.until_ready(60))
            type_all(words[35:])
            expect(desk.locator("#live-waiting li")).to_have_count(0, timeout=60_000)
            # The last twenty stand on the screen, which nobody has touched.
            expect(screen.locator("[data-screen-lines] .words-said")).to_have_text(words[20:], timeout=60_000)
        finally:
            browser.close()
    said = f"from gathering_entries e join gatherings g on g.id = e.gathering_id where g.number = '{number}'"
    stored = wait(server.sql(f"select e.body {said} and e.kind = 'statement' order by e.position"))
    assert [row[0] for row in stored] == words
    gapless = wait(server.sql(f"select count(*) = max(e.position) {said}"))
    assert gapless == [["t"]]
