"""Every comment exactly once: double click, back, reload, lost connections; and nothing typed is lost."""

from urllib.parse import urlsplit

import pytest
from citizen import FORM, button, comment, read_slip, receipts, send, wait_until_received, write
from playwright.sync_api import Page, Route, expect

TEXT = "请把办事指南的电话写上，要有人接。"
# What the demo itself holds for this consultation (ops/demo/demo.yaml).
IN_THE_DEMO = 5


@pytest.fixture(params=[True, False], ids=["script", "no-script"])
def visitor(new_context, request) -> Page:
    return new_context(java_script_enabled=request.param).new_page()


def test_a_double_click(visitor: Page, places):
    write(visitor, places["register"], TEXT + "双击")
    button(visitor).dblclick()
    read_slip(visitor)


def test_back_and_once_more(visitor: Page, places):
    slip = comment(visitor, places["register"], TEXT + "后退", row=2)
    visitor.go_back()
    expect(visitor.locator("#content")).to_have_value(TEXT + "后退")
    assert send(visitor) == slip


def test_back_after_a_mistake_was_mended(visitor: Page, places):
    """What was refused is not stored, so what is sent next is the first under its key, and once more is the same."""
    write(visitor, places["register"], "", row=4)
    button(visitor).click()
    expect(visitor.locator(".error-summary")).to_be_visible()
    visitor.locator("#content").fill(TEXT + "补写")
    slip = send(visitor)
    visitor.go_back()
    assert send(visitor) == slip


def test_reload(visitor: Page, places):
    slip = comment(visitor, places["register"], TEXT + "刷新")
    visitor.reload()
    assert read_slip(visitor) == slip


def test_the_next_person_at_the_same_computer(page: Page, places):
    """A form opened anew is another comment, even with the very same words."""
    slip = comment(page, places["register"], "同意。", row=3)
    assert comment(page, places["register"], "同意。", row=3) != slip


def test_back_and_changed(visitor: Page, places):
    """The first stands; the changed one is the author's to send or not."""
    first = comment(visitor, places["register"], TEXT + "改前", row=5)
    visitor.go_back()
    visitor.locator("#content").fill(TEXT + "改后")
    button(visitor).click()
    expect(visitor.locator(".note.warn")).to_contain_text(first.number)
    expect(visitor.locator("#content")).to_have_value(TEXT + "改后")
    assert send(visitor) != first


def test_back_and_for_others(visitor: Page, places):
    """The same words for twelve are not the same comment, and the answer must not pretend so."""
    first = comment(visitor, places["register"], TEXT + "联名", row=6)
    visitor.go_back()
    visitor.locator("#submitter-joint").check()
    visitor.locator("#people").fill("12")
    button(visitor).click()
    expect(visitor.locator(".note.warn")).to_contain_text(first.number)
    expect(visitor.locator("#people")).to_have_value("12")
    assert send(visitor) != first
    expect(visitor.locator(".slip")).to_contain_text("联名，12 人")


def test_a_connection_lost_before_sending(visitor: Page, places):
    write(visitor, places["register"], TEXT + "断网", row=7)
    visitor.context.set_offline(True)
    button(visitor).click()
    expect(visitor.locator(FORM)).to_have_count(0)
    visitor.context.set_offline(False)
    visitor.go_back()
    expect(visitor.locator("#content")).to_have_value(TEXT + "断网")
    send(visitor)


def lose_the_answer(page: Page) -> None:
    """Sends the form; it reaches the server, but the answer does not reach the browser."""

    def handle(route: Route) -> None:
        assert route.fetch(max_redirects=0).status == 303
        route.abort("connectionreset")

    page.route("**/comment", handle)
    button(page).click()
    expect(page.locator(FORM)).to_have_count(0)
    page.unroute("**/comment")


def test_an_answer_lost_on_the_way(visitor: Page, places):
    write(visitor, places["register"], TEXT + "丢了回音", row=8)
    lose_the_answer(visitor)
    visitor.go_back()
    expect(visitor.locator("#content")).to_have_value(TEXT + "丢了回音")
    send(visitor)


def test_an_answer_lost_and_the_browser_closed(page: Page, places):
    href = places["register"]
    write(page, href, TEXT + "关了浏览器", row=9, name="某某")
    lose_the_answer(page)
    page.close()
    again = page.context.new_page()
    again.goto(href + "/comment?row=9")
    expect(again.locator("#content")).to_have_value(TEXT + "关了浏览器")
    expect(again.locator("[data-draft-restored]")).to_be_visible()
    send(again)


def test_what_was_typed_survives_until_it_was_sent(page: Page, places):
    href = places["register"]
    write(page, href, TEXT + "草稿", row=10, name="不该留下的名字", phone="13800000001")
    page.reload()
    expect(page.locator("#content")).to_have_value(TEXT + "草稿")
    expect(page.locator("[data-draft-restored]")).to_be_visible()
    stored = page.evaluate("JSON.stringify(localStorage)")
    assert "草稿" in stored and "不该留下的名字" not in stored and "13800000001" not in stored
    page.goto(href + "/comment?row=11")
    expect(page.locator("#content")).to_have_value("")
    page.goto(href + "/comment?row=10")
    send(page)
    assert "草稿" not in page.evaluate("JSON.stringify(localStorage)")
    page.goto(href + "/comment?row=10")
    expect(page.locator("#content")).to_have_value("")


def test_the_public_count_is_the_number_of_receipts(page: Page, places):
    """Over all tests so far: as many as there are different receipts, and not one more."""
    href = places["register"]
    comment(page, href, "数一数。")
    expected = IN_THE_DEMO + len(receipts[urlsplit(href).path])
    assert wait_until_received(page, href, expected) == expected
