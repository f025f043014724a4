"""Verified persons: signing in at a real provider, answering without the server keeping anything, one voice each, and the end."""

import json
import re
import shutil
import time

import openid
import pytest
from conftest import start_server
from database import query
from desk import Desk
from installation import copy_demo, short_folder
from layout import is_as_wide_as_the_window
from playwright.sync_api import Page, expect
from questionnaires import option, page, question
from receiving import Receiver

WISHES = {
    "title": "要不要建村史馆",
    "pages": [
        page(
            "wish", "村史馆",
            question("build", "要不要建？", "yesNo", isRequired=True),
            question("why", "为什么不要？", {"text": {"isLong": True, "most": 300}}, isRequired=True, condition="build = false"),
        ),
        page("about", "关于您", question("age", "您的年龄", {"single": {"options": [option("young", "30 岁以下"), option("old", "30 岁以上")]}})),
    ],
    "closing": "谢谢您，结果会公布在这里。",
}


@pytest.fixture(scope="module")
def provider():
    running, server = openid.start()
    yield running
    server.shutdown()


class Gateway(Receiver):
    """A real receiver of webhooks: what it was asked to send."""

    def code_for(self, phone: str) -> str:
        told = self.received(1)
        assert all(line["signed"] for line in told)
        messages = [json.loads(line["body"]) for line in told]
        found = [m for m in messages if m["type"] == "person.code" and m["to"]["phone"] == phone]
        assert found[-1]["facts"]["code"] in found[-1]["text"]
        return found[-1]["facts"]["code"]


@pytest.fixture(scope="module")
def gateway(tmp_path_factory):
    folder = short_folder()
    copy_demo(folder / "data")
    secret = (folder / "data" / "secrets" / "webhook-secret").read_text().strip()
    shutil.rmtree(folder)
    with Gateway("hook", tmp_path_factory.mktemp("gateway") / "hook.log", "--secret", secret) as running:
        yield running


@pytest.fixture(scope="module")
def voting(provider, gateway):
    """A server that knows the provider and the gateway."""
    folder = short_folder()
    copy_demo(folder / "data")
    secret = folder / "data" / "secrets" / "openid-secret"
    secret.write_text("not much of a secret: it is 100 % & more\n")
    secret.chmod(0o600)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("MINYI_WEBHOOK_URL", f"http://127.0.0.1:{gateway.port}/")
        patch.setenv("MINYI_WEBHOOK_INTERNAL", "true")
        patch.setenv("MINYI_OPENID_ISSUER", provider.issuer)
        patch.setenv("MINYI_OPENID_CLIENT", "minyi")
        patch.setenv("MINYI_OPENID_NAME", "粤省事")
        running = start_server(folder / "data")
    yield running
    assert running.stop() == 0, "\n".join(running.output[-30:])
    shutil.rmtree(folder, ignore_errors=True)


def press(page: Page, name: str) -> None:
    page.get_by_role("button", name=name, exact=True).click()


def ask_persons(voting, browser, way: str) -> str:
    """Prepared in the database, opened by an organiser at the desk: its number."""
    number = query(voting.data, f"""
        insert into questionnaires (number, kind, unit_id, unit_ids, title, purpose, who_may_answer, content, voice, person_way, results_shown, opens_at, closes_at)
        select '', 'questionnaire', s.unit_id, array[s.unit_id], '{WISHES["title"]}', '决定要不要建。', '全村村民', $j${json.dumps(WISHES)}$j$, 'person', '{way}',
          'closed', minyi_clock(), minyi_clock() + interval '6 days'
        from staff s where s.sign_in_name = (select s.sign_in_name from staff_roles r join staff s on s.id = r.staff_id
          where r.role = 'organiser' order by s.id limit 1)
        returning number""")
    name = query(voting.data, "select s.sign_in_name from staff_roles r join staff s on s.id = r.staff_id where r.role = 'organiser' order by s.id limit 1")
    with Desk(browser, voting.base_url, voting.accounts) as desk:
        page = desk.as_(name)
        page.goto(f"{voting.base_url}/desk/questionnaires/{number}/check")
        page.locator("#open-confirmed").check()
        press(page, "打开问卷")
        expect(page.get_by_text("题目固定为")).to_be_visible()
    return number


@pytest.fixture(scope="module")
def asked(voting, browser) -> str:
    return ask_persons(voting, browser, "openid")


def sign_in(page: Page, address: str, who: str) -> None:
    page.goto(address)
    page.get_by_role("link", name="去“粤省事”登录，然后回答").click()
    page.locator("input[name=sub]").fill(who)
    page.get_by_role("button", name="Authorize").click()


def vote(page: Page, address: str, who: str, builds: bool = True) -> None:
    sign_in(page, address, who)
    page.get_by_role("group", name="要不要建？").get_by_label("是" if builds else "否", exact=True).check()
    press(page, "下一页")
    press(page, "去核对")
    press(page, "提交")


def test_the_way_to_sign_in_is_seen_at_once(voting, asked, new_context):
    page = new_context(viewport={"width": 1280, "height": 800}).new_page()
    page.goto(f"{voting.base_url}/questionnaires/{asked}")
    box = page.get_by_role("link", name="去“粤省事”登录，然后回答").bounding_box()
    assert box["y"] + box["height"] <= 800
    assert page.locator(".side").evaluate("side => side.scrollHeight - side.clientHeight") <= 1


def test_asks_before_what_was_answered_is_lost(voting, asked, new_context):
    page = new_context().new_page()
    sign_in(page, f"{voting.base_url}/questionnaires/{asked}", "leaving")
    asked_first = []

    def stay(dialog):
        asked_first.append(dialog.type)
        dialog.dismiss()

    page.on("dialog", stay)
    page.get_by_role("group", name="要不要建？").get_by_label("是", exact=True).check()
    page.get_by_role("link", name="English").click(no_wait_after=True)
    page.wait_for_timeout(500)
    assert asked_first == ["beforeunload"]
    expect(page.get_by_role("group", name="要不要建？").get_by_label("是", exact=True)).to_be_checked()
    press(page, "下一页")
    expect(page.get_by_text("请只用问题下面的按钮")).to_be_visible()
    assert asked_first == ["beforeunload"]


@pytest.mark.parametrize("script", [True, False], ids=["script", "no-script"])
def test_a_person_votes_once(voting, asked, new_context, axe, shot, script):
    page = new_context(java_script_enabled=script, viewport={"width": 360, "height": 800}).new_page()
    address = f"{voting.base_url}/questionnaires/{asked}"
    who = f"zhang-{script}"
    page.goto(address)
    if script:
        axe(page)
    shot(page, f"verified-start-{script}")
    if script:
        is_as_wide_as_the_window(page)
    expect(page.get_by_role("heading", name="我们不能保证")).to_be_visible()
    sign_in(page, address, who)
    expect(page.get_by_role("heading", name=WISHES["title"])).to_be_visible()
    page.get_by_role("group", name="要不要建？").get_by_label("否", exact=True).check()
    if not page.get_by_label("为什么不要？").is_visible():
        press(page, "下一页")
    page.get_by_label("为什么不要？").fill("太贵。\n\n先修路。")
    press(page, "下一页")
    page.get_by_label("30 岁以上", exact=True).check()
    press(page, "上一页")
    expect(page.get_by_label("为什么不要？")).to_have_value("太贵。\n\n先修路。")
    press(page, "下一页")
    expect(page.get_by_label("30 岁以上", exact=True)).to_be_checked()
    press(page, "去核对")
    expect(page.locator("main")).to_contain_text("先修路")
    expect(page.get_by_text("也不能撤回")).to_be_visible()
    if script:
        axe(page)
    shot(page, f"verified-review-{script}")
    page.get_by_role("button", name="修改这一页").first.click()
    expect(page.get_by_label("为什么不要？")).to_have_value("太贵。\n\n先修路。")
    press(page, "下一页")
    press(page, "去核对")
    press(page, "提交")
    expect(page.get_by_role("heading", name="您的回答已计入")).to_be_visible()
    expect(page.locator("main")).not_to_contain_text(re.compile(r"[0-9]{4} [0-9]{4} [0-9]{4}"))
    if script:
        axe(page)
    shot(page, f"verified-voted-{script}")
    if script:
        # Loaded again it leads to the first page, and nobody is told that nothing was sent.
        page.reload()
        expect(page.get_by_role("heading", name="我们不能保证")).to_be_visible()
        assert page.url == address and "还没有提交" not in page.locator("main").inner_text()
    # Again, in another browser.
    other = new_context().new_page()
    sign_in(other, address, who)
    expect(other.get_by_role("heading", name="您已经投过了")).to_be_visible()
    axe(other)
    for table in ("submissions", "saved_sheets", "page_visits", "sheets_to_tally", "answer_sheets"):
        if table == "submissions":
            assert query(voting.data, "select count(*) from submissions where kind = 'sheet' and body like '%村史%'") == "0"
        else:
            assert query(voting.data, f"select count(*) from {table} t join questionnaires q on q.id = t.questionnaire_id where q.number = '{asked}'") == "0"
    everything = "\n".join(voting.output)
    assert who not in everything


@pytest.mark.parametrize("claims, signing", [
    ({"aud": "somebody-else"}, ""), ({"aud": ["minyi", "somebody-else"]}, ""), ({"aud": []}, ""),
    ({"nonce": "another"}, ""), ({"iss": "http://localhost:1"}, ""),
    ({"exp": 1_000_000_000}, ""), ({"iat": 1_000_000_000}, ""), ({"iat": 4_000_000_000, "exp": 4_000_000_100}, ""), ({"sub": ""}, ""),
    ({}, "none"), ({}, "foreign"), ({}, "hmac"), ({}, "unknown"),
])  # fmt: skip
def test_what_is_not_said_by_the_provider_is_not_believed(voting, provider, asked, new_context, claims, signing):
    page = new_context().new_page()
    provider.lie, provider.signing = claims, signing
    try:
        sign_in(page, f"{voting.base_url}/questionnaires/{asked}", "liar")
        expect(page.get_by_role("heading", name="没有确认身份")).to_be_visible()
    finally:
        provider.lie, provider.signing = {}, ""
    # Nothing was opened by it.
    page.goto(f"{voting.base_url}/questionnaires/{asked}/fill")
    expect(page.get_by_role("link", name="去“粤省事”登录，然后回答")).to_be_visible()


def test_a_key_that_was_renewed_under_its_name_is_asked_for(voting, provider, asked, new_context):
    provider.renews = True
    # Keys are not asked for more often than every half minute, whoever comes with which token.
    page = new_context().new_page()
    for _ in range(40):
        sign_in(page, f"{voting.base_url}/questionnaires/{asked}", "renewed")
        expect(page.locator("h1")).to_have_text(re.compile(f"没有确认身份|{WISHES['title']}"))
        if page.get_by_role("group", name="要不要建？").count():
            break
        time.sleep(1)
    expect(page.get_by_role("group", name="要不要建？")).to_be_visible()
    # Whoever sits there next is asked who they are, and may leave in the place of who was there before.
    press(page, "不是我，退出")
    expect(page.get_by_text("已经退出")).to_be_visible()
    page.goto(f"{voting.base_url}/questionnaires/{asked}/fill")
    expect(page.get_by_role("link", name="去“粤省事”登录，然后回答")).to_be_visible()


def test_turning_back_replaying_and_strangers(voting, asked, new_context):
    address = f"{voting.base_url}/questionnaires/{asked}"
    page = new_context().new_page()
    page.goto(address)
    page.get_by_role("link", name="去“粤省事”登录，然后回答").click()
    page.get_by_role("button", name="Deny").click()
    expect(page.get_by_role("heading", name="没有登录")).to_be_visible()
    # The way back is good once, and in the browser that went there.
    seen = []
    page.on("request", lambda request: seen.append(request.url) if "/persons/return" in request.url else None)
    sign_in(page, address, "once")
    expect(page.get_by_role("group", name="要不要建？")).to_be_visible()
    stranger = new_context().new_page()
    stranger.goto(seen[-1])
    expect(stranger).to_have_url(f"{voting.base_url}/questionnaires")
    stranger.goto(address + "/fill")
    expect(stranger.get_by_role("link", name="去“粤省事”登录，然后回答")).to_be_visible()
    # Somebody else's answer, pushed upon who has begun to sign in.
    victim = new_context().new_page()
    victim.goto(address)
    victim.get_by_role("link", name="去“粤省事”登录，然后回答").click()
    victim.goto(seen[-1])
    expect(victim.get_by_role("heading", name="登录过期了")).to_be_visible()
    # An expired sign-in loses nothing.
    page.get_by_role("group", name="要不要建？").get_by_label("是", exact=True).check()
    page.context.clear_cookies(name=f"person-{asked}")
    press(page, "下一页")
    press(page, "去核对")
    press(page, "提交")
    expect(page.get_by_text("登录已经过期")).to_be_visible()
    expect(page.locator("main")).to_contain_text("要不要建？")


def test_closing_destroys_the_key_and_brings_the_answers(voting, asked, new_context, browser, axe, shot):
    address = f"{voting.base_url}/questionnaires/{asked}"
    for who in ("li", "wang", "zhao"):
        context = new_context()
        vote(context.new_page(), address, who)
        expect(context.pages[0].get_by_role("heading", name="您的回答已计入")).to_be_visible()
    page = new_context().new_page()
    query(voting.data, f"update questionnaires set closes_at = minyi_clock() where number = '{asked}'")
    for _ in range(60):
        page.goto(address)
        if page.get_by_text("已打乱顺序").count():
            break
        page.wait_for_timeout(500)
    expect(page.locator("main")).to_contain_text("密钥已在")
    voices = int(query(voting.data, f"select count(*) from voices v join questionnaires q on q.id = v.questionnaire_id where q.number = '{asked}'"))
    expect(page.locator("main")).to_contain_text(f"核实身份的投票 {voices} 人，回答 {voices} 份")
    axe(page)
    shot(page, "verified-ended")
    assert query(voting.data, f"select b.sealed_key is null and b.key_id is null from voice_boxes b join questionnaires q on q.id = b.questionnaire_id where q.number = '{asked}'") == "t"


def test_a_phone_votes_once(voting, gateway, browser, new_context, axe, shot):
    number = ask_persons(voting, browser, "either")
    address = f"{voting.base_url}/questionnaires/{number}"
    page = new_context(viewport={"width": 360, "height": 800}).new_page()
    page.goto(address)
    expect(page.get_by_text("可以投两份")).to_be_visible()
    axe(page)
    shot(page, "verified-either")
    page.get_by_role("link", name="用手机验证码，然后回答").click()
    page.get_by_label("手机号码").fill("12345")
    press(page, "发送验证码")
    expect(page.locator(".error-summary")).to_contain_text("11 位")
    page.get_by_label("手机号码").fill("138 0013 8000")
    axe(page)
    shot(page, "verified-phone")
    press(page, "发送验证码")
    expect(page.get_by_text("尾号 8000")).to_be_visible()
    code = gateway.code_for("13800138000")
    page.get_by_label("验证码，6 位数字").fill("111111" if code != "111111" else "222222")
    press(page, "确认，开始回答")
    expect(page.locator(".error-summary")).to_contain_text("验证码不对")
    axe(page)
    shot(page, "verified-code")
    page.get_by_label("验证码，6 位数字").fill(code)
    press(page, "确认，开始回答")
    page.get_by_role("group", name="要不要建？").get_by_label("是", exact=True).check()
    press(page, "下一页")
    press(page, "去核对")
    press(page, "提交")
    expect(page.get_by_role("heading", name="您的回答已计入")).to_be_visible()
    # At once again: first the gateway is spared, then the person is known.
    other = new_context().new_page()
    other.goto(address + "/phone")
    query(voting.data, "update phone_codes set made_at = made_at - interval '2 minutes'")
    other.get_by_label("手机号码").fill("+86 13800138000")
    press(other, "发送验证码")
    other.get_by_label("验证码，6 位数字").fill(gateway.code_for("13800138000"))
    press(other, "确认，开始回答")
    expect(other.get_by_role("heading", name="您已经投过了")).to_be_visible()
    assert "13800138000" not in "\n".join(voting.output)
    assert "13800138000" not in query(voting.data, "select * from phone_codes, voices, unlinked_sheets")


def test_the_builder_offers_the_ways(voting, browser, axe, shot):
    number = ask_persons(voting, browser, "phone")
    name = query(voting.data, "select s.sign_in_name from staff_roles r join staff s on s.id = r.staff_id where r.role = 'organiser' order by s.id limit 1")
    with Desk(browser, voting.base_url, voting.accounts) as desk:
        page = desk.as_(name)
        page.goto(f"{voting.base_url}/desk/questionnaires/{number}/settings")
        expect(page.get_by_label("手机短信验证码，每个号码一份")).to_be_checked()
        axe(page)
        shot(page, "verified-settings")
