"""A message that nobody answers: the ladder, rung by rung, and what comes after it. The days pass by the clock of the county."""

from datetime import date, timedelta

from conftest import County
from desk import Desk, send
from playwright.sync_api import Browser, Page, expect

TITLE = "通衢镇的班车票价为什么涨了两元"


def test_who_is_late_is_warned_supervised_and_seen(county: County, browser: Browser):
    base = county.base_url
    citizen = browser.new_context(locale="zh-CN", timezone_id="Asia/Shanghai").new_page()
    citizen.goto(f"{base}/messages/new")
    citizen.locator("#kind-inquiry").check()
    citizen.locator("#title").fill(TITLE)
    citizen.locator("#message").fill("上个月还是八元，这个月变成十元。")
    citizen.locator("#publish").check()
    citizen.locator("form[data-draft] > .buttons button[type=submit]").click()
    number = citizen.locator(".slip .digits").first.inner_text()

    with Desk(browser, base, county.accounts) as desk:
        office = desk.case("chengban", number)
        send(office, "screening", verdict="accepted")
        send(office, "assignment", unit="县交通局", urgency="ordinary")
        working_days = counted(office, county.today)

        # Early warning, yellow, red: two, one and no working days before the end. Then it is overdue.
        for rung, days_left, words in [("early", 2, "还剩 2 个工作日"), ("yellow", 1, "还剩 1 个工作日"), ("red", 0, "今天到期")]:
            county.let_days_pass((working_days[-1 - days_left] - county.today).days)
            see_due(desk, number, rung, words)
        county.let_days_pass(1)
        see_due(desk, number, "overdue", "超期")

        # The supervision office finds it and asks; the head of the unit answers; it is closed with a finding.
        supervisor = desk.as_("ducha")
        supervisor.get_by_role("link", name="件超期，还没有督办").click()
        supervisor.get_by_role("link", name=TITLE).click()
        send(supervisor, "supervision", demand="请说明为什么超期，三天内答复。", day=str(county.today + timedelta(days=3)))
        head = desk.as_("jiaotong-ju")
        head.locator(".todo li", has_text=TITLE).get_by_role("link", name="反馈督办").click()
        expect(head.locator("#supervision-answer-form")).to_contain_text("三天内答复")
        send(head, "supervision-answer", answer="经办人调走，没有交接。明天答复。")
        supervisor.goto(f"{base}/desk")
        supervisor.locator(".todo li", has_text=TITLE).get_by_role("link").click()
        expect(supervisor.locator("#supervision-closing-form")).to_contain_text("没有交接")
        send(supervisor, "supervision-closing", finding="criticised", text="交接不清，通报批评。")

        # All of it stands in the history, in order.
        history = supervisor.locator("aside .history").inner_text()
        steps = ["预警", "黄牌", "红牌", "超期", "开始督办", "反馈督办", "督办结束：办理不力，提出批评"]
        places = [history.rindex(step) if step == "超期" else history.index(step) for step in steps]
        assert places[:3] == sorted(places[:3]) and places[4:] == sorted(places[4:]) and places[2] < places[4], history

        # It stays overdue, keeps being reminded, and everybody sees it.
        county.let_days_pass(4)
        see_due(desk, number, "overdue", "超期")
        citizen.goto(f"{base}/messages/{number}")
        expect(citizen.locator("main")).to_contain_text("超过期限还没有答复")
    citizen.context.close()


def counted(page: Page, today: date) -> list[date]:
    """The working days that lead to the limit, as the case's page shows how it was counted."""
    page.get_by_text("期限怎么算的").click()
    days = []
    for text in page.locator(".days li:not(.off) b").all_inner_texts():
        month, day = map(int, text.split("."))
        days.append(date(today.year + (month < today.month), month, day))
    return days


def see_due(desk: Desk, number: str, rung: str, words: str) -> None:
    """The clerk of the unit sees how long is left, in words and with the sign of the rung. The worker comes by every few seconds."""
    page = desk.case("jiaotong", number)
    for _ in range(20):
        if page.locator(f".due-box .due.{rung}").count():
            break
        page.wait_for_timeout(500)
        page.reload()
    expect(page.locator(f".due-box .due.{rung}")).to_contain_text(words)
    page.context.close()
