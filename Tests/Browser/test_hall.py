"""A hearing in its hall: recorded in one window and followed in another, confirmed on a phone, closed, reported, and read by everybody."""

import re

import pytest
from database import query
from desk import Desk
from hearings import UNDER_WAY
from layout import is_as_wide_as_the_window
from papers import cleared, make_and_take, publish
from playwright.sync_api import Page, expect

AGENDA = ["听证参加人陈述意见", "听证参加人提问"]


@pytest.fixture
def hall(server):
    """Number, and the first participant, whose code nobody here knows."""
    # Not about the matter whose comments another test counts.
    text = UNDER_WAY.replace("o.state = 'open'", "o.state = 'open' and o.title not like '%户籍%'")
    number, person = query(server.data, text).split("|")
    for ordinal, title in enumerate(AGENDA, 1):
        query(server.data, f"""insert into agenda_items (gathering_id, ordinal, kind, title)
            select id, {ordinal}, 'statements', '{title}' from gatherings where number = '{number}'""")
    return number, person


def named(desk: Page, base_url: str, number: str, name: str) -> str:
    """A participant who agrees to be named; returns their code, as it stands on their sheet."""
    desk.goto(f"{base_url}/desk/hearings/{number}/people/new")
    desk.locator("[name=role][value=participant]").check()
    desk.locator("#category").select_option(label="村民")
    desk.locator("#name").fill(name)
    desk.locator("#consents-0").check()
    desk.get_by_role("button", name="添加").click()
    expect(desk.locator("table.rows").first).to_contain_text(name)
    desk.get_by_role("button", name="打印通知单").click()
    return desk.locator("article.slip", has_text=name).locator(".digits").last.inner_text()


def record(desk: Page, text: str, kind: str = "statement") -> None:
    desk.locator("#words-kind").select_option(kind)
    desk.locator("#words-body").fill(text)
    desk.locator("#words-body").press("Control+Enter")


def in_the_hall(desk: Page, screen: Page, speaker: str, axe, shot) -> None:
    """What is recorded stands on the screen within a second or so."""
    # Who is not recorded yet stands there, and is at hand.
    expect(desk.locator("#unmarked [data-unmarked]", has_text=speaker)).to_have_count(1)
    expect(desk.locator("#presence-person option:checked")).to_have_text(speaker)
    desk.locator("#presence-presence").select_option("present")
    desk.get_by_role("button", name="记下到场情况").click()
    expect(desk.locator("#unmarked [data-unmarked]", has_text=speaker)).to_have_count(0)
    desk.locator("#agenda-item").select_option(label=AGENDA[0])
    desk.get_by_role("button", name="进入这一项").click()
    expect(screen.locator("[data-screen-agenda]")).to_have_text(AGENDA[0])
    desk.locator("#call-person").select_option(label=speaker)
    desk.get_by_role("button", name="请他发言").click()
    expect(screen.locator("[data-screen-speaker]")).to_contain_text("参加人2 钟某")
    expect(screen.locator("[data-screen-time]")).to_have_text(re.compile(r"\d:\d\d"))
    desk.locator("#words-passage").select_option(index=1)
    record(desk, "为什么只设两个点")
    expect(screen.locator(".words-said")).to_have_text(["为什么只设两个点"], timeout=3_000)
    # What was a statement is a question; both are to be seen.
    desk.locator("#correction-becomes").select_option("question")
    desk.locator("#correction-body").fill("为什么只设两个点？")
    desk.get_by_role("button", name="更正", exact=True).click()
    expect(screen.locator(".words-said")).to_have_text(["为什么只设两个点？"])
    expect(screen.locator(".corrected")).to_have_text(["已更正为提问"])
    expect(desk.locator("#correction-becomes")).to_have_value("")
    desk.locator("#words-passage").select_option(index=0)
    for ordinal in range(1, 13):
        record(desk, f"建议{ordinal}：增加助餐点。")
    expect(screen.locator(".words-said").last).to_have_text("建议12：增加助餐点。")
    expect(desk.locator("#live-waiting li")).to_have_count(0)
    axe(desk)
    axe(screen)
    shot(screen, "hall-screen")
    shot(desk, "hall-desk")


def confirmed_on_a_phone(phone: Page, base_url: str, number: str, code: str, axe, shot) -> None:
    phone.goto(f"{base_url}/transcripts")
    phone.locator("#number").fill(number)
    phone.locator("#code").fill(code)
    phone.get_by_role("button", name="打开笔录").click()
    expect(phone.locator("main")).to_contain_text("陈述意见，更正为提问")
    axe(phone)
    is_as_wide_as_the_window(phone)
    phone.get_by_role("button", name="这一页无误").click()
    expect(phone.locator(".flash")).to_contain_text("第1页")
    # An objection says what is wrong.
    phone.get_by_role("button", name="这一页有异议").click()
    expect(phone.locator("#note-error")).to_be_visible()
    axe(phone)
    phone.locator("#note").fill("我说的是十三个点。")
    phone.get_by_role("button", name="这一页有异议").click()
    expect(phone.locator(".flash")).to_contain_text("第2页的异议")
    shot(phone, "hall-phone-360")


def closed(desk: Page, data, number: str, axe, shot) -> None:
    desk.get_by_role("button", name="办结，发言列入意见").click()
    expect(desk.get_by_role("alert").first).to_contain_text("1人没有确认")
    expect(desk.locator("main")).to_contain_text("我说的是十三个点。")
    axe(desk)
    row = desk.locator("tr", has=desk.locator("details")).first
    row.locator("summary").click()
    row.locator("[name=outcome]").select_option("refused")
    row.get_by_role("button", name="记下来").click()
    expect(desk.locator("[role=alert]").first).to_contain_text("为什么没有确认")
    desk.locator("details[open] [name=reason]").fill("提前离场，不愿签字。")
    desk.locator("details[open]").get_by_role("button", name="记下来").click()
    expect(desk.locator("main")).to_contain_text("不愿签 提前离场，不愿签字。")
    shot(desk, "hall-transcript")
    desk.get_by_role("button", name="办结，发言列入意见").click()
    # One about a row of the draft, one about the whole.
    expect(desk.locator(".flash")).to_contain_text("2条发言列入意见")
    rows = query(data, f"""select count(*), count(passage_id) from submissions where id in (select e.submission_id
        from gathering_entries e join gatherings g on g.id = e.gathering_id where g.number = '{number}')""")
    assert rows == "2|1"


def reported(desk: Desk, mine: Page, address: str, axe, shot) -> None:
    mine.goto(f"{address}/papers/gathering_record")
    # What it came to is not in the data.
    mine.get_by_role("button", name="送审").click()
    expect(mine.get_by_role("alert")).to_contain_text("还没有写“结论”")
    mine.get_by_label("结论").fill("增设助餐点，写入目录。")
    axe(mine)
    mine.get_by_role("button", name="送审").click()
    cleared(desk, mine, "试验听证会")
    axe(mine)
    publish(mine)


def test_from_the_hall_to_the_report(desk, server, new_context, base_url, axe, shot, tmp_path, hall):
    number, _ = hall
    address = f"{base_url}/desk/hearings/{number}"
    mine = desk.as_("zuzhi")
    code = named(mine, base_url, number, "钟某")
    screen = new_context().new_page()
    screen.goto(f"{base_url}/hearings/{number}/screen")
    mine.goto(f"{address}/live")
    speaker = mine.locator("#call-person option", has_text="钟某").inner_text()
    in_the_hall(mine, screen, speaker, axe, shot)
    mine.get_by_role("button", name="宣布结束").click()
    expect(mine.locator(".flash")).to_be_visible()
    expect(screen.locator("[data-screen-agenda]")).to_have_text("已结束")
    expect(screen.locator("[data-screen-state]")).to_have_text("已结束")

    phone = new_context(viewport={"width": 360, "height": 740}).new_page()
    confirmed_on_a_phone(phone, base_url, number, code, axe, shot)
    mine.goto(f"{address}/transcript")
    closed(mine, server.data, number, axe, shot)
    reported(desk, mine, address, axe, shot)
    mine.goto(f"{address}/files")
    for form in ("pdf", "docx"):
        make_and_take(mine, "record", form, tmp_path)
    mine.goto(address)
    expect(mine.locator("section.next")).to_contain_text("没有要办的了")

    phone.goto(f"{base_url}/hearings/{number}")
    phone.locator("a[href*='/notices/gathering_record/']").first.click()
    expect(phone.locator("main")).to_contain_text("增设助餐点，写入目录。")
    expect(phone.locator("main")).to_contain_text("提前离场，不愿签字。")
    axe(phone)
    is_as_wide_as_the_window(phone)
    shot(phone, "hall-report-360")


def test_a_screen_that_is_no_longer_for_everybody(new_context, server, base_url, axe, hall):
    number, _ = hall
    screen = new_context().new_page()
    screen.goto(f"{base_url}/hearings/{number}/screen")
    expect(screen.locator("[data-screen-speaker]")).to_be_visible()
    query(server.data, f"update gatherings set is_streamed = false where number = '{number}'")
    expect(screen.locator("[data-screen-standing]")).to_contain_text("不再对外显示")
    expect(screen.locator(".words-said")).to_have_count(0)
    axe(screen)


def test_a_colleague_at_the_same_machine_neither_sees_nor_sends(page: Page, base_url, sign_in, server, hall):
    number, person = hall
    query(server.data, f"""insert into staff_roles (staff_id, unit_id, role) select s.id, g.unit_id, 'clerk' from staff s, gatherings g
        where s.sign_in_name = 'fuhe' and g.number = '{number}' on conflict do nothing""")
    page.on("dialog", lambda dialog: dialog.accept())
    sign_in(page, "zuzhi")
    page.goto(f"{base_url}/desk/hearings/{number}/live")
    page.locator("#words-person").select_option(person)
    page.route("**/live/entries", lambda route: route.abort())
    record(page, "还没有发出。")
    expect(page.locator("#live-waiting li")).to_have_count(1)

    # Somebody else signs in beside it: what waits here is not theirs to send.
    beside = page.context.new_page()
    beside.context.clear_cookies()
    sign_in(beside, "fuhe")
    beside.goto(f"{base_url}/desk/hearings/{number}/live")
    expect(beside.locator("#words-body")).to_be_visible()
    expect(beside.locator("#live-waiting li")).to_have_count(0)
    page.unroute("**/live/entries")
    expect(page.locator("#live-standing")).to_contain_text("另一位同事", timeout=30_000)
    assert query(server.data, "select count(*) from gathering_entries where body = '还没有发出。'") == "0"

    beside.context.clear_cookies()
    sign_in(beside, "zuzhi")
    expect(page.locator("#live-waiting li")).to_have_count(0, timeout=40_000)
    assert query(server.data, "select count(*) from gathering_entries where body = '还没有发出。'") == "1"
