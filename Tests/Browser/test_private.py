"""What people type is in no log: not the program's (at its most talkative), not PostgreSQL's."""

from citizen import button, look_up, read_slip, write
from playwright.sync_api import Page, expect

TEXT, NAME, PHONE, GROUP = "独一无二的一段话", "欧阳独特", "13987654321", "独此一家居委会"


def test_no_log_names_anyone(page: Page, new_context, base_url, server, places):
    href = places["register"]
    # Refused for a mistake, refused for its token, accepted, looked up (wrongly first), withdrawn.
    write(page, href, TEXT, row=14, submitter="organisation", organisation=GROUP, name=NAME, phone="12")
    button(page).click()
    expect(page.locator("#phone-error")).to_be_visible()
    page.locator("#phone").fill(PHONE)
    page.locator("input[name=csrf]").evaluate_all("fields => fields.forEach(field => { field.value = 'x' })")
    button(page).click()
    page.get_by_role("button", name="再提交一次").click()
    slip = read_slip(page)
    other = new_context().new_page()
    look_up(other, base_url, type(slip)(slip.number, "0000 0000 0000"))
    look_up(other, base_url, slip)
    other.get_by_role("link", name="撤回这份意见").click()
    other.get_by_role("button", name="撤回").click()
    expect(other.locator(".flash")).to_be_visible()
    other.goto(f"{href}?q={TEXT}")

    log = "\n".join(server.output) + (server.data / "postgres.log").read_text(errors="replace")
    assert "route=/receipts/{number}/withdraw" in log, "requests are logged by their route"
    for secret in (TEXT, NAME, PHONE, GROUP, slip.code, slip.code.replace(" ", ""), slip.number):
        assert secret not in log, secret
    assert NAME not in page.title() and PHONE not in page.url
