"""The next edition at the desk: rows with ticks, what is dropped and taken back, where rows come from, files that are none."""

import re

import pytest
from layout import is_as_wide_as_the_window
from playwright.sync_api import Page, expect

PICTURE = b"\x89PNG\r\n\x1a\n" + b"\0" * 40


def begin(page: Page, base_url: str, consultation: str) -> str:
    """The address of the edition of the consultation's draft that is worked on."""
    page.goto(f"{base_url}/desk/procedures/{consultation.rsplit('/', 1)[1]}")
    draft = page.locator("a[href^='/desk/drafts/']").first.get_attribute("href").split("/")[3]
    page.goto(f"{base_url}/desk/drafts/{draft}")
    if page.locator("form[action$='/editions/begin']").count():
        page.get_by_text("在屏幕上修改下一稿").click()
        page.get_by_role("button", name="开始修改").click()
    else:
        page.locator("tbody a").first.click()
    return page.url


@pytest.mark.parametrize("script", [True, False])
def test_ticks_and_a_dropped_row_that_comes_back(new_context, base_url, places, sign_in, axe, shot, script):
    page = new_context(java_script_enabled=script).new_page()
    sign_in(page, "zuzhi")
    edition = begin(page, base_url, places["safety"])
    page.locator("#row-2 .name a").click()
    box = page.get_by_role("group", name="公开渠道和载体").get_by_label("精准推送")
    was = box.is_checked()
    box.set_checked(not was)
    page.get_by_role("button", name="保存", exact=True).click()
    expect(page.locator(".flash.done")).to_contain_text("已保存")
    expect(page.get_by_role("group", name="公开渠道和载体").get_by_label("精准推送")).to_be_checked(checked=not was)
    for width in (360, 1280):
        page.set_viewport_size({"width": width, "height": 900})
        is_as_wide_as_the_window(page)
        if script:
            axe(page)
            shot(page, f"edition-row-{width}")
    name = page.locator("h1").inner_text().split(" ", 2)[-1]
    page.get_by_text("删去", exact=True).click()
    page.get_by_role("button", name="删去这一条").click()
    expect(page).to_have_url(re.compile(r"/history$"))
    expect(page.locator("tbody tr").first).to_contain_text("删去")
    for width in (360, 1280):
        page.set_viewport_size({"width": width, "height": 900})
        is_as_wide_as_the_window(page)
        if script:
            axe(page)
            shot(page, f"edition-history-{width}")
    page.get_by_role("button", name="恢复这一条").first.click()
    expect(page.locator(".flash.done")).to_contain_text("已恢复")
    expect(page.locator("#row-2")).to_contain_text(name.split(" · ")[-1])
    for address in ("/grid", "/lineage"):
        page.goto(edition + address)
        for width in (360, 1280):
            page.set_viewport_size({"width": width, "height": 900})
            is_as_wide_as_the_window(page)
            if script:
                axe(page)
                shot(page, f"edition{address.replace('/', '-')}-{width}")


def test_a_picture_is_no_table(page: Page, base_url, sign_in, axe):
    sign_in(page, "zuzhi")
    page.goto(f"{base_url}/desk/drafts/new")
    page.get_by_label("领域").fill("养老服务")
    page.locator("input[name=file]").set_input_files({"name": "目录.xlsx", "mimeType": "image/png", "buffer": PICTURE})
    page.get_by_role("button", name="读取这份文件").click()
    expect(page.locator("#file-error")).to_contain_text("这是一张图片")
    expect(page.get_by_label("领域")).to_have_value("养老服务")
    axe(page)
