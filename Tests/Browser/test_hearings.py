"""A hearing from its plan to the page that everybody reads: planned, reviewed, approved and published by three people, with its files."""

import re
import urllib.request
from datetime import datetime, timedelta, timezone

import pytest
from desk import press_until
from layout import is_as_wide_as_the_window
from papers import cleared, make_and_take, publish
from playwright.sync_api import Page, expect

TITLE = "户籍窗口服务听证会"


def day(days: int) -> str:
    return str(datetime.now(timezone(timedelta(hours=8))).date() + timedelta(days=days))


def demo_hearing(page: Page, base_url: str, title: str) -> str:
    """The address of a hearing of the demo at the desk."""
    page.goto(f"{base_url}/desk/hearings")
    page.get_by_role("link", name=title).first.click()
    expect(page.locator("h1")).to_have_text(title)
    return page.url


def plan(page: Page, base_url: str, matter: str, title: str) -> None:
    """Fills in the day of a hearing, lets the other days be counted back from it, and saves."""
    page.goto(f"{base_url}/desk/procedures/{matter}/hearings/new?kind=hearing")
    page.locator("#title").fill(title)
    page.locator("#place").fill("县政务服务中心")
    page.locator("#contact_phone").fill("0762-6750000")
    for name, time in [("starts_at", "09:00"), ("ends_at", "11:30")]:
        page.locator(f"#{name}").fill(day(40))
        page.locator(f"#{name}_time").fill(time)
    page.get_by_role("button", name="排日期").click()
    expect(page.locator("#materials_on")).to_have_value(re.compile(r"\d{4}-\d\d-\d\d"))
    expect(page.locator("#place")).to_have_value("县政务服务中心")


def test_from_a_plan_to_its_public_page(desk, page: Page, base_url, places, axe, shot):
    matter = places["register"].rsplit("/", 1)[1]
    mine = desk.as_("zuzhi")
    mine.set_viewport_size({"width": 360, "height": 800})
    plan(mine, base_url, matter, TITLE)
    axe(mine)
    is_as_wide_as_the_window(mine)
    shot(mine, "hearing-form-360")

    # Without seats nobody can take part; everything typed stays.
    mine.get_by_role("button", name="保存").click()
    expect(mine.locator("#category_0_name[aria-invalid]")).to_be_visible()
    expect(mine.locator("#title")).to_have_value(TITLE)
    mine.locator("#category_0_name").fill("常来办事的群众")
    mine.locator("#category_0_seats").fill("十")
    mine.locator("#category_0_way").select_option("application")
    mine.get_by_role("button", name="保存").click()
    expect(mine.locator("#category_0_seats[aria-invalid]")).to_be_visible()
    mine.locator("#category_0_seats").fill("６")
    mine.locator("#registration_from").fill(day(0))
    mine.locator("#registration_from_time").fill("00:00")
    mine.get_by_role("button", name="保存").click()
    expect(mine.locator("h1")).to_have_text(TITLE)
    address = mine.url
    number = address.rsplit("/", 1)[1]
    axe(mine)
    is_as_wide_as_the_window(mine)

    # The notice waits for who presides.
    def prepare() -> None:
        mine.goto(f"{address}/papers/gathering_notice")
        mine.get_by_role("button", name="送审").click()

    prepare()
    expect(mine.get_by_role("alert")).to_contain_text("主持人")
    mine.goto(address)
    mine.get_by_role("link", name="添加人员").click()
    mine.locator("[name=role][value=presider]").check()
    mine.locator("#name").fill("演示主持人")
    axe(mine)
    is_as_wide_as_the_window(mine)
    mine.get_by_role("button", name="添加").click()
    expect(mine.locator("table.rows")).to_contain_text("主持人")
    mine.goto(f"{address}/papers/gathering_notice")
    axe(mine)
    is_as_wide_as_the_window(mine)
    prepare()

    # Nobody reads it before three people have had it in hand.
    assert page.goto(f"{base_url}/hearings/{number}").status == 404
    cleared(desk, mine, TITLE)
    publish(mine)

    page.set_viewport_size({"width": 360, "height": 800})
    page.goto(f"{base_url}/hearings/{number}")
    expect(page.locator("h1")).to_have_text(TITLE)
    expect(page.locator("main")).to_contain_text("常来办事的群众")
    axe(page)
    is_as_wide_as_the_window(page)
    shot(page, "hearing-360")
    with urllib.request.urlopen(f"{base_url}/hearings/{number}/calendar.ics", timeout=10) as answer:
        calendar = answer.read().decode()
    assert "BEGIN:VEVENT" in calendar and day(40).replace("-", "") in calendar

    # By keyboard alone: to the form, and to the notice.
    press_until(page, "Tab", f"a[href$='/hearings/{number}/register']")
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/hearings/{number}/register")
    axe(page)
    is_as_wide_as_the_window(page)
    page.go_back()
    press_until(page, "Tab", "a[href*='/notices/gathering_notice/']")
    page.keyboard.press("Enter")
    page.wait_for_url("**/notices/gathering_notice/*")
    expect(page.locator("main")).to_contain_text("县政务服务中心")
    axe(page)
    is_as_wide_as_the_window(page)


def test_a_hearing_of_the_demo_that_is_over(desk, page: Page, base_url, axe):
    mine = desk.as_("zuzhi")
    address = demo_hearing(mine, base_url, "社会保险政务公开目录听证会")
    axe(mine)
    expect(mine.locator(".state").first).to_have_text("已整理")
    page.set_viewport_size({"width": 360, "height": 800})
    page.goto(f"{base_url}/hearings/{address.rsplit('/', 1)[1]}")
    for kind in ("gathering_notice", "participant_list", "gathering_record"):
        expect(page.locator(f"a[href*='/notices/{kind}/']").first).to_be_visible()
    axe(page)
    page.locator("a[href*='/notices/gathering_record/']").first.click()
    expect(page.locator("main")).to_contain_text("领养老金要做资格认证")
    axe(page)
    is_as_wide_as_the_window(page)


@pytest.mark.parametrize("width", [360, 1280])
def test_the_hearing_that_people_register_for(desk, page: Page, base_url, axe, width):
    mine = desk.as_("zuzhi")
    mine.set_viewport_size({"width": width, "height": 800})
    address = demo_hearing(mine, base_url, "公众意见办理办法听证会")
    mine.get_by_role("link", name="下载和打印").click()
    expect(mine.locator("h1")).to_have_text("下载和打印")
    axe(mine)
    is_as_wide_as_the_window(mine)
    page.set_viewport_size({"width": width, "height": 800})
    page.goto(f"{base_url}/hearings/{address.rsplit('/', 1)[1]}")
    expect(page.get_by_role("link", name="报名", exact=True)).to_be_visible()
    axe(page)
    is_as_wide_as_the_window(page)


def test_poster_form_and_notice_as_files(desk, base_url, tmp_path):
    mine = desk.as_("zuzhi")
    address = demo_hearing(mine, base_url, "公众意见办理办法听证会")
    mine.goto(f"{address}/files")
    if not mine.locator("form[action*='/files/']").count():
        pytest.skip("nothing is installed that makes files")
    for kind, form in [("poster", "pdf"), ("form", "pdf"), ("notice", "pdf"), ("notice", "docx")]:
        make_and_take(mine, kind, form, tmp_path)
