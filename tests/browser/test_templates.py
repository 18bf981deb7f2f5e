"""The gallery, what a workspace keeps for itself, workflows that come and go as files, and the guided tour."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser.reading import heading, path_id, step
from tests.browser.starting import make
from tests.browser.watch import Watch
from tests.running import Client

DROP = """({text, name, kind, type}) => {
    const data = new DataTransfer();
    data.items.add(new File([text], name, {type: kind}));
    document.body.dispatchEvent(new DragEvent(type, {dataTransfer: data, bubbles: true, cancelable: true}));
}"""
PASTE = """(text) => {
    const data = new DataTransfer();
    data.setData('text/plain', text);
    document.body.dispatchEvent(new ClipboardEvent('paste', {clipboardData: data, bubbles: true, cancelable: true}));
}"""
GRAPH: dict[str, Any] = {
    "schema": "graph@1",
    "nodes": [
        {"key": "start", "type": "start_manual", "config": {"fields": []}, "position": {"x": 0, "y": 0}},
        {
            "key": "tell",
            "type": "demo_mail",
            "name": "Tell Ann",
            "config": {"account": "<Desk mail>", "to": "ann@example.com", "subject": "Hi", "body": "Hello"},
            "position": {"x": 348, "y": 0},
        },
    ],
    "edges": [{"id": "e1", "source": "start", "target": "tell"}],
    "notes": [],
}


def said(page: Page, text: str) -> None:
    expect(page.get_by_role("status").filter(has_text=text).first).to_be_visible()


@pytest.mark.ux(157, 159)
def test_a_template_is_looked_at_before_it_is_used_and_own_ones_join_the_gallery(
    owner_page: Page, owner: Client
) -> None:
    page = owner_page
    page.goto("/templates")
    page.get_by_text("Finance (1)").click()
    expect(page.get_by_role("list", name="Templates").get_by_role("listitem")).to_have_count(1)
    assert "category=finance" in page.url
    page.get_by_role("link", name="Preview Invoice approval").click()
    preview = page.get_by_role("dialog", name="Preview of Invoice approval")
    expect(preview).to_contain_text("asks a person about large ones")
    expect(preview).to_contain_text("Accounts: Demo mail account")
    expect(step(page, "A person approves")).to_be_visible()
    preview.get_by_role("button", name="Close").last.click()
    expect(preview).to_have_count(0)

    workflow = make(owner, "Tells Ann", GRAPH)
    page.goto(f"/workflows/{workflow}")
    page.get_by_role("button", name="More").click()
    page.get_by_role("menuitem", name="Save as template").click()
    dialog = page.get_by_role("dialog", name="Save as template")
    dialog.get_by_role("textbox", name="Description").fill("Sends a greeting.")
    dialog.get_by_role("combobox", name="Category").click()
    page.get_by_role("option", name="Customers").click()
    dialog.get_by_role("button", name="Save").click()
    said(page, "“Tells Ann” is now a template.")

    page.goto("/templates?category=own")
    page.get_by_role("button", name="Use template Tells Ann").click()
    page.wait_for_url("**/workflows/*")
    expect(page.get_by_role("region", name="Set up this workflow")).to_contain_text("Connect Desk mail")
    made = owner.get(f"/api/workflows/{path_id(page)}").json()
    assert made["origin"]["name"] == "Tells Ann"


@pytest.mark.ux(160, 161, 162)
def test_a_workflow_leaves_as_a_file_and_comes_back_after_saying_what_is_missing(
    owner_page: Page, owner: Client, tmp_path: Path, watch: Watch
) -> None:
    page = owner_page
    workflow = make(owner, "Taken along", GRAPH)
    page.goto(f"/workflows/{workflow}")
    expect(step(page, "Tell Ann")).to_be_visible()
    files = {}
    for entry, ending in (("As data", "tutti.json"), ("As picture (PNG)", "png"), ("As drawing (SVG)", "svg")):
        page.get_by_role("button", name="More").click()
        with page.expect_download() as given:
            page.get_by_role("menuitem", name=entry).click()
        assert given.value.suggested_filename == f"Taken along.{ending}"
        given.value.save_as(tmp_path / ending)
        files[ending] = (tmp_path / ending).read_bytes()
    assert files["png"].startswith(b"\x89PNG")
    assert b"Tell Ann" in files["svg"]
    text = files["tutti.json"].decode()
    assert json.loads(text)["needs"]["connections"] == ["Desk mail"]

    page.goto("/workflows")
    expect(page.get_by_role("button", name="Import")).to_be_visible()
    overlay = page.get_by_text("Drop to import this workflow")
    file = {"text": text, "name": "Taken along.tutti.json", "kind": "application/json"}
    page.evaluate(DROP, {**file, "kind": "application/pdf", "type": "dragover"})
    expect(overlay).to_have_count(0)
    page.evaluate(DROP, {**file, "type": "dragover"})
    expect(overlay).to_be_visible()
    page.evaluate(DROP, {**file, "type": "drop"})
    expect(overlay).to_have_count(0)
    dialog = page.get_by_role("dialog", name="Import a workflow")
    expect(dialog.get_by_role("region", name="What is missing here")).to_contain_text("Accounts to connect: Desk mail")
    expect(dialog).to_contain_text("A workflow called “Taken along” is here already.")
    dialog.get_by_role("button", name="Import").click()
    said(page, "“Taken along (2)” is imported.")
    expect(heading(page)).to_have_text("Taken along (2)")
    expect(page.get_by_role("region", name="Set up this workflow")).to_contain_text("Connect Desk mail")

    page.goto("/workflows")
    expect(page.get_by_role("button", name="Import")).to_be_visible()
    page.evaluate(PASTE, text.replace("Tell Ann", "Tell Bob"))
    dialog.get_by_role("radio", name="Replace its draft").check()
    dialog.get_by_role("button", name="Import").click()
    said(page, "The draft of “Taken along” is replaced.")
    assert path_id(page) == workflow
    expect(step(page, "Tell Bob")).to_be_visible()


@pytest.mark.ux(162)
def test_a_broken_file_is_named_and_changes_nothing(owner_page: Page, owner: Client, watch: Watch) -> None:
    page = owner_page
    page.goto("/workflows")
    expect(page.get_by_role("button", name="Import")).to_be_visible()
    before = owner.get(f"/api/workspaces/{owner.workspace}/workflows").json()["count"]
    broken = {"text": '{"format": "tutti', "name": "cut.tutti.json", "kind": "application/json", "type": "drop"}
    page.evaluate(DROP, broken)
    expect(page.get_by_role("alert").filter(has_text="“cut.tutti.json” cannot be read")).to_be_visible()
    page.evaluate(DROP, {**broken, "text": "x" * 2_300_000, "name": "huge.tutti.json"})
    expect(page.get_by_role("alert").filter(has_text="“huge.tutti.json” is larger than 2 MB")).to_be_visible()
    page.evaluate(PASTE, '{"format": "tutti.workflow", "vers')
    expect(page.get_by_role("alert").filter(has_text="What you pasted holds no workflow.")).to_be_visible()
    watch.expect_answer(422, "/imports/look")
    page.evaluate(DROP, {**broken, "text": '{"format": "other"}', "name": "other.json"})
    dialog = page.get_by_role("dialog", name="Import a workflow")
    expect(dialog.get_by_role("alert")).to_contain_text("This file holds no workflow of Tutti.")
    assert owner.get(f"/api/workspaces/{owner.workspace}/workflows").json()["count"] == before


@pytest.mark.ux(3, 6)
def test_a_guided_tour_leads_from_a_use_case_to_a_real_run(page_of: Callable[..., Page]) -> None:
    page = page_of("Nora New", "builder", "operator")
    page.goto("/")
    page.get_by_role("button", name="Start the tour").click()
    tour = page.get_by_role("region", name="Guided tour")
    expect(tour.get_by_text("Step 1 of 4")).to_be_visible()
    tour.get_by_role("radio", name="Stock and reorder check").check()
    tour.get_by_role("button", name="Next").click()
    page.wait_for_url("**/workflows/*")
    expect(tour.get_by_text("Step 2 of 4")).to_be_visible()
    expect(step(page, "Put the order together")).to_be_visible()
    tour.get_by_role("button", name="Next").click()
    following = tour.get_by_role("button", name="Next")
    expect(following).to_be_disabled()
    expect(following).to_have_accessible_description("Press Run first.")
    tour.get_by_role("button", name="Previous").click()
    expect(tour.get_by_text("Step 2 of 4")).to_be_visible()
    page.reload()
    expect(tour.get_by_text("Step 2 of 4")).to_be_visible()
    tour.get_by_role("button", name="Next").click()
    page.get_by_role("button", name="Run", exact=True).click()
    expect(tour.get_by_role("heading")).to_have_text("That was a real run")
    tour.get_by_role("button", name="Finish").click()
    expect(tour).to_have_count(0)
    page.goto("/")
    expect(page.get_by_role("button", name="Create workflow")).to_be_visible()
    expect(page.get_by_role("heading", name="Getting started")).to_have_count(0)
    page.get_by_role("button", name="Nora New, your account").click()
    page.get_by_role("menuitem", name="Guided tour").click()
    expect(tour.get_by_text("Step 1 of 4")).to_be_visible()
    tour.get_by_role("button", name="Skip tour").last.click()
    expect(tour).to_have_count(0)


@pytest.mark.ux(5)
def test_what_is_new_is_shown_once_after_an_upgrade(page_of: Callable[..., Page]) -> None:
    page = page_of("Uma Upgrade", "viewer")
    page.goto("/")
    expect(heading(page)).to_contain_text("Uma")
    news = page.get_by_role("dialog", name="What's new")
    expect(news).to_have_count(0)
    page.evaluate(
        """() => fetch('/api/me', {method: 'PATCH', headers: {'Content-Type': 'application/json',
        'X-CSRFToken': document.cookie.match(/csrftoken=([^;]*)/)[1]},
        body: JSON.stringify({preferences: {news_seen: '2025-01'}})})"""
    )
    page.reload()
    expect(news.get_by_role("listitem").first).to_be_visible()
    news.get_by_role("button", name="Got it").click()
    expect(news).to_have_count(0)
    page.reload()
    expect(heading(page)).to_contain_text("Uma")
    expect(news).to_have_count(0)
    page.get_by_role("button", name="Uma Upgrade, your account").click()
    page.get_by_role("menuitem", name="What's new").click()
    expect(news).to_be_visible()
