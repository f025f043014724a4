"""Telephone interviews at the desk: a list, calls by keyboard, and the look of every page."""

import re
from collections.abc import Iterator

import pytest
from database import query
from desk import press_until
from layout import is_as_wide_as_the_window
from playwright.sync_api import Browser, Page, expect
from questionnaires import ask, option, page as asked_page, question

DEMO = "2026年政务公开满意度调查"
CALLED = {
    "title": "电话访问的问卷",
    "pages": [asked_page("p", "办事", question("content", "您满意吗？", "yesNo"), question("why", "还想说什么？", {"text": {}}))],
}
# Who is not content is asked more, with what they said before in the words.
FOLLOWED = {
    "title": "跟着回答走的问卷",
    "pages": [
        asked_page(
            "p", "办事", question("content", "您满意吗？", "yesNo", isRequired=True),
            question("why", "为什么不满意？", {"text": {}}, isRequired=True, condition="content = false")),
        asked_page(
            "more", "您说的“{why}”",
            question("times", "遇到过几次？", {"number": {"most": 99}}, hint="您说的是“{why}”。"),
            question("again", "加上这一次一共 {total} 次，对吗？", "yesNo"), condition="content = false"),
        asked_page("about", "关于您", question("age", "您多大？", {"number": {"most": 120}})),
    ],
    "computed": [{"code": "total", "expression": "times + 1"}],
    "closing": "您说的“{why}”记下了，谢谢。",
}


@pytest.fixture
def asked() -> dict:
    """What the people of the sample are asked."""
    return CALLED


@pytest.fixture
def sample(page: Page, base_url, data_folder, server, sign_in, asked) -> Iterator[str]:
    """A sample of three people, made at the desk. Its address."""
    number = ask(data_folder / "data", asked)
    sign_in(page, "zuzhi")
    page.goto(f"{base_url}/desk/questionnaires/{number}/samples")
    page.locator("#name").fill("电话样本")
    page.get_by_role("button", name="新建样本").click()
    page.locator("#people").fill("0762-0000001，王演示，老隆镇\n0762-0000002，李演示，佗城镇\n不知道，赵演示\n0762-0000003")
    page.get_by_role("button", name="看看读到了什么").click()
    expect(page.get_by_text("第 3 行")).to_be_visible()
    page.get_by_role("button", name="加入这 3 人").click()
    expect(page.locator(".flash")).to_contain_text("加入了 3 人")
    yield page.url
    # One call at a time: whoever is still in hand would be met by the next test.
    query(data_folder / "data", "update sample_people set held_by = null, held_since = null where held_by is not null")


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


@pytest.mark.parametrize("asked", [FOLLOWED])
def test_the_page_follows_by_keyboard_alone(page: Page, sample, data_folder, axe):
    page.get_by_role("button", name="给我下一位").click()
    why, times = page.locator("input[name='a.why']"), page.locator("input[name='a.times']")
    expect(page.locator("[data-question=content] .reading")).to_have_text(re.compile("^访问员：只念题目"))
    expect(why).to_be_hidden()
    expect(page.locator("[data-page=more]")).to_be_hidden()
    press_until(page, "Tab", "input[name='a.content']")
    page.keyboard.press("Space")
    page.keyboard.press("ArrowDown")
    expect(page.locator("input[name='a.content'][value=false]")).to_be_checked()
    expect(why).to_be_visible()
    press_until(page, "Tab", "input[name='a.why']")
    page.keyboard.type("排队太久")
    # What they said stands in headings, hints and questions, and in what is read to them at the end.
    expect(page.locator("[data-page=more] > h2")).to_have_text("您说的“排队太久”")
    expect(page.locator("[data-question=times] [data-hint]")).to_have_text("您说的是“排队太久”。")
    expect(page.locator("[data-closing]")).to_have_text("您说的“排队太久”记下了，谢谢。")
    press_until(page, "Tab", "input[name='a.times']")
    page.keyboard.type("3")
    expect(page.locator("[data-question=again] legend > span").first).to_have_text("加上这一次一共 4 次，对吗？")
    axe(page)
    # They think better of it: what was answered goes out of sight, is named, and comes back.
    press_until(page, "Shift+Tab", "input[name='a.content']")
    page.keyboard.press("ArrowUp")
    expect(why).to_be_hidden()
    expect(times).to_be_hidden()
    expect(page.locator("[data-vanishing]")).to_contain_text("为什么不满意？")
    page.keyboard.press("ArrowDown")
    expect(why).to_have_value("排队太久")
    expect(page.locator("[data-vanishing]")).to_be_hidden()
    press_until(page, "Tab", "button[value=done]")
    page.keyboard.press("Enter")
    expect(page.locator(".flash")).to_contain_text("答卷已存下")
    assert query(data_folder / "data", "select (answers ->> 'why') || (answers ->> 'times') from answer_sheets order by received_at desc limit 1") == "排队太久3"


@pytest.mark.parametrize("asked", [FOLLOWED])
def test_without_a_script_the_server_follows(browser: Browser, page: Page, sample, data_folder):
    plain = browser.new_context(java_script_enabled=False, storage_state=page.context.storage_state(), locale="zh-CN")
    still = plain.new_page()
    still.goto(sample)
    still.get_by_role("button", name="给我下一位").click()
    why, times, age = (still.locator(f"input[name='a.{code}']") for code in ("why", "times", "age"))
    expect(why).to_be_hidden()
    still.locator("input[name='a.content'][value=false]").check()
    age.fill("四十")
    still.locator("button[value=done]").click()
    # What is wrong stands beside its field, what was typed is there, and what the answer asks for has come.
    expect(still.locator("[id='a.age-error']")).to_be_visible()
    expect(age).to_have_value("四十")
    expect(still.get_by_text("后面还有要问的题")).to_be_visible()
    why.fill("排队太久")
    times.fill("3")
    age.fill("40")
    still.locator("button[value=save]").click()
    expect(still.locator("[data-page=more] > h2")).to_have_text("您说的“排队太久”")
    # Another answer: the question goes only once that was said beside it.
    still.locator("input[name='a.content'][value=true]").check()
    still.locator("button[value=done]").click()
    expect(still.locator("[id='a.why-error']")).to_contain_text("这一题不问")
    expect(why).to_have_value("排队太久")
    still.locator("button[value=done]").click()
    expect(still.locator(".flash")).to_contain_text("答卷已存下")
    assert query(data_folder / "data", "select answers ->> 'age' || coalesce(answers ->> 'why', '-') from answer_sheets order by received_at desc limit 1") == "40-"
    plain.close()


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
