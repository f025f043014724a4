"""A draft in rounds: the revised and the final edition before the public, and the next one worked on at the desk."""

import re

import pytest
from layout import is_as_wide_as_the_window
from playwright.sync_api import Page, expect


@pytest.mark.parametrize("language", ["zh-Hans", "en"])
@pytest.mark.parametrize("width", [360, 1280])
def test_what_changed_is_open_to_everyone(page: Page, base_url, places, axe, shot, width, language):
    page.set_viewport_size({"width": width, "height": 900})
    consultation = places["safety"]
    path = consultation.removeprefix(base_url)
    for name, address in {"changes": "/changes", "revised": "/changes/1/2", "all": "/changes/1/2?rows=all", "result": "/result"}.items():
        page.goto(f"{base_url}/display?lang={language}&to={path}")
        page.goto(consultation + address)
        axe(page)
        is_as_wide_as_the_window(page)
        shot(page, f"editions-{name}-{language}-{width}")


def test_from_the_consultation_to_the_change_to_the_opinion_and_back(page: Page, places):
    page.goto(places["safety"])
    page.get_by_role("link", name="看改了什么").click()
    expect(page.locator("h1")).to_contain_text("正式稿")
    expect(page.locator("ins").first).to_be_visible()
    page.goto(places["safety"] + "/changes/1/2")
    # The old words are struck and the new ones underlined, and both are said.
    assert "line-through" in page.locator("del").first.evaluate("e => getComputedStyle(e).textDecorationLine")
    assert "underline" in page.locator("ins").first.evaluate("e => getComputedStyle(e).textDecorationLine")
    expect(page.locator("del .unseen").first).to_have_text(re.compile("删去"))
    page.locator("#row-1 li a").first.click()
    expect(page).to_have_url(re.compile(r"/result#opinion-\d+$"))
    page.locator("tr:target a[href*='/changes#']").first.click()
    expect(page.locator("tr:target")).to_be_visible()


def test_print_keeps_the_marks_without_colour(page: Page, places):
    page.goto(places["safety"] + "/changes/1/2")
    page.emulate_media(media="print")
    assert "underline" in page.locator("ins").first.evaluate("e => getComputedStyle(e).textDecorationLine")
    assert "line-through" in page.locator("del").first.evaluate("e => getComputedStyle(e).textDecorationLine")


@pytest.mark.parametrize("script", [True, False])
def test_the_next_edition_at_the_desk(new_context, base_url, places, sign_in, axe, shot, script):
    page = new_context(java_script_enabled=script).new_page()
    sign_in(page, "zuzhi")
    number = places["safety"].rsplit("/", 1)[1]
    page.goto(f"{base_url}/desk/procedures/{number}")
    draft = page.locator("a[href^='/desk/drafts/']").first.get_attribute("href").split("/")[3]
    page.goto(f"{base_url}/desk/drafts/{draft}")
    if page.locator("form[action$='/editions/begin']").count():
        page.get_by_text("在屏幕上修改下一稿").click()
        page.get_by_role("button", name="开始修改").click()
    else:
        page.locator("tbody a").first.click()
    page.set_viewport_size({"width": 360, "height": 900})
    if script:
        axe(page)
    is_as_wide_as_the_window(page)
    page.locator("#row-1 .name a").click()
    page.locator("#time_limit").fill("10个工作日内" if script else "15个工作日内")
    page.get_by_role("button", name="保存", exact=True).press("Enter")
    expect(page.locator(".flash.done")).to_contain_text("已保存")
    expect(page.locator("ins").first).to_contain_text("10" if script else "15")
    if script:
        axe(page)
        shot(page, "editions-passage-360")
    is_as_wide_as_the_window(page)
    edition = re.search(r"(/desk/drafts/\d+/editions/\d+)", page.locator("p.lead a").get_attribute("href"))[1]
    page.goto(base_url + edition + "/grid")
    if script:
        axe(page)
    is_as_wide_as_the_window(page)
    page.get_by_role("button", name="保存这一页").press("Enter")
    expect(page.locator(".flash.done")).to_contain_text("改动已保存（0 行）")
