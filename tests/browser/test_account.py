"""What a person decides for themselves, and a session that ends at the wrong moment."""

from __future__ import annotations

import uuid
from collections.abc import Callable

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests.browser.drawing import opened
from tests.browser.reading import heading, step
from tests.browser.test_editor import saved
from tests.browser.watch import Watch
from tests.running import OWNER, Client

PASSWORD = "another long password"


@pytest.mark.ux(169, 182)
def test_language_zone_and_form_of_dates_hold_at_once_and_on_the_next_visit(page_of: Callable[..., Page]) -> None:
    page = page_of(f"Greta {uuid.uuid4().hex[:6]}", "builder", "viewer")
    page.goto("/")
    page.get_by_role("button", name="your account").click()
    page.get_by_role("menuitem", name="Your profile").click()
    expect(heading(page)).to_have_text("Your profile")
    page.get_by_role("combobox", name="Dates").click()
    page.get_by_role("option", name="Year-month-day").click()
    page.get_by_role("combobox", name="Time zone").fill("Tokyo")
    page.get_by_role("option", name="Asia/Tokyo").click()
    expect(page.get_by_text("GMT+9")).to_contain_text("Now it is 20")
    page.get_by_role("combobox", name="Language").click()
    page.get_by_role("option", name="Deutsch").click()
    expect(heading(page)).to_have_text("Ihr Profil")
    expect(page.get_by_role("navigation", name="Hauptmenü", exact=True)).to_contain_text("Aufgaben")
    expect(page.locator("html")).to_have_attribute("lang", "de")

    page.reload()
    expect(heading(page)).to_have_text("Ihr Profil")
    expect(page.get_by_role("combobox", name="Zeitzone")).to_have_value("Asia/Tokyo")


@pytest.mark.ux(169)
def test_a_password_is_changed_with_the_one_before(page_of: Callable[..., Page], watch: Watch) -> None:
    page = page_of(f"Paul {uuid.uuid4().hex[:6]}", "viewer")
    page.goto("/profile")
    page.get_by_label("Current password", exact=True).fill("not the one")
    page.get_by_label("New password", exact=True).fill(PASSWORD)
    watch.expect_answer(400, "/password/change")
    page.get_by_role("button", name="Change password").click()
    expect(page.get_by_text("Please type your current password.")).to_be_visible()
    page.get_by_label("Current password", exact=True).fill(OWNER["password"])
    page.get_by_role("button", name="Change password").click()
    expect(page.get_by_role("status").filter(has_text="Your password is changed.")).to_be_visible()


@pytest.mark.ux(11)
def test_a_session_that_ends_while_typing_asks_to_sign_in_again_and_loses_nothing(
    page_of: Callable[..., Page], watch: Watch
) -> None:
    page = page_of(f"Sina {uuid.uuid4().hex[:6]}", "builder")
    page.goto("/workflows")
    page.get_by_role("button", name="Create workflow").first.click()
    page.get_by_role("dialog").get_by_role("textbox", name="Name").fill("Typed in time")
    page.get_by_role("dialog").get_by_role("button", name="Create", exact=True).click()
    page.get_by_role("button", name="Add first step").click()
    page.context.clear_cookies(name="sessionid")
    watch.expect_answer(401, "/draft")
    page.get_by_role("textbox", name="Search steps").fill("start by hand")
    page.keyboard.press("Enter")
    dialog = page.get_by_role("dialog", name="Sign in again")
    dialog.get_by_label("Password", exact=True).fill(OWNER["password"])
    dialog.get_by_role("button", name="Sign in", exact=True).click()
    expect(dialog).to_have_count(0)
    expect(page.get_by_role("status").filter(has_text="Saved")).to_be_visible()
    page.reload()
    expect(page.get_by_role("group", name="Start by hand")).to_be_visible()


@pytest.mark.ux(12)
def test_an_edit_without_a_line_is_told_and_saved_once_the_line_is_back(
    owner_page: Page, owner: Client, watch: Watch
) -> None:
    page = owner_page
    opened(page, owner, "Cut off")
    watch.expect_cut()
    page.context.set_offline(True)
    step(page, "Two").click()
    page.keyboard.press("Delete")
    expect(step(page, "Two")).to_have_count(0)
    expect(page.get_by_role("alert").filter(has_text="The server does not answer.")).to_be_visible()
    expect(page.get_by_role("status").filter(has_text="the server is away, saving again soon")).to_be_visible()
    page.context.set_offline(False)
    expect(page.get_by_role("alert").filter(has_text="The server does not answer.")).to_have_count(0)
    saved(page)
    page.reload()
    expect(step(page, "One")).to_be_visible()
    expect(step(page, "Two")).to_have_count(0)


@pytest.mark.ux(13)
def test_somebody_else_at_the_same_browser_sees_nothing_of_the_person_before(
    page_of: Callable[..., Page], owner: Client
) -> None:
    page = page_of(f"Nora {uuid.uuid4().hex[:6]}", "builder")
    opened(page, owner, "Nobody else's")
    step(page, "One").click()
    page.keyboard.press("Control+c")
    page.get_by_role("link", name="Back to workflows").click()
    page.get_by_role("button", name="your account").click()
    page.get_by_role("menuitem", name="Sign out").click()
    expect(heading(page)).to_have_text("Sign in")
    page.go_back()
    expect(page.get_by_text("Nobody else's")).to_have_count(0)
    expect(heading(page)).to_have_text("Sign in")
    page.get_by_role("textbox", name="E-mail").fill(OWNER["email"])
    page.get_by_label("Password", exact=True).fill(OWNER["password"])
    page.get_by_role("button", name="Sign in").click()
    page.get_by_role("navigation", name="Main", exact=True).get_by_role("link", name="Home").click()
    expect(heading(page)).to_contain_text("Olivia")
    expect(page.get_by_text("Nora")).to_have_count(0)


@pytest.mark.ux(176)
def test_signing_in_and_skipping_to_the_page_need_no_pointer(
    new_context: Callable[..., BrowserContext], owner: Client
) -> None:
    page = new_context().new_page()
    page.goto("/sign-in")
    expect(page.get_by_role("textbox", name="E-mail")).to_be_focused()
    page.keyboard.type(OWNER["email"])
    page.keyboard.press("Tab")
    expect(page.get_by_label("Password", exact=True)).to_be_focused()
    page.keyboard.type(OWNER["password"])
    page.keyboard.press("Enter")
    expect(heading(page)).to_contain_text("Olivia")
    page.reload()
    expect(heading(page)).to_be_visible()
    page.keyboard.press("Tab")
    skip = page.get_by_role("link", name="Skip to content")
    expect(skip).to_be_focused()
    expect(skip).to_be_in_viewport()
    page.keyboard.press("Enter")
    expect(page.get_by_role("main")).to_be_focused()
