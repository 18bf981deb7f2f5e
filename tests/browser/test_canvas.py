"""Adding, connecting, moving, copying and finding on the canvas, with the pointer and without it."""

from __future__ import annotations

import re
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.drawing import (
    FLOW,
    below,
    drag,
    line,
    line_between,
    lines,
    middle,
    node,
    opened,
    places,
    way_in,
    way_out,
)
from tests.browser.reading import heading, row_with, step
from tests.browser.starting import make
from tests.browser.test_editor import add, saved
from tests.running import Client


@pytest.mark.ux(25)
@pytest.mark.ux(26)
@pytest.mark.ux(27)
@pytest.mark.ux(28)
@pytest.mark.ux(32)
@pytest.mark.ux(36)
@pytest.mark.ux(38)
@pytest.mark.ux(41)
@pytest.mark.ux(42)
def test_a_person_builds_from_nothing_and_changes_their_mind(clipboard_page: Page) -> None:
    page = clipboard_page
    page.goto("/workflows")
    page.get_by_role("button", name="Create workflow").click()
    page.get_by_role("textbox", name="Name").fill("Change my mind")
    page.get_by_role("button", name="Create", exact=True).click()
    expect(heading(page)).to_have_text("Change my mind")
    offers = page.get_by_text("What should happen?").locator("..").get_by_role("button")
    expect(offers).to_have_count(2)

    add(page, "Add first step", "start by hand", "Start by hand").get_by_role("button", name="Close").click()
    add(page, "Add step after Start by hand", "condition", "Condition").get_by_role("button", name="Close").click()
    expect(lines(page)).to_have_count(1)

    page.get_by_role("button", name="Add step", exact=True).click()
    library = page.get_by_role("complementary", name="Steps")
    library.get_by_role("textbox", name="Search steps").fill("set fields")
    entry = library.get_by_text("Set fields", exact=True)
    entry.drag_to(page.get_by_role("application"), target_position={"x": 900, "y": 560})
    page.get_by_role("region", name="Settings of Set fields").get_by_role("button", name="Close").click()
    expect(lines(page)).to_have_count(1)
    drag(page, middle(way_out(page, "Condition, Yes")), middle(way_in(page, "Set fields")))
    page.mouse.up()
    expect(line_between(page, "Condition", "Set fields")).to_be_attached()
    expect(lines(page)).to_have_count(2)
    expect(page.get_by_text("Yes", exact=True)).to_be_visible()

    page.get_by_role("button", name="Fit to screen").click()
    step(page, "Start by hand").hover()  # waits until the canvas stands still
    drag(page, middle(way_out(page, "Set fields")), middle(step(page, "Start by hand")))
    expect(page.get_by_role("status").filter(has_text="Nothing can lead into a start")).to_be_visible()
    page.mouse.up()
    expect(page.get_by_role("alert").filter(has_text="Nothing can lead into a start")).to_be_visible()
    expect(lines(page)).to_have_count(2)

    names = ["Start by hand", "Condition", "Set fields"]
    before = places(page, names)
    page.get_by_role("button", name="Add step between Start by hand and Condition").focus()
    page.keyboard.press("Enter")
    page.get_by_role("textbox", name="Search steps").fill("set fields")
    page.keyboard.press("Enter")
    expect(step(page, "Set fields 2")).to_be_visible()
    page.get_by_role("region", name="Settings of Set fields 2").get_by_role("button", name="Close").click()
    assert all(now[0] > then[0] for now, then in zip(places(page, names), before, strict=True))
    expect(lines(page)).to_have_count(3)

    step(page, "Condition").click()
    step(page, "Set fields").click(modifiers=["Shift"])
    page.keyboard.press("Control+c")
    expect(page.get_by_role("status").filter(has_text="Copied")).to_be_visible()
    page.keyboard.press("Control+v")
    expect(line_between(page, "Condition 2", "Set fields 3")).to_be_attached()
    undo, redo = page.get_by_role("button", name="Undo"), page.get_by_role("button", name="Redo")
    undo.click()
    expect(step(page, "Condition 2")).to_have_count(0)
    redo.click()
    expect(step(page, "Condition 2")).to_be_visible()
    undo.click()
    expect(step(page, "Condition 2")).to_have_count(0)

    step(page, "Set fields 2").click()
    page.keyboard.press("Delete")
    expect(line_between(page, "Start by hand", "Condition")).to_be_attached()
    expect(lines(page)).to_have_count(2)
    undo.click()
    expect(line_between(page, "Start by hand", "Set fields 2")).to_be_attached()
    expect(line_between(page, "Set fields 2", "Condition")).to_be_attached()

    names.append("Set fields 2")
    before = places(page, names)
    saved(page)
    page.reload()
    step(page, "Condition").hover()
    assert places(page, names) == before
    expect(lines(page)).to_have_count(3)

    page.get_by_role("button", name="Tidy up").click()
    expect(undo).to_be_enabled()
    page.get_by_role("button", name="Fit to screen").click()
    for name in names:
        expect(step(page, name)).to_be_in_viewport(ratio=1)
    assert len({str(place) for place in places(page, names)}) == len(names) - 1
    undo.click()
    assert places(page, names) == before


@pytest.mark.ux(37)
@pytest.mark.ux(41)
@pytest.mark.ux(43)
@pytest.mark.ux(44)
def test_many_steps_are_chosen_and_changed_together(owner_page: Page, owner: Client) -> None:
    page = owner_page
    opened(page, owner, "Many at once")
    names = ["Begin", "One", "Two", "Aside"]
    chosen = page.locator("[data-step][data-selected]")
    page.keyboard.press("Control+a")
    expect(chosen).to_have_count(4)
    page.keyboard.press("Escape")
    expect(chosen).to_have_count(0)

    left, right = step(page, "One").bounding_box(), step(page, "Two").bounding_box()
    assert left is not None
    assert right is not None
    page.keyboard.down("Shift")
    drag(page, (left["x"] - 12, left["y"] - 24), (right["x"] + right["width"] / 2, right["y"] + right["height"] + 12))
    page.mouse.up()
    page.keyboard.up("Shift")
    expect(chosen).to_have_count(2)
    step(page, "Aside").click(modifiers=["Control"])
    expect(chosen).to_have_count(3)

    before = places(page, names)
    drag(page, middle(step(page, "One")), below(step(page, "One"), -120))
    page.mouse.up()
    moved = places(page, names)
    assert all(now[1] < then[1] for now, then in zip(moved, before, strict=True))
    page.get_by_role("button", name="Undo").click()
    assert places(page, names) == before

    page.keyboard.press("o")
    for name in ("One", "Two", "Aside"):
        expect(step(page, name)).to_have_attribute("data-step-status", "off")
    page.keyboard.press("Shift+?")
    sheet = page.get_by_role("dialog", name="Keyboard shortcuts")
    expect(sheet).to_be_visible()
    page.keyboard.press("Control+z")
    page.keyboard.press("Escape")
    expect(sheet).to_have_count(0)
    expect(step(page, "One")).to_have_attribute("data-step-status", "off")
    page.keyboard.press("Control+z")
    expect(step(page, "One")).to_have_attribute("data-step-status", "waiting")
    page.keyboard.press("Control+Shift+z")
    expect(step(page, "One")).to_have_attribute("data-step-status", "off")

    page.keyboard.press("Escape")
    step(page, "One").click()
    page.keyboard.press("Shift+ArrowRight")
    expect(chosen).to_have_count(2)
    page.keyboard.press("Alt+ArrowLeft")
    expect(step(page, "One")).to_be_focused()
    expect(chosen).to_have_count(1)


@pytest.mark.ux(38)
@pytest.mark.ux(39)
@pytest.mark.ux(40)
@pytest.mark.ux(53)
def test_steps_travel_between_workflows_and_anything_else_is_answered(clipboard_page: Page, owner: Client) -> None:
    page = clipboard_page
    filled = {"fields": [{"name": "total", "value": {"$expr": "one.n + 1"}}]}
    source = {**FLOW, "nodes": [*FLOW["nodes"][:2], {**FLOW["nodes"][2], "config": filled}], "edges": FLOW["edges"]}
    workflow = opened(page, owner, "Copied from", source)
    owner.put(f"/api/workflows/{workflow}/samples/two", json={"value": {"total": 7}}).raise_for_status()
    page.reload()
    kept = page.get_by_role("img", name="Sample kept")
    expect(kept).to_have_count(1)
    step(page, "Two").click()
    page.keyboard.press("Control+d")
    expect(step(page, "Two 2")).to_be_visible()
    expect(kept).to_have_count(2)
    saved(page)
    page.keyboard.press("Control+z")

    step(page, "One").click()
    step(page, "Two").click(modifiers=["Shift"])
    step(page, "Two").click(button="right")
    page.get_by_role("menu", name="2 steps").get_by_role("menuitem", name="Copy").click()
    expect(page.get_by_role("status").filter(has_text="Copied")).to_be_visible()

    opened(page, owner, "Copied to")
    page.keyboard.press("Control+v")
    expect(line_between(page, "One 2", "Two 2")).to_be_attached()
    step(page, "Two 2").dblclick()
    panel = page.get_by_role("region", name="Settings of Two 2")
    expect(panel.get_by_role("textbox", name="Name", exact=True)).to_have_value("total")
    panel.get_by_role("button", name="Close").click()

    answers = page.get_by_role("alert")
    page.evaluate("navigator.clipboard.writeText('Name\\tAmount\\nAda\\t12')")
    page.keyboard.press("Control+v")
    expect(answers.filter(has_text="2 rows of a table on the clipboard, not steps")).to_be_visible()
    page.evaluate("navigator.clipboard.writeText('just words')")
    page.mouse.click(*below(step(page, "One"), -200), button="right")
    page.get_by_role("menu", name="Workflow").get_by_role("menuitem", name="Paste here").click()
    expect(answers.filter(has_text="There is text on the clipboard, not steps.")).to_be_visible()
    expect(page.locator("[data-step]")).to_have_count(6)


@pytest.mark.ux(39)
@pytest.mark.ux(57)
def test_a_step_from_elsewhere_comes_without_its_connection_and_is_marked(clipboard_page: Page, owner: Client) -> None:
    page = clipboard_page
    opened(page, owner, "Foreign steps")
    config = {"method": "GET", "url": "https://example.com", "credential": "0199aaaa-0000-7000-8000-000000000001"}
    copied = {
        "schema": "graph@1/part",
        "workspace": "another",
        "nodes": [node("ask", "http_request", "Ask them", 0, 0, config=config)],
        "edges": [],
    }
    page.evaluate("data => navigator.clipboard.writeText(JSON.stringify(data))", copied)
    page.keyboard.press("Control+v")
    expect(page.get_by_role("alert").filter(has_text="Pasted without 1 setting")).to_be_visible()
    expect(step(page, "Ask them").get_by_role("img", name=re.compile("problem"))).to_be_visible()
    page.get_by_role("button", name=re.compile(r"^\d+ problems?$")).click()
    problems = page.get_by_role("region", name="Problems")
    problems.get_by_role("button", name=re.compile("The connection of the copied step does not exist")).click()
    expect(page.get_by_role("region", name="Settings of Ask them")).to_be_visible()


@pytest.mark.ux(51)
@pytest.mark.ux(54)
@pytest.mark.ux(55)
@pytest.mark.ux(62)
def test_things_are_found_linked_and_brought_into_view(clipboard_page: Page, owner: Client) -> None:
    page = clipboard_page
    workflow = opened(page, owner, "Find things")
    page.keyboard.press("Control+f")
    found = page.get_by_role("search", name="Find in this workflow")
    expect(found.get_by_role("textbox", name="Find")).to_be_focused()
    page.keyboard.type("set fields")
    told = found.get_by_role("status")
    expect(told).to_have_text("1 of 3: One")
    expect(page.locator("[data-step][data-selected]")).to_have_attribute("data-step", "one")
    page.keyboard.press("Enter")
    expect(told).to_have_text("2 of 3: Aside")
    found.get_by_role("button", name="Next hit").click()
    expect(told).to_have_text("3 of 3: Two")
    found.get_by_role("button", name="Previous hit").click()
    expect(page.locator("[data-step][data-selected]")).to_have_attribute("data-step", "aside")
    found.get_by_role("textbox", name="Find").fill("nowhere")
    expect(told).to_have_text("No hit")
    found.get_by_role("button", name="Close").click()

    step(page, "Two").click(button="right")
    page.get_by_role("menuitem", name="Copy link to this step").click()
    expect(page.get_by_role("status").filter(has_text="Link copied")).to_be_visible()
    link = page.evaluate("navigator.clipboard.readText()")
    assert link.endswith(f"/workflows/{workflow}?step=two")
    page.goto(link)
    expect(page.locator("[data-step][data-selected]")).to_have_attribute("data-step", "two")
    expect(step(page, "Two")).to_be_in_viewport(ratio=1)

    view = page.get_by_role("toolbar", name="View")
    reset = view.get_by_role("button", name=re.compile("reset zoom"))
    expect(reset).to_have_count(0)
    view.get_by_role("button", name="Zoom in").click()
    reset.click()
    expect(reset).to_have_count(0)
    page.keyboard.press("+")
    expect(reset).to_be_visible()
    page.keyboard.press("0")
    expect(reset).to_have_count(0)
    page.keyboard.press("f")
    for name in ("Begin", "One", "Two", "Aside"):
        expect(step(page, name)).to_be_in_viewport(ratio=1)

    page.keyboard.press("Shift+?")
    sheet = page.get_by_role("dialog", name="Keyboard shortcuts")
    expect(row_of(sheet, "Redo")).to_have_text("CtrlShiftZ")


def row_of(sheet: Locator, words: str) -> Locator:
    """The keys beside these words."""
    return sheet.get_by_text(words, exact=True).locator("xpath=following-sibling::dd")


@pytest.mark.ux(35)
@pytest.mark.ux(95)
def test_lines_keep_after_a_reload_count_and_are_cleared(owner_page: Page, owner: Client) -> None:
    page = owner_page
    split = {
        "schema": "graph@1",
        "nodes": [
            node("start", "start_manual", "Begin", 0, 0, config={"fields": []}),
            node("one", "set_fields", "One", 348, 0),
            node("two", "set_fields", "Two", 348, 156),
            node("both", "set_fields", "Both", 696, 0),
        ],
        "edges": [line("start", "one"), line("start", "two"), line("one", "both"), line("two", "both")],
        "notes": [],
    }
    workflow = opened(page, owner, "Come together", split)
    page.reload()
    expect(lines(page)).to_have_count(4)
    page.get_by_role("button", name="Run", exact=True).click()
    bar = page.get_by_role("region", name="Last run")
    expect(bar.get_by_role("status")).to_contain_text("Done")
    expect(page.get_by_role("img", name="Line from Two to Both, 1 item")).to_be_attached()
    expect(step(page, "Both").get_by_text("2 items came in")).to_be_attached()
    bar.get_by_role("button", name="Clear results from the canvas").click()
    expect(step(page, "Both")).to_have_attribute("data-step-status", "waiting")
    expect(lines(page).filter(has=page.locator("[data-run]"))).to_have_count(0)
    page.goto(f"/runs?workflow={workflow}")
    expect(row_with(page.get_by_role("table"), "Come together")).to_have_count(1)


@pytest.mark.ux(58)
def test_a_locked_workflow_shows_its_lock_and_takes_nothing(owner: Client, page_of: Any) -> None:
    workflow = make(owner, "Locked", FLOW)
    page = page_of("Lea Looker", "viewer")
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.goto(f"/workflows/{workflow}")
    step(page, "One").hover()
    expect(page.get_by_text("You can look, not change")).to_be_visible()
    before = places(page, ["Begin", "One", "Two"])
    drag(page, middle(step(page, "One")), below(step(page, "One"), 120))
    page.mouse.up()
    handle = page.locator(".react-flow__node[data-id=aside] .react-flow__handle.source")
    drag(page, middle(handle), middle(step(page, "Two")))
    page.mouse.up()
    expect(lines(page)).to_have_count(2)
    step(page, "One").click()
    page.keyboard.press("Delete")
    page.keyboard.press("Control+c")
    expect(page.get_by_role("status").filter(has_text="Copied")).to_be_visible()
    page.keyboard.press("Control+v")
    expect(page.get_by_role("alert").filter(has_text="You can look at this workflow, not change it.")).to_be_visible()
    expect(page.locator("[data-step]")).to_have_count(4)
    assert places(page, ["Begin", "One", "Two"]) == before
