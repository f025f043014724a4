"""Questionnaires as files: what the desk exports and imports, the command that imports, answer sheets for statistics programs, papers."""

import json
import re
import subprocess

import pyreadstat
import pytest
from installation import MINYI, ROOT
from playwright.sync_api import Page, expect

DEMO = "2026年政务公开满意度调查"
FIXTURES = ROOT / "Tests" / "QuestionnairesTests" / "Fixtures"


def address_of_the_demo(page: Page, base_url: str) -> str:
    page.goto(f"{base_url}/desk/questionnaires?q={DEMO}")
    return base_url + page.get_by_role("link", name=DEMO).get_attribute("href")


def taken(page: Page, link, folder):
    with page.expect_download() as download:
        link.click()
    path = folder / download.value.suggested_filename
    download.value.save_as(path)
    return path


def import_file(page: Page, base_url: str, file) -> str:
    """Through the desk's form. Returns the address of what was made."""
    page.goto(f"{base_url}/desk/questionnaires/new")
    page.get_by_label("从文件导入").check()
    page.locator("#file").set_input_files(file)
    page.get_by_role("button", name="新建").click()
    page.locator("form[action$='/import'] button[type=submit]").click()
    expect(page.locator(".flash")).to_contain_text("已新建")
    return page.url


@pytest.mark.parametrize("name", ["survey.lss", "form.xlsx"])
def test_what_was_imported_goes_out_and_comes_back(page: Page, base_url, sign_in, axe, shot, tmp_path, name):
    sign_in(page, "zuzhi")
    first = import_file(page, base_url, FIXTURES / name)
    asked = page.locator("[data-question]").count()
    page.get_by_role("link", name="导出为文件").click()
    expect(page.get_by_role("heading", name="XLSForm（XLSX）")).to_be_visible()
    axe(page)
    shot(page, f"questionnaire-export-{name.split('.')[0]}")
    # What an XLSForm cannot hold is said before it is taken.
    lost = page.locator("section", has=page.get_by_role("heading", name="XLSForm（XLSX）")).locator("tbody tr")
    left_out = lost.filter(has_text="整道题不写进去").count()
    one_more = lost.filter(has_text="每一格写成一道题").count()
    whole = taken(page, page.get_by_role("link", name=re.compile("下载.*YAML")), tmp_path)
    form = taken(page, page.get_by_role("link", name=re.compile("下载.*XLSForm")), tmp_path)
    assert import_file(page, base_url, whole) != first
    assert page.locator("[data-question]").count() == asked
    import_file(page, base_url, form)
    # The matrix of two texts is asked one by one there.
    assert page.locator("[data-question]").count() == asked - left_out + one_more


def test_the_command_makes_a_questionnaire(page: Page, base_url, server, sign_in, tmp_path):
    def command(file, *options: str) -> subprocess.CompletedProcess:
        return subprocess.run(
            [MINYI, "import", "questionnaire", str(file), "--data", str(server.data), *options],
            capture_output=True, text=True, timeout=60)

    file = tmp_path / "short.yaml"
    file.write_text("title: 从命令来\npages:\n- code: p\n  groups:\n  - code: g\n    questions:\n    - {code: q, text: 满意吗, kind: yesNo}\n")
    office = ["--unit", "441622-D00"]
    for wrong in (office + ["--by", "nobody"], office + ["--by", "shenpi"], ["--unit", "none", "--by", "zuzhi"]):
        refused = command(file, *wrong)
        assert refused.returncode not in (0, 2, 3) and "Nothing was saved" in refused.stderr
    made = command(file, *office, "--by", "zuzhi")
    assert made.returncode == 0, made.stderr
    number = re.search(r"Saved as (Q-\S+),", made.stdout)[1]
    sign_in(page, "zuzhi")
    page.goto(f"{base_url}/desk/questionnaires/{number}")
    expect(page.locator("h1")).to_have_text("从命令来")
    expect(page.locator("[data-question=q]")).to_contain_text("满意吗")
    in_part = command(FIXTURES / "survey.lss", *office, "--by", "zuzhi", "--title", "从别处来", "--json")
    assert in_part.returncode == 3
    page.goto(f"{base_url}/desk/questionnaires/{json.loads(in_part.stdout)['number']}")
    expect(page.locator("h1")).to_have_text("从别处来")


def test_sheets_open_in_statistics_programs(page: Page, base_url, sign_in, tmp_path):
    sign_in(page, "zuzhi")
    address = address_of_the_demo(page, base_url)
    page.goto(address)
    page.get_by_role("link", name="统计", exact=True).click()
    expect(page.locator("h1")).to_have_text(DEMO)
    sav = taken(page, page.get_by_role("link", name="SPSS（.sav）"), tmp_path)
    columns, meta = pyreadstat.read_sav(str(sav), output_format="dict")
    sheets = len(columns["v_sheet"])
    assert sheets == int(re.search(r"\d+", page.locator(".figures dd").first.inner_text())[0])
    assert meta.file_encoding == "UTF-8" and set(meta.column_names) == set(columns)
    labels = meta.column_names_to_labels
    assert all(labels[name] for name in meta.column_names)

    def given(name: str) -> set:
        return {value for value in columns[name] if value is not None}

    # Several choices are 0 and 1, or missing where the question was not answered.
    ways = [name for name in columns if name.startswith("ways_") and meta.readstat_variable_types[name] == "double"]
    assert ways and all(given(name) <= {0.0, 1.0} for name in ways)
    assert meta.variable_value_labels["ways_w1"] == {0.0: "否", 1.0: "是"}
    # A town is said by its name, and only towns are; so is the channel.
    towns = meta.variable_value_labels["town"]
    assert given("town") <= set(towns) and {"老隆镇", "佗城镇"} <= set(towns.values())
    assert not any("局" in name for name in towns.values())
    assert given("v_channel") <= set(meta.variable_value_labels["v_channel"])
    assert "网上" in meta.variable_value_labels["v_channel"].values() and labels["v_channel"] == "渠道"
    # Numbers stand for choices, with what they mean.
    age = meta.variable_value_labels["age"]
    assert given("age") <= set(age) and len(age) > 2
    csv = taken(page, page.get_by_role("link", name="CSV", exact=True), tmp_path)
    assert len(csv.read_text(encoding="utf-8-sig").splitlines()) >= sheets + 1


def test_papers_are_made_when_somebody_asks(page: Page, base_url, sign_in, axe, shot):
    sign_in(page, "zuzhi")
    address = address_of_the_demo(page, base_url)
    assert page.request.get(address + "/form.pdf").status == 404
    page.goto(address + "/paper")
    expect(page.locator(".paper-form")).to_contain_text("只在这样时回答：第")
    axe(page)
    shot(page, "questionnaire-paper")
    if page.get_by_text("没有装生成 PDF 的程序").count():
        pytest.skip("Typst is not installed here")
    page.get_by_role("button", name="生成纸质表（PDF）").click()
    expect(page.get_by_role("link", name="下载纸质表（PDF）")).to_be_visible(timeout=60_000)
    form = page.request.get(address + "/form.pdf")
    assert form.status == 200 and form.body().startswith(b"%PDF")
    page.get_by_role("button", name="生成海报（PDF）").click()
    expect(page.get_by_role("link", name="下载海报（PDF）")).to_be_visible(timeout=60_000)
