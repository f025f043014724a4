"""Questionnaires at the desk: building one from nothing with the keyboard alone, opening it, entering paper, and the look of every page."""

import re

import pytest
from desk import press_until
from layout import is_as_wide_as_the_window
from playwright.sync_api import Page, expect

DEMO = "2026年政务公开满意度调查"


# As they stand in the list of kinds.
KINDS = ["单选", "多选", "是否", "矩阵单选", "矩阵多选", "矩阵填数", "评分、量表", "排序", "数字", "文字"]


def add_question(page: Page, kind: str, text: str, options: list[str] = (), condition: str = "") -> None:
    press_until(page, "Tab", "select[id^=kind-]")
    for _ in range(KINDS.index(kind)):
        page.keyboard.press("ArrowDown")
    press_until(page, "Tab", "form.inline button")
    page.keyboard.press("Enter")
    expect(page.locator("h1")).to_have_text("加一道题")
    press_until(page, "Tab", "#text")
    page.keyboard.type(text)
    if options:
        press_until(page, "Tab", "#options")
        for index, option in enumerate(options):
            if index:
                page.keyboard.press("Enter")
            page.keyboard.type(option)
    if condition:
        press_until(page, "Tab", "#condition")
        page.keyboard.type(condition)
    press_until(page, "Tab", ".buttons button.button")
    with page.expect_navigation():
        page.keyboard.press("Enter")


def test_built_and_opened_with_the_keyboard_alone(page: Page, base_url, sign_in, axe, shot):
    sign_in(page, "minzheng")
    page.goto(f"{base_url}/desk/questionnaires/new")
    axe(page)
    press_until(page, "Tab", "#title")
    page.keyboard.type("养老服务问卷")
    press_until(page, "Tab", ".buttons button.button")
    page.keyboard.press("Enter")
    expect(page.locator(".flash")).to_contain_text("已新建")
    add_question(page, "单选", "您满意吗？", ["满意", "不满意"])
    expect(page.locator("[data-question=q1]")).to_be_visible()
    # A word that is none: pointed at, and nothing typed is lost.
    add_question(page, "文字", "为什么？", condition="q9 = 'o2'")
    expect(page.locator("mark")).to_have_text("q9")
    axe(page)
    shot(page, "builder-fault")
    press_until(page, "Tab", "#condition")
    page.keyboard.press("Control+A")
    page.keyboard.type("q1 = 'o2'")
    press_until(page, "Tab", ".buttons button.button")
    page.keyboard.press("Enter")
    add_question(page, "是否", "您用过吗？")
    questions = page.locator("[data-question]")
    expect(questions).to_have_count(3)
    # Up, with the buttons and with Alt and an arrow; the focus goes with it.
    press_until(page, "Tab", "#question-q3 button[value=up]")
    page.keyboard.press("Enter")
    expect(questions.nth(1)).to_have_attribute("data-question", "q3")
    expect(page.locator("#question-q3 button[value=up]")).to_be_focused()
    page.keyboard.press("Alt+ArrowUp")
    expect(questions.first).to_have_attribute("data-question", "q3")
    expect(page.locator("[data-builder-says]")).to_contain_text("上移")
    # And once more, after the page has come to rest: the focus is still there.
    page.wait_for_timeout(500)
    page.keyboard.press("Alt+ArrowDown")
    expect(questions.nth(1)).to_have_attribute("data-question", "q3")
    page.wait_for_timeout(500)
    page.keyboard.press("Alt+ArrowUp")
    expect(questions.first).to_have_attribute("data-question", "q3")
    # Dropped, and put back.
    press_until(page, "Tab", "#question-q3 button[value=drop]")
    page.keyboard.press("Enter")
    expect(questions).to_have_count(2)
    expect(page.locator("[data-first]")).to_be_focused()
    axe(page)
    page.keyboard.press("Enter")
    expect(questions).to_have_count(3)
    address = page.url.split("#")[0].split("?")[0]
    # A test run that counts nothing.
    page.goto(address + "/preview")
    axe(page)
    press_until(page, "Tab", "form button[value=next]")
    page.keyboard.press("Enter")
    expect(page.locator("[role=status]").first).to_contain_text("没有计数")
    page.goto(address + "/check")
    axe(page)
    press_until(page, "Tab", "#open-confirmed")
    page.keyboard.press("Space")
    press_until(page, "Tab", "#open button")
    page.keyboard.press("Enter")
    expect(page.locator(".flash")).to_contain_text("已宣布")
    expect(page.locator(".lead .state")).to_have_text("即将开始")


def test_a_question_is_dragged(page: Page, base_url, sign_in):
    # All on one screen: what scrolls while it is taken hold of is another question.
    page.set_viewport_size({"width": 1280, "height": 2400})
    sign_in(page, "minzheng")
    page.goto(f"{base_url}/desk/questionnaires/new")
    page.locator("#title").fill("拖动")
    page.get_by_role("button", name="新建").click()
    address = page.url
    for text in "甲乙丙":
        page.goto(f"{address}/questions/new?group=g1&kind=text")
        page.locator("#text").fill(text)
        page.get_by_role("button", name="加上").click()
    page.locator("#question-q3 .asked .soft").drag_to(page.locator("#question-q1"), target_position={"x": 20, "y": 2})
    expect(page.locator("[data-question]").first).to_have_attribute("data-question", "q3")
    expect(page.locator(".flash")).to_contain_text("已移动 q3")


@pytest.mark.parametrize("width, language", [(360, "zh-Hans"), (360, "en"), (1280, "en"), (1280, "zh-Hans")])
def test_every_page_is_open_to_everyone(new_context, base_url, sign_in, axe, shot, width, language):
    page = new_context(viewport={"width": width, "height": 900}).new_page()
    sign_in(page, "zuzhi")
    page.goto(f"{base_url}/display?lang={language}&to=/desk/questionnaires")
    expect(page.locator("table.rows tbody tr").first).to_be_visible()
    pages = ["/desk/questionnaires", "/desk/questionnaires/new"]
    address = page.get_by_role("link", name=DEMO).get_attribute("href")
    pages += [address + rest for rest in [
        "", "/settings", "/check", "/preview", "/preview?width=phone", "/paper", "/entry", "/entry/mine", "/words", "/computed",
        "/questions/ways", "/questions/parts", "/questions/overall", "/pages/p2", "/quotas/young", "/questions/new?group=g1&kind=number"]]
    for each in pages:
        page.goto(base_url + each)
        expect(page.locator("h1")).to_be_visible()
        axe(page)
        is_as_wide_as_the_window(page)
        name = re.sub(r"\W+", "-", each.removeprefix(address)).strip("-")
        shot(page, f"questionnaire-desk-{name}-{language}-{width}")


def test_paper_is_entered_at_the_counter(page: Page, base_url, sign_in, axe):
    sign_in(page, "zuzhi")
    page.goto(f"{base_url}/desk/questionnaires")
    page.get_by_role("link", name=DEMO).click()
    page.get_by_role("link", name="录入答卷").click()
    page.locator("#channel-letter").check()
    page.locator("#a\\.town").select_option(index=1)
    page.locator("#a\\.age--a2").check()
    page.locator("#a\\.visits").fill("0")
    # Of a page that this sheet was never asked.
    page.locator("#a\\.ways--w1").check()
    page.get_by_role("button", name="登记这份答卷").click()
    expect(page.locator("[role=alert]")).to_contain_text("的回答不会保留")
    page.get_by_role("button", name="登记这份答卷").click()
    expect(page.locator("h1")).to_have_text("已登记")
    expect(page.locator(".slip")).to_contain_text("MY-")
    axe(page)
