"""Telephone interviews at the desk: a list, calls by keyboard, and the look of every page."""

import re

import pytest
from database import query
from desk import press_until
from layout import is_as_wide_as_the_window
from playwright.sync_api import Page, expect
from questionnaires import ask, option, page as asked_page, question

DEMO = "2026年政务公开满意度调查"
CALLED = {
    "title": "电话访问的问卷",
    "pages": [asked_page("p", "办事", question("content", "您满意吗？", "yesNo"), question("why", "还想说什么？", {"text": {}}))],
}


@pytest.fixture
def sample(page: Page, base_url, data_folder, server, sign_in) -> str:
    """A sample of three people, made at the desk. Its address."""
    number = ask(data_folder / "data", CALLED)
    sign_in(page, "zuzhi")
    page.goto(f"{base_url}/desk/questionnaires/{number}/samples")
    page.locator("#name").fill("电话样本")
    page.get_by_role("button", name="新建样本").click()
    page.locator("#people").fill("0762-0000001，王演示，老隆镇\n0762-0000002，李演示，佗城镇\n不知道，赵演示\n0762-0000003")
    page.get_by_role("button", name="看看读到了什么").click()
    expect(page.get_by_text("第 3 行")).to_be_visible()
    page.get_by_role("button", name="加入这 3 人").click()
    expect(page.locator(".flash")).to_contain_text("加入了 3 人")
    return page.url


def test_an_interview_by_keyboard_alone(page: Page, sample, data_folder, axe):
    press_until(page, "Tab", "form[action$='/next'] button")
    page.keyboard.press("Enter")
    phone = page.locator(".call-phone")
    expect(phone).to_have_text(re.compile(r"^0762 000 000[123]$"))
    axe(page)
    # Nobody is there: noted, and the next one is a key away.
    press_until(page, "Tab", "button[value=not_reached]")
    page.keyboard.press("Enter")
    expect(page.locator(".flash")).to_contain_text("没有接通")
    expect(page.get_by_role("button", name="给我下一位")).to_be_focused()
    page.keyboard.press("Enter")
    press_until(page, "Tab", "input[name='a.content']")
    page.keyboard.press("Space")
    press_until(page, "Tab", "input[name='a.why']")
    page.keyboard.type("请多开一个窗口。")
    # Enter in a field keeps what is there, and ends nothing.
    page.keyboard.press("Enter")
    expect(page.locator(".flash")).to_contain_text("电话还在您手里")
    expect(page.locator("input[name='a.why']")).to_have_value("请多开一个窗口。")
    press_until(page, "Tab", "button[value=done]")
    page.keyboard.press("Enter")
    expect(page.locator(".flash")).to_contain_text("答卷已存下")
    assert query(data_folder / "data", "select channel || ' ' || (answers ->> 'why') from answer_sheets order by received_at desc limit 1") == "phone 请多开一个窗口。"
    assert query(data_folder / "data", "select count(*) from sample_contacts c join sample_people p on p.id = c.person_id where p.state = 'done'") == "0"


def test_what_is_typed_is_kept_meanwhile(page: Page, sample):
    page.get_by_role("button", name="给我下一位").click()
    with page.expect_response(re.compile("/call/save$"), timeout=20_000) as saved:
        page.locator("input[name='a.why']").fill("讲到一半")
    assert list(saved.value.json()) == ["text"]
    page.goto(sample)
    page.get_by_role("button", name="给我下一位").click()
    expect(page.locator("input[name='a.why']")).to_have_value("讲到一半")


@pytest.mark.parametrize("width", [360, 1280])
@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_pages(page: Page, base_url, sign_in, axe, shot, width, language):
    page.set_viewport_size({"width": width, "height": 900})
    sign_in(page, "zuzhi")
    page.goto(f"{base_url}/desk/questionnaires")
    page.get_by_role("link", name=DEMO).first.click()
    address = re.sub(r"[?#].*", "", page.url)
    page.goto(f"{base_url}/display?lang={language}&to=/desk")

    def look(name: str) -> None:
        axe(page)
        shot(page, f"sample-{name}-{width}-{language}")
        is_as_wide_as_the_window(page)

    page.goto(address + "/samples")
    look("list")
    page.locator("table.rows tbody a").first.click()
    look("sample")
    sample = page.url
    page.goto(sample + "/import")
    look("import")
    page.locator("#people").fill("0762-0999991,王演示,老隆镇\n0762,李演示")
    page.locator("button[value=read]").click()
    look("read")
    page.goto(sample)
    page.locator("form[action$='/next'] button").click()
    expect(page.locator(".call-phone")).to_be_visible()
    for key in page.locator("button kbd").all():
        colours = key.evaluate("key => [getComputedStyle(key).color, getComputedStyle(key).backgroundColor]")
        assert colours[0] != colours[1]
    look("call")
    page.locator("button[value=call_back]").click()
    look("call-wrong")
    page.locator("button[value=returned]").click()
    look("nobody")
