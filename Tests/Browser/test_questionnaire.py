"""A questionnaire is answered with a script and without, on a phone, by keyboard alone; a poll inside a consultation."""

import re

import pytest
from database import query
from layout import is_as_wide_as_the_window
from playwright.sync_api import Page, expect

from questionnaires import EVERYTHING, GRADES, POLL, ask, option, page as part, question


@pytest.fixture(scope="session")
def asked(server, data_folder) -> str:
    return ask(data_folder / "data", EVERYTHING)


@pytest.fixture(params=[True, False], ids=["script", "no-script"])
def visitor(request, new_context) -> Page:
    return new_context(java_script_enabled=request.param, viewport={"width": 360, "height": 800}).new_page()


def press(page: Page, name: str) -> None:
    page.get_by_role("button", name=name, exact=True).click()


def press_in(part, name: str) -> None:
    part.get_by_role("button", name=name, exact=True).click()


def grade(page: Page, row: str, words: str) -> None:
    page.get_by_role("group", name=row, exact=True).get_by_label(words, exact=True).check()


def test_answering_on_a_phone(visitor: Page, base_url, asked):
    page = visitor
    page.goto(f"{base_url}/questionnaires")
    page.get_by_role("link", name="政务服务满意度调查").first.click()
    page.get_by_role("link", name="开始填写").click()
    press(page, "下一页")
    expect(page.locator(".error-summary a")).to_have_count(2)
    expect(page.locator("[id='a.grades-error'], [id^='a.grades.']").first).to_be_visible()
    page.get_by_role("group", name="您满意吗？").get_by_label("否", exact=True).check()
    grade(page, "速度", "不满意")
    grade(page, "态度", "一般")
    page.get_by_label("窗口", exact=True).check()
    why = page.get_by_label("为什么不满意？")
    if not why.is_visible():
        # Without a script the page comes back with what it asks now.
        press(page, "下一页")
        expect(page.get_by_text("这一页多了几道题")).to_be_visible()
    why.fill("排队太久。\n\n一共三趟。")
    press(page, "下一页")
    page.get_by_label("材料", exact=True).select_option("1")
    page.get_by_label("停车", exact=True).select_option("2")
    page.get_by_role("group", name="总的打几分？").get_by_label("2", exact=True).check()
    page.get_by_label("跑了几趟？").fill("许多")
    press(page, "下一页")
    expect(page.locator("[id='a.times-error']")).to_be_visible()
    expect(page.get_by_label("跑了几趟？")).to_have_value("许多")
    page.get_by_label("跑了几趟？").fill("３")
    page.get_by_role("group", name="税务").get_by_label("分钟").fill("45")
    press(page, "下一页")
    page.get_by_label("您住在哪里？").select_option(index=2)
    page.get_by_label("您的年龄").select_option("old")
    page.get_by_label("其他", exact=True).first.check()
    page.locator("[name='a.job.other']").fill("司机")
    page.get_by_label("最近一次是哪天？").fill("2026-11-02")
    press(page, "上一页")
    expect(page.get_by_label("材料", exact=True)).to_have_value("1")
    press(page, "下一页")
    expect(page.locator("[name='a.job.other']")).to_have_value("司机")
    press(page, "去核对")
    expect(page.locator("main")).to_contain_text("1. 材料")
    expect(page.locator("main")).to_contain_text("速度：不满意")
    expect(page.locator("main")).to_contain_text("2026年11月2日")
    # Content after all: what is not asked any more is told before it goes.
    page.get_by_role("link", name="修改这一页").first.click()
    page.get_by_role("group", name="您满意吗？").get_by_label("是", exact=True).check()
    press(page, "下一页")
    expect(page.get_by_role("heading", name="有些回答将被删除")).to_be_visible()
    expect(page.locator("main")).to_contain_text("先改什么？")
    press(page, "继续，删除这些回答")
    expect(page.get_by_label("您的年龄")).to_have_value("old")
    press(page, "去核对")
    press(page, "提交")
    expect(page.locator(".slip")).to_be_visible()
    expect(page.locator("main")).to_contain_text("谢谢您，结果会公布在这里。")
    expect(page.locator("main")).to_contain_text("司机")
    expect(page.locator("main")).not_to_contain_text("排队太久")
    page.get_by_role("link", name="撤回答卷").click()
    press(page, "撤回")
    expect(page.get_by_role("heading", name="您的答卷已撤回")).to_be_visible()


def test_the_script_shows_hides_and_saves(page: Page, base_url, asked):
    page.goto(f"{base_url}/questionnaires/{asked}/fill")
    why = page.get_by_label("为什么不满意？")
    expect(why).to_be_hidden()
    choice = page.get_by_role("group", name="您满意吗？")
    choice.get_by_label("否", exact=True).check()
    why.fill("等得久")
    choice.get_by_label("是", exact=True).check()
    expect(why).to_be_hidden()
    expect(page.locator("[data-vanishing]")).to_contain_text("为什么不满意？")
    choice.get_by_label("否", exact=True).check()
    expect(why).to_have_value("等得久")
    expect(page.locator("[data-vanishing]")).to_be_hidden()
    # One that leaves no room for others.
    page.get_by_label("网上", exact=True).check()
    page.get_by_label("都没有", exact=True).check()
    expect(page.get_by_label("网上", exact=True)).not_to_be_checked()
    # At once: what was not sent yet comes back from the browser.
    page.reload()
    expect(page.get_by_label("都没有", exact=True)).to_be_checked()
    expect(why).to_have_value("等得久")
    why.fill("等得很久")
    expect(page.locator("[data-kept-note]")).to_have_text("已自动保存。", timeout=15_000)
    page.reload()
    expect(page.locator("[data-draft-restored]")).to_be_hidden()
    expect(why).to_have_value("等得很久")
    expect(page.get_by_label("都没有", exact=True)).to_be_checked()


def test_a_choice_too_many_is_not_taken(page: Page, base_url, data_folder, server):
    options = [option(code, f"第{code}段") for code in "abc"]
    number = ask(data_folder / "data", {"title": "先修哪两段？", "pages": [part(
        "p", "", question("roads", "先修哪两段？", {"multiple": {"options": options, "most": 2}}),
        question("name", "怎么称呼您？", {"text": {"most": 20}}))]})
    page.goto(f"{base_url}/questionnaires/{number}/fill")
    for code in "ab":
        page.get_by_label(f"第{code}段").check()
    page.get_by_label("第c段").click()
    expect(page.get_by_label("第c段")).not_to_be_checked()
    expect(page.get_by_text("要选这一项，请先去掉一项")).to_be_visible()
    # Enter in a line does not send everything.
    page.get_by_label("怎么称呼您？").fill("老陈")
    page.keyboard.press("Enter")
    expect(page.get_by_role("button", name="提交", exact=True)).to_be_visible()
    page.reload()
    expect(page.get_by_label("第b段")).to_be_checked()
    expect(page.get_by_label("怎么称呼您？")).to_have_value("老陈")


def test_the_way_back_leads_to_the_page_before(visitor: Page, base_url, asked):
    visitor.goto(f"{base_url}/questionnaires/{asked}/fill")
    visitor.get_by_role("group", name="您满意吗？").get_by_label("是", exact=True).check()
    grade(visitor, "速度", "满意")
    grade(visitor, "态度", "满意")
    press(visitor, "下一页")
    expect(visitor.get_by_label("您的年龄")).to_be_visible()
    visitor.go_back()
    expect(visitor.get_by_role("group", name="您满意吗？").get_by_label("是", exact=True)).to_be_checked()


def test_comments_beside_options(visitor: Page, base_url, data_folder, server):
    page = visitor
    options = [option("hall", "大厅"), option("web", "网上"), option("none", "都不", isExclusive=True)]
    number = ask(data_folder / "data", {"title": "哪里要改？", "pages": [part(
        "p", "", question("first", "先改哪里？", {"single": {"options": options, "comment": "为什么"}}),
        question("fix", "还改哪里？", {"multiple": {"options": options, "comment": "怎样改"}}))]})
    page.goto(f"{base_url}/questionnaires/{number}/fill")
    is_as_wide_as_the_window(page)
    first, fix = page.get_by_role("group", name="先改哪里？"), page.get_by_role("group", name="还改哪里？")
    first.get_by_label("为什么", exact=True).fill("人多")
    press(page, "提交")
    expect(page.locator(".error-summary")).to_contain_text("您写了说明，还没有选")
    expect(first.get_by_label("为什么", exact=True)).to_have_value("人多")
    first.get_by_label("大厅", exact=True).check()
    words, web = fix.get_by_label("网上 · 怎样改", exact=True), fix.get_by_label("网上", exact=True)
    words.fill("快一些")
    if not web.is_checked():
        # No script has ticked it: whether it is meant is asked.
        press(page, "提交")
        expect(page.locator(".error-summary")).to_contain_text("“网上”：您在旁边写了字，没有选这一项")
        expect(words).to_have_value("快一些")
        expect(first.get_by_label("大厅", exact=True)).to_be_checked()
        web.check()
    press(page, "提交")
    expect(page.locator("main")).to_contain_text("大厅（人多）")
    expect(page.locator("main")).to_contain_text("网上（快一些）")


def test_words_beside_an_option_choose_it(page: Page, base_url, data_folder, server):
    options = [option("hall", "大厅"), option("none", "都不", isExclusive=True)]
    number = ask(data_folder / "data", {"title": "哪里要改？", "pages": [part(
        "p", "", question("fix", "哪里要改？", {"multiple": {"options": options, "comment": "怎样改"}}),
        question("more", "还要说什么？", {"text": {}}, condition="fix.hall.comment == '快一些'"))]})
    page.goto(f"{base_url}/questionnaires/{number}/fill")
    page.get_by_label("都不", exact=True).check()
    page.get_by_label("大厅 · 怎样改", exact=True).fill("快一些")
    expect(page.get_by_label("大厅", exact=True)).to_be_checked()
    expect(page.get_by_label("都不", exact=True)).not_to_be_checked()


def test_words_beside_an_option_go_and_come_with_it(page: Page, base_url, data_folder, server):
    options = [option("hall", "大厅"), option("web", "网上"), option("none", "都不", isExclusive=True)]
    number = ask(data_folder / "data", {"title": "哪里要改？", "pages": [part(
        "p", "", question("fix", "哪里要改？", {"multiple": {"options": options, "other": "别处", "comment": "怎样改", "most": 2}}))]})
    page.goto(f"{base_url}/questionnaires/{number}/fill")
    words = page.get_by_label("大厅 · 怎样改", exact=True)
    words.fill("快一些")
    page.get_by_label("大厅", exact=True).uncheck()
    expect(words).to_have_value("")
    page.get_by_label("大厅", exact=True).check()
    expect(words).to_have_value("快一些")
    # What leaves no room for others.
    page.locator("[name='a.fix.other']").fill("门口")
    page.get_by_label("都不", exact=True).check()
    expect(words).to_have_value("")
    expect(page.locator("[name='a.fix.other']")).to_have_value("")
    press(page, "提交")
    expect(page.locator("main")).to_contain_text("都不")
    expect(page.locator("main")).not_to_contain_text("快一些")


def test_words_where_no_more_may_be_chosen_stay(page: Page, base_url, data_folder, server):
    options = [option("hall", "大厅"), option("web", "网上")]
    number = ask(data_folder / "data", {"title": "哪里要改？", "pages": [part(
        "p", "", question("fix", "哪里要改？", {"multiple": {"options": options, "comment": "怎样改", "most": 1}}))]})
    page.goto(f"{base_url}/questionnaires/{number}/fill")
    page.get_by_label("大厅", exact=True).check()
    page.get_by_label("网上 · 怎样改", exact=True).type("快一些")
    expect(page.get_by_text("要选这一项，请先去掉一项")).to_be_visible()
    press(page, "提交")
    expect(page.locator(".error-summary")).to_contain_text("“网上”：您在旁边写了字，没有选这一项")
    expect(page.get_by_label("大厅", exact=True)).to_be_checked()
    expect(page.get_by_label("网上", exact=True)).not_to_be_checked()
    expect(page.get_by_label("网上 · 怎样改", exact=True)).to_have_value("快一些")


def test_texts_in_a_matrix(visitor: Page, base_url, data_folder, server):
    page = visitor
    number = ask(data_folder / "data", {"title": "哪里要改？", "pages": [
        part("p", "", question("fix", "各处写几个字。", {"matrix": {
            "rows": [option("hall", "大厅"), option("web", "网上")],
            "columns": [option("what", "问题"), option("wish", "建议")], "cell": {"text": {"most": 20}}}})),
        part("q", "", question("more", "您写了“{fix.hall.what}”，还有吗？", {"text": {}}), condition="'hall' in fix"),
    ]})
    page.goto(f"{base_url}/questionnaires/{number}/fill")
    is_as_wide_as_the_window(page)
    hall = page.get_by_role("group", name="大厅", exact=True)
    hall.get_by_label("问题", exact=True).fill("what")
    page.get_by_role("group", name="网上", exact=True).get_by_label("建议", exact=True).fill("改一改")
    press(page, "下一页")
    expect(page.get_by_label("您写了“what”，还有吗？")).to_be_visible()
    press(page, "去核对")
    expect(page.locator("main")).to_contain_text("网上 · 建议：改一改")
    press(page, "提交")
    expect(page.locator("main")).to_contain_text("大厅 · 问题：what")
    expect(page.locator("main")).to_contain_text("网上 · 建议：改一改")


WAYS = {"window": "窗口", "web": "网上", "phone": "电话"}
USED = question("use", "您用过哪些渠道？", {"multiple": {"options": [option(code, words) for code, words in WAYS.items()]}})
FOLLOWING = [option(code, words, condition=f"'{code}' in use") for code, words in WAYS.items()]
RATED = question("rate", "请评价用过的渠道。", {"matrix": {"rows": FOLLOWING, "columns": GRADES}}, isRequired=True)


def test_only_what_was_chosen_is_asked_about(visitor: Page, base_url, data_folder, server):
    page = visitor
    content = {"title": "渠道用得怎样？", "pages": [
        part("p", "", USED), part("q", "", RATED, question("best", "先后怎样？", {"ranking": {"options": FOLLOWING}})),
        part("r", "", question("more", "还有什么要说？", {"text": {}}))]}
    number = ask(data_folder / "data", content)
    page.goto(f"{base_url}/questionnaires/{number}/fill")
    for words in ("窗口", "网上"):
        page.get_by_label(words, exact=True).check()
    press(page, "下一页")
    expect(page.locator("[data-row]:visible")).to_have_count(2)
    expect(page.locator("[data-question=best] select:visible")).to_have_count(2)
    expect(page.get_by_text("请把这里的各项排出先后")).to_be_visible()
    grade(page, "窗口", "满意")
    press(page, "下一页")
    expect(page.locator(".error-summary a")).to_have_count(1)
    grade(page, "网上", "一般")
    press(page, "下一页")
    expect(page.get_by_label("还有什么要说？")).to_be_visible()
    # Who used nothing has nothing to rate, and is held up by nothing.
    other = ask(data_folder / "data", content)
    page.goto(f"{base_url}/questionnaires/{other}/fill")
    press(page, "下一页")
    expect(page.get_by_label("还有什么要说？")).to_be_visible()


def test_rows_follow_what_is_chosen_on_the_same_page(page: Page, base_url, data_folder, server):
    number = ask(data_folder / "data", {"title": "渠道用得怎样？", "pages": [part("p", "", USED, RATED)]})
    page.goto(f"{base_url}/questionnaires/{number}/fill")
    rate = page.locator("[data-question=rate]")
    expect(rate).to_be_hidden()
    page.get_by_label("电话", exact=True).check()
    expect(rate).to_be_visible()
    expect(page.locator("[data-row]:visible")).to_have_count(1)
    grade(page, "电话", "满意")
    page.get_by_label("电话", exact=True).uncheck()
    expect(rate).to_be_hidden()
    expect(page.locator("[data-vanishing]")).to_contain_text("请评价用过的渠道。")
    page.get_by_label("电话", exact=True).check()
    press(page, "提交")
    expect(page.locator("main")).to_contain_text("电话")


def test_a_file_asks_for_more(page: Page, base_url, data_folder, server):
    number = ask(data_folder / "data", {"title": "请附照片", "pages": [part(
        "p", "", question("photo", "照片", "file"),
        question("where", "照片在哪里拍的？", {"text": {}}, isRequired=True, condition="answered(photo)"))]})
    page.goto(f"{base_url}/questionnaires/{number}/fill")
    where = page.get_by_label("照片在哪里拍的？")
    expect(where).to_be_hidden()
    page.locator("[id='a.photo']").set_input_files(
        {"name": "a.pdf", "mimeType": "application/pdf", "buffer": b"%PDF-1.4\n" + b"0" * 1000})
    where.fill("村口")
    press(page, "提交")
    expect(page.locator(".slip")).to_be_visible()
    expect(page.locator("main")).to_contain_text("村口")
    # The answer to the form stands at its own address: loading it again, or coming back to it, sends nothing.
    page.wait_for_url("**/receipts/*")
    page.reload()
    expect(page.locator("main")).to_contain_text("村口")
    page.get_by_role("link", name="撤回答卷").click()
    page.go_back()
    expect(page.locator("main")).to_contain_text("村口")


def test_several_files_to_one_question(page: Page, base_url, data_folder, server):
    number = ask(data_folder / "data", {"title": "请附照片", "pages": [part(
        "p", "", question("photos", "照片", {"file": {"most": 3}}),
        question("where", "在哪里拍的？", {"text": {}}, condition="count(photos) >= 2"))]})
    page.goto(f"{base_url}/questionnaires/{number}/fill")
    where = page.get_by_label("在哪里拍的？")
    expect(where).to_be_hidden()
    page.locator("[id='a.photos']").set_input_files([
        {"name": f"{name}.pdf", "mimeType": "application/pdf", "buffer": b"%PDF-1.4\n" + name.encode() * 1000} for name in "ab"])
    where.fill("村口")
    press(page, "提交")
    expect(page.locator("main")).to_contain_text("已上传 2 个文件")
    expect(page.locator("main")).to_contain_text("村口")


def test_what_is_saved_goes_on_elsewhere(page: Page, new_context, base_url, asked, axe):
    page.goto(f"{base_url}/questionnaires/{asked}/fill")
    page.get_by_role("group", name="您满意吗？").get_by_label("是", exact=True).check()
    press(page, "保存，以后再填")
    expect(page.get_by_role("heading", name="已保存，还没有提交")).to_be_visible()
    axe(page)
    code = re.search(r"\d{4} \d{4} \d{4}", page.locator("dl.facts").inner_text())[0]
    other = new_context().new_page()
    other.goto(f"{base_url}/questionnaires/{asked}")
    other.get_by_role("link", name="之前填过一部分").click()
    other.get_by_label("保存码").fill("0000 0000 0000")
    press(other, "继续")
    expect(other.locator("#code-error")).to_be_visible()
    axe(other)
    other.get_by_label("保存码").fill(code)
    press(other, "继续")
    expect(other.get_by_role("group", name="您满意吗？").get_by_label("是", exact=True)).to_be_checked()
    assert code.replace(" ", "") not in other.url


def test_by_keyboard_alone(page: Page, base_url, asked):
    page.goto(f"{base_url}/questionnaires/{asked}/fill")
    page.locator("[id='a.content--true']").focus()
    page.keyboard.press("Space")
    for key in ("Tab", "Space", "Tab", "Tab", "Tab", "Space", "Tab", "Space"):
        page.keyboard.press(key)
    expect(page.get_by_label("窗口", exact=True)).to_be_checked()
    expect(page.get_by_role("group", name="速度", exact=True).get_by_label("满意", exact=True)).to_be_checked()
    expect(page.get_by_role("group", name="态度", exact=True).get_by_label("满意", exact=True)).to_be_checked()
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.get_by_label("您的年龄")).to_be_visible()


@pytest.mark.parametrize("language", ["zh-Hans", "en"])
@pytest.mark.parametrize("width", [360, 1280])
def test_the_pages(page: Page, base_url, asked, axe, shot, width, language):
    page.set_viewport_size({"width": width, "height": 900})
    start = f"{base_url}/questionnaires/{asked}"
    page.goto(f"{base_url}/display?lang={language}&to=/questionnaires")

    def look(name: str) -> None:
        axe(page)
        is_as_wide_as_the_window(page)
        shot(page, f"questionnaire-{name}-{language}-{width}")

    def go_on() -> None:
        # The script waits for a save that is under way before it sends the page.
        with page.expect_navigation():
            page.locator("button[value=next]").click()

    look("list")
    page.goto(start)
    look("start")
    page.goto(start + "/fill")
    go_on()
    page.locator("[id='a.content--false']").check()
    look("page")
    page.locator("[id='a.why']").fill("排队太久")
    for row in ("speed", "manner"):
        page.locator(f"[id='a.grades.{row}--bad']").check()
    go_on()
    look("kinds")
    go_on()
    look("last")
    go_on()
    look("review")
    page.goto(start + "/fill/visit")
    page.locator("[id='a.content--true']").check()
    go_on()
    look("vanishing")


def test_a_poll_inside_a_consultation(page: Page, base_url, server, data_folder, places, axe, shot):
    number = places["welfare"].rsplit("/", 1)[1]
    data = data_folder / "data"
    procedure = query(data, f"select id from procedures where number = '{number}'")
    ask(data, POLL, kind="poll", voice="browser", procedure=procedure)
    page.goto(places["welfare"])
    part = page.locator("section", has=page.get_by_role("heading", name="先修哪一段路？"))
    expect(part).to_be_visible(timeout=10_000)
    axe(page)
    part.get_by_label("西段").check()
    press_in(part, "提交")
    expect(part.locator("[role=status]")).to_contain_text("已收到")
    assert "west" not in page.url
    axe(page)
    shot(page, "poll")
    part.get_by_role("link", name="查看回执").click()
    expect(page.locator(".slip")).to_be_visible()
    axe(page)
    shot(page, "poll-receipt")
    # A second time from the same browser: it is said in place why not.
    page.goto(places["welfare"])
    part.get_by_label("东段").check()
    press_in(part, "提交")
    expect(part.locator("[role=status]")).to_contain_text("已经提交过一份")
    axe(page)


def test_something_else_is_chosen_in_a_poll_inside_a_consultation(page: Page, base_url, server, data_folder, places):
    number = places["welfare"].rsplit("/", 1)[1]
    data = data_folder / "data"
    procedure = query(data, f"select id from procedures where number = '{number}'")
    roads = {"single": {"options": [option("east", "东段"), option("west", "西段")], "other": "别的路"}}
    asked = ask(data, {
        "title": "先修哪条村道？", "pages": [part("p", "", question("road", "先修哪条？", roads, isRequired=True))],
    }, kind="poll", procedure=procedure)  # fmt: skip
    # The page is served from memory for a second.
    page.wait_for_timeout(1200)
    page.goto(places["welfare"])
    poll = page.locator("section", has=page.get_by_role("heading", name="先修哪条村道？"))
    words = poll.get_by_role("textbox", name="别的路")
    words.fill("山里那条")
    # Words choose it; without any it is not sent.
    expect(poll.get_by_role("radio", name="别的路")).to_be_checked()
    words.fill("")
    press_in(poll, "提交")
    expect(poll.get_by_role("radio", name="别的路")).to_be_visible()
    words.fill("山里那条")
    press_in(poll, "提交")
    expect(poll.locator("[role=status]")).to_contain_text("已收到", timeout=20_000)
    assert query(data, f"""
        select a.answers #>> '{{road,other}}' from answer_sheets a join questionnaires q on q.id = a.questionnaire_id
        where q.number = '{asked}'""") == "山里那条"


def test_who_comes_back_from_the_receipt_is_told_that_it_was_sent(page: Page, base_url, data_folder, server):
    number = ask(data_folder / "data", {
        "title": "还要几张长椅？", "pages": [part("p", "", question("more", "还要几张？", {"text": {"most": 20}}))],
    })  # fmt: skip
    fill = f"{base_url}/questionnaires/{number}/fill"
    page.goto(fill)
    told = page.get_by_text("刚才在这里提交过一份")
    expect(told).to_be_hidden()
    page.get_by_label("还要几张？").fill("三张")
    press(page, "提交")
    expect(page.locator(".slip")).to_be_visible(timeout=20_000)
    page.go_back()
    expect(told).to_be_visible(timeout=20_000)
    told.get_by_role("link", name="查看回执").click()
    expect(page.locator(".slip")).to_be_visible(timeout=20_000)
    page.get_by_role("link", name="撤回答卷").click()
    press(page, "撤回")
    expect(page.get_by_role("heading", name="您的答卷已撤回")).to_be_visible(timeout=20_000)
    page.goto(fill)
    expect(page.get_by_label("还要几张？")).to_be_visible()
    expect(told).to_be_hidden()
