"""Training in the product, watching a model, alerts on the bell."""

from __future__ import annotations

import uuid
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser.reading import heading, row_with
from tests.browser.starting import get, run_sample, settled
from tests.browser.test_accessibility import look_through
from tests.running import Client

LETTERS = Path(__file__).parents[1] / "data" / "banking77" / "texts.csv"
# A worker has one process for heavy steps; other journeys may keep it busy.
TRAINING_MS = 90_000


@pytest.fixture
def model(owner: Client) -> dict[str, Any]:
    """A model that sorts texts and was never trained, under a name of its own."""
    name = f"letters-{uuid.uuid4().hex[:8]}"
    wanted = {"name": name, "kind": "model", "task": "classify", "title": f"Letters {name[-8:]}"}
    made = owner.post(f"/api/workspaces/{owner.workspace}/assets", json=wanted).raise_for_status()
    return dict(made.json())


def test_a_person_trains_a_model_from_a_file_and_gets_a_candidate(owner_page: Page, model: dict[str, Any]) -> None:
    page = owner_page
    page.goto(f"/assets/{model['id']}?tab=training")
    expect(heading(page)).to_have_text(model["title"])
    page.get_by_role("button", name="Train a new version").click()
    page.locator("input[type=file]").set_input_files(LETTERS)
    expect(page.get_by_text("320 rows with these columns: text, category")).to_be_visible()
    expect(page.get_by_role("combobox", name="Text")).to_have_value("text")
    expect(page.get_by_role("combobox", name="Target")).to_have_value("category")
    page.get_by_role("button", name="More options").click()
    page.get_by_role("radio", name="their words (quicker)").check()
    look_through(page)
    page.get_by_role("button", name="Start training").click()
    made = row_with(page.get_by_role("table", name="Trainings"), "Version 1")
    expect(made).to_be_visible(timeout=TRAINING_MS)
    expect(made).to_contain_text("Accuracy")
    expect(made).to_contain_text("texts.csv")
    expect(page.get_by_role("table", name="Figures")).to_contain_text("Simplest guess")
    expect(page.get_by_role("heading", name="What came of it: version 1")).to_be_visible()
    look_through(page)


def test_a_training_that_cannot_work_says_why(owner_page: Page, model: dict[str, Any]) -> None:
    page = owner_page
    page.goto(f"/assets/{model['id']}?tab=training")
    page.get_by_role("button", name="Train a new version").click()
    rows = "text,kind\n" + "".join(f"letter number {number} about nothing,same\n" for number in range(50))
    page.locator("input[type=file]").set_input_files(
        {"name": "one-kind.csv", "mimeType": "text/csv", "buffer": rows.encode()}
    )
    page.get_by_role("button", name="Start training").click()
    failed = row_with(page.get_by_role("table", name="Trainings"), "Failed")
    expect(failed).to_contain_text("at least two labels", timeout=TRAINING_MS)


def test_limits_are_set_and_the_model_is_looked_at_when_somebody_asks(
    owner_page: Page, owner: Client, model: dict[str, Any]
) -> None:
    version = {"runtime": "labels", "config": {"labels": []}}
    owner.post(f"/api/assets/{model['id']}/versions", json=version).raise_for_status()
    owner.put(f"/api/assets/{model['id']}/aliases/live", json={"version": 1}).raise_for_status()
    page = owner_page
    page.goto(f"/assets/{model['id']}?tab=watch")
    page.get_by_role("textbox", name="More calls fail than").fill("5")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("status").filter(has_text="The alerts are changed.")).to_be_visible()
    page.get_by_role("button", name="Look now").click()
    expect(page.get_by_text("There is nothing to compare its calls with")).to_be_visible()
    page.reload()
    expect(page.get_by_role("textbox", name="More calls fail than")).to_have_value("5 %")
    expect(page.get_by_text("No alerts yet")).to_be_visible()
    look_through(page)


FEWEST = 20
"""Calls below which nobody can say that they are slow."""


def test_an_alert_rings_the_bell_until_somebody_has_seen_it(owner_page: Page, owner: Client) -> None:
    asset = next(one for one in get(owner, "assets") if one["name"] == "document-type")
    days = owner.get(f"/api/assets/{asset['id']}/figures").json()
    for _ in range(sum(day["calls"] for day in days), FEWEST):
        assert settled(owner, run_sample(owner, "complaint.eml"))["status"] == "done"
    limit = {"p95_at_most_ms": 1}
    owner.patch(f"/api/assets/{asset['id']}/watch", json=limit).raise_for_status()
    page = owner_page
    page.goto(f"/assets/{asset['id']}?tab=watch")
    page.get_by_role("button", name="Look now").click()
    slow = row_with(page.get_by_role("table", name="Alerts so far"), "Calls are slow").first
    expect(slow).to_contain_text("the limit is")
    page.goto("/")
    page.get_by_role("button", name="Notifications").click()
    page.get_by_role("link", name="“Document type”: calls are slow").click()
    expect(heading(page)).to_have_text("Document type")
    look_through(page)
    slow.get_by_role("button", name="Mark as seen").click()
    expect(slow).to_contain_text("Olivia Owner")
    page.get_by_role("button", name="Notifications").click()
    expect(page.get_by_role("link", name="“Document type”: calls are slow")).to_have_count(0)
    owner.patch(f"/api/assets/{asset['id']}/watch", json={"p95_at_most_ms": None}).raise_for_status()
