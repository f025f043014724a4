"""What colleagues do at the desk, for any test: each signs in with a browser of their own."""

from playwright.sync_api import Browser, Error, Locator, Page, expect


def enter(page: Page, base_url: str, name: str, password: str) -> None:
    """Fills in the form of signing in and sends it."""
    page.goto(f"{base_url}/desk/sign-in")
    page.locator("input[name=name]").fill(name)
    page.locator("input[name=password]").fill(password)
    # A page is loaded by it, and may take as long as any.
    page.locator("input[name=password]").press("Enter", timeout=20_000)


class Desk:
    """The desk of a server, with everybody who is signed in at it."""

    def __init__(self, browser: Browser, base_url: str, accounts: dict[str, str]):
        self.browser, self.base_url, self.accounts = browser, base_url, accounts
        self.pages: list[Page] = []

    def __enter__(self):
        return self

    def __exit__(self, *_):
        for page in self.pages:
            page.context.close()

    def as_(self, name: str) -> Page:
        context = self.browser.new_context(locale="zh-CN", timezone_id="Asia/Shanghai")
        page = context.new_page()
        self.pages.append(page)
        page.set_default_timeout(5_000)
        page.set_default_navigation_timeout(20_000)
        enter(page, self.base_url, name, self.accounts[name])
        expect(page.locator("h1")).to_have_text("工作台")
        return page

    def case(self, name: str, number: str) -> Page:
        """A colleague finds a case by its number and opens it."""
        page = self.as_(name)
        page.goto(f"{self.base_url}/desk/cases?q={number}")
        page.locator("table.cases a").click()
        expect(page.locator(".lead")).to_contain_text(number)
        return page


def send(page: Page, form: str, **fields: str) -> None:
    """Fills one form of a case's page and sends it; waits until the page says that it was done.

    A radio button or a choice of a list is named by its value, a text by what is typed.
    """
    area = page.locator(f"#{form}-form")
    key = form.replace("-", "_")
    for name, value in fields.items():
        fill(area.locator(f"[name={key}_{name}]"), value)
    area.locator("button.button[type=submit]").last.click()
    expect(page.locator(".flash")).to_be_visible()


def fill(field: Locator, value: str) -> None:
    kind = field.first.evaluate("field => field.type")
    if kind == "radio":
        field.and_(field.page.locator(f"[value={value}]")).check()
    elif kind == "select-one":
        field.select_option(label=value)
    else:
        field.fill(value)


def focused_on(page: Page, selector: str) -> bool:
    """Asked again where the page was just on its way to another one."""
    for _ in range(20):
        try:
            page.wait_for_load_state()
            return page.evaluate("selector => !!document.activeElement && document.activeElement.matches(selector)", selector)
        except Error as fault:
            if "context was destroyed" not in str(fault):
                raise
    raise AssertionError("the page does not come to rest")


def press_until(page: Page, key: str, selector: str, most: int = 120) -> None:
    """Presses a key until the focus is on what the selector names: what a keyboard cannot reach, this does not find."""
    for _ in range(most):
        if focused_on(page, selector):
            return
        page.keyboard.press(key)
    raise AssertionError(f"the keyboard did not reach {selector}")
