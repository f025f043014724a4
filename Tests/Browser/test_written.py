"""Units and organisations are asked by letter, and a unit for its view of an opinion."""

import pytest
from layout import is_as_wide_as_the_window
from playwright.sync_api import Page, expect


@pytest.mark.parametrize("language", ["zh-Hans", "en"])
@pytest.mark.parametrize("width", [360, 1280])
def test_the_pages_of_a_letter(page: Page, base_url, places, sign_in, axe, shot, width, language):
    page.set_viewport_size({"width": width, "height": 900})
    sign_in(page, "zuzhi")
    page.goto(f"{base_url}/display?lang={language}&to=/desk/written")

    def look(name: str) -> None:
        axe(page)
        is_as_wide_as_the_window(page)
        shot(page, f"written-{name}-{language}-{width}")

    page.goto(base_url + "/desk/written")
    look("list")
    page.locator("main table a", has_text="公共文化服务").first.click()
    expect(page.locator("h1")).to_contain_text("函")
    # The four ways in which it can end.
    for tone in ("good", "warn", "bad"):
        expect(page.locator(f".point .tag.{tone}").first).to_be_visible()
    look("letter")
    number = places["welfare"].rsplit("/", 1)[1]
    page.goto(f"{base_url}/desk/procedures/{number}/written/new")
    look("form")
    page.goto(base_url + "/letters")
    look("lookup")


def test_from_the_letter_to_the_reply_of_an_organisation(page: Page, new_context, base_url, places, sign_in, axe):
    sign_in(page, "zuzhi")
    number = places["welfare"].rsplit("/", 1)[1]
    page.goto(f"{base_url}/desk/procedures/{number}/written")
    page.get_by_role("link", name="拟函").click()
    page.get_by_label("文号").fill("龙民函〔2026〕99号")
    page.get_by_label("县交通局").check()
    page.get_by_label("发给外单位").fill("县供电局")
    page.get_by_role("button", name="保存").click()
    expect(page.locator(".state")).to_have_text("还没有发出")
    page.get_by_role("button", name="发出").click()
    expect(page.locator(".state")).to_have_text("已发出")
    letter = page.url
    name = page.locator("dl.facts .digits, dl.facts dd").first.inner_text()
    code = page.locator(".point .digits").first.inner_text()

    outside = new_context().new_page()
    outside.goto(base_url + "/letters")
    outside.get_by_label("编号").fill(name)
    outside.get_by_label("回复码").fill("000000000000")
    outside.get_by_role("button", name="打开").click()
    expect(outside.locator("#code-error")).to_be_visible()
    outside.get_by_label("回复码").fill(code)
    outside.get_by_role("button", name="打开").click()
    outside.get_by_role("button", name="提交回复").click()
    expect(outside.locator("#kind-error")).to_be_visible()
    axe(outside)
    # Words, and yet no opinion: nothing is lost.
    outside.get_by_label("无意见", exact=True).check()
    outside.get_by_label("意见和理由").fill("请写明停电检修的日期。")
    outside.get_by_role("button", name="提交回复").click()
    expect(outside.locator("#content-error")).to_be_visible()
    expect(outside.get_by_label("意见和理由")).to_have_value("请写明停电检修的日期。")
    outside.get_by_label("有意见", exact=True).check()
    outside.get_by_label("意见和理由").fill("请写明停电检修的日期。")
    outside.get_by_role("button", name="提交回复").click()
    expect(outside.get_by_role("status")).to_be_visible()
    axe(outside)
    assert code.replace(" ", "") not in outside.url
    # Said anew, the newer reply holds and the earlier one stays on record.
    outside.get_by_label("意见和理由").fill("请写明停电检修的日期和范围。")
    outside.get_by_role("button", name="提交回复").click()
    expect(outside.locator(".said").last).to_have_text("请写明停电检修的日期和范围。")

    page.goto(letter)
    expect(page.locator(".point", has_text="县供电局").locator(".tag")).to_have_text("有意见")
    page.get_by_text("以前的回复").click()
    axe(page)
    page.get_by_role("link", name="看意见").first.click()
    expect(page.locator("blockquote.said").first).to_have_text("请写明停电检修的日期和范围。")


def test_a_view_is_asked_given_and_adopted(page: Page, new_context, base_url, places, sign_in, axe, shot):
    sign_in(page, "zuzhi")
    number = places["welfare"].rsplit("/", 1)[1]
    page.goto(f"{base_url}/desk/procedures/{number}/submissions")
    page.locator("main a[href^='/desk/submissions/MY']").first.click()
    page.locator(".point a[href^='/desk/opinions/']").first.click()
    opinion = page.url
    page.get_by_text("请责任单位提出办理意见").click()
    page.get_by_role("button", name="发给这个单位").click()
    expect(page.locator(".error").first).to_be_visible()
    page.get_by_label("请哪个单位提").select_option(label="县交通局")
    page.get_by_role("button", name="发给这个单位").click()
    assert page.url.startswith(opinion.split("?")[0])
    expect(page.locator(".answer .tag.info")).to_be_visible()
    case = page.locator(".answer a[href^='/desk/cases/']").first.get_attribute("href")
    axe(page)
    shot(page, "views-asked")

    clerk = new_context().new_page()
    sign_in(clerk, "jiaotong")
    clerk.goto(base_url + case)
    axe(clerk)
    shot(clerk, "views-case")
    # Nobody outside waits for it: no contact, no screening.
    assert clerk.locator("form[action$='/contact']").count() == 0
    clerk.locator("textarea[name=reply]").fill("建议采纳。")
    clerk.locator("button[name=do][value=submit]").click()
    head = new_context().new_page()
    sign_in(head, "jiaotong-ju")
    head.goto(base_url + case)
    head.locator("form[action$='/approval']").locator("input[value=yes]").check()
    head.locator("form[action$='/approval'] button[type=submit]").first.click()

    page.goto(base_url + "/desk")
    expect(page.locator("main")).to_contain_text("单位已提办理意见，请答复")
    page.goto(opinion)
    page.get_by_role("link", name="用作答复").click()
    expect(page.locator("textarea[name=reason]").first).to_have_value("建议采纳。")
    page.locator("input[name=outcome][value=adopted]").check()
    page.locator("textarea[name=reason]").first.fill("建议采纳，已改。")
    page.locator("button[name=then][value=stay]").first.click()
    page.get_by_text("答复是怎样形成的").click()
    expect(page.locator(".history ins").first).to_be_visible()
    axe(page)
    shot(page, "views-adopted")
