"""Calendar, rules, scoreboard, inspection watch and the pages of casework: open to everyone, on a phone and by keyboard."""

import re

import pytest
from layout import is_as_wide_as_the_window
from playwright.sync_api import Page, expect

PUBLIC = ["/calendar", "/scoreboard", "/scoreboard?period=2026-11"]
DESK = [
    "/desk/cases", "/desk/cases?view=closed", "/desk/scoreboard", "/desk/scoreboard/list?figure=received&from=2026-01-01&until=2026-12-31",
    "/desk/messages/new", "/desk/messages/import", "/desk/reply-templates", "/desk/rules",
]  # fmt: skip
ADMINISTRATION = ["/desk/calendar", "/desk/rules", "/desk/responsibilities", "/desk/work"]


@pytest.mark.parametrize("width, language", [(360, "zh-Hans"), (1280, "en")])
def test_nobody_is_kept_out(new_context, base_url, sign_in, axe, shot, width, language):
    def open_to_everyone(page: Page, addresses: list[str]) -> None:
        page.goto(f"{base_url}/display?lang={language}&to=/calendar")
        for address in addresses:
            page.goto(base_url + address)
            expect(page.locator("h1")).to_be_visible()
            axe(page)
            is_as_wide_as_the_window(page)
            shot(page, re.sub(r"\W+", "-", address).strip("-") + f"-{language}-{width}")

    view = {"width": width, "height": 900}
    open_to_everyone(new_context(viewport=view).new_page(), PUBLIC)
    organiser = new_context(viewport=view).new_page()
    sign_in(organiser, "zuzhi")
    organiser.goto(f"{base_url}/desk/cases")
    case = organiser.locator("table.cases a").first.get_attribute("href")
    open_to_everyone(organiser, [*DESK, case, f"{case}/links", f"{case}/sheets/assignment"])
    administrator = new_context(viewport=view).new_page()
    sign_in(administrator, "guanli")
    administrator.goto(f"{base_url}/desk/rules")
    version = administrator.locator("table a[href$='/new']").first.get_attribute("href")
    open_to_everyone(administrator, [*ADMINISTRATION, version])


def test_a_closed_day_is_entered_by_keyboard_alone(page: Page, base_url, sign_in):
    sign_in(page, "guanli")
    page.goto(f"{base_url}/desk/calendar/2026")
    page.get_by_role("link", name=re.compile("^9")).first.focus()
    page.keyboard.press("Enter")
    expect(page.locator("#day")).to_have_value("2026-01-09")
    tab_to(page, "#kind-holiday")
    page.keyboard.press("Space")
    tab_to(page, "#name")
    page.keyboard.type("停电检修")
    tab_to(page, "#unit")
    choose(page, "县林业局")
    tab_to(page, "form:has(#day) button[type=submit]")
    page.keyboard.press("Enter")
    expect(page.locator(".flash")).to_be_visible()
    expect(page.locator("td.closed")).to_have_count(1)


def test_a_figure_opens_its_list_by_keyboard_alone(page: Page, base_url, sign_in):
    sign_in(page, "zuzhi")
    page.goto(f"{base_url}/desk/scoreboard")
    expect(page.locator("main")).to_contain_text("离红线还有")
    page.locator("#period").focus()
    choose(page, "2026年第4季度")
    tab_to(page, "form:has(#period) button")
    page.keyboard.press("Enter")
    expect(page.locator("h2", has_text="2026年第4季度")).to_be_visible()
    tab_to(page, ".scores .sum td a")
    count = int(page.evaluate("document.activeElement.textContent"))
    page.keyboard.press("Enter")
    expect(page.locator("h1")).to_contain_text("收到")
    assert page.locator("table.rows tbody tr").count() == min(count, 50)


def choose(page: Page, label: str) -> None:
    """In the list that has the focus, by the arrow keys."""
    page.keyboard.press("Home")
    for _ in range(120):
        if page.evaluate("document.activeElement.selectedOptions[0].label") == label:
            return
        page.keyboard.press("ArrowDown")
    raise AssertionError(f"{label} is not in the list")


def tab_to(page: Page, place: str) -> None:
    for _ in range(120):
        if page.evaluate("place => document.activeElement.matches(place)", place):
            return
        page.keyboard.press("Tab")
    raise AssertionError(f"the keyboard does not reach {place}")
