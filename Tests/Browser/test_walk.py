"""The whole path, in one county and one sitting: from a file of the office to an answer in the hands of its author.

It runs in the county whose clock may be moved, because it goes past the closing.
"""

import re
from datetime import timedelta
from pathlib import Path

import pytest
from citizen import comment, look_up, read_slip, write
from desk import Desk
from layout import is_as_wide_as_the_window
from papers import clear
from playwright.sync_api import Browser, Page, expect

HEADING = "序号,一级事项,二级事项,公开内容(要素),公开依据,公开时限,公开主体,公开渠道和载体,公开对象,公开方式,公开层级"
ROWS = [
    "1,法律援助,办事指南,申请条件、材料、电话,《法律援助法》,20个工作日内,县司法局,■政府网站,全社会,主动,县级",
    "2,同上,审批结果,受援人范围和结果,《法律援助法》,20个工作日内,县司法局,■政府网站,全社会,主动,县级",
    "3,公证,收费标准,公证收费项目和标准,《公证法》,长期公开,县司法局,■政府网站,全社会,主动,县级、乡级",
]
TITLE = "公共法律服务领域政务公开事项标准目录（征求意见稿）"


def publish(desk: Desk, page: Page, number: str, kind: str) -> None:
    page.goto(f"{desk.base_url}/desk/procedures/{number}")
    page.locator("table a", has_text=kind).first.click()
    page.locator("form[action$='/publication'] button").click()
    expect(page.locator(".flash")).to_be_visible()


def test_from_a_file_to_an_answer(county, browser: Browser, tmp_path):
    desk = Desk(browser, county.base_url, county.accounts)
    organiser = desk.as_("zuzhi")
    base = county.base_url

    # A file with a fault is sent back with the place; the mended one is shown before anything is imported.
    file = tmp_path / "公共法律服务.csv"
    file.write_text("\n".join([HEADING, ROWS[0].replace(",主动,", ",随便,"), *ROWS[1:]]), encoding="utf-8")
    organiser.goto(f"{base}/desk/drafts/new")
    organiser.locator("#file").set_input_files(file)
    organiser.locator("#title").fill(TITLE.removesuffix("（征求意见稿）"))
    organiser.locator("#field").fill("公共法律服务")
    organiser.locator("#unit").select_option(label="县司法局")
    organiser.locator("main form button[type=submit]").click()
    expect(organiser.locator("main")).to_contain_text("随便")
    expect(organiser.locator("#field")).to_have_value("公共法律服务")
    file.write_bytes("\n".join([HEADING, *ROWS]).encode("gb18030"))
    organiser.locator("#file").set_input_files(file)
    organiser.locator("main form button[type=submit]").click()
    expect(organiser.locator("main")).to_contain_text("GB18030")
    expect(organiser.locator("main")).to_contain_text("同上")
    organiser.locator("form[action$='/import'] button.button:not(.second)").click()
    expect(organiser.locator("h1")).to_contain_text("公共法律服务")

    # A consultation on it, eight days long.
    edition = organiser.locator("a[href^='/desk/procedures/new?edition=']").first
    edition.click()
    organiser.locator("#title").fill(TITLE)
    organiser.locator("#unit").select_option(label="县司法局")
    organiser.locator("#explanatory_note").fill("目录共3项，请看时限是否合适。")
    organiser.locator("#contact_phone").fill("0762-6750000")
    closing = str(county.today + timedelta(days=8))
    organiser.locator("#opens_at").fill(str(county.today))
    organiser.locator("#opens_time").fill("00:00")
    organiser.locator("#closes_at").fill(closing)
    organiser.locator("form[data-unsaved] button[type=submit]:not([name=preview])").click()
    expect(organiser.locator("h1")).to_have_text(TITLE)
    number = organiser.url.rsplit("/", 1)[1]
    organiser.locator("form[action$='/announcement'] button").click()
    clear(desk, TITLE.split("领域")[0])
    publish(desk, organiser, number, "公告")

    # Citizens: one about a row, an organisation, a letter of twelve; one is withdrawn again.
    public = browser.new_context(locale="zh-CN", timezone_id="Asia/Shanghai").new_page()
    public.set_default_timeout(5_000)
    href = f"{base}/consultations/{number}"
    public.goto(href)
    expect(public.locator("main")).to_contain_text("县司法局")
    expect(public.locator("tr[id^=row-]")).to_have_count(3)
    person = comment(public, href, "二十个工作日太长，建议十个工作日。", row=1, name="钱大有", phone="13912345678")
    unit = comment(public, href, "收费标准请公布到村。", row=3, submitter="organisation", organisation="老隆镇某合作社")
    scan = tmp_path / "seal.pdf"
    scan.write_bytes(b"%PDF-1.7\nseal")
    public.locator("#scan").set_input_files(scan)
    public.locator("form[action$='/scan'] button").click()
    expect(public.locator(".flash")).to_contain_text("扫描件已收到")
    joint = comment(public, href, "我们十二户都希望目录贴到村里。", submitter="joint", people="12")
    elsewhere = comment(public, href, "村口的路灯坏了半年。")
    gone = comment(public, href, "这一份我不要了。")
    public.locator("a[href$='/withdraw']").click()
    public.locator("form[action$='/withdraw'] button").click()
    expect(public.locator("h1")).to_have_text("您的意见已撤回")

    # After closing nobody comes in by the web; a letter that came in time is entered at the counter.
    write(public, href, "来晚了的话")
    county.let_days_pass(9)
    public.locator("form[data-draft] button[type=submit]").click()
    expect(public.locator("main")).to_contain_text("来晚了的话")
    expect(public.locator("main")).to_contain_text("0762-6750000")
    organiser = desk.as_("zuzhi")
    organiser.goto(f"{base}/desk/procedures/{number}/entry")
    organiser.locator("input[name=channel][value=letter]").check()
    organiser.locator("#arrived_on").fill(closing)
    organiser.locator("#content").fill("信上说：公证收费要写清楚减免的条件。")
    organiser.locator("main form[enctype] button[type=submit]").click()
    letter = read_slip(organiser)

    # Everything is looked at before it may be shown.
    county.let_days_pass(11)
    organiser = desk.as_("zuzhi")
    organiser.goto(f"{base}/desk/procedures/{number}/submissions?view=pending")
    organiser.locator("[data-select-all]").check()
    organiser.locator("button[name=action][value=show]").click()
    expect(organiser.locator(".note.good")).to_contain_text("5 件")

    # No result while one is open: the page names them.
    organiser.goto(f"{base}/desk/procedures/{number}/result")
    expect(organiser.locator("#missing")).to_contain_text(person.number)
    answers = {
        person.number: ("partly_adopted", "办事指南改为十个工作日，其余按规定。", {"effect": "修改稿第1行", "effect_on": "2030-01-31"}),
        unit.number: ("adopted", "收费标准增加村公示栏。", {"effect": "修改稿第3行", "effect_on": "2030-01-31"}),
        joint.number: ("not_adopted", "目录已在镇里张贴，贴到村里由各镇决定。", {}),
        elsewhere.number: ("transferred", "不属于本次征求意见的范围。", {"transferred_to": "县住建局"}),
        letter.number: ("explained", "减免条件见收费办法第五条。", {}),
    }
    for name, (outcome, reason, more) in answers.items():
        organiser.goto(f"{base}/desk/submissions/{name}")
        organiser.locator(".point a[href^='/desk/opinions/']").first.click()
        form = organiser.locator("form[action*='/answer']").first
        form.locator(f"input[name=outcome][value={outcome}]").check()
        form.locator("textarea[name=reason]").fill(reason)
        for field, value in more.items():
            form.locator(f"[name={field}]").fill(value)
        form.locator("button[name=then][value=stay]").click()
        expect(organiser.locator(".answer .outcome").first).to_be_visible()
    organiser.goto(f"{base}/desk/procedures/{number}/result")
    organiser.locator("form[action$='/finish'] button").click()
    organiser.locator("#next_step").fill("修改后于下月公布正式目录。")
    organiser.locator("button[formaction$='/result']").click()
    expect(organiser.locator("h1")).to_be_visible()
    clear(desk, "意见采纳情况")
    publish(desk, organiser, number, "采纳情况")

    # The result adds up and names nobody; every author finds the answer.
    public.goto(f"{href}/result")
    text = public.locator("main").inner_text()
    assert "钱大有" not in text and "13912345678" not in text
    for words in ["网民1", "单位1", "村民1（信函）", "12人联名", "部分采纳", "修改后于下月公布正式目录。", "已转县住建局"]:
        assert words in text, words
    expect(public.locator("main")).to_contain_text(re.compile(r"收到\s*6\s*件"))
    with public.expect_download() as download:
        public.locator("a[href$='result.csv']").click()
    table = Path(download.value.path()).read_bytes()
    assert table.startswith(b"\xef\xbb\xbf") and "网民1" in table.decode("utf-8")
    for slip, words in [(person, "办事指南改为十个工作日"), (letter, "减免条件见收费办法第五条"), (gone, "已撤回")]:
        reader = browser.new_context(locale="zh-CN").new_page()
        look_up(reader, base, slip)
        expect(reader.locator("main")).to_contain_text(words)
        reader.context.close()


@pytest.mark.parametrize("language", ["zh-Hans", "en"])
@pytest.mark.parametrize("width", [360, 1280])
def test_every_page_of_the_desk_is_open_to_everyone(page: Page, base_url, sign_in, axe, shot, width, language):
    page.set_viewport_size({"width": width, "height": 900})
    sign_in(page, "zuzhi")
    page.goto(f"{base_url}/display?lang={language}&to=/desk")

    def first(address: str, pattern: str) -> str:
        page.goto(base_url + address)
        links = page.locator("main a").evaluate_all("links => links.map(link => link.getAttribute('href'))")
        return next(link for link in links if re.fullmatch(pattern, link))

    procedure = first("/desk/procedures", r"/desk/procedures/C-[-\d]+")
    draft = first("/desk/drafts", r"/desk/drafts/\d+")
    running = "/desk/procedures/" + first("/consultations", r"/consultations/C-[-\d]+").rsplit("/", 1)[1]
    clearance = first(running, r"/desk/clearances/\d+")
    addresses = [
        "/desk", "/desk/drafts", "/desk/drafts/new", draft, f"{draft}/editions/1", f"{draft}/editions/new",
        "/desk/procedures", "/desk/procedures/new", procedure, running, f"{running}/changes/extension",
        f"{running}/changes/correction", f"{running}/versions", "/desk/clearances", clearance, f"{clearance}/form",
        "/desk/seals", "/desk/units", "/desk/staff", "/desk/settings",
    ]  # fmt: skip
    for address in addresses:
        page.goto(base_url + address)
        axe(page)
        is_as_wide_as_the_window(page)
        name = re.sub(r"[-\d]*\d", "", address).strip("/").replace("/", "-")
        shot(page, f"{name}-{language}-{width}")
