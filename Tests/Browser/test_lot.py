"""A lot at the desk of one hearing, from the commitment to the file that anybody recomputes; another that is drawn on site."""

import hashlib
import re
import subprocess
import uuid
from pathlib import Path

import pytest
from database import query
from installation import MINYI, ROOT
from layout import is_as_wide_as_the_window
from playwright.sync_api import Page, expect

SCAN = {"name": "抽签记录.pdf", "mimeType": "application/pdf", "buffer": b"%PDF-1.4\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF"}


def hearing(data: Path, people: int) -> str:
    """A hearing people have registered for, until tomorrow; returns its number. `fuhe` organises beside `zuzhi`."""
    query(data, """insert into staff_roles (staff_id, unit_id, role) select id, unit_id, 'organiser' from staff where sign_in_name = 'fuhe'
                   on conflict do nothing""")
    number = query(data, """
        with made as (insert into gatherings (key, kind, procedure_id, unit_id, unit_ids, title, starts_at, ends_at, registration_from,
            registration_until, materials_on, state, created_by, created_at)
          select gen_random_uuid(), 'hearing', (select max(id) from procedures), s.unit_id, array[s.unit_id], '老城区停车收费听证会',
            minyi_clock() + interval '40 days', minyi_clock() + interval '40 days 3 h', minyi_clock() - interval '3 days',
            minyi_clock() + interval '1 day', current_date + 30, 'announced', s.id, minyi_clock()
          from staff s where sign_in_name = 'zuzhi' returning id, number),
        seats as (insert into gathering_categories (gathering_id, ordinal, name, seats, way)
          select id, n, (array['老隆镇居民', '沿街经营户'])[n], 2, 'application' from made, generate_series(1, 2) n)
        select number from made""")
    for ordinal in range(people):
        code = hashlib.sha256(uuid.uuid4().bytes).hexdigest()
        query(data, f"""
            with sent as (insert into submissions (number, key, kind, channel, body, unit_ids, salt, code_mac, proof, received_at, screening,
                submitter, people)
              select public_number('MY', minyi_clock(), 800000 + (select max(id) from submissions)), gen_random_uuid(), 'registration', 'web', '',
                g.unit_ids, decode('{code[:32]}', 'hex'), decode('{code}', 'hex'), decode('{code}', 'hex'), minyi_clock(), 'shown', 'person', 1
              from gatherings g where g.number = '{number}' returning id)
            insert into registrations (submission_id, gathering_id, category_id, consents, verdict, checked_at, received_at, unit_ids)
            select sent.id, g.id, c.id, true, 'eligible', minyi_clock(), minyi_clock(), g.unit_ids from sent, gatherings g
            join gathering_categories c on c.gathering_id = g.id and c.ordinal = {1 + ordinal // 5} where g.number = '{number}'""")
    return number


def close_registration(data: Path, number: str) -> None:
    query(data, f"update gatherings set registration_until = minyi_clock() where number = '{number}'")


def numbers(data: Path, number: str, category: int) -> list[str]:
    return query(data, f"""
        select s.number from registrations r join submissions s on s.id = r.submission_id join gathering_categories c on c.id = r.category_id
        join gatherings g on g.id = r.gathering_id where g.number = '{number}' and c.ordinal = {category} order by 1""").split()


def name_witnesses(page: Page) -> None:
    page.locator("#witness_name_1").fill("钟某")
    page.locator("#witness_capacity_1").fill("县司法局")
    page.locator("#witness_name_2").fill("刘某")
    page.locator("#witness_capacity_2").fill("群众代表")


def download(page: Page, tmp_path: Path) -> Path:
    with page.expect_download() as loading:
        page.get_by_role("link", name="下载抽签文件").first.click()
    file = tmp_path / "lot.json"
    loading.value.save_as(file)
    return file


def test_a_lot_that_anybody_recomputes(desk, data_folder, page: Page, base_url, axe, tmp_path):
    data = data_folder / "data"
    number = hearing(data, people=7)
    address = f"{base_url}/desk/hearings/{number}/lot"
    first = desk.as_("zuzhi")
    first.goto(address)
    assert [title for title in first.locator("h2").all_inner_texts() if "抽签" in title][:2] == ["现场抽签", "可以重算的抽签"]
    axe(first)
    first.get_by_label("用哪个公开的数").fill("双色球第2026142期")
    first.locator("#value_due").fill(query(data, "select to_char((minyi_clock() + interval '3 days') at time zone 'Asia/Shanghai', 'YYYY-MM-DD\"T\"HH24:MI')"))
    first.get_by_role("button", name="承诺并公布").click()
    expect(first.locator(".flash")).to_contain_text("已经承诺")

    close_registration(data, number)
    first.goto(address)
    first.get_by_role("button", name="固定名单").click()
    expect(first.locator(".state")).to_have_text("名单已经固定")
    query(data, f"update lots set value_due_at = minyi_clock() where gathering_id = (select id from gatherings where number = '{number}')")
    # The page reads what is published; the value comes into being now.
    query(data, f"select show_lot(id) from lots where gathering_id = (select id from gatherings where number = '{number}')")
    first.goto(address)
    first.get_by_label("公开的数", exact=True).fill("03 09  14")
    first.get_by_label("再录一遍").fill("03 09 15")
    name_witnesses(first)
    first.get_by_role("button", name="录入").click()
    expect(first.locator("#value_again[aria-invalid]")).to_be_visible()
    expect(first.locator("#witness_name_2")).to_have_value("刘某")
    first.get_by_label("再录一遍").fill("03 09 14")
    first.get_by_role("button", name="录入").click()
    expect(first.locator(".next")).to_contain_text("另一位经办人")
    expect(first.get_by_role("button", name="抽签", exact=True)).to_have_count(0)

    second = desk.as_("fuhe")
    second.goto(address)
    second.get_by_role("button", name="抽签", exact=True).click()
    expect(second.locator(".state")).to_have_text("已经抽签")
    second.get_by_role("link", name="去排座位").click()
    second.get_by_role("button", name="按结果排座位").click()
    expect(second.locator("table.rows tbody tr")).to_have_count(4)
    axe(second)

    page.set_viewport_size({"width": 360, "height": 800})
    page.goto(f"{base_url}/hearings/{number}/lot")
    axe(page)
    is_as_wide_as_the_window(page)
    file = download(page, tmp_path)
    for program in ([MINYI, "verify", "lot"], ["/usr/bin/python3", "-I", ROOT / "ops" / "lot" / "verify_lot.py"]):
        answer = subprocess.run([*program, file], capture_output=True, text=True, timeout=60)
        assert answer.returncode == 0, answer.stdout + answer.stderr
    page.get_by_role("link", name="抽签怎样算").click()
    axe(page)
    is_as_wide_as_the_window(page)
    with page.expect_download() as loading:
        page.get_by_role("link", name="下载小程序").click()
    assert Path(loading.value.path()).read_bytes() == (ROOT / "ops" / "lot" / "verify_lot.py").read_bytes()


@pytest.mark.parametrize("width", [360, 1280])
def test_a_draw_on_site_and_the_materials(desk, data_folder, page: Page, base_url, axe, tmp_path, width):
    data = data_folder / "data"
    number = hearing(data, people=4)
    close_registration(data, number)
    mine = desk.as_("zuzhi")
    mine.set_viewport_size({"width": width, "height": 800})
    mine.goto(f"{base_url}/desk/hearings/{number}/lot")
    axe(mine)
    is_as_wide_as_the_window(mine)
    drawn = list(reversed(numbers(data, number, 1)))
    mine.locator("#drawn_at").fill(query(data, "select to_char(minyi_clock() at time zone 'Asia/Shanghai', 'YYYY-MM-DD\"T\"HH24:MI:SS')"))
    mine.get_by_label("抽签地点").fill("县政务服务中心")
    mine.locator("#numbers_c01").fill("\n".join(drawn[:-1]))
    name_witnesses(mine)
    mine.locator("#scan").set_input_files(SCAN)
    mine.get_by_role("button", name="登记抽签结果").click()
    expect(mine.locator("#numbers_c01-error")).to_contain_text("4个报名号")
    axe(mine)
    # The scan is kept; the last number may be typed by its end.
    mine.locator("#numbers_c01").fill("\n".join([*drawn[:-1], "-".join(drawn[-1].split("-")[-2:])]))
    mine.get_by_role("button", name="登记抽签结果").click()
    expect(mine.locator(".flash")).to_contain_text("已经登记")
    page.goto(f"{base_url}/hearings/{number}/lot")
    axe(page)
    answer = subprocess.run([MINYI, "verify", "lot", download(page, tmp_path)], capture_output=True, text=True, timeout=60)
    assert answer.returncode == 0 and "nobody can compute more" in answer.stdout

    mine.goto(f"{base_url}/desk/hearings/{number}/list")
    mine.get_by_role("button", name="按结果排座位").click()
    expect(mine.locator("table.rows tbody tr")).to_have_count(2)
    mine.goto(f"{base_url}/desk/hearings/{number}/materials")
    mine.get_by_label("材料名称").fill("决策草案")
    mine.locator("#file").set_input_files(SCAN)
    mine.get_by_role("button", name="加上").click()
    expect(mine.get_by_role("link", name="决策草案")).to_be_visible()
    mine.locator("[name=people]").first.check()
    mine.get_by_role("button", name="登记送达").click()
    expect(mine.locator(".tag.good")).to_have_text(re.compile("当面交给"))
    axe(mine)
    is_as_wide_as_the_window(mine)
