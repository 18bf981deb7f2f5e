"""What is done on a phone: seeing what waits, deciding it, looking at runs."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.browser.reading import heading, path_id
from tests.browser.starting import run_sample
from tests.running import OWNER, Client

PAGES = (
    "/",
    "/workflows",
    "/runs",
    "/tasks",
    "/starts",
    "/outbox",
    "/assets",
    "/assets/add/language",
    "/assets/add/file",
    "/connections",
    "/admin/users",
    "/audit",
    "/audit/integrity",
    "/settings",
    "/settings/trail",
    "/settings/data",
    "/settings/trust",
    "/settings/health",
)


def fits(page: Page) -> None:
    """Nothing reaches over the right edge."""
    wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    assert wide <= 0, f"{page.url} scrolls sideways by {wide} px"


@pytest.mark.ux(119)
@pytest.mark.ux(121)
@pytest.mark.ux(123)
@pytest.mark.ux(183)
def test_a_task_is_taken_and_rejected_with_a_reason(phone: Page, owner: Client) -> None:
    run = run_sample(owner, "invoice-changed-account.eml")
    page = phone
    page.goto("/tasks?state=unassigned")
    expect(heading(page)).to_have_text("Sign in")
    fits(page)
    page.get_by_role("textbox", name="E-mail").fill(OWNER["email"])
    page.get_by_label("Password", exact=True).fill(OWNER["password"])
    page.get_by_role("button", name="Sign in").tap()
    expect(heading(page)).to_have_text("Tasks")
    expect(page.get_by_role("tab", name="Unassigned")).to_have_attribute("aria-selected", "true")
    fits(page)

    page.goto(f"/runs/{run}")
    expect(heading(page)).to_contain_text("Needs you")
    fits(page)
    page.get_by_role("link", name="Open task").tap()
    page.wait_for_url("**/tasks/*")
    task = path_id(page)
    expect(page.get_by_role("button", name="Approve")).to_be_disabled()
    page.get_by_role("button", name="Take").tap()
    expect(page.get_by_text("You have taken this task.")).to_be_visible()
    fits(page)
    page.get_by_role("button", name="Reject").tap()
    expect(page.get_by_text("Say why you reject it.")).to_be_visible()
    comment = page.get_by_role("textbox", name="Comment")
    expect(comment).to_have_attribute("aria-invalid", "true")
    comment.fill("The account is not theirs.")
    page.get_by_role("button", name="Reject").tap()
    expect(page.get_by_role("heading", name="Rejected by Olivia Owner")).to_be_visible()

    page.get_by_role("navigation", name="Main, short").get_by_role("link", name="Tasks").tap()
    page.get_by_role("tab", name="Completed").tap()
    done = page.get_by_role("table", name="Tasks").get_by_role("link").and_(page.locator(f"[href='/tasks/{task}']"))
    done.tap()
    expect(page.get_by_role("blockquote")).to_have_text("The account is not theirs.")
    page.goto(f"/runs/{run}")
    expect(heading(page)).to_contain_text("Done")
    expect(page.get_by_role("rowheader", name="Tell the back office")).to_be_visible()


@pytest.mark.ux(183)
@pytest.mark.parametrize("address", PAGES)
def test_no_page_scrolls_sideways(owner_phone: Page, address: str) -> None:
    owner_phone.goto(address)
    expect(heading(owner_phone)).to_be_visible()
    expect(owner_phone.locator("[aria-busy=true]")).to_have_count(0)
    fits(owner_phone)
    owner_phone.get_by_role("button", name="More", exact=True).tap()
    expect(owner_phone.get_by_role("menuitem", name="Outbox")).to_be_visible()


@pytest.mark.ux(183)
def test_a_run_can_be_read_step_by_step(owner_phone: Page, owner: Client) -> None:
    page = owner_phone
    page.goto(f"/runs/{run_sample(owner, 'complaint.eml')}")
    expect(heading(page)).to_contain_text("Done")
    page.get_by_role("rowheader", name="What kind of document is it?").get_by_role("button").tap()
    panel = page.get_by_role("complementary", name="Step")
    expect(panel.get_by_role("row", name="Label complaint", exact=True)).to_be_visible()
    fits(page)
    page.get_by_role("navigation", name="Main, short").get_by_role("link", name="Home").tap()
    page.goto("/outbox")
    page.get_by_role("link", name="Re: Very disappointed").first.tap()
    expect(page.get_by_role("article")).to_contain_text("we are sorry that you are not satisfied")
    fits(page)
