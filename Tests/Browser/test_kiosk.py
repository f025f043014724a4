"""A kiosk: made at the desk, opened on a device, answered by one after the other, and cleared in between."""

import re

import pytest
from database import query
from layout import is_as_wide_as_the_window
from playwright.sync_api import Browser, Error, Page, expect
from questionnaires import ask, page as asked_page, question

ASKED = {
    "title": "大厅里的问卷",
    "introduction": "大约一分钟。",
    "pages": [
        asked_page("one", "办事", question("content", "您满意吗？", "yesNo", isRequired=True)),
        asked_page("two", "建议", question("why", "还想说什么？", {"text": {"isLong": True}})),
    ],
}


@pytest.fixture
def link(page: Page, base_url, data_folder, server, sign_in, axe, shot) -> str:
    """The link of a new kiosk."""
    number = ask(data_folder / "data", ASKED, voice="browser")
    sign_in(page, "zuzhi")
    page.goto(f"{base_url}/desk/questionnaires/{number}/kiosks")
    page.locator("#place").fill("一楼大厅")
    page.get_by_role("button", name="新建").click()
    axe(page)
    shot(page, "kiosk-desk")
    return re.search(r"/kiosk/open/[0-9a-f-]+", page.locator(".note.good").inner_text())[0]


def opened(browser: Browser, base_url, link: str, **options) -> Page:
    page = browser.new_context(locale="zh-CN", **options).new_page()
    page.goto(base_url + link)
    page.get_by_role("button", name="在这台设备上打开").click()
    expect(page.get_by_role("button", name="开始填写")).to_be_visible()
    return page


def answer(page: Page, words: str) -> None:
    page.get_by_role("button", name="开始填写").click()
    page.get_by_text("是", exact=True).click()
    page.get_by_role("button", name="下一页").click()
    page.locator("textarea").fill(words)


def test_one_after_the_other(browser: Browser, base_url, link, data_folder, axe, shot):
    page = opened(browser, base_url, link, viewport={"width": 1080, "height": 1400})
    axe(page)
    shot(page, "kiosk-start")
    # No way out.
    assert page.locator("a").count() == 0
    for words in ("甲说的", "乙说的"):
        answer(page, words)
        axe(page)
        shot(page, "kiosk-fill")
        assert page.locator("a:visible").count() == 0
        page.get_by_role("button", name="提交").click()
        expect(page.locator("h1")).to_have_text("谢谢您")
        axe(page)
        page.get_by_role("button", name="给我看回执").click()
        expect(page.locator("dd b")).to_have_text(re.compile(r"^\d{4} \d{4} \d{4}$"))
        axe(page)
        shot(page, "kiosk-receipt")
        page.get_by_role("link", name="回到开头").click()
        expect(page.get_by_role("button", name="开始填写")).to_be_visible()
    # Whoever goes back finds nothing of those before.
    for _ in range(8):
        try:
            page.go_back()
        except Error as fault:
            # It stood behind a form that was sent, and was not kept; the next step back may meet the browser's page about that.
            assert "ERR_CACHE_MISS" in str(fault) or "Not attached to an active page" in str(fault)
            continue
        assert "乙说的" not in page.content() and "甲说的" not in page.content()
        assert page.locator("dd b").count() == 0
    assert query(data_folder / "data", "select count(*) from answer_sheets where channel = 'kiosk'") != "0"
    # Another device cannot use the link.
    other = browser.new_context(locale="zh-CN").new_page()
    other.goto(base_url + link)
    other.get_by_role("button", name="在这台设备上打开").click()
    expect(other.locator("main")).to_contain_text("已经用过")
    for it in (page, other):
        it.context.close()


def test_without_a_touch_it_begins_anew(browser: Browser, base_url, link, data_folder, axe, shot):
    page = browser.new_context(locale="zh-CN").new_page()
    page.clock.install()
    page.goto(base_url + link)
    page.get_by_role("button", name="在这台设备上打开").click()
    answer(page, "只填了一半")
    dialog = page.get_by_role("alertdialog")
    expect(dialog).to_be_hidden()
    page.clock.run_for(61_000)
    expect(dialog).to_be_visible()
    axe(page)
    shot(page, "kiosk-idle")
    # It can be stopped, and nothing is lost.
    page.clock.run_for(5_000)
    page.get_by_role("button", name="还在，继续填写").click()
    expect(dialog).to_be_hidden()
    expect(page.locator("textarea")).to_have_value("只填了一半")
    page.clock.run_for(61_000)
    page.clock.run_for(21_000)
    expect(page.get_by_role("button", name="开始填写")).to_be_visible()
    page.go_back()
    assert "只填了一半" not in page.content()
    page.goto(f"{base_url}/kiosk/page/two")
    expect(page.get_by_role("button", name="开始填写")).to_be_visible()
    page.context.close()


def test_without_a_script(browser: Browser, base_url, link):
    page = opened(browser, base_url, link, java_script_enabled=False)
    page.get_by_role("button", name="开始填写").click()
    assert page.locator("meta[http-equiv=refresh]").get_attribute("content") == "180;url=/kiosk"
    page.get_by_role("link", name="我需要更多时间").click()
    assert page.locator("meta[http-equiv=refresh]").get_attribute("content") == "1200;url=/kiosk"
    page.get_by_text("是", exact=True).click()
    page.get_by_role("button", name="下一页").click()
    page.get_by_role("button", name="提交").click()
    expect(page.locator("h1")).to_have_text("谢谢您")
    page.context.close()


@pytest.mark.parametrize("width", [360, 1280])
def test_the_pages_fit(browser: Browser, base_url, link, width, axe, shot):
    page = opened(browser, base_url, link, viewport={"width": width, "height": 800})
    page.get_by_role("button", name="开始填写").click()
    axe(page)
    shot(page, f"kiosk-fill-{width}")
    is_as_wide_as_the_window(page)
    page.context.close()
