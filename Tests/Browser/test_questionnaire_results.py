"""The results of the demo's questionnaires: as everyone sees them, and at the desk."""

import re

from layout import is_as_wide_as_the_window
from playwright.sync_api import expect


def results_of_the_demo(page, base_url) -> str:
    """The number of the oldest questionnaire whose results everyone may see: later ones are those of other tests."""
    for shelf in ("over", "current"):
        page.goto(f"{base_url}/questionnaires?shelf={shelf}")
        links = page.locator("a[href$='/results']")
        if links.count():
            return re.search(r"/questionnaires/([^/]+)/results", links.last.get_attribute("href"))[1]
    raise AssertionError("the demo shows no results")


def test_results_are_pictures_with_tables(page, base_url, axe):
    """Each chart has a name, a description and a table of the same; on a telephone nothing stands out of the page."""
    page.goto(f"{base_url}/questionnaires/{results_of_the_demo(page, base_url)}/results")
    expect(page.locator("h1")).to_contain_text("结果")
    charts = page.locator("svg[role=img]")
    assert charts.count() > 0
    for chart in charts.all():
        assert chart.locator("title").text_content().strip()
        assert chart.locator("desc").text_content().strip()
    page.locator("summary", has_text="看表格").first.click()
    expect(page.locator("details[open] table").first).to_be_visible()
    axe(page)
    page.set_viewport_size({"width": 360, "height": 740})
    is_as_wide_as_the_window(page)
    axe(page)


def test_cross_tables_at_the_desk(page, base_url, sign_in, axe):
    number = results_of_the_demo(page, base_url)
    sign_in(page, "zuzhi")
    page.goto(f"{base_url}/desk/questionnaires/{number}/results")
    expect(page.locator("h1")).to_be_visible()
    axe(page)
    page.locator("#rows").select_option(index=1)
    page.locator("#columns").select_option(index=2)
    page.locator("#cross button[type=submit]").click()
    expect(page.locator("#cross table")).to_be_visible()
    axe(page)


def test_numbers_and_first_places_cross_and_are_taken_along(page, base_url, sign_in, axe):
    """How often somebody came, by classes, and what they put first: on the page and as a file, also on a telephone."""
    sign_in(page, "zuzhi")
    page.goto(f"{base_url}/desk/questionnaires")
    page.locator("table a", has_text="政务公开满意度调查").first.click()
    page.goto(page.url.split("?")[0] + "/results")
    page.locator("#rows").select_option("visits")
    page.locator("#columns").select_option("wanted")
    page.locator("#cross button[type=submit]").click()
    expect(page.locator("#cross h3")).to_contain_text("排在第一的")
    expect(page.locator("#cross table")).to_be_visible()
    with page.expect_download() as download:
        page.locator("#cross a[href*='cross.csv']").click()
    assert download.value.suggested_filename.endswith("-cross.csv")
    page.set_viewport_size({"width": 360, "height": 740})
    is_as_wide_as_the_window(page)
    axe(page)


def test_every_kind_of_question_has_its_picture(page, base_url, sign_in, axe):
    """The survey of the demo still runs: its unit sees matrix, ranking, numbers and texts, also on a telephone."""
    sign_in(page, "zuzhi")
    page.goto(f"{base_url}/desk/questionnaires")
    page.locator("table a", has_text="政务公开满意度调查").first.click()
    page.goto(page.url.split("?")[0] + "/results")
    results = page.locator(".result")
    expect(results.filter(has_text="矩阵").locator("svg.stacked-chart")).to_be_visible()
    expect(results.filter(has_text="排序").locator("table")).to_contain_text("平均名次")
    # Not mean and spread: a sheet of paper that another test has entered may leave this one out, and they would tell of it.
    expect(results.filter(has_text="量表").locator("svg.bar-chart")).to_be_visible()
    expect(results.filter(has_text="多选").locator("svg.bar-chart")).to_be_visible()
    expect(results.filter(has_text="查看文字回答").first).to_be_visible()
    assert "{" not in "".join(results.locator("h3").all_text_contents()), "what repeats an answer has dots there"
    axe(page)
    page.set_viewport_size({"width": 360, "height": 740})
    is_as_wide_as_the_window(page)
    axe(page)
