"""What three people do with a paper, and what becomes of it as a file, for any test."""

import re
from pathlib import Path

from desk import Desk
from playwright.sync_api import Page, expect


def clear(desk: Desk, title: str) -> None:
    """Secrecy review and approval of what waits for them, by two people."""
    for name, choice, others in [("baomi", "#passed-1", ["#attribute-proactive"]), ("shenpi", "#granted-1", [])]:
        page = desk.as_(name)
        page.goto(f"{desk.base_url}/desk/clearances")
        addresses = page.locator("a[href^='/desk/clearances/']", has_text=title)
        for address in [a.get_attribute("href") for a in addresses.all()]:
            page.goto(desk.base_url + address)
            for field in [choice, *others]:
                page.locator(field).check()
            page.locator(f"form:has({choice}) button[type=submit]").click()
            expect(page.locator(".flash")).to_be_visible()
        page.context.close()


def cleared(desk: Desk, page: Page, title: str) -> None:
    """Has the paper cleared that was just sent for review; `page`, which shows its clearance, then shows that it may be published."""
    clearance = re.search(r"/desk/clearances/\d+", page.url)
    assert clearance, page.locator("main").inner_text()
    clear(desk, title)
    page.goto(desk.base_url + clearance[0])


def publish(page: Page) -> None:
    page.locator("form[action$='/publication'] button").click()
    expect(page.locator(".flash")).to_be_visible()


def make_and_take(page: Page, kind: str, form: str, folder: Path) -> None:
    """Has a file made and takes it, where its program is installed."""
    asking = page.locator(f"form[action$='/files/{kind}/{form}'] button")
    if not asking.count():
        return
    asking.click()
    _take(page, f"a[href$='/files/{kind}/{form}']", form, folder)


def take_record(page: Page, form: str, folder: Path) -> None:
    """The published report or record, from the public page: a worker makes it unasked."""
    _take(page, f"a[href*='/records/'][href$='/{form}']", form, folder)


def _take(page: Page, at: str, form: str, folder: Path) -> None:
    link = page.locator(at)
    for _ in range(60):
        if link.count():
            break
        page.wait_for_timeout(500)
        page.reload()
    with page.expect_download() as loading:
        link.click()
    file = folder / f"taken.{form}"
    loading.value.save_as(file)
    assert file.read_bytes().startswith({"pdf": b"%PDF", "docx": b"PK"}[form]), at
