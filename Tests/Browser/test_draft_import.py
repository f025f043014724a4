"""Drafts come in as offices send them: a workbook with titles, merged cells and ticks, a pasted text, a document."""

import io
import zipfile

import docx
import openpyxl
import pytest
from layout import is_as_wide_as_the_window
from playwright.sync_api import Page, expect

CELLS = ["1.名称；\n2.时间", "《条例》", "20个工作日", "县民政局", "■政府网站\n□政府公报"]
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


def fill(sheet) -> None:
    """A title, a heading of two lines, a subtitle, merged cells carried down, ticks, a note."""
    sheet.append(["龙川县养老服务领域基层政务公开标准目录"])
    sheet.append(["序号", "公开事项", "", "公开内容（要素）", "公开依据", "公开时限", "公开主体", "公开渠道和载体", "公开对象", "", "公开方式", "", "公开层级", "", "经办科室"])
    sheet.append(["", "一级事项", "二级事项", "", "", "", "", "", "全社会", "特定群体", "主动", "依申请", "县级", "乡级"])
    sheet.append(["一、养老服务"])
    sheet.append([1, "养老补贴", "高龄津贴", *CELLS, "√", "", "√", "", "√", "√", "养老股"])
    sheet.append([2, "", "护理补贴", *CELLS, "", "√", "", "√", "√", "", "养老股"])
    sheet.append(["注：■为必选，□为可选。"])
    for merged in ("A1:O1", "B2:C2", "I2:J2", "K2:L2", "M2:N2", "A4:O4", "B5:B6", "A7:O7", *(f"{c}2:{c}3" for c in "ADEFGHO")):
        sheet.merge_cells(merged)


def workbook() -> bytes:
    book = openpyxl.Workbook()
    book.active.title = "封面"
    book.active["B2"] = "基层政务公开"
    fill(book.create_sheet("目录"))
    return saved(book)


def saved(thing) -> bytes:
    buffer = io.BytesIO()
    thing.save(buffer)
    return buffer.getvalue()


def choose(page: Page, name: str, content: bytes, kind: str) -> None:
    page.locator("input[name=file]").set_input_files({"name": name, "mimeType": kind, "buffer": content})


def test_a_workbook_of_an_office(page: Page, base_url, sign_in, axe, shot):
    sign_in(page, "minzheng")
    page.goto(f"{base_url}/desk/drafts/new")
    axe(page)
    page.get_by_label("领域").fill("养老服务")
    choose(page, "养老.xlsx", workbook(), XLSX)
    page.get_by_role("button", name="读取这份文件").click()
    expect(page.get_by_role("button", name="导入这 2 行")).to_be_visible()
    expect(page.get_by_label("工作表")).to_have_value("目录")
    expect(page.get_by_label("公开对象 / 特定群体")).to_have_value("ticks:audience")
    expect(page.get_by_label("经办科室")).to_have_value("left_out")
    expect(page.get_by_text("一、养老服务").first).to_be_visible()
    axe(page)
    shot(page, "draft-columns-1280")
    # A column is put elsewhere: importing at once shows it first.
    page.get_by_label("经办科室").select_option("extra")
    page.get_by_role("button", name="导入这 2 行").click()
    expect(page.get_by_text("列的放法或工作表改过了")).to_be_visible()
    expect(page.get_by_label("经办科室")).to_have_value("extra")
    page.set_viewport_size({"width": 360, "height": 800})
    is_as_wide_as_the_window(page)
    axe(page)
    shot(page, "draft-columns-360")
    page.set_viewport_size({"width": 1280, "height": 800})
    page.get_by_role("button", name="导入这 2 行").click()
    expect(page.get_by_text("已导入 2 行")).to_be_visible()
    # The next file of the unit is proposed the same.
    page.goto(f"{base_url}/desk/drafts/new")
    page.get_by_label("领域").fill("养老服务")
    choose(page, "养老.xlsx", workbook(), XLSX)
    page.get_by_role("button", name="读取这份文件").click()
    expect(page.get_by_label("经办科室")).to_have_value("extra")


def test_the_wrong_sheet_is_changed(page: Page, base_url, sign_in, axe):
    sign_in(page, "minzheng")
    page.goto(f"{base_url}/desk/drafts/new")
    page.get_by_label("领域").fill("养老服务")
    book = openpyxl.load_workbook(io.BytesIO(workbook()))
    other = book.copy_worksheet(book["目录"])
    other.title = "新版"
    other["C6"] = "失能补贴"
    choose(page, "养老.xlsx", saved(book), XLSX)
    page.get_by_role("button", name="读取这份文件").click()
    page.get_by_label("工作表").select_option("新版")
    page.get_by_role("button", name="重新读取").click()
    expect(page.get_by_label("工作表")).to_have_value("新版")
    expect(page.get_by_role("button", name="导入这 2 行")).to_be_visible()


def macros() -> bytes:
    buffer = io.BytesIO(workbook())
    with zipfile.ZipFile(buffer, "a") as file:
        file.writestr("xl/vbaProject.bin", b"x")
    return buffer.getvalue()


def wide() -> bytes:
    book = openpyxl.Workbook()
    book.active.append([f"列{number}" for number in range(1000)])
    return saved(book)


def swollen() -> bytes:
    buffer = io.BytesIO(workbook())
    with zipfile.ZipFile(buffer, "a", zipfile.ZIP_DEFLATED) as file:
        file.writestr("xl/media/image1.bmp", b" " * 210_000_000)
    return buffer.getvalue()


@pytest.mark.parametrize(
    "make, words", [(macros, "不含宏的表格"), (wide, "不超过 64 列"), (swollen, "解开以后超过 100 MB")], ids=["macros", "wide", "swollen"]
)
def test_dangerous_workbooks_are_refused_in_a_sentence(page: Page, base_url, sign_in, make, words):
    sign_in(page, "minzheng")
    page.goto(f"{base_url}/desk/drafts/new")
    page.get_by_label("领域").fill("养老服务")
    choose(page, "养老.xlsx", make(), XLSX)
    page.get_by_role("button", name="读取这份文件").click()
    expect(page.get_by_text(words).first).to_be_visible(timeout=15_000)
    expect(page.get_by_label("领域")).to_have_value("养老服务")


TEXT = """龙川县养老服务办法
第一章　总则
第一条　为了发展养老服务，制定本办法。
第二条　养老服务包括：
（一）居家养老；
（二）机构养老。
第二章　附则
第四条　本办法自公布之日起施行。"""


def test_a_pasted_text(page: Page, base_url, sign_in, axe, shot):
    sign_in(page, "minzheng")
    page.goto(f"{base_url}/desk/drafts/text")
    axe(page)
    page.get_by_label("领域").fill("养老服务")
    page.get_by_label("文稿的文字").fill(TEXT)
    page.get_by_role("button", name="看看认出了什么").click()
    expect(page.get_by_role("button", name="导入这 5 段")).to_be_visible()
    expect(page.get_by_text("第二条后面是第四条")).to_be_visible()
    axe(page)
    shot(page, "draft-text-1280")
    page.set_viewport_size({"width": 360, "height": 800})
    is_as_wide_as_the_window(page)
    shot(page, "draft-text-360")
    page.get_by_label("文稿的文字").fill(TEXT.replace("第四条", "第三条"))
    page.get_by_role("button", name="重新认一遍").click()
    expect(page.get_by_text("第二条后面是第四条")).to_have_count(0)
    page.get_by_role("button", name="导入这 5 段").click()
    expect(page.get_by_text("已导入 5 段")).to_be_visible()


def test_documents(page: Page, base_url, sign_in, axe):
    paper = docx.Document()
    for line in TEXT.splitlines():
        paper.add_paragraph(line)
    sign_in(page, "minzheng")
    page.goto(f"{base_url}/desk/drafts/text")
    page.get_by_label("领域").fill("养老服务")
    choose(page, "办法.docx", saved(paper), DOCX)
    page.get_by_role("button", name="看看认出了什么").click()
    expect(page.get_by_role("button", name="导入这 5 段")).to_be_visible(timeout=20_000)
    expect(page.get_by_label("文稿的文字")).to_have_value(TEXT)
    # A table of a document is a directory.
    sheet = openpyxl.Workbook().active
    fill(sheet)
    paper = docx.Document()
    table = paper.add_table(rows=sheet.max_row - 1, cols=15)
    for row in range(2, sheet.max_row + 1):
        for column in range(1, 16):
            value = sheet.cell(row, column).value
            table.cell(row - 2, column - 1).text = "" if value is None else str(value)
    for merged in sheet.merged_cells.ranges:
        if merged.min_row > 1:
            table.cell(merged.min_row - 2, merged.min_col - 1).merge(table.cell(merged.max_row - 2, merged.max_col - 1))
    page.goto(f"{base_url}/desk/drafts/new")
    page.get_by_label("领域").fill("养老服务")
    choose(page, "养老.docx", saved(paper), DOCX)
    page.get_by_role("button", name="读取这份文件").click()
    expect(page.get_by_role("button", name="导入这 2 行")).to_be_visible(timeout=20_000)
    expect(page.get_by_label("公开对象 / 特定群体")).to_have_value("ticks:audience")
    axe(page)
