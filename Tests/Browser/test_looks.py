"""Two people at one opinion see each other, and the last step can be taken back from the list."""

import time

import pytest
from layout import is_as_wide_as_the_window
from playwright.sync_api import Page, expect


@pytest.mark.parametrize("width", [360, 1280])
def test_two_people_see_each_other(page: Page, new_context, base_url, places, sign_in, axe, shot, width):
    page.set_viewport_size({"width": width, "height": 900})
    sign_in(page, "zuzhi")
    bench = f"{base_url}/desk/procedures/{places['welfare'].rsplit('/', 1)[1]}/workbench?view=all"
    page.goto(bench)
    axe(page)
    shot(page, f"looks-list-{width}")
    line = page.locator("a[data-line]").first
    address = base_url + line.get_attribute("href")
    with page.expect_response(lambda response: response.url.endswith("/look")):
        page.goto(address)
    axe(page)
    shot(page, f"looks-opinion-{width}")
    is_as_wide_as_the_window(page)

    other = new_context().new_page()
    sign_in(other, "shenpi")
    other.goto(address)
    expect(other.locator("[data-look]")).to_contain_text("正在看")
    other.goto(bench)
    expect(other.locator(".tag.warn", has_text="正在看").first).to_be_visible()
    # Whoever leaves is no longer there. What a page sends when it goes away, the browser's tools do not show.
    page.goto(base_url + "/desk")
    end = time.monotonic() + 10
    other.goto(address)
    while "正在看" in other.locator("[data-look]").inner_text() and time.monotonic() < end:
        other.goto(address)
    expect(other.locator("[data-look]")).to_have_text("")
