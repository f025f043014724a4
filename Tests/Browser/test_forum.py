"""A forum from its invitations to its published record: convened, attended, written down by speaker, and its opinions at the workbench."""

import pytest
from database import query
from desk import Desk
from layout import is_as_wide_as_the_window
from papers import cleared, make_and_take, publish, take_record
from playwright.sync_api import Page, expect
from test_hearings import day

# The first speaks again after the second: three things, each by itself.
SAID = ["窗口中午也要有人。", "取号机的字太小。", "排队的时候给老人留把椅子。"]


def ask_to_join(page: Page, address: str, role: str, name: str) -> None:
    page.goto(f"{address}/people/new")
    page.locator(f"[name=role][value={role}]").check()
    page.locator("#name").fill(name)
    page.locator("#consents [type=checkbox]").check()
    page.get_by_role("button", name="添加").click()
    expect(page.locator("table.rows")).to_contain_text(name)


def planned(page: Page, base_url: str, matter: str, title: str, materials: int) -> str:
    """A forum in twenty days whose materials are handed over some days before; its address at the desk."""
    page.goto(f"{base_url}/desk/procedures/{matter}/hearings/new?kind=forum")
    page.locator("#title").fill(title)
    page.locator("#place").fill("县政务服务中心二楼")
    for name, time in [("starts_at", "09:00"), ("ends_at", "11:00")]:
        page.locator(f"#{name}").fill(day(20))
        page.locator(f"#{name}_time").fill(time)
    page.locator("#materials_on").fill(day(20 - materials))
    page.locator("#contact_phone").fill("0762-6750000")
    page.get_by_role("button", name="保存").click()
    expect(page.locator("h1")).to_have_text(title)
    return page.url


def record(page: Page, person: str, text: str) -> None:
    page.locator("#words-person").select_option(person)
    page.locator("#words-body").fill(text)
    page.locator("#words-body").press("Control+Enter")
    expect(page.locator("#live-waiting li")).to_have_count(0)


@pytest.fixture
def matter(places):
    return places["register"].rsplit("/", 1)[1]


def test_materials_are_due_five_days_before(desk, base_url, matter, axe, shot):
    mine = desk.as_("zuzhi")
    mine.set_viewport_size({"width": 360, "height": 800})
    address = planned(mine, base_url, matter, "迟送材料座谈会", 2)
    ask_to_join(mine, address, "presider", "主持人甲")
    mine.goto(address)
    mine.get_by_role("button", name="召集").click()
    # It says why, on its own page, and nobody was told yet.
    expect(mine.get_by_role("alert")).to_contain_text("写明理由")
    expect(mine.get_by_role("button", name="召集")).to_be_visible()
    axe(mine)
    is_as_wide_as_the_window(mine)
    shot(mine, "forum-late-360")
    mine.goto(f"{address}/edit")
    mine.locator("#materials_on").fill(day(20 - 6))
    mine.get_by_role("button", name="保存").click()
    mine.get_by_role("button", name="召集").click()
    expect(mine.locator(".flash")).to_contain_text("已经召集")
    expect(mine.get_by_role("button", name="召集")).to_have_count(0)


def held(desk: Desk, server, base_url: str, matter: str, title: str) -> tuple[Page, str, str]:
    """A forum at which two people spoke of three who were asked: the page of its organiser, its address, its number."""
    mine = desk.as_("zuzhi")
    address = planned(mine, base_url, matter, title, 6)
    number = address.rsplit("/", 1)[1]
    for role, name in [("presider", "主持人甲"), ("recorder", "记录员乙"), ("invited", "居民丙"), ("invited", "居民丁"), ("invited", "居民戊")]:
        ask_to_join(mine, address, role, name)
    mine.goto(address)
    mine.get_by_role("button", name="召集").click()
    expect(mine.locator(".flash")).to_contain_text("已经召集")
    # The day has come.
    query(server.data, f"update gatherings set starts_at = now() - interval '5 minutes', ends_at = now() + interval '2 hours' where number = '{number}'")
    mine.goto(f"{address}/live")
    mine.get_by_role("button", name="宣布开始").click()
    guests = query(
        server.data,
        "select p.id from gathering_people p join gatherings g on g.id = p.gathering_id "
        f"where g.number = '{number}' and p.role = 'invited' order by p.seat",
    ).splitlines()
    for guest, presence in zip(guests, ["present", "present", "absent"]):
        mine.locator("#presence-person").select_option(guest)
        mine.locator("#presence-presence").select_option(presence)
        mine.get_by_role("button", name="记下到场情况").click()
        expect(mine.locator("#live-waiting li")).to_have_count(0)
    mine.reload()
    for guest, text in zip([guests[0], guests[1], guests[0]], SAID):
        record(mine, guest, text)
    mine.reload()
    mine.get_by_role("button", name="宣布结束").click()
    expect(mine.locator(".flash")).to_contain_text("已经结束")
    mine.goto(f"{address}/transcript")
    return mine, address, number


def test_what_was_said_joins_the_workbench_and_the_record_is_published(
    desk, page: Page, base_url, server, matter, axe, shot, tmp_path
):
    title = "窗口服务座谈会"
    mine, address, number = held(desk, server, base_url, matter, title)
    for text in SAID:
        expect(mine.locator("main")).to_contain_text(text)
    axe(mine)
    mine.get_by_role("button", name="办结，发言列入意见").click()
    expect(mine.locator(".flash")).to_contain_text("共有3条发言列入意见")
    mine.goto(f"{base_url}/desk/procedures/{matter}/submissions?view=all&channel=meeting")
    for text in SAID:
        expect(mine.locator("main")).to_contain_text(text)

    mine.goto(f"{address}/papers/gathering_record")
    axe(mine)
    mine.get_by_role("button", name="送审").click()
    cleared(desk, mine, title)
    publish(mine)
    page.set_viewport_size({"width": 360, "height": 800})
    page.goto(f"{base_url}/forums/{number}")
    axe(page)
    is_as_wide_as_the_window(page)
    for form in query(server.data, "select value from site_settings where key = 'report_formats'").split():
        take_record(page, form, tmp_path)
    page.locator("a[href*='/notices/gathering_record/']").first.click()
    for words in [*SAID, "居民丙", "受邀人3人，到会2人", "整理为意见3件", "没有经参加人核对确认"]:
        expect(page.locator("main")).to_contain_text(words)
    expect(page.locator("main")).not_to_contain_text("在线确认0人")
    axe(page)
    is_as_wide_as_the_window(page)
    shot(page, "forum-record-360")


def test_minutes_are_files(desk, base_url, server, matter, tmp_path):
    mine, address, _ = held(desk, server, base_url, matter, "取号座谈会")
    mine.goto(f"{address}/files")
    if not mine.locator("form[action*='/files/']").count():
        pytest.skip("nothing is installed that makes files")
    for form in ("docx", "pdf"):
        make_and_take(mine, "transcript", form, tmp_path)


def test_a_guest_is_taken_out_again_and_the_roll_says_who_sits_where(desk, base_url, server, matter, axe, shot):
    mine = desk.as_("zuzhi")
    mine.set_viewport_size({"width": 360, "height": 800})
    address = planned(mine, base_url, matter, "名单座谈会", 6)
    for role, name in [("presider", "主持人甲"), ("recorder", "记录员乙"), ("invited", "居民丙"), ("invited", "居民丁")]:
        ask_to_join(mine, address, role, name)
    mine.goto(address)
    mine.get_by_role("link", name="更正或者去掉").first.click()
    axe(mine)
    is_as_wide_as_the_window(mine)
    shot(mine, "forum-guest-360")
    mine.locator("#reason").fill("重复邀请")
    mine.get_by_role("button", name="从名单上去掉").click()
    expect(mine.locator("table.rows")).to_contain_text("已从名单去掉：重复邀请")
    mine.get_by_role("button", name="召集").click()
    expect(mine.locator(".flash")).to_contain_text("已经召集")
    number = address.rsplit("/", 1)[1]
    query(server.data, f"update gatherings set starts_at = now() - interval '5 minutes', ends_at = now() + interval '2 hours' where number = '{number}'")
    mine.goto(f"{address}/live")
    mine.get_by_role("button", name="宣布开始").click()
    is_as_wide_as_the_window(mine)
    # What is being typed stays where it is.
    with mine.expect_popup() as opened:
        mine.get_by_role("button", name="看点名册").click()
    roll = opened.value
    expect(roll.locator("table.rows")).to_contain_text("居民丁")
    expect(roll.locator("table.rows")).not_to_contain_text("居民丙")
    axe(roll)
    shot(roll, "forum-roll")
