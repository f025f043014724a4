"""A hearing recorded at the desk and followed on a screen; a line that is cut; a transcript confirmed on a phone."""

import pytest
from database import query
from hearings import UNDER_WAY
from layout import is_as_wide_as_the_window
from playwright.sync_api import Page, expect


@pytest.fixture
def hearing(server):
    return query(server.data, UNDER_WAY).split("|")


def record(desk: Page, text: str) -> None:
    desk.locator("#words-body").fill(text)
    desk.locator("#words-body").press("Control+Enter")


def test_desk_and_screen(page: Page, new_context, base_url, sign_in, axe, shot, hearing):
    number, person = hearing
    screen = new_context().new_page()
    screen.goto(f"{base_url}/hearings/{number}/screen")
    sign_in(page, "zuzhi")
    page.goto(f"{base_url}/desk/hearings/{number}/live")
    axe(page)
    page.locator("#call-person").select_option(person)
    page.get_by_role("button", name="请他发言").press("Enter")
    expect(screen.locator("[data-screen-speaker]")).to_contain_text("1")
    expect(screen.locator("[data-screen-time]")).to_contain_text(":")
    record(page, "建议增加助餐。")
    expect(screen.locator(".words-said")).to_have_text(["建议增加助餐。"])
    page.locator("#correction-body").fill("建议增加助餐点。")
    page.get_by_role("button", name="更正", exact=True).click()
    expect(screen.locator(".words-said")).to_have_text(["建议增加助餐点。"])
    expect(screen.locator(".corrected")).to_have_text("已更正")
    axe(screen)
    shot(screen, "screen-1280")
    for width in (360, 1280):
        for shown in (screen, page):
            shown.set_viewport_size({"width": width, "height": 800})
            is_as_wide_as_the_window(shown)


def test_a_correction_is_of_the_last_unless_another_was_picked(page: Page, base_url, sign_in, hearing):
    number, person = hearing
    sign_in(page, "zuzhi")
    page.goto(f"{base_url}/desk/hearings/{number}/live")
    page.locator("#words-person").select_option(person)
    lines = page.locator("#live-entries li")
    for text in ("第一句。", "第二句。"):
        record(page, text)
        expect(lines.first).to_contain_text(text)
    expect(page.locator("#replaces option:checked")).to_contain_text("第二句。")
    # One that was picked stays so, though more is recorded, and though the page is loaded anew.
    lines.filter(has_text="第一句。").get_by_role("button", name="更正这一条").click()
    record(page, "第三句。")
    expect(lines.first).to_contain_text("第三句。")
    page.reload()
    expect(page.locator("#replaces option:checked")).to_contain_text("第一句。")
    expect(page.locator("#correction-body")).to_have_value("第一句。")
    page.locator("#correction-body").fill("头一句。")
    page.get_by_role("button", name="更正", exact=True).click()
    expect(lines.filter(has_text="第一句。")).to_have_class("statement replaced")
    expect(page.locator("#replaces option:checked")).to_contain_text("第三句。")


def test_a_line_that_is_cut_and_a_reload_lose_nothing(page: Page, base_url, sign_in, server, hearing):
    number, person = hearing
    sign_in(page, "zuzhi")
    page.on("dialog", lambda dialog: dialog.accept())
    page.goto(f"{base_url}/desk/hearings/{number}/live")
    page.locator("#words-person").select_option(person)
    # The server stays out of reach for entries alone, so that the page itself can be loaded again.
    page.route("**/live/entries", lambda route: route.abort())
    record(page, "第一句。")
    record(page, "第二句。")
    page.locator("#words-body").fill("还没有说完")
    expect(page.locator("#live-waiting li")).to_have_count(2)
    page.reload()
    expect(page.locator("#live-waiting li")).to_have_count(2)
    expect(page.locator("#words-body")).to_have_value("还没有说完")
    page.unroute("**/live/entries")
    expect(page.locator("#live-waiting li")).to_have_count(0, timeout=30_000)
    said = query(server.data, f"select e.body from gathering_entries e join gatherings g on g.id = e.gathering_id where g.number = '{number}' order by position")
    assert said.splitlines() == ["第一句。", "第二句。"]


def test_what_waited_when_it_ended_stands_on_a_page_of_its_own(page: Page, new_context, base_url, sign_in, axe, hearing):
    number, person = hearing
    sign_in(page, "zuzhi")
    page.goto(f"{base_url}/desk/hearings/{number}/live")
    page.locator("#words-person").select_option(person)
    record(page, "按时说的。")
    expect(page.locator("#live-waiting li")).to_have_count(0)
    page.route("**/live/entries", lambda route: route.abort())
    record(page, "断网时说的。")
    expect(page.locator("#live-waiting li")).to_have_count(1)
    other = new_context().new_page()
    sign_in(other, "zuzhi")
    other.goto(f"{base_url}/desk/hearings/{number}/live")
    other.get_by_role("button", name="宣布结束").click()
    expect(other.locator(".flash")).to_be_visible()
    page.unroute("**/live/entries")
    expect(page.locator("#live-waiting li")).to_have_count(0, timeout=30_000)
    other.goto(f"{base_url}/desk/hearings/{number}/transcript")
    expect(other.locator("h3, h2").filter(has_text="第2页")).to_be_visible()
    expect(other.locator("li", has_text="断网时说的。")).to_contain_text("结束后补录")
    expect(other.locator("li", has_text="按时说的。")).not_to_contain_text("结束后补录")
    axe(other)


def test_a_refused_entry_stays_with_its_sentence(page: Page, base_url, sign_in, server, hearing):
    number, person = hearing
    query(server.data, f"update gathering_people set presence = 'absent' where id = {int(person)}")
    sign_in(page, "zuzhi")
    page.goto(f"{base_url}/desk/hearings/{number}/live")
    page.locator("#words-person").select_option(person)
    record(page, "我没有来。")
    refused = page.locator("#live-waiting .refused")
    expect(refused).to_contain_text("没有登记到场")
    page.reload()
    expect(refused).to_contain_text("我没有来。")
    # What is being typed stays.
    page.locator("#words-body").fill("下一句")
    refused.get_by_role("button", name="改一改再发").click()
    expect(page.locator("#words-body")).to_have_value("我没有来。\n下一句")


def test_the_lookup_on_a_phone(page: Page, base_url, axe):
    page.set_viewport_size({"width": 360, "height": 640})
    page.goto(f"{base_url}/transcripts")
    page.get_by_label("编号").fill("H-2026-000001-7")
    page.get_by_role("button", name="打开笔录").click()
    expect(page.locator("#code-error")).to_be_visible()
    axe(page)
