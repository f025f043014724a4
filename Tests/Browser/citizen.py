"""What a citizen does, step by step, for any test: write a comment, send it, keep the receipt, look it up again.

Steps go by ids and hooks of the markup, so they work in both languages and without JavaScript.
"""

import re
import time
from dataclasses import dataclass

from playwright.sync_api import Locator, Page, expect

FORM = "form[data-draft]"

# The numbers of all receipts seen in this run, by the path of their consultation.
receipts: dict[str, set[str]] = {}


@dataclass(frozen=True)
class Slip:
    """What is on a receipt."""

    number: str
    code: str


def write(page: Page, href: str, text: str, *, row: int | None = None, submitter: str = "person", **fields: str) -> None:
    """Opens the form for the whole or a row (by its position) and fills it; nothing is sent yet.

    `fields`: organisation, people, name, phone.
    """
    page.goto(href + "/comment" + (f"?row={row}" if row else ""))
    fill(page, text, submitter=submitter, **fields)


def fill(page: Page, text: str, *, submitter: str = "person", **fields: str) -> None:
    page.locator("#content").fill(text)
    page.locator(f"#submitter-{submitter}").check()
    for name, value in fields.items():
        page.locator(f"#{name}").fill(value)


def button(page: Page) -> Locator:
    return page.locator(f"{FORM} button[type=submit]")


def send(page: Page) -> Slip:
    button(page).click()
    return read_slip(page)


def comment(page: Page, href: str, text: str, **options) -> Slip:
    write(page, href, text, **options)
    return send(page)


def read_slip(page: Page) -> Slip:
    """The number and code of the receipt on the page; waits for it."""
    expect(page.locator(".slip")).to_be_visible()
    digits = page.locator(".slip .digits")
    slip = Slip(digits.nth(0).inner_text(), digits.nth(1).inner_text())
    assert re.fullmatch(r"[A-Z]+-\d{4}-\d{6}-\d", slip.number), slip
    assert re.fullmatch(r"\d{4} \d{4} \d{4}", slip.code), slip
    receipts.setdefault(page.locator(".slip dd a").first.get_attribute("href"), set()).add(slip.number)
    return slip


def look_up(page: Page, base_url: str, slip: Slip) -> None:
    page.goto(f"{base_url}/receipts")
    page.locator("#number").fill(slip.number)
    page.locator("#code").fill(slip.code)
    page.locator("[data-receipt-form] button[type=submit]").click()


def received(page: Page, href: str) -> int:
    """The public count of what was received; it is at most a few seconds old."""
    page.goto(href)
    shown = re.search(r"\d+", page.locator("[data-received]").inner_text())
    return int(shown[0]) if shown else 0


def wait_until_received(page: Page, href: str, at_least: int) -> int:
    """Reloads until the count has come so far, and returns it. The worker counts every two seconds."""
    end = time.monotonic() + 15
    while (count := received(page, href)) < at_least:
        assert time.monotonic() < end, f"{count} received; at least {at_least} were expected"
    return count
