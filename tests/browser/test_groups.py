"""Many steps at once: groups, notes, lining up, tidying, and several people in one workflow."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, Locator, Page, StorageState, expect

from tests.browser.reading import step
from tests.browser.starting import make, save, settled
from tests.running import Client, Product


def node(key: str, x: float, y: float, type: str = "set_fields", **more: Any) -> dict[str, Any]:
    return {"key": key, "type": type, "name": key.title(), "config": {}, "position": {"x": x, "y": y}, **more}


def line(source: str, target: str) -> dict[str, Any]:
    return {"id": f"{source}-{target}", "source": source, "target": target}


def row(**more: Any) -> dict[str, Any]:
    """Start > One > Two > Three, in one row."""
    nodes = [
        node("start", 0, 0, "start_manual", config={"fields": []}),
        node("one", 348, 0),
        node("two", 696, 0),
        node("three", 1044, 0),
    ]
    edges = [line("start", "one"), line("one", "two"), line("two", "three")]
    return {"schema": "graph@1", "nodes": nodes, "edges": edges, "notes": [], **more}


def opened(page: Page, owner: Client, name: str, graph: dict[str, Any]) -> str:
    workflow = make(owner, name, graph)
    page.goto(f"/workflows/{workflow}")
    expect(step(page, "Start")).to_be_visible()
    return workflow


def choose(page: Page, *names: str) -> None:
    for place, name in enumerate(names):
        step(page, name).click(modifiers=["Shift"] if place else [])


def group(page: Page, title: str) -> Locator:
    return page.get_by_role("group", name=f"Group {title}, ")


def box(of: Locator) -> dict[str, float]:
    found = of.bounding_box()
    assert found is not None
    return dict(found)


def drag(page: Page, what: Locator, across: float, down: float) -> None:
    what.hover()
    place = box(what)
    x, y = place["x"] + place["width"] / 2, place["y"] + place["height"] / 2
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x + across / 2, y + down / 2, steps=4)
    page.mouse.move(x + across, y + down, steps=4)
    page.mouse.up()


def places(owner: Client, workflow: str) -> dict[str, tuple[float, float]]:
    nodes = owner.get(f"/api/workflows/{workflow}/draft").json()["graph"]["nodes"]
    return {each["key"]: (each["position"]["x"], each["position"]["y"]) for each in nodes}


def saved(page: Page) -> None:
    expect(page.get_by_role("status").filter(has_text="Saved")).to_be_visible()


@pytest.mark.ux(46)
def test_two_steps_become_a_group_that_is_named_moved_folded_and_taken_apart(owner_page: Page, owner: Client) -> None:
    page = owner_page
    workflow = opened(page, owner, "Grouped", row())
    step(page, "One").click()
    expect(page.get_by_role("toolbar", name="What is chosen")).to_have_count(0)
    choose(page, "One", "Two")
    page.get_by_role("toolbar", name="What is chosen").get_by_role("button", name="Group", exact=True).click()
    title = page.get_by_role("textbox", name="Title of the group")
    expect(title).to_be_focused()
    title.fill("Reading")
    title.press("Enter")
    expect(group(page, "Reading")).to_be_visible()
    group(page, "Reading").get_by_text("Reading").dblclick()
    title.fill("Nonsense")
    title.press("Escape")
    expect(group(page, "Reading")).to_be_visible()
    expect(group(page, "Nonsense")).to_have_count(0)
    saved(page)

    before = places(owner, workflow)
    drag(page, group(page, "Reading").get_by_text("Reading"), 0, 160)
    page.get_by_role("status").filter(has_text="Saving").wait_for()
    saved(page)
    after = places(owner, workflow)
    moved = after["one"][1] - before["one"][1]
    assert moved > 100
    assert after["two"][1] - before["two"][1] == moved
    assert (after["start"], after["three"]) == (before["start"], before["three"])

    page.get_by_role("button", name="Collapse Reading").click()
    for hidden in ("One", "Two"):
        expect(step(page, hidden)).to_have_count(0)
    inner = page.get_by_role("img", name="Line from One to Two")
    expect(inner).to_have_count(0)
    expect(page.get_by_role("img", name="Line from Start to Reading")).to_be_attached()
    expect(page.get_by_role("img", name="Line from Reading to Three")).to_be_attached()
    saved(page)
    page.reload()
    expect(page.get_by_role("button", name="Expand Reading")).to_be_visible()
    expect(step(page, "One")).to_have_count(0)
    page.get_by_role("button", name="Expand Reading").click()
    expect(step(page, "One")).to_be_visible()

    page.get_by_role("button", name="More for Reading").click()
    page.get_by_role("menuitem", name="Ungroup").click()
    expect(group(page, "Reading")).to_have_count(0)
    expect(inner).to_be_attached()
    page.get_by_role("button", name="Undo", exact=True).click()
    expect(group(page, "Reading")).to_be_visible()


@pytest.mark.ux(47)
def test_a_group_grows_with_a_member_that_is_dragged_out_and_says_so(owner_page: Page, owner: Client) -> None:
    page = owner_page
    opened(page, owner, "Growing", row(groups=[{"id": "g", "title": "Reading", "nodes": ["one", "two"]}]))
    before = box(group(page, "Reading"))
    drag(page, step(page, "Two"), 0, 180)
    expect(page.get_by_role("status").filter(has_text="“Reading” extended")).to_be_visible()
    page.wait_for_function(
        "([of, height]) => of.getBoundingClientRect().height > height + 100",
        arg=[group(page, "Reading").element_handle(), before["height"]],
    )
    page.get_by_role("button", name="Undo", exact=True).click()
    expect(group(page, "Reading")).to_be_visible()
    page.wait_for_function(
        "([of, height]) => Math.abs(of.getBoundingClientRect().height - height) < 2",
        arg=[group(page, "Reading").element_handle(), before["height"]],
    )


@pytest.mark.ux(48)
def test_a_note_is_written_with_looks_resized_coloured_and_hides_with_its_group(
    owner_page: Page, owner: Client
) -> None:
    page = owner_page
    groups = [{"id": "g", "title": "Reading", "nodes": ["one", "two"]}]
    workflow = opened(page, owner, "Noted", row(groups=groups))
    page.keyboard.press("n")
    writing = page.get_by_role("textbox", name="Note")
    expect(writing).to_be_focused()
    page.keyboard.type("Ask Bea")
    page.keyboard.press("Shift+Control+ArrowLeft")
    page.keyboard.press("Control+b")
    expect(writing).to_have_value("Ask **Bea**")
    writing.press("Tab")
    tools = page.get_by_role("toolbar", name="Looks of the note")
    expect(tools.get_by_role("button", name="Bold")).to_be_focused()
    tools.get_by_role("button", name="Green").click()
    writing.press("Escape")
    note = page.get_by_role("note")
    expect(note.locator("strong")).to_have_text("Bea")
    expect(note).to_have_attribute("data-colour", "green")

    note.click()
    before = box(note)
    corner = page.locator(".react-flow__resize-control.bottom.right")
    drag(page, corner, 120, 60)
    page.wait_for_function(
        "([of, width]) => of.getBoundingClientRect().width > width + 80", arg=[note.element_handle(), before["width"]]
    )

    note.click()
    tools.get_by_role("button", name="Put into a group").click()
    page.get_by_role("menuitem", name="In “Reading”").or_(page.get_by_role("menuitem", name="Into “Reading”")).click()
    page.get_by_role("button", name="Collapse Reading").click()
    expect(note).to_have_count(0)
    page.get_by_role("button", name="Expand Reading").click()
    expect(note).to_be_visible()
    saved(page)
    kept = owner.get(f"/api/workflows/{workflow}/draft").json()["graph"]
    assert (kept["notes"][0]["text"], kept["notes"][0]["colour"]) == ("Ask **Bea**", "green")
    assert kept["groups"][0]["notes"] == [kept["notes"][0]["id"]]


@pytest.mark.ux(49)
def test_chosen_steps_line_up_from_the_bar(owner_page: Page, owner: Client) -> None:
    page = owner_page
    crooked = row()
    for place, each in enumerate(crooked["nodes"]):
        each["position"]["y"] = 36 * place
    workflow = opened(page, owner, "Lined up", crooked)
    before = places(owner, workflow)
    choose(page, "One", "Two", "Three")
    page.get_by_role("button", name="Align", exact=True).click()
    page.get_by_role("menuitem", name="Align top").click()
    page.get_by_role("status").filter(has_text="Saving").wait_for()
    saved(page)
    after = places(owner, workflow)
    assert {after[key][1] for key in ("one", "two", "three")} == {36}
    assert after["start"] == before["start"]


def overlapping(page: Page) -> list[tuple[str, str]]:
    boxes: list[dict[str, Any]] = page.evaluate(
        """() => [...document.querySelectorAll('[data-step]')].map((one) => {
            const {x, y, width, height} = one.getBoundingClientRect();
            return {key: one.dataset.step, x, y, right: x + width, bottom: y + height};
        })"""
    )
    return [
        (a["key"], b["key"])
        for a, b in itertools.combinations(boxes, 2)
        if a["x"] < b["right"] and b["x"] < a["right"] and a["y"] < b["bottom"] and b["y"] < a["bottom"]
    ]


@pytest.mark.ux(50)
@pytest.mark.ux(51)
def test_tidying_up_leaves_no_overlaps_and_one_undo_brings_the_exact_places_back(
    owner_page: Page, owner: Client
) -> None:
    page = owner_page
    heap = row()
    for place, each in enumerate(heap["nodes"]):
        each["position"] = {"x": 10.5 * place, "y": 7 * place}
    workflow = opened(page, owner, "Tidied", heap)
    before = places(owner, workflow)
    assert overlapping(page) != []
    page.get_by_role("button", name="Tidy up").click()
    page.get_by_role("status").filter(has_text="Saving").wait_for()
    saved(page)
    page.get_by_role("button", name="Fit to screen").click()
    assert overlapping(page) == []
    for name in ("Start", "One", "Two", "Three"):
        expect(step(page, name)).to_be_in_viewport(ratio=1)
    page.get_by_role("button", name="Undo", exact=True).click()
    page.get_by_role("status").filter(has_text="Saving").wait_for()
    saved(page)
    assert places(owner, workflow) == before


@pytest.mark.ux(50)
def test_tidying_up_a_large_workflow_can_be_cancelled_and_then_nothing_has_moved(
    owner_page: Page, owner: Client
) -> None:
    page = owner_page
    nodes = [node("start", 0, 0, "start_manual", config={"fields": []})]
    nodes += [node(f"s{number}", number % 25 * 30, number // 25 * 30) for number in range(400)]
    edges = [line("start", "s0")] + [line(f"s{number}", f"s{number + 1}") for number in range(399)]
    edges += [line(f"s{number}", f"s{number + 40}") for number in range(0, 360, 2)]
    large = {"schema": "graph@1", "nodes": nodes, "edges": edges, "notes": []}
    opened(page, owner, "Large", large)
    page.get_by_role("button", name="Tidy up").click()
    expect(page.get_by_role("status").filter(has_text="Tidying up 401 steps")).to_be_visible()
    page.get_by_role("button", name="Cancel").click()
    expect(page.get_by_text("Tidying up was cancelled. Nothing has moved.")).to_be_attached()
    expect(page.get_by_role("button", name="Undo", exact=True)).to_be_disabled()


@pytest.mark.ux(52)
def test_the_small_map_comes_with_the_thirteenth_step_and_space_pans(owner_page: Page, owner: Client) -> None:
    page = owner_page
    twelve = row()
    twelve["nodes"] += [node(f"more{number}", 348 * number, 200) for number in range(8)]
    opened(page, owner, "Twelve", twelve)
    small_map = page.get_by_role("img", name="Small map of the workflow")
    expect(small_map).to_have_count(0)
    thirteen = {**twelve, "nodes": [*twelve["nodes"], node("last", 0, 400)]}
    opened(page, owner, "Thirteen", thirteen)
    expect(small_map).to_be_visible()

    card = step(page, "Two")
    for press, button in ((True, "left"), (False, "middle")):
        card.hover()
        before = box(card)
        if press:
            page.keyboard.down("Space")
        x, y = before["x"] + 30, before["y"] + 30
        page.mouse.move(x, y)
        page.mouse.down(button=button)
        page.mouse.move(x + 60, y + 40, steps=4)
        page.mouse.up(button=button)
        if press:
            page.keyboard.up("Space")
        after = box(card)
        # What is moved before the hand is recognised as panning is lost.
        assert 30 < after["x"] - before["x"] <= 61, button
        assert 20 < after["y"] - before["y"] <= 41, button
    expect(page.get_by_role("button", name="Undo", exact=True)).to_be_disabled()


@pytest.mark.ux(60)
def test_people_see_each_other_and_a_newer_copy_is_taken_over_with_a_word(
    owner_page: Page, owner: Client, product: Product, new_context: Callable[..., BrowserContext]
) -> None:
    page = owner_page
    workflow = opened(page, owner, "Seen by two", row())
    bea = product.join(owner, "Bea Builder", "builder")
    state: StorageState = bea.storage_state()
    theirs = new_context(storage_state=state).new_page()
    theirs.goto(f"/workflows/{workflow}")
    expect(theirs.get_by_role("list", name="Who is here").get_by_role("img")).to_have_accessible_name("Olivia Owner")
    here = page.get_by_role("list", name="Who is here")
    expect(here.get_by_role("img")).to_have_accessible_name("Bea Builder")

    changed = row()
    changed["nodes"][1]["name"] = "Renamed by Bea"
    save(bea, workflow, changed)
    bea.close()
    expect(step(page, "Renamed by Bea")).to_be_visible()
    expect(page.get_by_role("status").filter(has_text="Bea Builder saved this workflow.")).to_be_visible()
    expect(step(theirs, "Renamed by Bea")).to_be_visible()
    theirs.close()
    expect(here).to_have_count(0)


@pytest.mark.ux(61)
def test_chosen_steps_become_a_workflow_that_the_first_one_runs(owner_page: Page, owner: Client) -> None:
    page = owner_page
    graph = row()
    graph["nodes"][0]["config"]["fields"] = [{"key": "amount", "label": "Amount", "type": "number"}]
    for key, formula in (("one", "trigger.amount + 1"), ("two", "one.n * 10"), ("three", "two.n + one.n")):
        each = next(one for one in graph["nodes"] if one["key"] == key)
        each["config"] = {"fields": [{"name": "n", "value": {"$expr": formula}}]}
    workflow = opened(page, owner, "Sums", graph)
    choose(page, "Start", "One")
    button = page.get_by_role("button", name="Make re-usable")
    expect(button).to_be_disabled()
    expect(button).to_have_accessible_description("A start cannot move: choose steps behind it.")

    step(page, "Three").click()
    choose(page, "One", "Two")
    button.click()
    dialog = page.get_by_role("dialog", name="Make a re-usable workflow")
    expect(dialog).to_contain_text("2 steps become a workflow of their own.")
    expect(dialog.get_by_role("list").first).to_contain_text("Start, amount")
    dialog.get_by_role("textbox", name="Name of the new workflow").fill("Times ten")
    dialog.get_by_role("button", name="Make the workflow").click()
    made = page.get_by_role("dialog", name="“Times ten” is made")
    link = made.get_by_role("link", name="Open it").get_attribute("href")
    made.get_by_role("button", name="Stay here").click()
    expect(step(page, "Times ten")).to_be_visible()
    expect(step(page, "One")).to_have_count(0)
    expect(page.get_by_role("img", name="Line from Start to Times ten")).to_be_attached()
    expect(page.get_by_role("img", name="Line from Times ten to Three")).to_be_attached()
    page.get_by_role("button", name="Undo", exact=True).click()
    expect(step(page, "One")).to_be_visible()
    page.get_by_role("button", name="Redo", exact=True).click()
    expect(step(page, "Times ten")).to_be_visible()
    page.get_by_role("status").filter(has_text="Saving").wait_for()
    saved(page)

    assert link is not None
    for one in (link.rsplit("/", 1)[1], workflow):
        owner.post(f"/api/workflows/{one}/publish", json={"note": "First"}).raise_for_status()
    run = owner.post(f"/api/workflows/{workflow}/runs", json={"input": {"amount": 4}}).raise_for_status().json()["id"]
    assert settled(owner, run)["status"] == "done"
    last = next(one for one in owner.get(f"/api/runs/{run}").json()["steps"] if one["node"] == "three")
    assert owner.get(f"/api/runs/{run}/steps/{last['step']}").json()["output"] == {"n": 55}
