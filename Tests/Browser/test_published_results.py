"""The result of a questionnaire from its closing to the eyes of a stranger, and polls inside the page of a consultation."""

import pytest
from database import query
from layout import is_as_wide_as_the_window
from playwright.sync_api import Page, expect

from questionnaires import POLL, ask


def test_from_closed_to_published(data_folder, base_url, desk, new_context, axe):
    data = data_folder / "data"
    number = ask(data, {**POLL, "title": "先修哪一段路？公布结果"}, kind="poll")
    visitor = new_context().new_page()
    visitor.goto(f"{base_url}/questionnaires/{number}/results")
    expect(visitor.locator("main")).to_contain_text("截止以后")
    axe(visitor)
    for choice in ["东段"] * 5 + ["西段"] * 5:
        visitor.goto(f"{base_url}/questionnaires/{number}")
        visitor.get_by_label(choice, exact=True).check()
        visitor.get_by_role("button", name="提交", exact=True).click()
        expect(visitor.locator(".slip")).to_be_visible()
    query(data, f"update questionnaires set state = 'closed', closes_at = minyi_clock(), closed_at = minyi_clock() where number = '{number}'")

    organiser = desk.as_("zuzhi")
    address = f"{base_url}/desk/questionnaires/{number}/publication"
    organiser.goto(address)
    # The sheets are counted within seconds.
    for _ in range(20):
        if organiser.locator("#analysis").count():
            break
        organiser.wait_for_timeout(500)
        organiser.goto(address)
    axe(organiser)
    organiser.locator("#analysis").fill("东段和西段一样多。\n\n作答的人不多，请小心看百分比。")
    organiser.get_by_role("button", name="送审", exact=True).click()
    expect(organiser.locator(".error-summary")).to_contain_text("下一步")
    expect(organiser.locator("#analysis")).to_have_value("东段和西段一样多。\n\n作答的人不多，请小心看百分比。")
    organiser.locator("#next_step").fill("明年先修东段，后修西段。")
    entered = organiser.locator("#all_entered input[type=checkbox]")
    if entered.count():
        entered.check()
    organiser.get_by_role("button", name="预览", exact=True).click()
    expect(organiser.locator("article.preview")).to_contain_text("明年先修东段")
    axe(organiser)
    organiser.set_viewport_size({"width": 360, "height": 800})
    is_as_wide_as_the_window(organiser)
    if entered.count() and not entered.is_checked():
        entered.check()
    organiser.get_by_role("button", name="送审", exact=True).click()
    expect(organiser.locator(".flash")).to_contain_text("已送审")
    clearance = organiser.url

    for name, choices in [("baomi", ["#passed-1", "#attribute-proactive"]), ("shenpi", ["#granted-1"])]:
        page = desk.as_(name)
        page.goto(f"{base_url}/desk/clearances")
        page.locator("a[href^='/desk/clearances/']", has_text="先修哪一段路？公布结果").first.click()
        expect(page.locator("article.words")).to_contain_text("作答的人不多")
        for choice in choices:
            page.locator(choice).check()
        page.locator(f"form:has({choices[0]}) button[type=submit]").click()
        expect(page.locator(".flash")).to_be_visible()
    organiser.goto(clearance)
    organiser.locator("form[action$='/publication'] button").click()
    expect(organiser.locator(".flash")).to_contain_text("已经公布")

    stranger = new_context(viewport={"width": 360, "height": 800}).new_page()
    stranger.goto(base_url)
    stranger.locator(f"a[href='/questionnaires/{number}/results']").first.click()
    main = stranger.locator("main")
    for words in ["明年先修东段", "5 · 50.0%", "以回答这道题的 10 人为基数", "只有 10 人回答", "这些数字怎样对得上", "索引号"]:
        expect(main).to_contain_text(words)
    stranger.locator("summary", has_text="第 1 版").click()
    expect(stranger.locator("details[open]")).to_contain_text("□ 西段")
    axe(stranger)
    is_as_wide_as_the_window(stranger)


def test_the_result_of_the_demo(page, base_url, axe, shot):
    page.goto(f"{base_url}/questionnaires?shelf=results")
    axe(page)
    page.locator("a[href$='/results']").first.click()
    expect(page.locator("h1")).to_contain_text("结果")
    axe(page)
    shot(page, "published-result")
    for kind in ["csv", "json"]:
        with page.expect_download() as download:
            page.locator(f"a[href$='results.{kind}']").click()
        assert download.value.suggested_filename.endswith(kind)
    page.set_viewport_size({"width": 360, "height": 800})
    is_as_wide_as_the_window(page)
    axe(page)
    page.emulate_media(media="print")
    expect(page.locator(".masthead")).to_be_hidden()
    expect(page.locator("a[href$='results.csv']")).to_be_hidden()
    expect(page.locator("svg[role=img]").first).to_be_visible()
    # What was asked is printed too, though nobody has opened it.
    page.evaluate("window.dispatchEvent(new Event('beforeprint'))")
    expect(page.locator("details.asked .paper-form").first).to_be_visible()
    expect(page.locator("details.asked > summary").first).to_be_visible()


@pytest.mark.parametrize("script", [True, False], ids=["script", "no-script"])
def test_a_poll_in_the_page_of_a_consultation(new_context, base_url, places, axe, script):
    page = new_context(java_script_enabled=script, viewport={"width": 360, "height": 800}).new_page()
    page.goto(places["welfare"])
    # Another test may have placed a poll of its own on this page.
    poll = page.get_by_role("region", name="低保审核结果贴在哪里")
    expect(poll).to_contain_text("不是投票表决")
    expect(poll).to_contain_text("人为基数")
    poll.get_by_label("村小组的公示栏").check()
    poll.get_by_role("button", name="提交", exact=True).click()
    if script:
        expect(poll.locator("[role=status]")).to_contain_text("已收到")
        assert page.url == places["welfare"]
        expect(poll.locator("section.result")).to_be_visible()
        axe(page)
        is_as_wide_as_the_window(page)
        poll.get_by_role("link", name="查看回执").click()
    else:
        expect(page.get_by_label("村小组的公示栏")).to_be_checked()
        page.get_by_role("button", name="提交", exact=True).click()
    expect(page.locator(".slip")).to_be_visible()
