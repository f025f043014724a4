"""Every public page in every display: open to everyone, no wider than the window, remembered, and right on paper."""

import os
import re
import shutil

import pytest
from citizen import button, comment, look_up, write
from installation import ROOT
from layout import is_as_wide_as_the_window
from playwright.sync_api import Page, expect

DISPLAYS = {
    "chinese": ("lang=zh-Hans", 1280),
    "chinese-dark": ("lang=zh-Hans&theme=dark", 768),
    "chinese-elder": ("lang=zh-Hans&size=elder", 360),
    "english": ("lang=en", 360),
    "english-dark": ("lang=en&theme=dark", 1280),
    "english-elder": ("lang=en&size=elder", 768),
}
PAGES = {
    "home": "/",
    "how-to": "/how-to",
    "privacy": "/privacy",
    "accessibility": "/accessibility",
    "how-to-check": "/how-to-check",
    "list": "/consultations",
    "list-answering": "/consultations?shelf=answering",
    "list-decided": "/consultations?shelf=decided",
    "open": "{welfare}",
    "open-filtered": "{welfare}?q=临时救助",
    "open-nothing": "{welfare}?q=没有这样的词",
    "open-shown": "{school}",
    "announced": "{tax}",
    "closed": "{culture}",
    "published": "{safety}",
    "announcement": "{welfare}/notices/announcement/1",
    "draft": "{welfare}/notices/draft/1",
    "result": "{safety}/result",
    "comment": "{welfare}/comment",
    "comment-row": "{welfare}/comment?row=5",
    "refused": "{culture}/comment",
    "lookup": "/receipts",
    "not-found": "/nowhere",
    "sign-in": "/desk/sign-in",
}


@pytest.mark.parametrize("display", DISPLAYS)
def test_every_page_is_open_to_everyone(page: Page, base_url, places, receipt, axe, shot, display):
    choice, width = DISPLAYS[display]
    page.set_viewport_size({"width": width, "height": 900})
    page.goto(f"{base_url}/display?{choice}&to=/receipts")
    paths = {name: href.removeprefix(base_url) for name, href in places.items()}

    def check(name: str) -> None:
        axe(page)
        is_as_wide_as_the_window(page)
        untold = re.findall(r"\b[a-z_]+\.[a-z_]+\.[a-z_.]+\b|\{\w+\}", page.locator("body").inner_text())
        assert not untold, f"{page.url} shows {untold}"
        shot(page, f"{name}-{display}")

    for name, path in PAGES.items():
        page.goto(base_url + path.format(**paths))
        check(name)
    write(page, places["register"], "", submitter="joint")
    button(page).click()
    expect(page.locator("#people-error")).to_be_visible()
    check("comment-mistakes")
    look_up(page, base_url, receipt)
    expect(page.locator(".slip")).to_be_visible()
    page.locator("details").evaluate_all("all => all.forEach(one => { one.open = true })")
    check("receipt")
    page.goto(f"{base_url}/receipts/{receipt.number}/withdraw")
    check("withdraw")


def test_language_and_size_are_remembered(page: Page, base_url, places):
    page.goto(places["welfare"])
    root = page.locator("html")
    page.get_by_role("link", name="长辈版").click()
    expect(page).to_have_url(places["welfare"])
    expect(root).to_have_class(re.compile("size-elder"))
    page.get_by_role("link", name="English").click()
    expect(root).to_have_attribute("lang", "en")
    page.get_by_role("link", name="Dark").click()
    page.goto(base_url)
    expect(root).to_have_attribute("lang", "en")
    expect(root).to_have_class(re.compile("size-elder.*theme-dark"))
    for cookie in page.context.cookies():
        if cookie["name"] in ("lang", "display"):
            assert cookie["expires"] > 300 * 86400, "remembered for longer than the visit"
    page.get_by_role("link", name="Standard size").click()
    expect(root).to_have_class(re.compile("size-normal"))


def test_a_change_of_language_keeps_the_form(page: Page, places):
    write(page, places["register"], "换了语言也还在。")
    page.get_by_role("link", name="English").click()
    expect(page.locator("#content")).to_have_value("换了语言也还在。")


def test_elder_mode_shows_larger_and_fewer_things(page: Page, base_url, places):
    page.goto(f"{base_url}/display?size=elder&to={places['welfare'].removeprefix(base_url)}")
    assert page.evaluate("parseFloat(getComputedStyle(document.body).fontSize)") >= 22
    expect(page.locator(".extra")).to_be_hidden()
    expect(page.locator("#passages thead")).not_to_be_in_viewport()


def test_a_table_on_a_desktop_cards_on_a_phone(page: Page, places):
    page.goto(places["welfare"])
    row = page.locator("#row-5")
    assert row.evaluate("row => getComputedStyle(row).display") == "table-row"
    page.set_viewport_size({"width": 360, "height": 800})
    assert row.evaluate("row => getComputedStyle(row).display") == "block"
    assert row.evaluate("row => getComputedStyle(row.cells[2], '::before').content") == '"公开内容"'


def test_a_long_label_keeps_the_next_fact_beside_its_own(page: Page, base_url):
    page.goto(f"{base_url}/calendar?view=list&form=hearing")
    page.locator("main .entry a").first.click()
    facts = page.locator("dl.facts").first
    facts.evaluate("list => { list.querySelector('dt').textContent = '一个很长很长、要写成两三行的名称'; }")
    apart = facts.evaluate(
        """list => Array.from(list.querySelectorAll('dt')).map(label =>
             Math.round(label.nextElementSibling.getBoundingClientRect().top - label.getBoundingClientRect().top))"""
    )
    assert len(apart) > 2 and all(abs(one) < 4 for one in apart), apart


def pages_of(pdf: bytes) -> list[tuple[int, int]]:
    """Width and height in mm of each page."""
    boxes = re.findall(rb"/MediaBox\s*\[0 0 ([\d.]+) ([\d.]+)\]", pdf)
    return [(round(float(w) / 72 * 25.4), round(float(h) / 72 * 25.4)) for w, h in boxes]


@pytest.mark.parametrize(
    "text",
    ["短短一句。", "村里老人等不及，请贴出来。" * 30, "村里老人等不及，请贴出来好" * 153, "建议贴到村公示栏里让老人看得清楚明白。\n" * 45],
    ids=["short", "middle", "longest", "lines"],
)
@pytest.mark.parametrize("size", ["normal", "elder"])
def test_a_receipt_prints_on_one_a5_page(page: Page, base_url, places, text, size):
    page.goto(f"{base_url}/display?size={size}&theme=dark&to=/receipts")
    comment(page, places["register"], text, row=15)
    assert pages_of(page.pdf(prefer_css_page_size=True)) == [(148, 210)]
    page.emulate_media(media="print")
    expect(page.locator(".slip")).to_be_visible()
    expect(page.locator(".slip svg")).to_be_visible()
    for hidden in ("h1", ".masthead", ".colophon", ".buttons", "form", "details"):
        expect(page.locator(hidden).first).to_be_hidden()


def test_a_consultation_on_paper(page: Page, places):
    page.goto(places["welfare"])
    page.emulate_media(media="print")
    expect(page.locator("#passages")).to_be_visible()
    for hidden in (".masthead", ".filter", ".colophon", "#row-5 .act", ".side .button"):
        expect(page.locator(hidden).first).to_be_hidden()
    assert {size for size in pages_of(page.pdf(prefer_css_page_size=True))} == {(210, 297)}


def test_the_picture_of_the_readme(page: Page, places, shot):
    """var/screenshots/consultation.png; MINYI_README_PICTURE=1 puts it into the README."""
    page.set_viewport_size({"width": 1280, "height": 960})
    page.goto(places["welfare"])
    page.locator("#q").fill("临时救助")
    page.locator("h1").click()
    picture = shot(page, "consultation", full_page=False, always=True)
    assert picture.stat().st_size < 300_000
    if os.environ.get("MINYI_README_PICTURE"):
        shutil.copy(picture, ROOT / "ops" / "readme" / "consultation.png")
