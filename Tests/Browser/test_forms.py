"""Mistakes in the comment form, and texts as odd as people and attackers type them."""

import pytest
from citizen import button, comment, fill, read_slip, send, write
from playwright.sync_api import Page, expect


def test_mistakes_stand_beside_their_fields(page: Page, places, axe):
    href = places["register"]
    long = "字" * 1999 + "𠮷𠮷𠮷𠮷"
    write(page, href, long, row=3, submitter="joint", people="1", name="某某", phone="12")
    expect(page.locator("#content-count")).to_have_text("多出 3 字")
    page.locator("#show_name").check()
    with page.expect_response(lambda answer: answer.request.method == "POST") as answer:
        button(page).click()
    assert answer.value.status == 422
    expect(page.locator(".error-summary")).to_be_focused()
    expect(page.locator("#content-error")).to_have_text("写了 2003 个字，最多 2000 个字。请删减一些，或者分成两份。")
    expect(page.locator("#people-error")).to_contain_text("至少2个人")
    expect(page.locator("#phone-error")).to_contain_text("不像一个电话号码")
    expect(page.locator("#name-error")).to_have_count(0)
    for name, value in {"content": long, "people": "1", "name": "某某", "phone": "12"}.items():
        expect(page.locator(f"#{name}")).to_have_value(value)
    for name in ("content", "people", "phone"):
        field = page.locator(f"#{name}")
        assert field.get_attribute("aria-invalid") == "true"
        assert f"{name}-error" in field.get_attribute("aria-describedby").split()
    expect(page.locator("#submitter-joint")).to_be_checked()
    expect(page.locator("#show_name")).to_be_checked()
    axe(page)
    page.locator(".error-summary a[href='#phone']").click()
    expect(page.locator("#phone")).to_be_focused()
    fill(page, "改短了。", submitter="joint", people="2", phone="")
    send(page)
    expect(page.locator(".slip")).to_contain_text("改短了。")


def test_an_empty_form(page: Page, places):
    write(page, places["register"], " \n\t　", submitter="organisation")
    button(page).click()
    expect(page.locator("#content-error")).to_have_text("请写下您的意见。")
    expect(page.locator("#organisation-error")).to_have_text("请填写单位名称。")


@pytest.mark.parametrize(
    "text",
    [
        "<script>alert(1)</script> &amp; \"'`",
        "</textarea><h1>x</h1>",
        "“\u0301<b>组合\u0308字符",
        "家\U000e0100 👩‍👩‍👧 𠮷",
        "\u202e反过来\u202c {{number}} {{{number}}}",
        "\n\n  先空两行\n=1+1",
    ],
    ids=["markup", "closing", "combining", "emoji", "direction", "spaces"],
)
def test_odd_texts_come_back_as_typed(page: Page, places, text):
    page.on("dialog", lambda dialog: pytest.fail(f"a script ran: {dialog.message}"))
    write(page, places["register"], text, submitter="joint", people="x")
    button(page).click()
    expect(page.locator("#people-error")).to_be_visible()
    expect(page.locator("#content")).to_have_value(text)
    page.locator("#people").fill("2")
    send(page)
    shown = page.locator(".slip dd.said").text_content()
    assert shown.split() == text.replace("\u202e", "").replace("\u202c", "").split() or shown.strip() == text.strip()


def test_exactly_as_many_characters_as_allowed(page: Page, places):
    text = "正" * 1998 + "👍\n"
    write(page, places["register"], text + "好")
    expect(page.locator("#content-count")).to_have_text("多出 1 字")
    page.locator("#content").fill(text.strip() + "好")
    expect(page.locator("#content-count")).to_have_text("还可以写 0 字")
    send(page)


def test_an_unknown_row_is_no_page(page: Page, places):
    answer = page.goto(places["register"] + "/comment?row=99")
    assert answer.status == 404
    expect(page.locator("h1")).to_have_text("没有这个页面")
