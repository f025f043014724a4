"""What holds for the layout of any page."""

from playwright.sync_api import Page


def is_as_wide_as_the_window(page: Page) -> None:
    """Nothing makes a page scroll sideways."""
    beyond = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    assert beyond == 0, f"{page.url} is {beyond} px wider than the window"
