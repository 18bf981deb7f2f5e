"""A new person comes by a link, sees what their role allows, and everything about it can be read afterwards."""

from __future__ import annotations

import uuid
from collections.abc import Callable

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests.browser.reading import heading, row_with
from tests.browser.watch import Watch

PASSWORD = "a long enough password"


@pytest.mark.ux(9)
@pytest.mark.ux(143)
@pytest.mark.ux(145)
@pytest.mark.ux(150)
@pytest.mark.ux(153)
def test_an_invited_person_comes_in_may_look_and_gets_more_later(
    owner_page: Page, new_context: Callable[..., BrowserContext], watch: Watch
) -> None:
    email = f"vic.{uuid.uuid4().hex[:8]}@example.com"
    name = f"Vic {uuid.uuid4().hex[:6]}"
    owner_page.goto("/admin/users")
    owner_page.get_by_role("button", name="Invite").click()
    dialog = owner_page.get_by_role("dialog", name="Invite")
    dialog.get_by_role("textbox", name="E-mail").fill(email)
    dialog.get_by_role("button", name="Make invitation").click()
    expect(dialog.get_by_text("Choose at least one role.")).to_be_visible()
    dialog.get_by_role("checkbox", name="Viewer").check()
    dialog.get_by_role("button", name="Make invitation").click()
    expect(dialog.get_by_role("status")).to_have_text(f"Hand this link to {email}.")
    link = dialog.get_by_role("textbox", name="Invitation link").input_value()
    dialog.get_by_role("button", name="Close").last.click()
    invitations = owner_page.get_by_role("table", name="Invitations")
    expect(row_with(invitations, email)).to_contain_text("Pending")

    page = new_context().new_page()
    page.goto(link)
    expect(heading(page)).to_have_text("Join Acme")
    expect(page.get_by_text("You will be: Viewer")).to_be_visible()
    page.get_by_role("textbox", name="Your name").fill(name)
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Join").click()
    expect(heading(page)).to_contain_text("Vic")
    expect(page.get_by_role("button", name="Create workflow")).to_have_count(0)
    menu = page.get_by_role("navigation", name="Main", exact=True)
    for hidden in ("People", "Audit", "Connections"):
        expect(menu.get_by_role("link", name=hidden)).to_have_count(0)
    menu.get_by_role("link", name="Workflows").click()
    expect(page.get_by_role("table", name="Workflows")).to_be_visible()
    expect(page.get_by_role("button", name="Create workflow")).to_have_count(0)
    page.goto("/workflows?search=Document+intake")
    page.get_by_role("table", name="Workflows").get_by_role("link", name="Document intake", exact=True).first.click()
    expect(page.get_by_text("You can look, not change")).to_be_visible()
    expect(page.get_by_role("button", name="Publish")).not_to_be_enabled()
    page.goto("/admin/users")
    expect(heading(page)).to_have_text("Not for your role")
    expect(page.get_by_text(email)).to_have_count(0)

    again = new_context().new_page()
    watch.expect_answer(404, "/api/invitations/look")
    again.goto(link)
    expect(again.get_by_text("This link does not work any more")).to_be_visible()

    owner_page.goto(f"/admin/users?search={email}")
    people = owner_page.get_by_role("table", name="People")
    row_with(people, email).get_by_role("button", name=f"Change roles of {name}").click()
    dialog = owner_page.get_by_role("dialog", name=f"Roles of {name}")
    dialog.get_by_role("checkbox", name="Builder").check()
    expect(dialog.get_by_role("checkbox", name="Publisher")).to_be_checked()
    dialog.get_by_role("button", name="Save").click()
    expect(owner_page.get_by_role("status").filter(has_text=f"The roles of {name} are changed.")).to_be_visible()
    expect(row_with(people, email)).to_contain_text("Builder")
    page.goto("/")
    expect(page.get_by_role("button", name="Create workflow")).to_be_visible()

    owner_page.get_by_role("link", name="Audit").click()
    entries = owner_page.get_by_role("table", name="Audit")
    entry = row_with(entries, f"changed the roles of “{name}”").or_(row_with(entries, name)).first
    entry.get_by_role("button").click()
    detail = owner_page.get_by_role("dialog", name="Audit entry")
    change = detail.get_by_role("table", name="Before and after")
    expect(change).to_contain_text("Builder")


@pytest.mark.ux(151)
@pytest.mark.ux(152)
def test_audit_is_filtered_in_the_address_and_says_when_nothing_fits(owner_page: Page) -> None:
    page = owner_page
    page.goto("/audit")
    reset = page.get_by_role("button", name="Reset filters")
    expect(reset).to_be_disabled()
    page.goto("/audit?result=failed&since=2001-01-01&until=2001-01-02")
    expect(page.get_by_text("No entries for these filters.")).to_be_visible()
    expect(reset).to_be_enabled()
    reset.click()
    expect(page.get_by_role("table", name="Audit")).to_be_visible()
    expect(page).to_have_url("/audit")
    expect(reset).to_be_disabled()
