"""Registering for a hearing: on a phone, without a script, by keyboard alone, at the counter; and what is not taken."""

import re

import pytest
from citizen import look_up, read_slip
from database import query
from desk import press_until
from layout import is_as_wide_as_the_window
from playwright.sync_api import Page, expect
from test_lot import SCAN, hearing

PHONE = {"width": 360, "height": 800}
SEND = "form[action$='/register'] .buttons button[type=submit]"


@pytest.fixture
def demo(base_url, data_folder) -> str:
    """The hearing of the demo that people register for: it asks for no identity number."""
    number = query(data_folder / "data", "select number from gatherings where title = '公众意见办理办法听证会'")
    return f"{base_url}/hearings/{number}"


@pytest.fixture
def strict(base_url, data_folder) -> str:
    """A hearing that asks for the identity number."""
    number = hearing(data_folder / "data", people=0)
    query(data_folder / "data", f"update gatherings set asks = '{{identity}}', identity_basis = '听证公告第三条' where number = '{number}'")
    return f"{base_url}/hearings/{number}"


def check_digit(first: str) -> str:
    """Seventeen digits with their check digit (GB 11643); the serial 000 is given to nobody."""
    return first + "10X98765432"[sum(int(digit) * 2 ** (17 - place) for place, digit in enumerate(first)) % 11]


def fill(page: Page, name: str, phone: str) -> None:
    """All that the demo's hearing asks for."""
    page.locator("#category-c01").check()
    page.locator("#name").fill(name)
    page.locator("#phone").fill(phone)
    page.locator("#born_on").fill("1975-03-02")
    page.locator("#sex-female").check()
    page.locator("#occupation").fill("种田")
    page.locator("#address").fill("龙川县演示路 100 号")
    page.locator("#reason").fill("每次提了意见都不知道结果。")
    page.locator("#consents-no").check()


def fill_strict(page: Page, identity: str, seat: str = "c01") -> None:
    page.locator(f"#category-{seat}").check()
    page.locator("#name").fill("演示乙")
    page.locator("#phone").fill("07620000101")
    page.locator("#identity").fill(identity)
    page.locator("#consents-yes").check()


def test_without_a_script_on_a_phone(new_context, base_url, demo, shot):
    page = new_context(java_script_enabled=False, viewport=PHONE).new_page()
    page.goto(demo)
    page.get_by_role("link", name="报名", exact=True).click()
    shot(page, "registration-form-360")
    fill(page, "演示甲", "07620000100")
    page.locator("#occupation").fill("")
    page.locator("#files").set_input_files(SCAN)
    page.locator(SEND).click()
    # What is wrong is said, and nothing that was typed or chosen is lost.
    expect(page.locator(".error-summary a[href='#occupation']")).to_be_visible()
    for field, value in [("name", "演示甲"), ("born_on", "1975-03-02"), ("reason", "每次提了意见都不知道结果。")]:
        expect(page.locator(f"#{field}")).to_have_value(value)
    for choice in ("category-c01", "sex-female", "consents-no"):
        expect(page.locator(f"#{choice}")).to_be_checked()
    expect(page.get_by_label(SCAN["name"])).to_be_checked()
    shot(page, "registration-errors-360")
    page.locator("#occupation").fill("种田")
    page.locator(SEND).click()
    slip = read_slip(page)
    expect(page.locator("h1")).to_have_text("您的报名已收到")
    expect(page.locator(".slip")).to_contain_text("材料1（pdf")
    expect(page.locator("main")).not_to_contain_text("演示甲")
    shot(page, "registration-receipt-360")

    other = new_context(java_script_enabled=False, viewport=PHONE).new_page()
    look_up(other, base_url, slip)
    assert read_slip(other) == slip
    other.get_by_role("link", name="退出报名").click()
    expect(other.locator("main")).to_contain_text("退出后立即删除")
    shot(other, "registration-withdraw-360")
    other.locator("form[action$='/withdraw'] button").click()
    expect(other.locator("h1")).to_have_text("您已退出")
    expect(other.locator(".slip")).not_to_contain_text("材料1")


def test_by_keyboard_alone(page: Page, strict, base_url, axe):
    page.set_viewport_size(PHONE)
    page.goto(f"{strict}/register")
    axe(page)
    is_as_wide_as_the_window(page)
    for selector, keys in [("#name", "演示丙"), ("#phone", "07620000102"), ("#identity", check_digit("44162219910101000"))]:
        press_until(page, "Tab", selector)
        page.keyboard.type(keys)
    press_until(page, "Tab", "#consents-yes")
    page.keyboard.press("Space")
    press_until(page, "Tab", SEND)
    page.keyboard.press("Enter")
    # The summary leads to what is missing.
    expect(page.locator(".error-summary")).to_be_visible()
    axe(page)
    is_as_wide_as_the_window(page)
    press_until(page, "Tab", "#category-c01")
    page.keyboard.press("Space")
    press_until(page, "Tab", SEND)
    page.keyboard.press("Enter")
    slip = read_slip(page)
    axe(page)
    is_as_wide_as_the_window(page)

    page.context.clear_cookies()
    look_up(page, base_url, slip)
    assert read_slip(page) == slip
    press_until(page, "Tab", "a[href$='/withdraw']")
    page.keyboard.press("Enter")
    page.wait_for_url("**/withdraw")
    axe(page)
    is_as_wide_as_the_window(page)
    press_until(page, "Tab", "form[action$='/withdraw'] button")
    page.keyboard.press("Enter")
    expect(page.locator("h1")).to_have_text("您已退出")
    axe(page)


def test_a_wrong_identity_number_and_the_same_person_twice(page: Page, new_context, strict, axe, shot):
    page.set_viewport_size(PHONE)
    page.goto(f"{strict}/register")
    right = check_digit("44162219900101000")
    wrong = right[:-1] + ("0" if right[-1] != "0" else "1")
    fill_strict(page, wrong)
    page.locator(SEND).click()
    expect(page.locator("#identity-error")).to_contain_text("身份证号码有误")
    expect(page.locator("#identity")).to_have_value(wrong)
    axe(page)
    shot(page, "registration-identity-360")
    page.locator("#identity").fill(right)
    page.locator(SEND).click()
    slip = read_slip(page)
    assert right not in page.content() and right not in page.url

    # In another category, from another device.
    other = new_context(viewport=PHONE).new_page()
    other.goto(f"{strict}/register")
    fill_strict(other, right, seat="c02")
    other.locator(SEND).click()
    expect(other.locator("#identity-error")).to_contain_text("已经有一份报名")
    expect(other.locator("main")).not_to_contain_text(slip.number)
    expect(other.locator("#category-c02")).to_be_checked()
    axe(other)
    is_as_wide_as_the_window(other)
    shot(other, "registration-twice-360")


def test_the_back_button_leads_to_the_receipt(page: Page, strict, axe):
    page.set_viewport_size(PHONE)
    page.goto(f"{strict}/register")
    # What a unit gives as its reason is not printed as law.
    expect(page.locator("#identity-hint")).to_contain_text("自己的要求")
    fill_strict(page, check_digit("44162219930303000"))
    page.locator(SEND).click()
    slip = read_slip(page)
    page.go_back()
    page.locator("#identity").fill("")
    page.locator(SEND).click()
    receipt = page.get_by_role("link", name="看报名回执")
    expect(receipt).to_be_visible()
    expect(page.locator("main")).to_contain_text(slip.number)
    axe(page)
    is_as_wide_as_the_window(page)
    receipt.click()
    assert read_slip(page) == slip


def test_a_form_that_was_open_when_registration_closed(page: Page, strict, data_folder, axe):
    page.set_viewport_size(PHONE)
    page.goto(f"{strict}/register")
    fill_strict(page, check_digit("44162219920101000"))
    query(data_folder / "data", f"update gatherings set registration_until = minyi_clock() where number = '{strict.rsplit('/', 1)[1]}'")
    page.locator(SEND).click()
    expect(page.locator("main")).to_contain_text("报名已经截止")
    axe(page)
    is_as_wide_as_the_window(page)


def test_at_the_counter(desk, base_url, strict, axe, shot):
    clerk = desk.as_("chengban")
    clerk.set_viewport_size(PHONE)
    address = strict.replace("/hearings/", "/desk/hearings/") + "/registrations"
    clerk.goto(address)
    expect(clerk.locator("main")).to_contain_text("报名人的资料")
    axe(clerk)
    is_as_wide_as_the_window(clerk)
    clerk.get_by_role("link", name="登记纸质、电话报名").click()
    identity = check_digit("44162219930101000")
    fill_strict(clerk, identity)
    clerk.locator("#files").set_input_files(SCAN)
    clerk.get_by_role("button", name="登记", exact=True).click()
    # How it came was not said; the paper is kept.
    expect(clerk.locator("#channel-error")).to_be_visible()
    expect(clerk.get_by_label(SCAN["name"])).to_be_checked()
    axe(clerk)
    is_as_wide_as_the_window(clerk)
    shot(clerk, "registration-counter-360")
    clerk.locator("#channel-counter").check()
    clerk.get_by_role("button", name="登记", exact=True).click()
    expect(clerk.locator("h1")).to_have_text("已登记")
    slip = read_slip(clerk)
    expect(clerk.locator(".slip")).to_contain_text("材料1（pdf")
    axe(clerk)
    is_as_wide_as_the_window(clerk)
    shot(clerk, "registration-counter-slip-360")

    clerk.get_by_role("link", name="再登记一份").click()
    fill_strict(clerk, identity, seat="c02")
    clerk.locator("#channel-letter").check()
    clerk.get_by_role("button", name="登记", exact=True).click()
    expect(clerk.locator("#identity-error")).to_contain_text(slip.number)

    # Who it is, the organiser reads after a press, masked at first.
    mine = desk.as_("zuzhi")
    mine.goto(address)
    mine.get_by_role("link", name=slip.number).click()
    expect(mine.locator("main")).not_to_contain_text("演示乙")
    mine.get_by_role("button", name="查看姓名、电话等资料").click()
    expect(mine.locator("#person")).to_contain_text("演示乙")
    expect(mine.locator("#person")).to_contain_text(re.compile(r"441622\*+"))
    axe(mine)
    shot(mine, "registration-desk")


def test_no_log_names_who_registered(server, strict, page: Page):
    identity = check_digit("44162219940101000")
    page.goto(f"{strict}/register")
    fill_strict(page, identity)
    page.locator(SEND).click()
    slip = read_slip(page)
    log = "\n".join(server.output) + (server.data / "postgres.log").read_text(errors="replace")
    for secret in (identity, "演示乙", "07620000101", slip.code, slip.number):
        assert secret not in log, secret
