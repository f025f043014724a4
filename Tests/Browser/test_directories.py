"""Final directories: browsed, searched, read row by row, taken along; kept current at the desk; and what is not published, looked at again."""

import re

import pytest
from layout import is_as_wide_as_the_window
from playwright.sync_api import Page, expect


@pytest.mark.parametrize("language", ["zh-Hans", "en"])
@pytest.mark.parametrize("width", [360, 1280])
def test_everyone_reads_them(page: Page, base_url, axe, shot, width, language):
    page.set_viewport_size({"width": width, "height": 900})
    page.goto(f"{base_url}/display?lang={language}&to=/directories")
    page.goto(f"{base_url}/directories")
    directory = page.locator(".field-list a", has_text="安全生产").get_attribute("href")
    for name, address in {"list": "/directories", "found": "/directories?q=%E6%94%BF%E5%86%8C%E6%96%87%E4%BB%B6", "one": directory}.items():
        page.goto(base_url + address)
        axe(page)
        is_as_wide_as_the_window(page)
        shot(page, f"directories-{name}-{language}-{width}")
    page.locator("#passages th a").first.click()
    axe(page)
    is_as_wide_as_the_window(page)
    shot(page, f"directories-row-{language}-{width}")


def test_from_a_word_with_a_slip_to_the_row_and_its_history(page: Page, base_url):
    page.goto(base_url)
    page.get_by_role("navigation").get_by_role("link", name="公开目录").click()
    expect(page.get_by_text("还没有").first).to_be_visible()
    page.get_by_label("查找事项").fill("法律法归")
    page.get_by_role("button", name="查找").click()
    expect(page.get_by_text("差一个字")).to_be_visible()
    page.locator("table.rows th a", has_text="法律法规").first.click()
    expect(page.locator("ins").first).to_be_visible()
    page.get_by_role("link", name=re.compile("征求意见稿")).first.click()
    expect(page).to_have_url(re.compile(r"/notices/draft/1#row-\d+$"))
    assert page.locator("meta[name=ArticleTitle]").get_attribute("content")


def test_rows_are_taken_along(page: Page, base_url):
    page.goto(f"{base_url}/directories?mode=on_request")
    with page.expect_download() as download:
        page.get_by_role("link", name="XLSX").click()
    assert download.value.suggested_filename.endswith(".xlsx")
    answer = page.request.get(f"{base_url}/directories/rows.json?mode=on_request")
    assert [row["disclosure_mode"] for row in answer.json()["rows"]] == ["依申请"]


def test_a_unit_confirms_and_reviews(page: Page, base_url, sign_in, axe, shot):
    sign_in(page, "zuzhi")
    page.goto(f"{base_url}/desk/directories")
    axe(page)
    shot(page, "directories-desk")
    page.goto(f"{base_url}/desk/evaluations")
    axe(page)
    shot(page, "directories-evaluations")
    entry = page.locator("li.entry", has=page.locator("form")).first
    entry.get_by_role("button").click()
    expect(page.get_by_role("alert")).to_be_visible()
    entry = page.locator("li.entry", has=page.locator("form")).first
    entry.get_by_label("维持不变").check()
    entry.get_by_label("理由").fill("涉及个人账户，仍然只对申请人公开。")
    entry.get_by_role("button").click()
    expect(page.get_by_text("评估结果已记录。")).to_be_visible()
    page.goto(f"{base_url}/desk/directories")
    page.locator("form", has=page.locator("table")).first.get_by_role("checkbox").first.check()
    page.get_by_role("button", name="确认所选事项").first.click()
    expect(page.get_by_text(re.compile("已确认 1 项"))).to_be_visible()
