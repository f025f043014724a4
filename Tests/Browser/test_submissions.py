"""The organiser's desk: what came in, one submission, letters and calls, and the result."""

import re

import pytest
from layout import is_as_wide_as_the_window
from playwright.sync_api import Page, expect

OPEN = "社会救助、养老服务"
CLOSED = "公共文化服务"


@pytest.fixture
def desk(page: Page, base_url, sign_in):
    """desk("公共文化服务") gives the desk's address of a consultation of the demo; somebody who answers is signed in."""
    sign_in(page, "zuzhi")

    def address(title: str) -> str:
        for shelf in ["", "?shelf=answering", "?shelf=decided"]:
            page.goto(f"{base_url}/consultations{shelf}")
            found = page.locator(".entry h3 a", has_text=title)
            if found.count():
                return f"{base_url}/desk/procedures/" + found.first.get_attribute("href").rsplit("/", 1)[1]
        raise AssertionError(f"the demo has no consultation on {title}")

    return address


@pytest.mark.parametrize("language", ["zh-Hans", "en"])
@pytest.mark.parametrize("width", [360, 768, 1280])
def test_every_page_is_open_to_everyone(page: Page, base_url, desk, axe, shot, width, language):
    page.set_viewport_size({"width": width, "height": 900})
    (collecting, answering) = (desk(OPEN), desk(CLOSED))
    page.goto(f"{base_url}/display?lang={language}&to=/desk/sign-in")
    pages = {
        "submissions": f"{answering}/submissions?view=all",
        "entry": f"{collecting}/entry",
        "result-at-the-desk": f"{answering}/result",
    }
    page.goto(pages["submissions"])
    pages["submission"] = base_url + page.locator(".submissions .name a").first.get_attribute("href")
    for name, address in pages.items():
        page.goto(address)
        axe(page)
        is_as_wide_as_the_window(page)
        shot(page, f"{name}-{language}-{width}")


def test_many_are_hidden_and_shown_again_by_keyboard_alone(page: Page, desk):
    page.goto(f"{desk(OPEN)}/submissions")
    count = page.locator("input[name=ids]").count()
    assert count > 1
    expect(page.locator("[data-selected]")).to_have_text("勾选以后可以一起处理")
    page.locator("[data-select-all]").focus()
    page.keyboard.press("Space")
    expect(page.locator("[data-selected]")).to_have_text(f"已选 {count} 件")
    page.locator("#code").focus()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.locator(".note.good")).to_contain_text(f"已隐去 {count} 件")
    page.locator(".note.good button").focus()
    page.keyboard.press("Enter")
    expect(page.locator(".flash")).to_contain_text(f"{count} 件恢复原样")
    expect(page.locator("input[name=ids]")).to_have_count(count)


def test_one_is_passed_and_taken_back_without_script(browser, base_url, accounts, desk):
    list_address = f"{desk(OPEN)}/submissions"
    context = browser.new_context(java_script_enabled=False, locale="zh-CN")
    page = context.new_page()
    page.goto(f"{base_url}/desk/sign-in")
    page.locator("input[name=name]").fill("zuzhi")
    page.locator("input[name=password]").fill(accounts["zuzhi"])
    page.locator("input[name=password]").press("Enter")
    page.goto(list_address)
    page.locator("input[name=ids]").first.check()
    page.locator("button[value=show]").click()
    expect(page.locator(".note.good")).to_contain_text("已通过 1 件")
    page.locator(".note.good button").click()
    expect(page.locator(".flash")).to_contain_text("1 件恢复原样")
    context.close()


def test_the_contact_is_shown_on_request_and_gone_again(page: Page, desk):
    page.goto(f"{desk(OPEN)}/submissions?view=all&q=" + "扶持政策")
    page.locator(".submissions .name a").first.click()
    expect(page.locator("body")).not_to_contain_text("13800138000")
    page.locator("form[action$='/contact'] button").click()
    expect(page.locator("body")).to_contain_text("13800138000")
    assert "13800138000" not in page.url
    page.goto(page.url.removesuffix("/contact"))
    expect(page.locator("body")).not_to_contain_text("13800138000")
    expect(page.locator(".history")).to_contain_text("查看了联系方式")


def test_a_letter_is_entered_and_its_receipt_fits_one_page(page: Page, desk, axe, tmp_path):
    page.goto(f"{desk(OPEN)}/entry")
    page.locator("main form button[type=submit]").click()
    expect(page.locator(".error-summary")).to_be_focused()
    axe(page)
    page.locator("#channel-letter").check()
    page.locator("#content").fill("第三行的电话打不通，请改一下。")
    page.locator("main form button[type=submit]").click()
    expect(page.locator("h1")).to_have_text("已登记")
    axe(page)
    paper = page.pdf(path=tmp_path / "slip.pdf", prefer_css_page_size=True)
    assert len(re.findall(rb"/Type\s*/Page\b", paper)) == 1
    # The code is shown once: whoever comes back finds the submission without it.
    number = page.locator(".slip .digits").first.inner_text()
    page.locator(".crumbs a", has_text="收到的意见").click()
    expect(page.locator("main")).to_contain_text(number)


def test_the_answering_ends_only_when_everything_is_answered(page: Page, desk, axe):
    page.goto(f"{desk(CLOSED)}/result")
    page.locator("form[action$='/finish'] button").click()
    expect(page.locator(".error-summary")).to_contain_text("还不能结束答复")
    axe(page)
    page.locator("#missing .numbers a").first.click()
    expect(page.locator("h1")).to_contain_text("意见 MY-")
