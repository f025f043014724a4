"""The components in every state, in every display, and what the script adds to them."""

import pytest
from layout import is_as_wide_as_the_window
from playwright.sync_api import Page, expect

DISPLAYS = {
    "plain": "",
    "dark": "theme=dark",
    "elder": "size=elder",
    "elder-dark": "size=elder&theme=dark",
    "english": "lang=en",
}


@pytest.mark.parametrize("display", DISPLAYS)
@pytest.mark.parametrize("width", [360, 768, 1280])
def test_every_display_is_open_to_everyone(page: Page, base_url, axe, shot, display, width):
    page.set_viewport_size({"width": width, "height": 900})
    page.goto(f"{base_url}/display?{DISPLAYS[display]}&to=/styleguide")
    axe(page)
    is_as_wide_as_the_window(page)
    shot(page, f"styleguide-{display}-{width}")


def test_the_device_may_ask_for_dark(page: Page, base_url, axe):
    page.emulate_media(color_scheme="dark")
    page.goto(f"{base_url}/styleguide")
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(20, 24, 29)"
    axe(page)


def test_the_skip_link_comes_first(page: Page, base_url):
    page.goto(f"{base_url}/styleguide")
    page.evaluate("document.activeElement.blur()")
    page.keyboard.press("Tab")
    skip = page.locator(".skip")
    expect(skip).to_be_focused()
    assert skip.bounding_box()["x"] >= 0
    page.keyboard.press("Enter")
    expect(page.locator("#main")).to_be_focused()


def test_a_table_is_filtered_while_typing(page: Page, base_url):
    page.goto(f"{base_url}/styleguide")
    page.locator("#q").fill("扶持")
    expect(page.locator("#rows tr[data-filter]:visible")).to_have_count(1)
    expect(page.locator("#rows tr.group:visible")).to_have_text(["养老服务"])
    expect(page.locator("[data-found]")).to_have_text("显示 1 / 4 项")
    page.locator("#q").fill("")
    page.locator("#tier").select_option("乡级")
    expect(page.locator("#rows tr[data-filter]:visible")).to_have_count(1)


def test_characters_are_counted_as_people_count_them(page: Page, base_url):
    page.goto(f"{base_url}/styleguide")
    page.locator("#content").fill("𠮷" * 10)
    expect(page.locator("#content-count")).to_have_text("还可以写 1990 字")
    page.locator("#content").fill("字" * 2003)
    expect(page.locator("#content-count")).to_have_text("多出 3 字")


def test_what_was_typed_is_there_after_the_browser_was_closed(page: Page, base_url):
    page.goto(f"{base_url}/styleguide")
    page.locator("#content").fill("二十个工作日太长")
    page.locator("#name").fill("朱某")
    page.goto("about:blank")
    page.goto(f"{base_url}/styleguide")
    expect(page.locator("#content")).to_have_value("二十个工作日太长")
    expect(page.locator("[data-draft-restored]")).to_be_visible()
    expect(page.locator("#name")).to_have_value("")
    assert "朱某" not in page.evaluate("JSON.stringify(localStorage)")


def test_many_rows_at_once(page: Page, base_url):
    page.goto(f"{base_url}/styleguide")
    page.locator("[data-select-all]").check()
    expect(page.locator("[data-selected]")).to_have_text("已选 2 件")
    page.locator("input[name=ids]").first.uncheck()
    expect(page.locator("[data-selected]")).to_have_text("已选 1 件")
    assert page.locator("[data-select-all]").evaluate("box => box.indeterminate")


def test_wechat_says_that_it_cannot_download(browser, base_url):
    page = browser.new_page(user_agent="Mozilla/5.0 (Linux; Android 7.0) Chrome/53.0 MicroMessenger/6.6", locale="zh-CN")
    page.goto(f"{base_url}/styleguide")
    page.locator("a[download]").click()
    expect(page.locator("#wechat")).to_be_visible()
    expect(page.locator("#wechat-address")).to_have_value(f"{base_url}/styleguide.csv")
    page.close()
