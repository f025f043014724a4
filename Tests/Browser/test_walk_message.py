"""A message from the citizen to the answer, in front of everybody, and once around again: nobody's words are lost on the way."""

import subprocess

import pytest
from conftest import MINYI
from desk import Desk, send
from playwright.sync_api import Page, expect

TITLE = "新田镇往铁场镇的末班车总是提前开走"
QUESTION = "末班车写的是18点，17点40分就开走了。可以打我电话13912345678核实。"
ANSWER = "经核实，司机提前了二十分钟发车。已责令公司整改，从明天起准点。\n县交通局"
SECOND_ANSWER = "已在站里装了考勤机，晚点和早开都有记录，群众可以随时来看。\n县交通局"


@pytest.fixture(scope="module")
def colleague(server) -> str:
    """The unit has a second clerk, 杨帆, with an account made at the console."""
    password = "zhi-you-yang-fan-zhidao"
    subprocess.run(
        [MINYI, "admin", "create", "--data", server.data, "--name", "yangfan", "--display-name", "杨帆",
         "--unit", "441622-D26", "--role", "clerk"],
        input=password + "\n", text=True, check=True, timeout=60, capture_output=True,
    )
    server.accounts["yangfan"] = password
    return "yangfan"


def test_from_a_message_to_an_answer_and_around_again(page: Page, base_url, desk: Desk, colleague):
    # A citizen writes, allows that it is published, and keeps the receipt.
    page.goto(f"{base_url}/messages/new")
    page.locator("#kind-complaint").check()
    page.locator("#title").fill(TITLE)
    page.locator("#message").fill(QUESTION)
    page.locator("#phone").fill("13912345678")
    page.locator("#publish").check()
    page.locator("form[data-draft] > .buttons button[type=submit]").click()
    number = page.locator(".slip .digits").first.inner_text()

    # The office takes it up, is proposed the unit with the reason, and assigns it.
    office = desk.case("chengban", number)
    send(office, "screening", verdict="accepted")
    expect(office.locator("main")).to_contain_text("可以交给这些单位")
    send(office, "assignment", unit="县交通局", urgency="ordinary")
    expect(office.locator("main")).to_contain_text("等县交通局写答复")

    # The clerk writes and closes the tab: what was saved meanwhile is there, and so are the words of the last second.
    clerk = desk.case("jiaotong", number)
    clerk.locator("#reply").fill("经核实，")
    expect(clerk.locator("[data-autosave-note]")).to_contain_text("已自动保存")
    address = clerk.url
    clerk.once("dialog", lambda dialog: dialog.accept())
    clerk.locator("#reply").fill("经核实，司机提前了。")
    clerk.goto(f"{base_url}/desk")
    reopen_until(clerk, address, "经核实，司机提前了。")

    # A colleague opened the same reply: whoever saves second is told who came first, and keeps both texts.
    second = desk.case(colleague, number)
    clerk.locator("#reply").fill("经核实，司机提前了二十分钟发车。")
    clerk.get_by_role("button", name="保存", exact=True).click()
    expect(clerk.locator(".flash")).to_be_visible()
    second.locator("#reply").fill("已责令公司整改。")
    second.get_by_role("button", name="保存", exact=True).click()
    expect(second.get_by_role("alert")).to_contain_text("交通局经办人")
    expect(second.get_by_role("alert")).to_contain_text("经核实，司机提前了二十分钟发车。")
    expect(second.locator("#reply")).to_have_value("已责令公司整改。")
    second.locator("#reply").fill(ANSWER)
    second.get_by_role("button", name="保存并送签").click()
    expect(second.locator(".flash")).to_be_visible()

    # The head of the unit signs, and the citizen has the answer; a third person reviews the words, and everybody has it.
    head = desk.case("jiaotong-ju", number)
    send(head, "approval", granted="yes")
    page.reload()
    expect(page.locator("main")).to_contain_text("从明天起准点")
    send(desk.case("baomi", number), "review", passed="yes")
    page.goto(f"{base_url}/messages?q=末班车")
    page.get_by_role("link", name=TITLE).click()
    expect(page.locator("main")).to_contain_text("从明天起准点")
    expect(page.locator("main")).to_contain_text("当天答复")
    expect(page.locator("main")).not_to_contain_text("13912345678")

    # The citizen is not satisfied: the message is taken up again, once.
    page.goto(f"{base_url}/receipts/{number}")
    rate(page, resolved="no", attitude="2", reason="今天又早开了。")
    page.locator("#reopen").check()
    page.get_by_role("button", name="提交评价").click()
    expect(page.locator(".flash")).to_contain_text("重新办理")

    # This time the office signs as well.
    clerk = desk.case("jiaotong", number)
    expect(clerk.locator("main")).to_contain_text("本人对上次的答复不满意")
    clerk.locator("#reply").fill(SECOND_ANSWER)
    clerk.get_by_role("button", name="保存并送签").click()
    expect(clerk.locator(".flash")).to_be_visible()
    send(desk.case("jiaotong-ju", number), "approval", granted="yes")
    send(desk.case("fuhe", number), "office-approval", granted="yes")
    send(desk.case("baomi", number), "review", passed="yes")
    page.reload()
    expect(page.locator("main")).to_contain_text("考勤机")
    expect(page.locator("#reopen")).to_have_count(0)
    rate(page, resolved="yes", attitude="5", reason="")
    page.get_by_role("button", name="提交评价").click()
    page.goto(f"{base_url}/messages/{number}")
    expect(page.locator("main")).to_contain_text("考勤机")
    expect(page.locator("main")).to_contain_text("解决了")


def reopen_until(page: Page, address: str, reply: str) -> None:
    """Opens the case until its reply is as it was left: the last words are handed over while the page goes away."""
    for _ in range(20):
        page.goto(address)
        if page.locator("#reply").input_value() == reply:
            break
    expect(page.locator("#reply")).to_have_value(reply)


def rate(page: Page, resolved: str, attitude: str, reason: str) -> None:
    page.locator(f"#resolved-{resolved}").check()
    page.locator("#attitude").select_option(attitude)
    page.locator("#speed").select_option("4")
    page.locator("#reason").fill(reason)
