"""What cannot be taken: closed, unknown, broken, hostile. A right status, a page with a sentence, and the typed text back."""

import http.client
import re
from urllib.parse import urlencode, urlsplit

import pytest
from citizen import FORM, button, read_slip, write
from playwright.sync_api import Page, expect

TYPED = "这段话写了很久，\n不能丢。"


@pytest.mark.parametrize("place, sentence", [("culture", "已于"), ("tax", "还没有开始")])
def test_outside_its_time(page: Page, places, place, sentence):
    answer = page.goto(places[place] + "/comment")
    assert answer.status == 409
    expect(page.locator("main")).to_contain_text(sentence)
    expect(page.locator("main")).to_contain_text("来信")
    page.goto(places[place])
    expect(page.locator(".side")).to_contain_text(sentence)
    expect(page.locator("a[href*='/comment']")).to_have_count(0)

    # A form that was open when the time came.
    write(page, places["register"], TYPED)
    path = urlsplit(places[place]).path
    page.locator(FORM).evaluate("(form, action) => { form.action = action }", path + "/comment")
    with page.expect_response(lambda answer: answer.request.method == "POST") as answer:
        button(page).click()
    assert answer.value.status == 409
    expect(page.locator("h1")).to_have_text("意见没有提交成功")
    expect(page.locator("textarea")).to_have_value(TYPED)
    expect(page.locator("main")).to_contain_text("来信")


@pytest.mark.parametrize(
    "path",
    [
        "/consultations/C-2026-999999-9",
        "/consultations/'%20or%20''='",
        "/consultations/C-2026-999999-9/comment",
        "/consultations/C-2026-999999-9/result",
        "/consultations/C-2026-999999-9/draft.csv",
        "{register}/notices/announcement/99",
        "{register}/notices/nonsense/1",
        "{register}/notices/announcement/99999999999999999999",
        "{register}/result",
        "/receipts/nonsense",
        "/%00",
        "/..%2f..%2fetc/passwd",
    ],
)
def test_what_does_not_exist(page: Page, base_url, places, path):
    answer = page.goto(base_url + path.format(register=urlsplit(places["register"]).path))
    assert answer.status in (400, 404)
    expect(page.locator("h1")).to_be_visible()
    expect(page.locator(".problem .lead")).to_contain_text("。")


@pytest.mark.parametrize("method, path", [("POST", "/"), ("DELETE", "/receipts"), ("PUT", "/consultations"), ("PATCH", "/")])
def test_a_wrong_method(page: Page, base_url, method, path):
    answer = page.request.fetch(base_url + path, method=method)
    assert answer.status == 405
    assert "GET" in answer.headers["allow"]
    assert "没有保存任何东西" in answer.text()


def test_a_wrong_token_gives_everything_back(page: Page, places):
    write(page, places["register"], TYPED, row=12, name="某某", phone="13812345678")
    page.locator("input[name=csrf]").evaluate_all("fields => fields.forEach(field => { field.value = 'x' })")
    with page.expect_response(lambda answer: answer.request.method == "POST") as answer:
        button(page).click()
    assert answer.value.status == 403
    expect(page.locator("h1")).to_have_text("页面打开太久了，请再提交一次")
    expect(page.locator("textarea[name=content]")).to_have_value(TYPED)
    expect(page.locator("textarea[name=name]")).to_have_value("某某")
    page.get_by_role("button", name="再提交一次").click()
    read_slip(page)
    assert page.locator(".slip dd.said").inner_text() == TYPED


def test_a_page_open_for_days(page: Page, places):
    write(page, places["register"], TYPED + "过夜", row=13)
    page.context.clear_cookies()
    button(page).click()
    expect(page.locator("textarea[name=content]")).to_have_value(TYPED + "过夜")
    page.get_by_role("button", name="再提交一次").click()
    read_slip(page)


def test_a_form_of_another_site(page: Page, base_url, places):
    write(page, places["register"], TYPED)
    token = page.locator(f"{FORM} input[name=csrf]").get_attribute("value")
    answer = page.request.post(
        places["register"] + "/comment",
        form={"csrf": token, "content": TYPED},
        headers={"Origin": "https://evil.example", "Sec-Fetch-Site": "cross-site"},
    )
    assert answer.status == 403
    assert TYPED not in answer.text()


URLENCODED = "application/x-www-form-urlencoded"


@pytest.mark.parametrize(
    "content_type, body, status",
    [
        (URLENCODED, urlencode({"content": "意见"}, encoding="gb18030").encode(), 400),
        (URLENCODED, b"content=%E6%84", 400),
        (URLENCODED, b"content=%zz", 400),
        (URLENCODED, b"content=a%00b", 400),
        (URLENCODED, b"content=" + b"a" * 1_000_000, 413),
        (URLENCODED, b"&".join(b"a%d=1" % i for i in range(20_000)), 413),
        ("multipart/form-data", b"--x\r\n", 400),
        ("multipart/form-data; boundary=x", b"--x\r\nContent-Disposition: form-data; name=\"content\"\r\n\r\nnever ends", 400),
        ("multipart/form-data; boundary=x", b"--x\r\nContent-Disposition: form-data\r\n\r\n\r\n--x--\r\n", 400),
        ("multipart/form-data; boundary=x", b"\xff" * 1000, 400),
        ("application/json", b'{"content": "x"}', 415),
        ("", b"content=x", 415),
    ],
)
def test_a_broken_body(base_url, places, content_type, body, status):
    where = urlsplit(places["register"])
    line = http.client.HTTPConnection(where.hostname, where.port, timeout=10)
    headers = {"Content-Type": content_type, "Accept-Language": "zh-CN"}
    try:
        line.request("POST", where.path + "/comment", body, headers)
    except (BrokenPipeError, ConnectionResetError):
        pass  # Too large: the answer comes before all of it was sent.
    answer = line.getresponse()
    page = answer.read().decode()
    line.close()
    assert answer.status == status
    assert re.search(r"<h1>[^<]+</h1>\s*<p class=\"lead\">[^<]*。", page), page[:2000]
    line.request("GET", "/healthz")
    assert line.getresponse().status == 200


@pytest.mark.parametrize("query", ["q=%E6%84", "q=" + "字" * 300, "after=x", "row=%00", "level1=%27%3B--", "before=99999999999999999999"])
def test_an_odd_query(page: Page, places, query):
    answer = page.goto(f"{places['school']}?{query}")
    assert answer.status in (200, 400)
    expect(page.locator("h1")).to_be_visible()
