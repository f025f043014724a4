"""The programme of the demo: the board, a cell, a report; the ledger and the archive file of a consultation that is over."""

import hashlib
import io
import re
import subprocess
import zipfile

import pytest
from installation import MINYI
from layout import is_as_wide_as_the_window
from playwright.sync_api import Page, expect


@pytest.mark.parametrize("width, language", [(360, "zh-Hans"), (1280, "en"), (1280, "zh-Hans")])
def test_the_board_is_open_to_everyone(new_context, base_url, sign_in, axe, shot, width, language):
    page = new_context(viewport={"width": width, "height": 900}).new_page()
    sign_in(page, "zuzhi")
    page.goto(f"{base_url}/display?lang={language}&to=/desk/programme")
    expect(page.locator("table.board tbody tr").first).to_be_visible()
    board = page.url
    cell = page.locator("table.board tbody a").first.get_attribute("href")
    for address in [board, f"{board}?late=1", f"{board}/plan", f"{board}/edit", base_url + cell, f"{board}/reports/2", f"{base_url}/desk/programme/new"]:
        page.goto(address)
        expect(page.locator("h1")).to_be_visible()
        axe(page)
        is_as_wide_as_the_window(page)
        shot(page, "programme-" + re.sub(r"\W+", "-", address.removeprefix(board)).strip("-") + f"-{language}-{width}")


def test_late_ones_stand_in_front_and_a_filter_finds_a_unit(page: Page, base_url, sign_in):
    sign_in(page, "zuzhi")
    page.goto(f"{base_url}/desk/programme")
    expect(page.locator("table.board tbody tr").first.locator(".due.overdue").first).to_be_visible()
    page.locator("#unit").select_option(label="县应急管理局")
    page.locator("#late").select_option("")
    page.get_by_role("button", name="查找").click()
    expect(page.locator("table.board tbody tr")).to_have_count(2)
    # Work safety went all the way, and its unit has handed in its report.
    safety = page.locator("table.board tbody tr", has_text="安全生产")
    expect(safety.locator(".due.over")).to_have_count(5)
    safety.get_by_role("link", name="安全生产").click()
    expect(page.locator("h1")).to_have_text("安全生产")


def test_a_report_is_edited_and_handed_in(page: Page, base_url, sign_in):
    sign_in(page, "minzheng")
    page.goto(f"{base_url}/desk/programme")
    page.locator("td[data-label=总结] a").first.click()
    page.locator("textarea").last.fill("逐项落实。")
    page.get_by_role("button", name="保存").click()
    expect(page.locator(".flash")).to_be_visible()
    page.get_by_role("button", name="更新数字").click()
    expect(page.locator("textarea").last).to_have_value("逐项落实。")
    page.get_by_role("button", name="报送").click()
    expect(page.locator(".lead .tag")).to_contain_text("报送")
    page.get_by_role("button", name=re.compile("生成Word")).click()
    link = page.get_by_role("link", name=re.compile("DOCX"))
    expect(link).to_be_visible(timeout=60_000)
    with page.expect_download() as download:
        link.click()
    assert zipfile.is_zipfile(download.value.path())


def test_a_cell_gets_days_of_its_own(page: Page, base_url, sign_in, axe):
    sign_in(page, "zuzhi")
    page.goto(f"{base_url}/desk/programme")
    page.locator("table.board tbody tr", has_text="税收管理").get_by_role("link", name="税收管理").click()
    page.locator("#summary").fill("2014-01-01")
    page.locator("form:has(#summary) button").click()
    expect(page.locator(".error-summary")).to_be_focused()
    axe(page)
    page.locator("#summary").fill("2030-01-31")
    page.locator("form:has(#summary) button").click()
    expect(page.locator(".flash")).to_be_visible()
    expect(page.locator("tr", has_text="总结").locator(".until")).to_contain_text("1月31日")


def test_the_report_about_the_whole_is_there(page: Page, base_url, sign_in, axe, shot):
    sign_in(page, "zuzhi")
    page.goto(f"{base_url}/desk/programme")
    page.get_by_role("link", name=re.compile("全县总体报告")).first.click()
    expect(page.locator("h1")).to_contain_text("工作总体报告")
    expect(page.locator("textarea").last).to_have_value(re.compile("发函提醒"))
    axe(page)
    shot(page, "programme-overall-report")


def test_a_stranger_can_check_the_archive_file(page: Page, base_url, sign_in, axe):
    sign_in(page, "zuzhi")
    page.goto(f"{base_url}/desk/procedures")
    page.get_by_role("link", name=re.compile("安全生产")).first.click()
    page.get_by_role("link", name="台账和归档").click()
    with page.expect_download() as download:
        page.get_by_role("button", name=re.compile("CSV")).click()
    ledger = download.value.path().read_text("utf-8-sig")
    assert "采纳情况" in ledger.splitlines()[0] and len(ledger.splitlines()) > 8
    page.locator("#term").select_option(label="30年")
    page.get_by_role("button", name="生成归档包").click()
    take = page.get_by_role("button", name="下载", exact=True)
    expect(take).to_be_visible(timeout=30_000)
    axe(page)
    with page.expect_download() as download:
        take.click()
    file = zipfile.ZipFile(io.BytesIO(download.value.path().read_bytes()))
    names = set(file.namelist())
    for line in file.read("SHA256SUMS").decode().splitlines():
        digest, name = line.split("  ", 1)
        assert hashlib.sha256(file.read(name)).hexdigest() == digest
        names.remove(name)
    assert names == {"SHA256SUMS", "making.json"}
    # Our own program says the same, without an installation.
    verified = subprocess.run([MINYI, "verify-file", download.value.path()], capture_output=True, text=True)
    assert verified.returncode == 0 and "all as listed" in verified.stdout
    contents = file.read("00-卷内目录.html").decode()
    assert "30年" in contents and "archive." not in contents
