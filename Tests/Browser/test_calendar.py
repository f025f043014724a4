"""What is coming, for everybody: by month and as a list, on a phone and with the keyboard, and by mail for who wants it."""

import pytest
from layout import is_as_wide_as_the_window
from playwright.sync_api import Page, expect


@pytest.mark.parametrize("language", ["zh-Hans", "en"])
@pytest.mark.parametrize("width", [360, 1280])
@pytest.mark.parametrize("view", ["month", "list"])
def test_the_calendar_in_both_views(page: Page, base_url, axe, shot, width, language, view):
    page.set_viewport_size({"width": width, "height": 900})
    page.goto(f"{base_url}/display?lang={language}&to=/calendar")
    page.goto(f"{base_url}/calendar?view={view}")
    axe(page)
    is_as_wide_as_the_window(page)
    expect(page.locator("table.month")).to_have_count(1 if view == "month" else 0)
    name = page.locator("main h3").first.inner_text()
    assert (", " in name) == (language == "en"), name
    if width == 1280:
        form, unit = page.locator("#form").bounding_box(), page.locator("#unit").bounding_box()
        assert 0 < unit["x"] - form["x"] - form["width"] < 60, (form, unit)
    shot(page, f"calendar-{view}-{language}-{width}")


def test_filters_and_keyboard(page: Page, base_url, places):
    number = places["welfare"].rsplit("/", 1)[1]
    page.goto(f"{base_url}/calendar?view=list")
    expect(page.locator("main .entry").first).to_be_visible()
    page.locator("#form").focus()
    page.keyboard.press("End")
    page.locator("main form button").focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**form=poll**")
    expect(page.locator(f"main a[href='/consultations/{number}']")).to_have_count(0)


def test_the_month_says_what_is_coming_first(page: Page, base_url):
    page.set_viewport_size({"width": 360, "height": 800})
    page.goto(f"{base_url}/calendar")
    today = page.locator("table.month td[aria-current='date']")
    expect(today).to_have_count(1)
    assert today.evaluate("cell => getComputedStyle(cell).outlineStyle") == "solid"
    link = page.locator("table.month td a").first
    assert "underline" in link.evaluate("link => getComputedStyle(link).textDecorationLine")
    # What is over stands folded behind what is coming; the links of the table lead to both.
    number = int(today.inner_text().split()[0])
    order = [int(day.rsplit("-", 1)[1]) for day in page.locator("main h3").evaluate_all("all => all.map(one => one.id)")]
    coming = [day for day in order if day >= number]
    assert order == sorted(coming) + sorted(set(order) - set(coming)), order
    over = sorted(set(order) - set(coming))
    expect(page.locator("#past > summary")).to_have_text([f"已经过去的 {len(over)} 天"] if over else [])
    for day in page.locator("#past h3").all()[:1]:
        expect(day).to_be_hidden()
        page.locator(f"table.month a[href='#{day.get_attribute('id')}']").click()
        expect(day).to_be_in_viewport()


def test_every_month_leads_back_to_today(page: Page, base_url, axe):
    page.set_viewport_size({"width": 360, "height": 800})
    page.goto(f"{base_url}/calendar")
    page.locator("main .pages a[rel='prev']").click()
    expect(page.locator("#past")).to_have_count(0)  # a month that is over is read as it was
    page.locator("main .pages a", has_text="今天").click()
    today = page.locator("main h3", has_text="今天")
    expect(today).to_have_count(1)
    expect(today).to_be_in_viewport()
    is_as_wide_as_the_window(page)
    for fold in page.locator("#past > summary").all():
        fold.click()
        is_as_wide_as_the_window(page)
    axe(page)


def test_which_unit_is_asked_once_it_matters(page: Page, base_url):
    page.goto(f"{base_url}/reminders/new")
    expect(page.locator("#unit")).to_be_hidden()
    page.get_by_label("一个单位组织的", exact=True).check()
    expect(page.locator("#unit")).to_be_visible()
    expect(page.locator("#town")).to_be_hidden()


def test_a_wish_that_is_typed_wrongly_stays(page: Page, base_url, axe):
    page.goto(f"{base_url}/reminders/new")
    axe(page)
    page.locator("#email").evaluate("field => field.type = 'text'")
    page.locator("#email").fill("kein")
    page.locator("#form-poll").uncheck()
    page.locator("main form button").click()
    expect(page.locator("#email-error")).to_be_visible()
    expect(page.locator("#email")).to_have_value("kein")
    expect(page.locator("#form-poll")).not_to_be_checked()
    page.locator("#email").fill("someone@example.cn")
    page.locator("main form button").click()
    expect(page.locator("main h1")).to_be_visible()
    expect(page.locator("#email")).to_have_count(0)


def test_one_matter_in_every_form_has_one_result(page: Page, base_url, axe, shot):
    page.goto(f"{base_url}/consultations?shelf=decided")
    page.get_by_role("link", name="社会保险领域").first.click()
    timeline = page.locator("#timeline + .entries .entry")
    expect(timeline).to_have_count(5)  # the solicitation, two forums, a hearing, a questionnaire
    page.goto(f"{page.url.split('#')[0]}/result")
    axe(page)
    table = page.locator("table.rows").filter(has_text="合计")
    rows = [[int(cell) for cell in row.locator("td").all_inner_texts()] for row in table.locator("tbody tr").all()]
    assert len(rows) == 5 and rows[-1] == [sum(column) for column in zip(*rows[:-1])], rows
    # One comment was taken back: it holds no opinion.
    assert [row[1] for row in rows] == [1, 0, 0, 0, 1], rows
    assert all(row[2] == sum(row[3:]) for row in rows), rows
    expect(page.locator("main a[href^='/questionnaires/']").first).to_be_visible()
    page.goto(f"{base_url}/display?lang=en&to={page.url.removeprefix(base_url)}")
    for width in (768, 360):
        page.set_viewport_size({"width": width, "height": 800})
        is_as_wide_as_the_window(page)
    shot(page, "result-by-form-360")
