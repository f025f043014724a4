"""What a citizen does with a message, from what is not taken here to the receipt: with a script, without one, by keyboard, on a phone."""

import re

import pytest
from citizen import Slip
from layout import is_as_wide_as_the_window
from playwright.sync_api import Page, expect

SUBMIT = "form[data-draft] > .buttons button[type=submit]"


def fill(page: Page, kind: str = "complaint", **fields: str) -> None:
    page.locator(f"#kind-{kind}").check()
    for name, value in ({"title": "老隆镇中山路路灯不亮", "message": "晚上看不见路。\n请修好。"} | fields).items():
        page.locator(f"#{name}").fill(value)


def read_slip(page: Page) -> Slip:
    """The number and code of the receipt on the page; waits for it."""
    expect(page.locator(".slip")).to_be_visible()
    digits = page.locator(".slip .digits")
    return Slip(digits.nth(0).inner_text(), digits.nth(1).inner_text())


@pytest.fixture
def picture(tmp_path):
    """A screenshot is a picture like any other."""

    def make(page: Page, name: str = "路灯.png") -> str:
        path = tmp_path / name
        path.write_bytes(page.screenshot(clip={"x": 0, "y": 0, "width": 40, "height": 40}))
        return str(path)

    return make


def test_from_the_home_page_to_the_receipt(page: Page, base_url, picture, new_context):
    page.goto(base_url)
    page.get_by_role("main").get_by_role("link", name="写留言").click()
    expect(page.locator("#elsewhere-title")).to_be_visible()
    for way in ("110", "纪检监察机关", "信访", "依申请公开"):
        expect(page.locator("main")).to_contain_text(way)

    # A mistake: everything stays, the file that was sent with it too.
    fill(page)
    page.locator("#files").set_input_files(picture(page))
    page.get_by_text("涉及某个单位或某个人").click()
    page.locator(".picks input").first.check()
    page.locator("#concerned_names").fill("王某某")
    page.locator("#publish").check()
    page.locator(SUBMIT).click()
    expect(page.locator(".error-summary")).to_be_focused()
    page.locator(".error-summary a").click()
    expect(page.locator("#phone")).to_be_focused()
    expect(page.locator("#title")).to_have_value("老隆镇中山路路灯不亮")
    expect(page.locator("#concerned_names")).to_have_value("王某某")
    expect(page.locator(".picks input").first).to_be_checked()
    expect(page.locator("#publish")).to_be_checked()
    expect(page.locator("ul.choices")).to_contain_text("路灯.png")
    page.locator("#phone").fill("138 0013 8000")
    page.locator(SUBMIT).click()

    slip = read_slip(page)
    expect(page.locator(".slip")).to_contain_text("路灯.png")
    expect(page.locator("#standing-title")).to_contain_text("已收到")
    expect(page.locator(".note")).to_contain_text("以前决定是否受理")
    page.get_by_text("这个日期是怎样算的").click()
    expect(page.locator(".days .last")).to_have_count(1)
    page.locator("#addition").fill("今天还是不亮。")
    page.get_by_role("button", name="提交补充").click()
    expect(page.locator(".flash")).to_have_text("补充已收到。")
    expect(page.locator("main")).to_contain_text("今天还是不亮。")

    # On another device, and taken back.
    other = new_context().new_page()
    other.goto(f"{base_url}/receipts?number={slip.number}")
    other.locator("#code").fill(slip.code)
    other.get_by_role("button", name="查询").click()
    assert read_slip(other) == slip
    other.get_by_role("link", name="撤回这件留言").click()
    other.get_by_role("button", name="撤回").click()
    expect(other.locator("main")).not_to_contain_text("晚上看不见路")
    expect(other.locator(".stamp")).to_contain_text("已撤回")


def test_without_a_script(new_context, base_url, picture):
    page = new_context(java_script_enabled=False).new_page()
    page.goto(f"{base_url}/messages/new")
    fill(page, "suggestion")
    page.locator("#files").set_input_files(picture(page))
    page.locator("button[name=add_files]").click()
    expect(page.locator(".note").first).to_contain_text("留言还没有提交")
    expect(page.locator("#message")).to_have_value("晚上看不见路。\n请修好。")
    page.locator("#files").set_input_files(picture(page, "第二张.png"))
    page.locator("ul.choices input[type=checkbox]").first.uncheck()
    page.locator(SUBMIT).click()
    read_slip(page)
    expect(page.locator(".slip")).to_contain_text("第二张.png")
    expect(page.locator(".slip")).not_to_contain_text("路灯.png")


def test_by_keyboard_alone(page: Page, base_url):
    page.goto(f"{base_url}/messages/new")
    page.locator("#kind-inquiry").focus()
    page.keyboard.press("Space")
    page.keyboard.press("Tab")
    expect(page.locator("#title")).to_be_focused()
    page.keyboard.type("低保怎样申请")
    page.keyboard.press("Tab")
    page.keyboard.type("要带什么材料？")
    for _ in range(60):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.matches('form[data-draft] > .buttons button')"):
            break
    page.keyboard.press("Enter")
    read_slip(page)


def test_what_was_typed_survives_a_closed_page(page: Page, base_url):
    page.goto(f"{base_url}/messages/new")
    fill(page, phone="13800138000")
    page.goto(f"{base_url}/messages")
    page.goto(f"{base_url}/messages/new")
    expect(page.locator("[data-draft-restored]")).to_be_visible()
    expect(page.locator("#title")).to_have_value("老隆镇中山路路灯不亮")
    expect(page.locator("#message")).to_have_value("晚上看不见路。\n请修好。")
    # Phones are shared: how to reach somebody is not kept.
    expect(page.locator("#phone")).to_have_value("")


def test_a_voice_is_recorded(browser_type, browser_type_launch_args, browser_context_args, base_url):
    """Chromium's own pretended microphone; `page` has none."""
    arguments = browser_type_launch_args["args"] + [
        "--use-fake-ui-for-media-stream",
        "--use-fake-device-for-media-stream",
    ]
    browser = browser_type.launch(**(browser_type_launch_args | {"args": arguments}))
    try:
        page = browser.new_context(**browser_context_args).new_page()
        page.goto(f"{base_url}/messages/new")
        page.locator("#kind-suggestion").check()
        page.locator("[data-record]").click()
        expect(page.locator("[data-record-stop]")).to_be_focused()
        page.wait_for_timeout(1500)
        page.locator("[data-record-stop]").click()
        expect(page.locator("[data-record-status]")).to_contain_text("录好了")
        expect(page.locator("[data-record-play]")).to_be_visible()
        page.locator(SUBMIT).click()
        read_slip(page)
        expect(page.locator(".slip")).to_contain_text("录音")
        expect(page.locator(".slip")).to_contain_text("语音留言")
    finally:
        browser.close()


@pytest.mark.parametrize("width", [360, 1280])
@pytest.mark.parametrize("language", ["zh-Hans", "en"])
def test_nobody_is_kept_out(new_context, base_url, axe, width, language):
    page = new_context(viewport={"width": width, "height": 800}).new_page()
    page.goto(f"{base_url}/display?lang={language}&to=/messages/new")
    axe(page)
    page.locator("details summary").first.click()
    page.locator(SUBMIT).click()
    expect(page.locator(".error-summary")).to_be_visible()
    axe(page)
    is_as_wide_as_the_window(page)
    fill(page, "help", phone="13800138000")
    page.locator(SUBMIT).click()
    read_slip(page)
    page.locator("details").first.locator("summary").click()
    axe(page)
    is_as_wide_as_the_window(page)
    page.goto(f"{base_url}/messages?q=路灯")
    axe(page)
    is_as_wide_as_the_window(page)


def test_what_is_not_taken_here_is_shown_the_way(page: Page, base_url):
    page.goto(f"{base_url}/messages/new")
    fill(page, "officials")
    page.locator(SUBMIT).click()
    expect(page.locator("#kind-error")).to_contain_text("纪检监察机关")
    expect(page.locator("#message")).to_have_value("晚上看不见路。\n请修好。")
    expect(page).to_have_url(re.compile("/messages/new$"))
