"""From a template to the first live version; and what was live before: looked at, compared, brought back."""

from __future__ import annotations

import re
import uuid
from collections.abc import Callable
from itertools import pairwise
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests.browser.reading import heading, row_with, step
from tests.browser.starting import make, save
from tests.running import OWNER, Client

START = {"key": "start", "type": "start_manual", "config": {"fields": []}, "position": {"x": 0, "y": 0}}


def mark(value: str, **more: Any) -> dict[str, Any]:
    """A step that writes down `value`."""
    config = {"fields": [{"name": "mark", "value": value}]}
    made = {"key": "mark", "type": "set_fields", "name": "Mark it", "config": config, "position": {"x": 348, "y": 0}}
    return made | more


def graph(*nodes: dict[str, Any]) -> dict[str, Any]:
    """The start and these steps, one after the other."""
    keys = [START["key"], *(node["key"] for node in nodes)]
    lines = [
        {"id": f"e{number}", "source": source, "source_port": "out", "target": target, "target_port": "in"}
        for number, (source, target) in enumerate(pairwise(keys))
    ]
    return {"schema": "graph@1", "nodes": [START, *nodes], "edges": lines, "notes": []}


def published(owner: Client, name: str, *graphs: dict[str, Any]) -> str:
    """A workflow with one version for each graph."""
    workflow = make(owner, name, graphs[0])
    for number, one in enumerate(graphs, 1):
        save(owner, workflow, one)
        owner.post(f"/api/workflows/{workflow}/publish", json={"note": f"Note {number}"}).raise_for_status()
    return workflow


def said(page: Page, text: str) -> None:
    expect(page.get_by_role("status").filter(has_text=text).first).to_be_visible()


def invited(owner: Client, *roles: str) -> str:
    """The link of an invitation."""
    body = {"email": f"nina.{uuid.uuid4().hex[:8]}@example.com", "roles": list(roles)}
    answer = owner.post(f"/api/workspaces/{owner.workspace}/invitations", json=body)
    return str(answer.raise_for_status().json()["link"])


@pytest.mark.ux(2, 4, 9, 14, 86, 87, 88, 101, 132, 137, 157, 158, 165)
def test_a_first_automation_from_a_template(owner: Client, new_context: Callable[..., BrowserContext]) -> None:
    """Journey J1."""
    page = new_context().new_page()

    # 1. The invitation leads home.
    page.goto(invited(owner, "builder", "publisher", "operator", "connection_manager"))
    page.get_by_role("textbox", name="Your name").fill("Nina Newcomer")
    page.get_by_label("Password", exact=True).fill(OWNER["password"])
    page.get_by_role("button", name="Join").click()
    expect(heading(page)).to_contain_text("Nina")
    expect(page.get_by_role("button", name="Create workflow")).to_have_count(1)
    menu = page.get_by_role("navigation", name="Main", exact=True)
    for hidden in ("People", "Audit"):
        expect(menu.get_by_role("link", name=hidden)).to_have_count(0)

    # 2. The search narrows the gallery and stands in the address.
    page.goto("/templates")
    cards = page.get_by_role("list", name="Templates").get_by_role("listitem")
    expect(cards.nth(1)).to_be_visible()
    every = cards.count()
    page.get_by_role("searchbox", name="Search templates").fill("invoice")
    expect(page.get_by_role("status").filter(has_text="1 template")).to_be_visible()
    expect(cards).to_have_count(1)
    assert every > 1
    expect(page).to_have_url(re.compile(r"search=invoice"))
    page.reload()
    expect(cards).to_have_count(1)
    expect(page.get_by_role("searchbox", name="Search templates")).to_have_value("invoice")

    # 3. The set-up begins, and Run waits for it.
    page.get_by_role("button", name="Use template Invoice approval").click()
    page.wait_for_url("**/workflows/*")
    setup = page.get_by_role("region", name="Set up this workflow")
    expect(setup.get_by_text("1 of 3")).to_be_visible()
    run = page.get_by_role("button", name="Run", exact=True)
    expect(run).to_be_disabled()
    expect(run).to_have_accessible_description(
        "Set this up first: Demo mail account, Address of your accounting team (Tell accounting)."
    )
    ticked = setup.get_by_role("button", name=re.compile("Connect Demo mail account.*Done"))
    expect(ticked).to_have_count(0)

    # 4. The account is connected once, for every step that asks for it.
    setup.get_by_role("button", name="Connect Demo mail account", exact=True).click()
    dialog = page.get_by_role("dialog", name="Connect Demo mail account")
    expect(dialog.get_by_role("textbox", name="Name")).to_have_value("Demo mail account")
    dialog.get_by_label("Token").fill("demo")
    dialog.get_by_role("combobox", name="Used only with").fill("mail.example.com")
    dialog.get_by_role("button", name="Add").click()
    expect(dialog).to_have_count(0)
    expect(ticked).to_have_count(2)

    # 5. The last blank closes the cards; the canvas has its steps and a note.
    expect(setup.get_by_text("2 of 3")).to_be_visible()
    setup.get_by_role("button", name="Done", exact=True).click()
    expect(setup.get_by_text("Fill this in, so that the workflow can run.")).to_be_visible()
    setup.get_by_role("textbox", name="Address of your accounting team").fill("accounting@example.com")
    setup.get_by_role("button", name="Done", exact=True).click()
    expect(setup).to_have_count(0)
    expect(step(page, "Tell accounting")).to_be_visible()
    expect(page.get_by_role("note")).to_contain_text("an invoice passes by itself")
    expect(page.get_by_text("Draft", exact=True)).to_be_visible()
    said(page, "Saved")

    # 6. The run goes through.
    run.click()
    bar = page.get_by_role("region", name="Last run")
    expect(bar.get_by_role("status")).to_contain_text(re.compile(r"Done.*second"))
    for name in ("Start by hand", "Sample invoice", "Within the limit?", "Tell accounting", "Write down the approval"):
        expect(step(page, name)).to_have_attribute("data-step-status", "done")
    expect(step(page, "A person approves")).to_have_attribute("data-step-status", "skipped")
    line = "Line from Tell accounting to Write down the approval, 1 item"
    expect(page.get_by_role("img", name=line)).to_be_attached()

    # 7. The last step holds the expected row.
    step(page, "Write down the approval").dblclick()
    panel = page.get_by_role("region", name="Settings of Write down the approval")
    panel.get_by_role("button", name="Show what comes in and out").click()
    table = panel.get_by_role("table", name="Write down the approval")
    expect(row_with(table, "Invoice")).to_contain_text("HT-2026-0417")
    expect(row_with(table, "Decision")).to_contain_text("approved")
    panel.get_by_role("button", name="Close").click()

    # 8. It goes live, and a checklist asks what is easily forgotten.
    page.get_by_role("button", name="Publish").click()
    dialog = page.get_by_role("dialog", name="Publish this workflow")
    dialog.get_by_role("textbox", name="What has changed?").fill("First version")
    dialog.get_by_role("button", name="Publish").click()
    said(page, "Live, version 1")
    checklist = page.get_by_role("region", name="After publishing")
    expect(checklist.get_by_text("Who hears when a run fails?")).to_be_visible()
    expect(checklist.get_by_role("status")).to_have_text("0 of 3 done")
    checklist.get_by_role("textbox", name="Minutes a run").fill("15")
    checklist.get_by_role("button", name="Save").click()
    expect(checklist.get_by_role("status")).to_have_text("1 of 3 done")
    checklist.get_by_role("combobox", name="People who are told").fill("Olivia")
    page.get_by_role("option", name="Olivia Owner").click()
    expect(checklist.get_by_role("status")).to_have_text("2 of 3 done")
    checklist.get_by_role("button", name="Close").click()
    expect(checklist).to_have_count(0)
    page.get_by_role("button", name="More").click()
    page.get_by_role("menuitem", name="After publishing").click()
    expect(checklist.get_by_role("status")).to_have_text("2 of 3 done")

    # 9. Home tells all of it.
    page.goto("/")
    row = row_with(page.get_by_role("table", name="Workflows"), "Invoice approval")
    expect(row).to_contain_text("Live")
    expect(row).to_contain_text("Nina Newcomer")
    expect(row).to_contain_text("Done")


@pytest.mark.ux(129, 130, 131)
def test_publishing_says_what_is_in_its_way_and_a_faulty_step_can_be_switched_off(
    owner_page: Page, owner: Client
) -> None:
    page = owner_page
    faulty = {"key": "tell", "type": "send_mail", "name": "Tell Ann", "config": {}, "position": {"x": 696, "y": 0}}
    workflow = make(owner, "Goes live", graph(mark("first"), faulty))
    page.goto(f"/workflows/{workflow}")
    publish = page.get_by_role("button", name="Publish", exact=True)
    expect(publish).to_be_disabled()
    expect(publish).to_have_accessible_description(re.compile("problems have to be solved first"))
    publish.click(force=True)
    expect(page.get_by_role("region", name="Problems").get_by_role("listitem").first).to_contain_text("Tell Ann")

    step(page, "Tell Ann").click()
    page.keyboard.press("o")
    expect(step(page, "Tell Ann")).to_have_attribute("data-step-status", "off")
    expect(publish).to_be_enabled()
    publish.click()
    dialog = page.get_by_role("dialog", name="Publish this workflow")
    dialog.get_by_role("textbox", name="What has changed?").fill("First version")
    dialog.get_by_role("button", name="Publish").click()
    said(page, "Live, version 1")
    expect(publish).to_be_disabled()
    expect(publish).to_have_accessible_description("Live and up to date.")
    page.get_by_role("region", name="After publishing").get_by_role("button", name="Close").click()

    step(page, "Mark it").dblclick()
    name = page.get_by_role("textbox", name="Name of the step")
    name.fill("Mark it well")
    name.press("Enter")
    expect(publish).to_be_enabled()
    expect(page.get_by_text("Changes not published")).to_be_visible()
    said(page, "Saved")
    live = owner.get(f"/api/workflows/{workflow}").json()
    assert (live["version"], live["has_changes"]) == (1, True)
    version = owner.get(f"/api/versions/{live['live_version']['id']}").json()
    assert [node["name"] for node in version["graph"]["nodes"]] == ["", "Mark it", "Tell Ann"]


@pytest.mark.ux(132, 133, 134)
def test_an_old_version_is_looked_at_and_becomes_the_draft_while_the_live_one_stays(
    owner_page: Page, owner: Client
) -> None:
    page = owner_page
    workflow = published(owner, "Brought back", graph(mark("first")), graph(mark("second", name="Mark it twice")))
    page.goto(f"/workflows/{workflow}")
    page.get_by_text("Versions", exact=True).click()
    versions = page.get_by_role("table", name="Versions")
    expect(row_with(versions, "Note 2")).to_contain_text("Live")
    expect(row_with(versions, "Note 1")).not_to_contain_text("Live")
    expect(row_with(versions, "Note 1")).to_contain_text("Olivia Owner")
    versions.get_by_role("link", name="Version 1").click()

    page.wait_for_url(f"**/workflows/{workflow}/versions/*")
    expect(heading(page)).to_have_text("Brought back Version 1")
    expect(page.get_by_text("View only")).to_be_visible()
    expect(page.get_by_role("button", name="Add step")).to_have_count(0)
    expect(page.get_by_role("button", name="Publish")).to_have_count(0)
    step(page, "Mark it").click()
    facts = page.get_by_role("complementary", name="Step")
    expect(facts).to_contain_text("first")

    page.get_by_role("button", name="Restore as draft").click()
    page.get_by_role("dialog").get_by_role("button", name="Restore as draft").click()
    said(page, "Version 1 is now the draft. What is live has not changed.")
    expect(step(page, "Mark it")).to_be_visible()
    expect(page.get_by_text("Changes not published")).to_be_visible()
    assert owner.get(f"/api/workflows/{workflow}").json()["version"] == 2


@pytest.mark.ux(135)
def test_an_auditor_compares_two_versions_on_the_canvas_and_in_words(
    page_of: Callable[..., Page], owner: Client
) -> None:
    page = page_of("Cora Auditor", "auditor")
    keep = {"key": "keep", "type": "set_fields", "name": "Keep it", "config": {}, "position": {"x": 696, "y": 0}}
    gone = {"key": "gone", "type": "set_fields", "name": "Went away", "config": {}, "position": {"x": 1044, "y": 0}}
    came = {"key": "came", "type": "set_fields", "name": "Came along", "config": {}, "position": {"x": 1044, "y": 180}}
    moved = {**keep, "position": {"x": 696, "y": 240}}
    workflow = published(
        owner, "Compared", graph(mark("first"), keep, gone), graph(mark("second"), moved, came), graph(mark("third"))
    )
    page.goto(f"/workflows/{workflow}?tab=versions")
    versions = page.get_by_role("table", name="Versions")
    compare = page.get_by_role("button", name="Compare")
    expect(compare).to_be_disabled()
    expect(compare).to_have_accessible_description("Choose two to compare them.")
    for number in (2, 1):
        versions.get_by_role("checkbox", name=f"Choose Version {number} to compare").check()
    compare.press("Enter")

    page.wait_for_url(f"**/workflows/{workflow}/compare?*")
    expect(page.get_by_role("button", name="Add step")).to_have_count(0)
    expect(page.get_by_role("combobox", name="Before")).to_have_value("Version 1")
    expect(page.get_by_role("combobox", name="After")).to_have_value("Version 2")
    for name, word in (
        ("Mark it", "changed"),
        ("Keep it", "moved"),
        ("Went away", "removed"),
        ("Came along", "added"),
    ):
        expect(step(page, name)).to_have_attribute("data-mark", word)
        expect(step(page, name)).to_contain_text(word.capitalize())
    expect(page.get_by_role("img", name="Line from Keep it to Went away, Removed")).to_be_attached()
    expect(page.get_by_role("img", name="Line from Keep it to Came along, Added")).to_be_attached()

    listed = page.get_by_role("complementary", name="6 differences").get_by_role("listitem")
    changed = listed.filter(has_text="Mark it").first
    expect(changed).to_contain_text(re.compile("Value.*Before.*first.*After.*second", re.DOTALL))
    expect(listed.filter(has_text="Keep it").first).to_contain_text("Only its place is another one.")
    changed.get_by_role("button").focus()
    page.keyboard.press("Enter")
    expect(changed.get_by_role("button")).to_have_attribute("aria-pressed", "true")
    expect(step(page, "Mark it")).to_have_attribute("data-selected", "true")

    page.get_by_role("combobox", name="Before").click()
    page.get_by_role("option", name="Draft").click()
    expect(page).to_have_url(re.compile("from=draft"))
