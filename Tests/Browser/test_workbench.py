"""The workbench: opinions answered one by one and many at once, with the keyboard, with and without a script."""

import re

import pytest
from layout import is_as_wide_as_the_window
from playwright.sync_api import Browser, Page, expect

from test_submissions import CLOSED, desk  # noqa: F401


@pytest.mark.parametrize("language", ["zh-Hans", "en"])
@pytest.mark.parametrize("width", [360, 1280])
def test_every_page_is_open_to_everyone(page: Page, base_url, desk, axe, shot, width, language):  # noqa: F811
    page.set_viewport_size({"width": width, "height": 900})
    bench = f"{desk(CLOSED)}/workbench"
    page.goto(f"{base_url}/display?lang={language}&to=/desk/sign-in")
    page.goto(f"{bench}?view=all")
    pages = {
        "workbench": f"{bench}?view=all",
        "workbench-open": bench,
        "opinion": base_url + page.locator("[data-line]").first.get_attribute("href"),
    }
    page.goto(f"{desk(CLOSED)}/submissions?view=unanswered")
    pages["split"] = base_url + page.locator(".submissions .name a").first.get_attribute("href") + "/split"
    for name, address in pages.items():
        page.goto(address)
        axe(page)
        is_as_wide_as_the_window(page)
        shot(page, f"{name}-{language}-{width}")


def test_answers_with_the_keyboard_and_takes_it_back(page: Page, desk):  # noqa: F811
    page.goto(f"{desk(CLOSED)}/workbench")
    waiting = page.locator(".tabs [aria-current] span").inner_text()
    page.keyboard.press("j")
    expect(page.locator("[data-line]").first).to_be_focused()
    page.keyboard.press("x")
    expect(page.locator("[data-selected]")).to_contain_text("1")
    page.keyboard.press("x")
    page.keyboard.press("Enter")
    expect(page.locator("h1")).to_contain_text("MY-")
    one = page.locator("#scope-one")
    if one.count():
        one.check()
    page.locator("h1").click()
    page.keyboard.press("4")
    expect(page.locator("input[name=outcome][value=explained]")).to_be_checked()
    page.keyboard.press("r")
    page.keyboard.type("已在目录中写明。")
    page.locator("button[name=then][value=stay]").click()
    expect(page.locator(".note.good")).to_contain_text("1 条已答复")
    page.locator(".note.good button").click()
    expect(page.locator(".flash")).to_contain_text("已撤销")
    page.locator(".crumbs a", has_text="答复意见").click()
    expect(page.locator(".tabs [aria-current] span")).to_have_text(waiting)


def test_works_without_a_script(browser: Browser, base_url, page: Page, desk):  # noqa: F811
    address = f"{desk(CLOSED)}/workbench"
    plain = browser.new_context(java_script_enabled=False, storage_state=page.context.storage_state(), locale="zh-CN")
    still = plain.new_page()
    still.goto(address)
    boxes = still.locator("input[name=opinions]")
    count = boxes.count()
    assert count > 0
    for index in range(count):
        boxes.nth(index).check()
    still.locator("details summary", has_text="作同一个答复").click()
    still.locator("#outcome-many-explained").check()
    still.locator("#reason-many").fill("已统一说明。")
    still.locator("button[name=action][value=answer]").click()
    expect(still.locator(".note.good")).to_contain_text(re.compile(rf"{count} 条已答复"))
    still.locator(".note.good button").click()
    expect(still.locator("input[name=opinions]")).to_have_count(count)
    plain.close()
