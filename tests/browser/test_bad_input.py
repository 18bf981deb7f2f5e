"""What people get wrong is said plainly, where they are, with what to do; nothing they typed is lost."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests.browser.reading import heading
from tests.browser.watch import Watch
from tests.running import OWNER, Client

SIXTY_MB = 60_000_000


def choose(page: Page, file: Path) -> None:
    page.goto("/")
    with page.expect_file_chooser() as chooser:
        page.get_by_role("button", name="Choose a file").click()
    chooser.value.set_files(file)


def refused(page: Page, *words: str) -> None:
    """The reason stands on the page, which is still home, without the words of machines."""
    alert = page.get_by_role("alert").filter(has_text="This did not work")
    for one in words:
        expect(alert).to_contain_text(one)
    for machine in ("Entity", "undefined", "null", "Traceback"):
        expect(alert).not_to_contain_text(machine)
    expect(page).to_have_url("/")


def test_a_file_that_is_too_large_is_refused_with_what_to_do(owner_page: Page, watch: Watch, tmp_path: Path) -> None:
    file = tmp_path / "huge.pdf"
    with file.open("wb") as made:
        made.truncate(SIXTY_MB)
    watch.expect_answer(413, "/artifacts")
    choose(owner_page, file)
    refused(owner_page, "The file is larger than 25 MB.", "Make it smaller or split it, then try again.")


def test_an_empty_file_is_refused(owner_page: Page, watch: Watch, tmp_path: Path) -> None:
    file = tmp_path / "nothing.pdf"
    file.touch()
    watch.expect_answer(422, "/artifacts")
    choose(owner_page, file)
    refused(owner_page, "empty")


def test_a_kind_of_file_that_nobody_reads_is_refused_with_the_kinds_that_fit(
    owner_page: Page, watch: Watch, tmp_path: Path
) -> None:
    file = tmp_path / "setup.exe"
    file.write_bytes(b"MZ\x90\x00")
    watch.expect_answer(422, "/runs")
    choose(owner_page, file)
    refused(owner_page, "setup.exe is not one of the accepted files.", "Choose a file that ends with .pdf")


def test_a_damaged_file_is_answered_with_an_explanation(owner_page: Page, owner: Client, tmp_path: Path) -> None:
    """It is called PDF but is none: the run explains it to the desk instead of failing."""
    file = tmp_path / "broken.pdf"
    file.write_bytes(b"%PDF-1.7\n1 0 obj << /Type /Catalog")
    choose(owner_page, file)
    owner_page.wait_for_url("**/runs/*")
    expect(heading(owner_page)).to_have_text("broken.pdf Done")
    owner_page.goto("/outbox")
    owner_page.get_by_role("link", name="We could not read broken.pdf").first.click()
    expect(owner_page.get_by_role("article")).to_contain_text("Please ask the sender for another copy.")


@pytest.mark.ux(7)
@pytest.mark.ux(8)
def test_a_wrong_password_is_said_once_and_the_address_stays(
    new_context: Callable[..., BrowserContext], owner: Client, watch: Watch
) -> None:
    page = new_context().new_page()
    page.goto("/audit?result=denied")
    expect(heading(page)).to_have_text("Sign in")
    email, password = page.get_by_role("textbox", name="E-mail"), page.get_by_label("Password", exact=True)
    watch.expect_answer(400, "/auth/login")
    for unknown in (OWNER["email"], "nobody@example.com"):
        email.fill(unknown)
        password.fill("not the password")
        page.get_by_role("button", name="Sign in").click()
        expect(page.get_by_role("alert")).to_have_text("E-mail and password do not fit together. Try again.")
        expect(email).to_have_value(unknown)
        expect(password).to_have_value("")
    email.fill(OWNER["email"])
    password.fill(OWNER["password"])
    password.press("Enter")
    expect(heading(page)).to_have_text("Audit")
    expect(page).to_have_url("/audit?result=denied")


@pytest.mark.ux(8)
def test_after_signing_in_nobody_is_sent_to_another_site(
    new_context: Callable[..., BrowserContext], owner: Client
) -> None:
    page = new_context().new_page()
    page.goto("/sign-in?next=//evil.example/take")
    page.get_by_role("textbox", name="E-mail").fill(OWNER["email"])
    page.get_by_label("Password", exact=True).fill(OWNER["password"])
    page.get_by_role("button", name="Sign in").click()
    expect(heading(page)).to_contain_text("Olivia")
    expect(page).to_have_url("/")


@pytest.mark.ux(140)
def test_what_is_not_there_or_not_ones_own_is_told_without_its_name(owner_page: Page, watch: Watch) -> None:
    nowhere = "00000000-0000-7000-8000-000000000000"
    watch.expect_answer(404, f"/api/workflows/{nowhere}/draft")
    for collection in ("runs", "tasks", "workflows"):
        watch.expect_answer(404, f"/api/{collection}/{nowhere}")
        owner_page.goto(f"/{collection}/{nowhere}")
        expect(owner_page.get_by_text(re.compile("There is nothing here that you can see"))).to_be_visible()
        expect(heading(owner_page)).to_have_count(1)
