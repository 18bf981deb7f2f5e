"""Measuring a model and replacing it: data set, report, request, second person, trial, way back."""

from __future__ import annotations

import re
import uuid
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser.reading import heading, row_with
from tests.browser.starting import get
from tests.browser.test_accessibility import look_through
from tests.running import Client

ROWS = """text,kind
Please pay the attached invoice over 450 euros within thirty days.,invoice
Invoice number 4711 for the delivery of March is attached.,invoice
I am very unhappy with the broken chair that you sent me.,complaint
This is the third time that my parcel arrives damaged.,complaint
"""


def made(owner: Client) -> dict[str, Any]:
    """A reader of documents of its own with two versions, the first one live."""
    name = f"reader-{uuid.uuid4().hex[:8]}"
    version = {"runtime": "patterns", "config": {}, "note": "First"}
    about = {"name": name, "title": f"Reader {name[-8:]}", "kind": "model", "task": "extract", "version": version}
    asset = owner.post(f"/api/workspaces/{owner.workspace}/assets", json=about).raise_for_status().json()
    sent = {**version, "config": {"words": "more"}, "note": "With more words"}
    owner.post(f"/api/assets/{asset['id']}/versions", json=sent).raise_for_status()
    return dict(asset)


def classifier(owner: Client) -> str:
    return next(str(one["id"]) for one in get(owner, "assets", task="classify") if one["name"] == "document-type")


def fits_on_a_phone(page: Page) -> None:
    page.set_viewport_size({"width": 390, "height": 844})
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"), page.url
    page.set_viewport_size({"width": 1440, "height": 900})


def test_a_model_is_measured_by_a_data_set_and_the_report_can_be_read(
    owner_page: Page, owner: Client, tmp_path: Path
) -> None:
    file, title = tmp_path / "letters.csv", f"Answers {uuid.uuid4().hex[:8]}"
    file.write_text(ROWS)
    owner_page.goto(f"/assets/{classifier(owner)}?tab=quality")
    expect(owner_page.get_by_text("No version was measured yet.")).to_be_visible()
    expect(owner_page.get_by_role("button", name="Measure", exact=True)).to_be_disabled()
    owner_page.get_by_role("button", name="Add data set").click()
    form = owner_page.get_by_role("dialog", name="Add data set")
    form.get_by_role("textbox", name="Name").fill(title)
    owner_page.locator("input[type=file]").set_input_files(file)
    form.get_by_role("button", name="Add", exact=True).click()
    expect(owner_page.get_by_role("combobox", name="Data set")).to_have_value(title)
    owner_page.get_by_role("button", name="Measure", exact=True).click()
    report = row_with(owner_page.get_by_role("table", name="Reports"), title)
    expect(report).to_contain_text("Done")
    look_through(owner_page)
    fits_on_a_phone(owner_page)
    report.get_by_role("link", name=re.compile("^Open the report")).click()
    expect(heading(owner_page)).to_have_text("Report of version 1")
    expect(owner_page.get_by_role("table", name="Figures")).to_contain_text("Right answers")
    expect(owner_page.get_by_role("table", name="What is taken for what")).to_contain_text("complaint")
    look_through(owner_page)
    fits_on_a_phone(owner_page)


def test_a_second_person_agrees_to_a_replacement_and_it_is_taken_back(
    owner_page: Page, owner: Client, page_of: Callable[..., Page]
) -> None:
    asset = made(owner)
    owner_page.goto(f"/assets/{asset['id']}?tab=replacement")
    owner_page.get_by_role("button", name="Replace", exact=True).click()
    form = owner_page.get_by_role("dialog", name="Ask for a replacement")
    look_through(owner_page)
    form.get_by_role("button", name="Ask", exact=True).click()
    expect(form.get_by_text("Say why it is to be replaced.")).to_be_visible()
    form.get_by_role("combobox", name="New version").click()
    owner_page.get_by_role("option", name="Version 2: With more words").click()
    form.get_by_role("textbox", name="Why").fill("It knows more letters")
    form.get_by_role("button", name="Ask", exact=True).click()
    expect(heading(owner_page)).to_have_text("Replace version 1 by version 2")
    expect(owner_page.get_by_text("Waits for a decision")).to_be_visible()
    expect(owner_page.get_by_text("No live workflow follows this name.")).to_be_visible()

    other = page_of("Jan Second", "steward")
    other.goto("/")
    other.get_by_role("button", name=re.compile("^Notifications, ")).click()
    waiting = other.get_by_role("list", name="Waits for your decision")
    waiting.get_by_role("link", name=re.compile(re.escape(asset["title"]))).click()
    expect(heading(other)).to_have_text("Replace version 1 by version 2")
    expect(other.get_by_text("It knows more letters")).to_be_visible()
    look_through(other)
    fits_on_a_phone(other)
    other.get_by_role("button", name="Approve").click()
    other.get_by_role("dialog").get_by_role("button", name="Approve").click()
    expect(other.get_by_text("Tried on a share")).to_be_visible()
    expect(owner_page.get_by_text("Jan Second agreed")).to_be_visible()

    other.get_by_role("button", name="Go live now").click()
    other.get_by_role("dialog").get_by_role("button", name="Go live now").click()
    expect(other.get_by_role("button", name="Roll back")).to_be_visible()
    assert owner.get(f"/api/assets/{asset['id']}").json()["live"]["number"] == 2
    look_through(other)
    other.get_by_role("button", name="Roll back").click()
    other.get_by_role("dialog").get_by_role("button", name="Roll back").click()
    expect(other.get_by_text("Rolled back")).to_be_visible()
    assert owner.get(f"/api/assets/{asset['id']}").json()["live"]["number"] == 1


@pytest.mark.ux(183)
def test_a_request_is_declined_on_a_phone(owner_phone: Page, owner: Client) -> None:
    asset = made(owner)
    sent = {"version": 2, "plan": {"how": "shadow"}, "reason": "To see"}
    asked = owner.post(f"/api/assets/{asset['id']}/replacements", json=sent).raise_for_status().json()
    owner_phone.goto(f"/assets/{asset['id']}/requests/{asked['id']}")
    owner_phone.get_by_role("button", name="Decline").click()
    dialog = owner_phone.get_by_role("dialog")
    dialog.get_by_role("button", name="Decline").click()
    expect(dialog.get_by_text("A reason is needed.")).to_be_visible()
    dialog.get_by_role("textbox").fill("Not before Monday")
    dialog.get_by_role("button", name="Decline").click()
    expect(owner_phone.get_by_text("Not agreed").first).to_be_visible()
    assert owner_phone.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
