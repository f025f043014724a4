"""Notes in a village: without a network, each thing once; and without a script."""

import base64
import re
from pathlib import Path

import pytest
from database import query
from hearings import VISIT
from layout import is_as_wide_as_the_window
from playwright.sync_api import Page, expect

# A dot, as PNG.
PICTURE = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8z8BQDwAEhQGAhKmMIQAAAABJRU5ErkJggg=="
)


@pytest.fixture
def visit(server):
    return query(server.data, VISIT)


def count(server, number: str, table: str) -> int:
    where = "gathering_id = (select id from gatherings where number = '" + number + "')"
    return int(query(server.data, f"select count(*) from {table} where {where}"))


def note(page: Page, name: str, words: str) -> None:
    page.locator("#name").fill(name)
    page.locator("#words").fill(words)
    page.get_by_role("button", name="记下").click()


def choose_picture(page: Page, content: bytes = PICTURE) -> None:
    page.locator("#photo").set_input_files({"name": "a.png", "mimeType": "image/png", "buffer": content})


@pytest.mark.parametrize("width", [360, 768])
def test_the_page_is_made_for_a_phone(page: Page, base_url, sign_in, axe, shot, visit, width):
    sign_in(page, "zuzhi")
    page.set_viewport_size({"width": width, "height": 740})
    page.goto(f"{base_url}/desk/visits/{visit}/field")
    expect(page.get_by_role("heading", level=1)).to_contain_text("试走访")
    is_as_wide_as_the_window(page)
    axe(page)
    shot(page, f"field-{width}")


@pytest.fixture
def field(new_context, base_url, sign_in, visit):
    """The page on a phone that has just lost its network."""
    context = new_context(viewport={"width": 360, "height": 740})
    page = context.new_page()
    sign_in(page, "zuzhi")
    page.goto(f"{base_url}/desk/visits/{visit}/field")
    # The worker has the page once it has served it.
    page.evaluate("navigator.serviceWorker.ready.then(function () { return true; })")
    page.reload()
    context.set_offline(True)
    return page


def test_opened_once_it_opens_without_a_network(new_context, base_url, sign_in, visit):
    page = new_context(viewport={"width": 360, "height": 740}).new_page()
    sign_in(page, "zuzhi")
    page.goto(f"{base_url}/desk/visits/{visit}/field")
    expect(page.locator("[data-state]")).to_contain_text("没有网络，这一页也打得开", timeout=20_000)
    page.context.set_offline(True)
    page.goto(f"{base_url}/desk/visits/{visit}/field")
    note(page, "李阿婆", "路不好走。")
    expect(page.locator("[data-state]")).to_contain_text("1 条已保存在手机里")


def test_without_a_network_nothing_is_lost_and_nothing_is_sent_twice(field: Page, server, visit):
    page = field
    note(page, "李阿婆", "路不好走。\n水不够。")
    note(page, "张叔", "路灯坏了。")
    choose_picture(page)
    page.locator("#caption").fill("村口")
    page.get_by_role("button", name="存下照片").click()
    expect(page.locator("[data-state]")).to_contain_text("3")
    page.locator("#words").fill("还没有写完")
    page.reload()
    expect(page.locator("#words")).to_have_value("还没有写完")
    expect(page.locator("[data-list] li")).to_have_count(2)
    page.context.set_offline(False)
    expect(page.locator("[data-state]")).to_contain_text("都已发送", timeout=60_000)
    expect(page.locator("[data-stored]")).to_have_text("2 人，3 条，1 张照片。")
    page.reload()
    expect(page.locator("[data-state]")).to_contain_text("都已发送")
    assert count(server, visit, "gathering_people") == 2
    assert int(query(server.data, "select count(*) from gathering_entries where kind = 'statement' and gathering_id = "
        f"(select id from gatherings where number = '{visit}')")) == 3  # fmt: skip
    assert count(server, visit, "gathering_photos") == 1
    kept = page.evaluate("JSON.stringify(window.localStorage)")
    assert "水不够" not in kept


def test_a_picture_pressed_twice_is_one(field, server, visit):
    choose_picture(field)
    field.get_by_role("button", name="存下照片").dblclick()
    expect(field.locator("#photo")).to_have_value("")
    expect(field.locator("[data-state]")).to_contain_text("1 条已保存")
    field.context.set_offline(False)
    expect(field.locator("[data-state]")).not_to_contain_text("条", timeout=60_000)
    assert count(server, visit, "gathering_photos") == 1


def test_a_picture_is_internal_and_a_refused_one_can_be_corrected(field, server, visit):
    choose_picture(field)
    field.locator("#caption").fill("李桂花13800138111")
    expect(field.locator("#nobody")).not_to_be_checked()
    field.get_by_role("button", name="存下照片").click()
    field.context.set_offline(False)
    expect(field.locator("[data-refused-photos]")).to_contain_text("个人信息", timeout=60_000)
    # It is not on its way any more.
    expect(field.locator("[data-state]")).to_contain_text("有 1 条没有收下")
    field.get_by_role("button", name="拿回来修改").click()
    expect(field.locator("[data-back]")).to_contain_text("a.png")
    field.locator("#caption").fill("村口的路")
    field.get_by_role("button", name="存下照片").click()
    expect(field.locator("[data-refused-photos] li")).to_have_count(0, timeout=20_000)
    expect(field.locator("[data-state]")).not_to_contain_text("条", timeout=60_000)
    of_visit = f"from gathering_photos where gathering_id = (select id from gatherings where number = '{visit}')"
    assert query(server.data, f"select string_agg(caption || shows_people::text || consents::text, ' ') {of_visit}") == "村口的路truefalse"


def test_a_file_that_is_no_picture_is_named(field):
    choose_picture(field, b"%PDF-1.4 no picture")
    field.get_by_role("button", name="存下照片").click()
    field.context.set_offline(False)
    refused = field.locator("[data-refused-photos] li")
    expect(refused).to_contain_text("a.png", timeout=60_000)
    expect(refused).not_to_contain_text("PDF")


def test_what_is_being_typed_makes_room_and_comes_back(field):
    note(field, "李阿婆", " ")
    expect(field.get_by_role("alert")).to_have_text("请写下说了什么。")
    expect(field.locator("#words")).to_be_focused()
    note(field, "李阿婆", "路不好走。")
    expect(field.get_by_role("alert")).to_have_count(0)
    field.locator("#name").fill("王五")
    field.locator("#words").fill("正在写的话")
    field.get_by_role("button", name="再记一条").first.click()
    expect(field.locator("#words")).to_have_value("")
    expect(field.locator("#note [data-same]")).to_contain_text("李阿婆")
    field.locator("#words").fill("她还说水不够。")
    field.get_by_role("button", name="拿回来修改").click()
    expect(field.locator("#words")).to_have_value("正在写的话")
    expect(field.locator("#name")).to_have_value("王五")
    expect(field.locator("[data-list]")).to_contain_text("她还说水不够")
    field.reload()
    expect(field.locator("#words")).to_have_value("正在写的话")
    expect(field.locator("[data-list] li")).to_have_count(2)


def test_what_comes_after_it_was_worked_up_is_given_back(field, server, visit):
    note(field, "李阿婆", "路不好走。")
    choose_picture(field)
    field.get_by_role("button", name="存下照片").click()
    expect(field.locator("[data-state]")).to_contain_text("2")
    query(server.data, f"update gatherings set state = 'closed', ended_at = now(), closed_at = now() where number = '{visit}'")
    field.context.set_offline(False)
    expect(field.locator("#kept-words")).to_have_value(re.compile("路不好走"), timeout=60_000)
    expect(field.locator("[data-pictures] li")).to_have_count(1, timeout=20_000)
    expect(field.locator("[data-list]")).to_contain_text("没有收下")
    assert count(server, visit, "gathering_people") == 0


def test_what_was_not_taken_is_kept_and_then_forgotten(field, axe, server, visit):
    note(field, "李阿婆", "路不好走。")
    field.locator("#words").fill("还没有写完")
    query(server.data, f"update gatherings set state = 'closed', ended_at = now(), closed_at = now() where number = '{visit}'")
    field.context.set_offline(False)
    expect(field.locator("#kept-words")).to_have_value(re.compile("路不好走"), timeout=60_000)
    field.reload()
    expect(field.locator("#note")).to_have_count(0)
    expect(field.locator("#kept-words")).to_have_value(re.compile("路不好走.*还没有写完", re.S))
    axe(field)
    with field.expect_download() as saved:
        field.get_by_role("link", name="存成文件").click()
    assert "路不好走" in Path(saved.value.path()).read_text(encoding="utf-8")
    field.get_by_role("button", name="已经存好").click()
    expect(field.locator("#kept-words")).to_be_visible()
    field.get_by_role("button", name="再按一次").click()
    expect(field.locator("#kept-words")).to_be_hidden()
    kept = field.evaluate("JSON.stringify(window.localStorage)")
    assert "路不好走" not in kept and "还没有写完" not in kept


def test_what_was_sent_is_corrected_on_the_phone(page: Page, base_url, sign_in, axe, shot, visit):
    sign_in(page, "zuzhi")
    page.set_viewport_size({"width": 360, "height": 740})
    page.goto(f"{base_url}/desk/visits/{visit}/field")
    note(page, "李阿婆", "路不好走。")
    expect(page.locator("[data-state]")).to_contain_text("都已发送", timeout=20_000)
    page.reload()
    page.get_by_role("link", name="核对、更正").click()
    line = page.locator(".transcript li").first
    line.get_by_text("更正这一条").click()
    line.get_by_role("textbox").fill("路灯不亮。")
    line.get_by_role("button", name="更正").click()
    expect(page.locator(".transcript li del").first).to_have_text("路不好走。")
    expect(page.locator(".transcript li ins").first).to_have_text("路灯不亮。")
    page.get_by_text("更正这个人").click()
    page.get_by_label("电话", exact=True).fill("12")
    page.locator("[id^=name-]").locator("xpath=ancestor::form").get_by_role("button").click()
    expect(page.locator("[id^=phone-][id$=-error]")).to_be_visible()
    page.get_by_label("姓名", exact=True).fill("李婆婆")
    page.get_by_label("电话", exact=True).fill("0762-6750001")
    page.locator("[id^=name-]").locator("xpath=ancestor::form").get_by_role("button").click()
    expect(page.locator("main")).to_contain_text("更正：姓名、电话")
    axe(page)
    assert page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth") == 0
    shot(page, "field-corrected-360")


def test_without_a_script(new_context, base_url, sign_in, server, visit):
    page = new_context(java_script_enabled=False).new_page()
    sign_in(page, "zuzhi")
    page.goto(f"{base_url}/desk/visits/{visit}/field")
    note(page, "", "路灯坏了。")
    expect(page.locator("#name-error")).to_be_visible()
    expect(page.locator("#words")).to_have_value("路灯坏了。")
    note(page, "王某", "路灯坏了。")
    expect(page.get_by_role("status").first).to_contain_text("已经记下")
    assert count(server, visit, "gathering_people") == 1


@pytest.mark.parametrize("width", [360, 1280])
def test_visits_form_a_round_in_the_order_of_their_route(page: Page, base_url, sign_in, server, axe, shot, width):
    numbers = [query(server.data, VISIT), query(server.data, VISIT)]
    first, second = (query(server.data, f"select id from gatherings where number = '{number}'") for number in numbers)
    matter = query(
        server.data,
        f"select p.number from procedures p join gatherings g on g.procedure_id = p.id where g.id = {int(first)}",
    )
    sign_in(page, "zuzhi")
    page.set_viewport_size({"width": width, "height": 800})
    page.goto(f"{base_url}/desk/procedures/{matter}/rounds/new")
    page.locator("#title").fill("东江两岸一轮")
    # Two in the same place: what was typed stays.
    for stop in (first, second):
        page.locator(f"#stop-{stop}").fill("1")
    page.locator("main button[type=submit]").last.click()
    expect(page.locator("#stops-error")).to_be_visible()
    expect(page.locator("#title")).to_have_value("东江两岸一轮")
    page.locator(f"#stop-{first}").fill("2")
    page.locator("main button[type=submit]").last.click()
    expect(page.locator(".flash")).to_be_visible()
    expect(page.locator("tbody tr a").first).to_have_attribute("href", f"/desk/hearings/{numbers[1]}")
    axe(page)
    is_as_wide_as_the_window(page)
    shot(page, f"round-{width}")
