"""Keeping many workflows in order, the command bar, and what home tells of their runs."""

from __future__ import annotations

import re
import uuid
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.reading import heading, row_with
from tests.browser.starting import make, settled
from tests.running import Client

STOPPED = "The amount of the order is empty."


def named(what: str) -> str:
    """Nobody else's: the product is shared by all tests."""
    return f"{what} {uuid.uuid4().hex[:6]}"


def graph(*, fails: bool = False, clock: bool = False, asks: bool = False) -> dict[str, Any]:
    start: dict[str, Any] = {"key": "start", "type": "start_manual"}
    if clock:
        start = {"key": "start", "type": "start_schedule", "config": {"kind": "daily", "at": "08:00"}}
    work: dict[str, Any] = {"key": "work", "type": "set_fields", "config": {"fields": [{"name": "n", "value": "x"}]}}
    if fails:
        work = {"key": "work", "type": "stop_with_error", "config": {"message": STOPPED}}
    if asks:
        work = {"key": "work", "type": "approval", "config": {"title": "May it go out?"}}
    return {
        "schema": "graph@1",
        "nodes": [start, work],
        "edges": [{"id": "a", "source": "start", "target": "work"}],
        "notes": [],
    }


def live(owner: Client, name: str, **kind: bool) -> str:
    workflow = make(owner, name, graph(**kind))
    owner.post(f"/api/workflows/{workflow}/publish", json={"note": "First"}).raise_for_status()
    return workflow


def new_folder(owner: Client, name: str, parent: str | None = None) -> str:
    answer = owner.post(f"/api/workspaces/{owner.workspace}/folders", json={"name": name, "parent": parent})
    return str(answer.raise_for_status().json()["id"])


def table(page: Page) -> Locator:
    return page.get_by_role("table", name="Workflows")


def card(page: Page, folder: str) -> Locator:
    return page.get_by_role("list", name="Folders").get_by_role("listitem").filter(has_text=folder)


def tile(page: Page, figure: str) -> Locator:
    return page.get_by_role("region", name="The last 7 days").get_by_role("link", name=re.compile(f"^{figure}"))


def choose_in_menu(page: Page, workflow: str, item: str) -> None:
    page.get_by_role("button", name=f"More for {workflow}").click()
    page.get_by_role("menuitem", name=item, exact=True).click()


def told(page: Page, words: str) -> None:
    expect(page.get_by_role("status").filter(has_text=words)).to_be_visible()


@pytest.mark.ux(14, 15, 16)
def test_a_workflow_is_found_by_filters_that_survive_a_reload(owner_page: Page, owner: Client) -> None:
    name, tag = named("Invoices from suppliers"), named("monthly")
    workflow = live(owner, name)
    owner.patch(f"/api/workflows/{workflow}", json={"tags": [tag]}).raise_for_status()
    run = str(owner.post(f"/api/workflows/{workflow}/runs", json={}).raise_for_status().json()["id"])
    settled(owner, run)
    page = owner_page
    page.goto("/workflows")
    page.get_by_role("searchbox", name="Search workflows").fill(name[9:])
    row = row_with(table(page), name)
    expect(table(page).get_by_role("row")).to_have_count(2)
    for words in ("Live", "Done", "Olivia Owner"):
        expect(row).to_contain_text(words)
    page.get_by_role("combobox", name="Status").click()
    page.get_by_role("option", name="Live").click()
    row.get_by_role("link", name=f"Workflows with the tag {tag}").click()
    page.wait_for_url(re.compile("tag="))
    asked = parse_qs(urlsplit(page.url).query)
    assert (asked["search"], asked["status"], asked["tag"]) == ([name[9:]], ["live"], [tag])
    page.reload()
    expect(page.get_by_role("searchbox", name="Search workflows")).to_have_value(name[9:])
    expect(table(page).get_by_role("row")).to_have_count(2)
    page.get_by_role("searchbox", name="Search workflows").fill("nothing like it")
    expect(page.get_by_text("No workflow matches “nothing like it”.")).to_be_visible()
    page.get_by_role("button", name="Clear search").click()
    expect(page.get_by_role("searchbox", name="Search workflows")).to_have_value("")
    expect(table(page).get_by_role("link", name=name)).to_be_visible()


@pytest.mark.ux(18, 19)
def test_a_workflow_is_paused_copied_renamed_and_described_in_its_row(owner_page: Page, owner: Client) -> None:
    name = named("Claims")
    live(owner, name)
    page = owner_page
    page.goto("/workflows")
    choose_in_menu(page, name, "Unpublish")
    told(page, f"“{name}” is paused.")
    expect(row_with(table(page), name)).to_contain_text("Paused")
    choose_in_menu(page, name, "Duplicate")
    told(page, f"“{name} (copy)” is there, as a draft.")
    field = page.get_by_role("textbox", name=f"New name of {name} (copy)")
    expect(field).to_be_focused()
    field.fill("")
    field.press("Enter")
    expect(field).to_have_accessible_description("A workflow needs a name.")
    renamed = named("Complaints")
    field.fill(renamed)
    field.press("Enter")
    told(page, f"It is called “{renamed}” now.")
    expect(row_with(table(page), renamed)).to_contain_text("Draft")
    choose_in_menu(page, renamed, "Rename")
    page.get_by_role("textbox", name=f"New name of {renamed}").fill("Something else")
    page.keyboard.press("Escape")
    expect(row_with(table(page), renamed)).to_be_visible()
    choose_in_menu(page, renamed, "Description and tags")
    dialog = page.get_by_role("dialog")
    dialog.get_by_role("textbox", name="Description").fill("What customers write when they are cross")
    dialog.get_by_role("combobox", name="Tags").fill("service")
    dialog.get_by_role("combobox", name="Tags").press("Enter")
    dialog.get_by_role("button", name="Save").click()
    expect(row_with(table(page), renamed)).to_contain_text("What customers write when they are cross")
    expect(row_with(table(page), renamed).get_by_role("link", name="Workflows with the tag service")).to_be_visible()
    table(page).get_by_role("link", name=name, exact=True).click()
    expect(page.get_by_text("Paused").first).to_be_visible()


@pytest.mark.ux(17)
def test_what_is_archived_is_hidden_and_only_there_deleted(owner_page: Page, owner: Client) -> None:
    name = named("Old reports")
    live(owner, name)
    page = owner_page
    page.goto("/workflows")
    choose_in_menu(page, name, "Archive")
    page.get_by_role("dialog", name=f"Archive “{name}”?").get_by_role("button", name="Archive").click()
    told(page, f"“{name}” is in the archive.")
    expect(table(page).get_by_role("link", name=name)).to_have_count(0)
    page.get_by_role("checkbox", name="Archived only").click()
    expect(page.get_by_role("checkbox", name="Archived only")).to_be_checked()
    expect(table(page).get_by_role("link", name=name)).to_be_visible()
    choose_in_menu(page, name, "Delete")
    dialog = page.get_by_role("dialog", name=f"Delete “{name}” for good?")
    expect(dialog).to_contain_text("Its runs, its published versions and the audit trail are records: they stay.")
    dialog.get_by_role("button", name="Delete").click()
    told(page, f"“{name}” is deleted.")
    expect(page.get_by_role("link", name=name)).to_have_count(0)


@pytest.mark.ux(20)
def test_folders_are_made_nested_filled_by_dragging_and_dissolved(owner_page: Page, owner: Client) -> None:
    top, below, workflow = named("Finance"), named("Invoices"), named("Suppliers")
    make(owner, workflow, graph())
    page = owner_page
    page.goto("/workflows")
    page.get_by_role("button", name="New folder").click()
    page.get_by_role("dialog").get_by_role("textbox", name="Name").fill(top)
    page.get_by_role("dialog").get_by_role("button", name="Create").click()
    told(page, f"The folder “{top}” is there.")
    row_with(table(page), workflow).drag_to(card(page, top))
    told(page, f"1 workflow moved to “{top}”.")
    expect(table(page).get_by_role("link", name=workflow)).to_have_count(0)
    expect(card(page, top)).to_contain_text("1 workflow")

    card(page, top).get_by_role("link", name=top).click()
    page.wait_for_url(re.compile("folder="))
    expect(table(page).get_by_role("link", name=workflow)).to_be_visible()
    page.get_by_role("button", name="New folder").click()
    page.get_by_role("dialog").get_by_role("textbox", name="Name").fill(below)
    page.keyboard.press("Enter")
    expect(card(page, below)).to_contain_text("0 workflows")
    choose_in_menu(page, workflow, "Move to a folder")
    dialog = page.get_by_role("dialog", name=f"Move “{workflow}”")
    dialog.get_by_role("combobox", name="To").click()
    page.get_by_role("option", name=f"{top} / {below}").click()
    dialog.get_by_role("button", name="Move").click()
    told(page, f"1 workflow moved to “{top} / {below}”.")
    card(page, below).get_by_role("link", name=below).click()
    path = page.get_by_role("navigation", name="Where you are")
    expect(path.get_by_role("listitem")).to_have_text(["All workflows", top, below])
    expect(table(page).get_by_role("link", name=workflow)).to_be_visible()
    # Also from inside: what is searched for at the top is found below.
    path.get_by_role("link", name=top).click()
    page.get_by_role("button", name=f"More for the folder {below}").click()
    page.get_by_role("menuitem", name="Delete").click()
    dialog = page.get_by_role("dialog", name=f"Delete the folder “{below}”?")
    expect(dialog).to_contain_text(f"Nothing in it is deleted: its workflow and the folders in it move to “{top}”.")
    dialog.get_by_role("button", name="Delete").click()
    expect(table(page).get_by_role("link", name=workflow)).to_be_visible()
    page.goto("/workflows")
    page.get_by_role("searchbox", name="Search workflows").fill(workflow)
    expect(row_with(table(page), workflow)).to_contain_text(top)


@pytest.mark.ux(21)
def test_many_are_moved_and_archived_at_once(owner_page: Page, owner: Client) -> None:
    folder, names = named("Finance"), [named("One"), named("Two")]
    new_folder(owner, folder)
    for name in names:
        make(owner, name, graph())
    page = owner_page
    page.goto("/workflows")
    for name in names:
        page.get_by_role("checkbox", name=f"Choose {name}").check()
    bar = page.get_by_role("region", name="Chosen workflows")
    expect(bar.get_by_role("status")).to_have_text("2 workflows chosen")
    bar.get_by_role("button", name="Move").click()
    dialog = page.get_by_role("dialog", name="Move 2 workflows")
    dialog.get_by_role("combobox", name="To").click()
    page.get_by_role("option", name=folder).click()
    dialog.get_by_role("button", name="Move").click()
    told(page, f"2 workflows moved to “{folder}”.")
    card(page, folder).get_by_role("link", name=folder).click()
    page.get_by_role("checkbox", name="Choose all shown").check()
    bar.get_by_role("button", name="Archive").click()
    page.get_by_role("dialog", name="Archive 2 workflows?").get_by_role("button", name="Archive").click()
    told(page, "2 workflows are in the archive.")
    expect(page.get_by_text("This folder is empty.")).to_be_visible()


@pytest.mark.ux(22)
def test_the_command_bar_finds_workflows_pages_and_actions(owner_page: Page, owner: Client) -> None:
    name = named("Quarterly figures")
    workflow = make(owner, name, graph())
    page = owner_page
    page.goto("/")
    expect(heading(page)).to_be_visible()
    field = page.get_by_role("textbox", name="Find a workflow, a page or an action")
    page.keyboard.press("Control+k")
    expect(field).to_be_focused()
    field.fill(name)
    expect(page.get_by_role("button", name=name)).to_be_visible()
    told(page, f"{name}, 1 of 1")
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/workflows/{workflow}")
    # From the editor too.
    expect(page.get_by_role("button", name="Undo")).to_be_visible()
    page.keyboard.press("Control+k")
    field.fill("outbox")
    expect(page.get_by_role("dialog").get_by_role("button", name="Outbox")).to_be_visible()
    page.keyboard.press("Enter")
    expect(heading(page)).to_have_text("Outbox")
    page.get_by_role("button", name="Search and commands").click()
    field.fill("create work")
    expect(page.get_by_role("dialog").get_by_role("button", name="Create workflow")).to_be_visible()
    page.keyboard.press("Enter")
    expect(page.get_by_role("dialog", name="Create workflow").get_by_role("textbox", name="Name")).to_be_focused()


@pytest.mark.ux(23)
@pytest.mark.parametrize("address", ["/workflows", "/runs"])
def test_a_search_is_kept_under_a_name(owner_page: Page, address: str) -> None:
    name = named("Paused ones")
    page = owner_page
    page.goto(f"{address}?status=paused")
    page.get_by_role("button", name="Saved searches").click()
    page.get_by_role("menuitem", name="Save this search").click()
    page.get_by_role("textbox", name="Name").fill(name)
    page.get_by_role("dialog").get_by_role("button", name="Save").click()
    told(page, f"The search “{name}” is saved.")
    page.goto(address)
    page.get_by_role("button", name="Saved searches").click()
    page.get_by_role("menuitem", name=name, exact=True).click()
    page.wait_for_url(re.compile("status=paused"))
    page.get_by_role("button", name=name, exact=True).click()
    page.get_by_role("menuitem", name=f"Forget “{name}”").click()
    told(page, f"The search “{name}” is gone.")


@pytest.mark.ux(24)
def test_a_long_list_grows_while_one_scrolls_and_keeps_the_place(owner_page: Page, owner: Client) -> None:
    folder = new_folder(owner, named("Archive of forms"))
    for number in range(60):
        body = {"name": f"Form {number:02}", "folder": folder}
        owner.post(f"/api/workspaces/{owner.workspace}/workflows", json=body).raise_for_status()
    page = owner_page
    page.goto(f"/workflows?folder={folder}")
    # How many fit before the end is near depends on the height of the rows, so the first page may be followed at once.
    shown = page.get_by_role("status").filter(has_text=re.compile(r"^\d+ of 60$"))
    expect(shown).to_have_text(re.compile("^(25|50) of 60$"))
    shown.scroll_into_view_if_needed()
    expect(shown).to_have_text(re.compile("^(50|60) of 60$"))
    shown.scroll_into_view_if_needed()
    expect(shown).to_have_text("60 of 60")
    late = table(page).get_by_role("link", name="Form 05")
    late.scroll_into_view_if_needed()
    place = page.evaluate("window.scrollY")
    assert place > 1000
    late.click()
    page.wait_for_url(re.compile(r"/workflows/[0-9a-f-]+$"))
    expect(page.get_by_role("button", name="Undo")).to_be_visible()
    page.go_back()
    expect(page.get_by_text("60 of 60")).to_be_visible()
    expect(late).to_be_in_viewport()


@pytest.mark.ux(173, 174, 175)
def test_each_figure_of_home_opens_the_list_it_counts(owner_page: Page, owner: Client) -> None:
    name, clock = named("Orders"), named("Morning report")
    workflow = live(owner, name, fails=True)
    live(owner, clock, clock=True)
    asking = live(owner, named("Offers"), asks=True)
    for started in (workflow, workflow, asking):
        settled(owner, str(owner.post(f"/api/workflows/{started}/runs", json={}).raise_for_status().json()["id"]))
    page = owner_page

    for figure, status in (("Runs", None), ("Failed", "failed")):
        page.goto("/")
        expect(tile(page, figure)).to_contain_text(re.compile(r"\d"))
        count = int(re.findall(r"\d+", tile(page, figure).inner_text().replace(",", ""))[0])
        tile(page, figure).click()
        expect(heading(page)).to_have_text("Runs")
        asked = parse_qs(urlsplit(page.url).query)
        assert (asked["mode"], asked.get("status")) == (["live"], [status] if status else None)
        expect(page.get_by_role("status").get_by_text(f"of {count}", exact=False)).to_be_visible()
    page.goto("/")
    problem = page.get_by_role("region", name="Problems of the last 7 days").get_by_role("listitem")
    problem = problem.filter(has_text=STOPPED)
    count = int(re.findall(r"(\d+) runs?", problem.inner_text())[0])
    problem.get_by_role("link", name=STOPPED).click()
    expect(page.get_by_role("status").get_by_text(f"of {count}")).to_be_visible()
    expect(page.get_by_text(f"Failed with: {STOPPED}")).to_be_visible()
    page.goto("/")
    expect(row_with(page.get_by_role("table", name="Next scheduled"), clock)).to_contain_text("Every day at 08:00")
    progress = page.get_by_role("table", name="In progress")
    expect(progress.get_by_role("columnheader")).to_have_text(["Run", "Workflow", "Status", "Started"])
    expect(progress.get_by_role("row").nth(1)).to_contain_text("Needs you")
