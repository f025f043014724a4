"""What a citizen does, from the home page to an answer: alone, together, for an organisation; by mouse, keyboard, no script."""

import hashlib
import re
import urllib.request

import pytest
from citizen import button, comment, look_up, read_slip, send, write
from playwright.sync_api import Page, expect

TEXT = "公示期建议延长到十个工作日。\n\n村里老人不上网，请同时贴在村公示栏。"


def test_reads_a_text_and_finds_a_clause(page: Page, places):
    page.goto(places["text"])
    clauses = page.locator(".clause:visible")
    expect(clauses).to_have_count(13)
    page.locator("#q").fill("回执")
    expect(clauses).to_have_count(1)
    expect(page.locator(".chapter:visible")).to_have_text("第三章 办理")
    expect(page.locator("[data-found]")).to_have_text("显示 1 / 13 项")
    clauses.get_by_role("link", name="提意见").click()
    expect(page.locator("h1")).to_contain_text("第七条")
    with urllib.request.urlopen(places["text"] + "/draft.csv", timeout=10) as answer:
        assert "第七条,,每件意见收到后给编号和回执" in answer.read().decode()


def test_from_home_to_withdrawal(page: Page, new_context, base_url, places):
    page.goto(base_url)
    entry = page.locator(".entry", has_text="义务教育")
    expect(entry.locator(".left")).to_have_text(re.compile("[今明]天截止"))
    page.get_by_role("link", name="社会救助").click()
    expect(page).to_have_url(places["welfare"])
    expect(page.locator(".side .left")).to_have_text(re.compile(r"[23]天后截止"))

    # Filter by text, first level and tier, while typing.
    rows = page.locator("#passages tr[data-filter]:visible")
    expect(rows).to_have_count(16)
    page.locator("#q").fill("临时救助")
    assert 0 < rows.count() < 16
    for row in rows.all():
        assert "临时救助" in row.text_content() + row.get_attribute("data-level1")
    expect(page.locator("[data-found]")).to_have_text(f"显示 {rows.count()} / 16 项")
    page.locator("#q").fill("没有这样的词")
    expect(page.locator("[data-nothing-found]")).to_be_visible()
    page.locator("#q").fill("")
    level = page.locator("#level1 option").nth(2).get_attribute("value")
    page.locator("#level1").select_option(level)
    assert {row.get_attribute("data-level1") for row in rows.all()} == {level}
    page.locator("#level1").select_option("")
    tier = page.locator("#tier option").nth(1).get_attribute("value")
    page.locator("#tier").select_option(tier)
    assert rows.count() > 0
    assert all(tier in row.get_attribute("data-tier").split("|") for row in rows.all())
    page.locator("#tier").select_option("")

    # Jump to a row and comment on it.
    page.locator("#row").fill("１２")
    page.locator("#row").press("Enter")
    row = page.locator("#row-12")
    expect(row).to_be_focused()
    expect(row).to_be_in_viewport()
    name = row.locator("th").inner_text()
    row.get_by_role("link", name="提意见").click()
    expect(page.locator("h1")).to_have_text("对第 12 行提意见")
    expect(page.locator("main")).to_contain_text(name)
    page.locator("#content").fill(TEXT)
    slip = send(page)
    expect(page.locator("h1")).to_have_text("您的意见已收到")
    assert page.locator(".slip dd.said").inner_text() == TEXT
    expect(page.locator(".slip")).to_contain_text(name)
    expect(page.locator(".stamp")).to_contain_text("已收到")

    # Keep it: as a picture, and as the text that proves itself.
    with page.expect_download() as kept:
        page.get_by_role("link", name="存成图片").click()
    assert kept.value.suggested_filename == f"{slip.number}.png"
    assert kept.value.path().read_bytes().startswith(b"\x89PNG")
    page.get_by_text("怎样核对内容没有被改动").click()
    with page.expect_download() as kept:
        page.get_by_role("link", name="下载标准格式文本").click()
    record = kept.value.path().read_bytes()
    salt, proof = page.locator("details .digits").all_inner_texts()
    assert hashlib.sha256(bytes.fromhex(salt) + record).hexdigest() == proof
    assert TEXT.encode() in record
    expect(page.locator(".slip")).to_contain_text(proof)

    # Weeks later, on another device.
    other = new_context().new_page()
    other.goto(f"{base_url}/receipts/{slip.number}")
    expect(other).to_have_url(f"{base_url}/receipts?number={slip.number}")
    other.locator("#code").fill(slip.code.replace(" ", ""))
    other.get_by_role("button", name="查询").click()
    assert read_slip(other) == slip
    other.get_by_role("link", name="撤回这份意见").click()
    expect(other.locator("main")).to_contain_text("撤回后不能恢复")
    other.get_by_role("button", name="撤回").click()
    expect(other.locator(".flash")).to_have_text("已撤回。")
    expect(other.locator(".stamp")).to_contain_text("已撤回")
    expect(other.get_by_role("link", name="撤回这份意见")).to_have_count(0)
    page.reload()
    expect(page.locator("h1")).to_have_text("您的意见已撤回")


def test_several_people_and_an_organisation(page: Page, new_context, base_url, places):
    write(page, places["register"], "我们十二户人家都这样想。", submitter="joint", people="１２", name="代表赵", phone="13912345678")
    expect(page.locator("#organisation")).to_be_hidden()
    send(page)
    expect(page.locator(".slip")).to_contain_text("联名，12 人")
    expect(page.locator(".slip")).to_contain_text("整份草案")
    expect(page.locator("main")).not_to_contain_text("代表赵")
    expect(page.locator("main")).not_to_contain_text("13912345678")

    page = new_context().new_page()
    slip = comment(page, places["register"], "本社区同意。", submitter="organisation", organisation="某社区居委会")
    expect(page.locator(".slip")).to_contain_text("单位")
    page.get_by_role("button", name="从这台设备上忘掉这张回执").click()
    expect(page.locator(".flash")).to_be_visible()
    page.goto(f"{base_url}/receipts/{slip.number}")
    expect(page.locator("#code")).to_have_value("")
    expect(page.locator(".slip")).to_have_count(0)


def test_the_scan_of_a_seal_is_added_until_closing(page: Page, places):
    comment(page, places["register"], "附盖章扫描件。", submitter="organisation", organisation="某社区居委会")
    page.locator("#scan").set_input_files({"name": "a.txt", "mimeType": "text/plain", "buffer": b"no scan"})
    page.get_by_role("button", name="上传扫描件").click()
    expect(page.locator("#scan-error")).to_contain_text("只收 PDF")
    expect(page.locator(".slip")).to_be_visible()
    scan = b"%PDF-1.4\n" + b"0" * 3_000_000
    page.locator("#scan").set_input_files({"name": "盖章.pdf", "mimeType": "application/pdf", "buffer": scan})
    page.get_by_role("button", name="上传扫描件").click()
    expect(page.locator(".flash")).to_have_text("扫描件已收到。")
    expect(page.locator("main")).to_contain_text("已经交过一份")


def test_the_whole_path_without_javascript(new_context, base_url, places):
    page = new_context(java_script_enabled=False).new_page()
    page.goto(base_url)
    page.get_by_role("link", name="社会救助").click()
    page.locator("#q").fill("临时救助")
    page.locator("#level1").select_option("临时救助")
    page.get_by_role("button", name="查找").click()
    shown = page.locator("#passages tr[data-filter]")
    assert 0 < shown.count() < 16
    expect(page.locator(".found")).to_have_text(re.compile(f"找到 {shown.count()} 项"))
    page.get_by_role("link", name="清除条件").click()
    expect(shown).to_have_count(16)
    page.locator("#row").fill("99")
    page.get_by_role("button", name="查找").click()
    expect(page.locator(".found")).to_contain_text("没有第 99 行")
    page.locator("#row").fill("12")
    page.get_by_role("button", name="查找").click()
    expect(page).to_have_url(f"{places['welfare']}#row-12")
    page.locator("#row-12").get_by_role("link", name="提意见").click()
    page.locator("#submitter-joint").check()
    button(page).click()
    expect(page.locator("#content-error")).to_be_visible()
    expect(page.locator("#people-error")).to_be_visible()
    expect(page.locator("#submitter-joint")).to_be_checked()
    page.locator("#content").fill("没有脚本也能提意见。")
    page.locator("#people").fill("3")
    slip = send(page)
    other = new_context(java_script_enabled=False).new_page()
    look_up(other, base_url, slip)
    assert read_slip(other) == slip
    other.get_by_role("link", name="撤回这份意见").click()
    other.get_by_role("button", name="撤回").click()
    expect(other.locator(".flash")).to_have_text("已撤回。")


def tab_to(page: Page, selector: str) -> None:
    """Presses Tab until the focus is there, as somebody without a mouse does."""
    for _ in range(200):
        if page.evaluate("wanted => document.activeElement.matches(wanted)", selector):
            return
        page.keyboard.press("Tab")
    raise AssertionError(f"Tab never came to {selector}")


def test_by_keyboard_alone(page: Page, base_url, places):
    page.goto(base_url)
    path = places["welfare"].removeprefix(base_url)
    tab_to(page, f'a[href="{path}"]')
    page.keyboard.press("Enter")
    page.wait_for_url(places["welfare"])
    tab_to(page, "#row")
    page.keyboard.type("7")
    page.keyboard.press("Enter")
    expect(page.locator("#row-7")).to_be_focused()
    tab_to(page, 'a[href$="comment?row=7"]')
    page.keyboard.press("Enter")
    page.wait_for_url("**/comment?row=7")
    tab_to(page, "#content")
    page.keyboard.type("keyboard 键盘")
    tab_to(page, "[name=submitter]")
    page.keyboard.press("ArrowDown")
    tab_to(page, "#organisation")
    page.keyboard.type("盲人协会")
    tab_to(page, "form[data-draft] button[type=submit]")
    page.keyboard.press("Enter")
    read_slip(page)
    expect(page.locator(".slip")).to_contain_text("keyboard 键盘")
    expect(page.locator(".slip")).to_contain_text("单位")


def test_the_code_of_the_picture_opens_the_receipt(page: Page, new_context, base_url, places):
    slip = comment(page, places["register"], "扫码查看。")
    other = new_context().new_page()
    other.goto(f"{base_url}/receipts#{slip.number},{slip.code.replace(' ', '')}")
    expect(other.locator("#number")).to_have_value(slip.number)
    expect(other.locator("#code")).to_have_value(slip.code)
    expect(other).to_have_url(f"{base_url}/receipts")
    other.get_by_role("button", name="查询").click()
    assert read_slip(other) == slip


@pytest.mark.parametrize(
    "number, code, sentence",
    [
        ("MY-2026", "1", "编号不完整"),
        ("MY-2026-000127-1", "4072 9518 3364", "可能有一位抄错了"),
        (None, "000000000000", "对不上"),
        (None, "12", "查询码是12位数字"),
    ],
)
def test_a_wrong_number_or_code(page: Page, new_context, base_url, receipt, number, code, sentence):
    look_up(page, base_url, type(receipt)(number or receipt.number, code))
    expect(page.locator(".error-summary")).to_contain_text(sentence)
    expect(page.locator("#number")).to_have_value(number or receipt.number)
    expect(page.locator("#code")).to_have_value(code)


def test_what_is_said_stays_unseen_until_it_was_read(page: Page, places):
    comment(page, places["school"], "这句话还没有人审过。")
    page.goto(places["school"])
    expect(page.locator("#comments")).to_be_visible()
    expect(page.locator("main")).not_to_contain_text("这句话还没有人审过。")
    page.goto(places["register"])
    expect(page.locator("#comments")).to_have_count(0)


def test_the_result_says_what_became_of_each(page: Page, base_url, places):
    page.goto(base_url)
    page.get_by_role("link", name="查看采纳情况").first.click()
    expect(page.locator("h1")).to_contain_text("意见采纳情况")
    rows = page.locator("tbody tr[id^=opinion-]")
    counts = {name: int(page.locator(".figures div", has_text=name).locator("dd").inner_text().split()[0]) for name in ("收到", "意见", "参与")}
    assert rows.count() == counts["意见"] == counts["收到"] - 1, "one was withdrawn"
    expect(rows.first.locator(".outcome")).to_have_text("采纳")
    with page.expect_download() as kept:
        page.get_by_role("link", name="下载表格").click()
    table = kept.value.path().read_bytes()
    assert table.startswith(b"\xef\xbb\xbf")
    assert table.decode("utf-8-sig").count("\r\n") == rows.count() + 1
    page.get_by_role("link", name="征求意见公告").click()
    expect(page.locator("h1")).to_contain_text("公告")
