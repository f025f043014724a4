"""The results of the demo's questionnaires: as everyone sees them, and at the desk."""

import re

from database import query
from layout import is_as_wide_as_the_window
from playwright.sync_api import expect
from questionnaires import ask, page as asked, question


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
    page.get_by_role("link", name="做交叉表").click()
    expect(page.locator("#rows")).to_be_visible()
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
    page.goto(page.url.split("?")[0] + "/cross")
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


def texts_to_read(data, base_url, title: str, *words: str) -> str:
    """A questionnaire in which somebody wrote this: the address of the page on which it is read first."""
    number = ask(data, {"title": title, "pages": [asked("p", "", question("why", "还有什么建议？", {"text": {"isLong": True}}))]})
    for text in words:
        query(data, f"""
            insert into text_wordings (questionnaire_id, question, wording, words, sheets)
            select id, 'why', md5('{text}')::uuid, '{text}', 1 from questionnaires where number = '{number}'""")
    return f"{base_url}/desk/questionnaires/{number}/texts?question=why"


def test_what_is_selected_is_taken_out_of_a_text(data_folder, page, base_url, sign_in, axe):
    address = texts_to_read(data_folder / "data", base_url, "遮盖选中的词句", "去找王小明办事总是没人", "排队太久")
    sign_in(page, "zuzhi")
    page.goto(address)
    expect(page.locator("[data-selected]")).to_have_text("勾选以后可以一起处理")
    take = page.get_by_role("button", name="遮盖选中的词句")
    take.click()
    expect(page.locator(".bulk-bar [role=status]")).to_have_text("请先在一段文字里选中要遮盖的词句。")
    item = page.locator("li", has=page.locator("[data-words]", has_text="王小明"))
    item.locator("[data-words]").evaluate("""span => {
        var range = document.createRange(), at = span.firstChild.data.indexOf('王小明');
        range.setStart(span.firstChild, at); range.setEnd(span.firstChild, at + 3);
        window.getSelection().removeAllRanges(); window.getSelection().addRange(range);
    }""")
    take.click()
    expect(item.locator("textarea")).to_have_value("王小明")
    expect(item.locator("input[type=checkbox]")).to_be_checked()
    expect(page.locator("[data-selected]")).to_have_text("已选 1 种写法")
    axe(page)
    page.locator("#code").select_option("personal_data")
    page.get_by_role("button", name="可以公开", exact=True).click()
    expect(page.locator(".note.good")).to_contain_text("已处理 1 种写法", timeout=20_000)
    expect(page.locator("main")).not_to_contain_text("王小明")
    page.goto(address + "&screening=shown")
    expect(page.locator("main")).to_contain_text("公开的样子：去找***办事总是没人")
    axe(page)


def test_words_are_taken_out_by_keyboard_on_a_small_screen_without_scripts(data_folder, new_context, base_url, sign_in):
    address = texts_to_read(data_folder / "data", base_url, "没有脚本也能遮盖", "去找王小明办事总是没人")
    page = new_context(java_script_enabled=False, viewport={"width": 360, "height": 740}).new_page()
    sign_in(page, "zuzhi")
    page.goto(address)
    summary = page.locator("li summary", has_text="遮盖一部分")
    summary.focus()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    page.keyboard.type("李四")
    is_as_wide_as_the_window(page)
    assert page.locator(".bulk-bar").evaluate("bar => getComputedStyle(bar).position") == "static", "it would cover what is typed"
    page.locator("#code").select_option("personal_data")
    page.get_by_role("button", name="可以公开", exact=True).click()
    expect(page.locator(".error-summary")).to_contain_text("这段文字里没有“李四”", timeout=20_000)
    box = page.locator("li textarea")
    expect(box).to_have_value("李四")
    expect(page.locator("#code")).to_have_value("personal_data")
    is_as_wide_as_the_window(page)
    box.fill("王小明")
    page.get_by_role("button", name="可以公开", exact=True).click()
    expect(page.locator(".note.good")).to_contain_text("已处理 1 种写法", timeout=20_000)
    page.goto(address + "&screening=shown")
    expect(page.locator("main")).to_contain_text("去找***办事总是没人")
    is_as_wide_as_the_window(page)
