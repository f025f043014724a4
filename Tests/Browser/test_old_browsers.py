"""Browsers as old as Android 7's (Chromium 51) and WeChat's: by what the files say, and by how WeChat behaves."""

import re
from pathlib import Path

import esprima
import pytest
from citizen import comment, read_slip
from playwright.sync_api import Page, expect

WEB = Path(__file__).resolve().parents[2] / "web"
WECHAT = (
    "Mozilla/5.0 (Linux; Android 7.0; FRD-AL10) AppleWebKit/537.36 (KHTML, like Gecko) Version/4.0 Chrome/53.0.2785.49 "
    "Mobile MQQBrowser/6.2 TBS/043632 Safari/537.36 MicroMessenger/6.6.1.1220(0x26060135) NetType/WIFI Language/zh_CN"
)

# ECMAScript 5.1, and nothing of what came later.
ES5 = set(
    "Program BlockStatement EmptyStatement ExpressionStatement IfStatement LabeledStatement BreakStatement ContinueStatement "
    "SwitchStatement SwitchCase ReturnStatement ThrowStatement TryStatement CatchClause WhileStatement DoWhileStatement "
    "ForStatement ForInStatement FunctionDeclaration VariableDeclaration VariableDeclarator ThisExpression ArrayExpression "
    "ObjectExpression Property FunctionExpression UnaryExpression UpdateExpression BinaryExpression AssignmentExpression "
    "LogicalExpression ConditionalExpression CallExpression NewExpression MemberExpression SequenceExpression Identifier "
    "Literal Directive StaticMemberExpression ComputedMemberExpression".split()
)
# What a parser does not see: methods that Chromium 51 has not, or not on lists of elements.
LATER = r"\.(closest|append|prepend|replaceWith|padStart|padEnd|flat|flatMap|entries|values|finally|toggleAttribute|replaceAll|at|requestSubmit|matchAll)\(|\b(fetch|URLSearchParams|Promise|Symbol|Proxy|IntersectionObserver|ResizeObserver|AbortController|structuredClone)\b|Object\.(assign|fromEntries|values|entries)"


@pytest.mark.parametrize("script", sorted((WEB / "scripts").glob("*.js")), ids=lambda path: path.name)
def test_scripts_are_es5(script):
    text = script.read_text("utf-8")
    later = []

    def visit(node, meta) -> None:
        old = node.type in ES5 and not getattr(node, "generator", False) and getattr(node, "kind", "") not in ("let", "const")
        shorthand = getattr(node, "shorthand", False) or getattr(node, "method", False) or (node.type == "Property" and node.computed)
        if not old or shorthand:
            later.append(f"line {meta.start.line}: {node.type}")

    esprima.parseScript(text, {"loc": True}, visit)
    assert not later, "\n".join(later)
    assert not re.findall(LATER, re.sub(r"/\*.*?\*/", "", text, flags=re.S))


@pytest.mark.parametrize("style", sorted((WEB / "styles").glob("*.css")), ids=lambda path: path.name)
def test_styles_need_nothing_newer(style):
    css = re.sub(r"/\*.*?\*/", "", style.read_text("utf-8"), flags=re.S)
    newer = re.findall(
        r":(?:is|where|has)\(|\bdisplay:\s*(?:grid|contents)|[^-]\bgap:|\b(?:clamp|min|max)\(|\binset(?:-\w+)?:|@layer|@container|@supports|&", css
    )
    assert not newer
    # An unknown selector takes its whole list with it.
    for selectors in re.findall(r"([^{}]+)\{", css):
        if re.search(r":focus-(visible|within)|::(file-selector-button|marker)|:placeholder-shown", selectors):
            assert "," not in selectors, selectors.strip()


def test_wechat_offers_the_address_of_what_it_cannot_download(new_context, base_url, places):
    page = new_context(user_agent=WECHAT, viewport={"width": 360, "height": 640}, has_touch=True, is_mobile=True).new_page()
    page.goto(places["welfare"])
    page.get_by_role("link", name="下载表格（CSV）").tap()
    expect(page.locator("#wechat")).to_be_visible()
    expect(page.locator("#wechat-address")).to_have_value(places["welfare"] + "/draft.csv")
    page.locator("#wechat [data-copy]").tap()
    expect(page.locator("#wechat [data-copy]")).to_have_text("已复制")
    page.locator("#wechat [data-hides]").tap()
    expect(page.locator("#wechat")).to_be_hidden()

    slip = comment(page, places["register"], "从微信里提的。")
    page.get_by_role("link", name="存成图片").tap()
    address = page.locator("#wechat-address").input_value()
    assert address == f"{base_url}/receipts/{slip.number}/receipt.png"
    # In the other browser, which knows nothing yet, the address asks for the code.
    other = new_context().new_page()
    other.goto(address)
    other.locator("#code").fill(slip.code)
    other.get_by_role("button", name="查询").click()
    assert read_slip(other) == slip
