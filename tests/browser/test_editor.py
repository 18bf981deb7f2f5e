"""Building a workflow from nothing, trying it out, publishing it, and meeting somebody else in it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.reading import heading, path_id, step
from tests.browser.starting import make, save
from tests.browser.watch import Watch
from tests.running import Client, Product

SMALL: dict[str, Any] = {
    "schema": "graph@1",
    "nodes": [
        {"key": "start", "type": "start_manual", "config": {"fields": []}, "position": {"x": 0, "y": 0}},
        {"key": "mark", "type": "set_fields", "name": "Mark it", "config": {}, "position": {"x": 300, "y": 0}},
    ],
    "edges": [{"id": "e1", "source": "start", "source_port": "out", "target": "mark", "target_port": "in"}],
    "notes": [],
}
# Both places in one look: the canvas may be moving.
DISTANCE = """(first, second) => {
    const [a, b] = [first.getBoundingClientRect(), second.getBoundingClientRect()];
    return [(b.x - a.x) / a.width, (b.y - a.y) / a.width].map((one) => Math.round(one * 10) / 10);
}"""


def add(page: Page, opener: str, words: str, name: str) -> Locator:
    """Adds the top hit for `words`; gives the panel of the new step."""
    page.get_by_role("button", name=opener, exact=True).click()
    search = page.get_by_role("textbox", name="Search steps")
    expect(search).to_be_focused()
    search.fill(words)
    search.press("Enter")
    panel = page.get_by_role("region", name=f"Settings of {name}")
    expect(panel).to_be_visible()
    return panel


def saved(page: Page) -> None:
    expect(page.get_by_role("status").filter(has_text="Saved")).to_be_visible()


def offset(page: Page, first: str, second: str) -> list[float]:
    """How far `second` stands from `first`, in widths of a step, so that zooming does not matter."""
    distance: list[float] = step(page, first).evaluate(DISTANCE, step(page, second).element_handle())
    return distance


@pytest.mark.ux(25)
@pytest.mark.ux(26)
@pytest.mark.ux(27)
@pytest.mark.ux(36)
@pytest.mark.ux(41)
@pytest.mark.ux(56)
@pytest.mark.ux(59)
@pytest.mark.ux(86)
@pytest.mark.ux(87)
@pytest.mark.ux(130)
@pytest.mark.ux(132)
def test_a_workflow_is_built_from_nothing_tried_and_published(owner_page: Page) -> None:
    page = owner_page
    page.goto("/workflows")
    page.get_by_role("button", name="Create workflow").click()
    page.get_by_role("textbox", name="Name").fill("Orders above a limit")
    page.get_by_role("button", name="Create", exact=True).click()
    page.wait_for_url("**/workflows/*")
    expect(heading(page)).to_have_text("Orders above a limit")
    offers = page.get_by_text("What should happen?").locator("..").get_by_role("button")
    expect(offers).to_have_text(["Add first step", "Use template"])
    run = page.get_by_role("button", name="Run", exact=True)
    expect(run).to_be_disabled()
    expect(run).to_have_accessible_description("Add a start first: a run has to begin somewhere.")

    panel = add(page, "Add first step", "start by h", "Start by hand")
    panel.get_by_role("button", name="Add question").click()
    page.get_by_role("menuitem", name="Number").click()
    panel.get_by_role("textbox", name="Question", exact=True).fill("Amount")

    panel = add(page, "Add step after Start by hand", "set fields", "Set fields")
    expect(page.get_by_role("img", name="Line from Start by hand to Set fields")).to_be_attached()
    panel.get_by_role("button", name="Add", exact=True).click()
    panel.get_by_role("textbox", name="Name", exact=True).fill("total")
    panel.get_by_role("button", name="Value: Fixed value").click()
    page.get_by_role("menuitem", name="From a step").click()
    panel.get_by_role("textbox", name="Value").fill("trigger.amount * 2")

    panel = add(page, "Add step after Set fields", "condition", "Condition")
    saved(page)
    problem = step(page, "Condition").get_by_role("img", name="1 problem")
    expect(problem).to_have_count(0)
    panel.get_by_role("button", name="Close").click()
    expect(problem).to_be_visible()
    expect(run).to_have_accessible_description("“Condition” is not ready yet: the run goes up to there.")
    page.get_by_role("button", name="1 problem").click()
    problems = page.get_by_role("region", name="Problems")
    problems.get_by_role("listitem").get_by_role("button").click()
    formula = panel.get_by_role("textbox", name="When")
    expect(formula).to_be_focused()
    formula.fill("set_fields.total > 100")
    expect(problem).to_have_count(0)
    expect(problems).to_have_count(0)

    add(page, "Add step after Condition, Yes", "stop with", "Stop with error")
    page.get_by_role("button", name="Undo").click()
    expect(step(page, "Stop with error")).to_have_count(0)
    page.get_by_role("button", name="Redo").click()
    expect(step(page, "Stop with error")).to_be_visible()
    page.get_by_role("button", name="Undo").click()
    expect(step(page, "Stop with error")).to_have_count(0)
    saved(page)

    run.click()
    dialog = page.get_by_role("dialog", name="Run: Start by hand")
    dialog.get_by_role("textbox", name="Amount").fill("70")
    dialog.get_by_role("button", name="Run").click()
    bar = page.get_by_role("region", name="Last run")
    expect(bar.get_by_role("status")).to_contain_text("Done")
    for name in ("Start by hand", "Set fields", "Condition"):
        expect(step(page, name)).to_have_attribute("data-step-status", "done")
    expect(page.get_by_role("img", name="Line from Set fields to Condition, 1 item")).to_be_attached()
    step(page, "Condition").dblclick()
    panel.get_by_role("button", name="Show what comes in and out").click()
    expect(panel.get_by_role("table", name="Condition").get_by_role("row", name="Result Yes")).to_be_visible()

    page.get_by_role("button", name="Publish").click()
    dialog = page.get_by_role("dialog", name="Publish this workflow")
    dialog.get_by_role("textbox", name="What has changed?").fill("First version")
    dialog.get_by_role("button", name="Publish").click()
    expect(page.get_by_role("status").filter(has_text="Live, version 1")).to_be_visible()
    page.get_by_text("Versions", exact=True).click()
    version = page.get_by_role("row").filter(has_text="First version")
    expect(version).to_contain_text("Olivia Owner")
    page.get_by_role("link", name="Back to workflows").click()
    row = page.get_by_role("row").filter(has_text="Orders above a limit")
    expect(row).to_contain_text("Live")


@pytest.mark.ux(28)
@pytest.mark.ux(37)
@pytest.mark.ux(42)
def test_what_was_moved_stands_there_after_a_reload(owner_page: Page, owner: Client) -> None:
    page = owner_page
    page.goto(f"/workflows/{make(owner, 'Moved about', SMALL)}")
    step(page, "Mark it").hover()  # waits until the canvas stands still
    before = offset(page, "Start by hand", "Mark it")
    box = step(page, "Mark it").bounding_box()
    assert box is not None
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + 60, steps=4)
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + 180, steps=4)
    page.mouse.up()
    after = offset(page, "Start by hand", "Mark it")
    assert after != before
    page.get_by_role("button", name="Add step between Start by hand and Mark it").focus()
    page.keyboard.press("Enter")
    page.get_by_role("textbox", name="Search steps").fill("condition")
    page.keyboard.press("Enter")
    expect(step(page, "Condition")).to_be_visible()
    pushed = offset(page, "Start by hand", "Mark it")
    assert pushed[0] > after[0]
    saved(page)
    page.reload()
    expect(step(page, "Condition")).to_be_visible()
    assert offset(page, "Start by hand", "Mark it") == pushed
    expect(page.get_by_role("img", name="Line from Condition to Mark it")).to_be_attached()

    step(page, "Condition").click()
    page.keyboard.press("Delete")
    expect(step(page, "Condition")).to_have_count(0)
    expect(page.get_by_role("img", name="Line from Start by hand to Mark it")).to_be_attached()


@pytest.mark.ux(60)
def test_somebody_elses_save_is_told_with_their_name_and_nothing_is_overwritten(
    owner_page: Page, owner: Client, product: Product, watch: Watch
) -> None:
    page = owner_page
    workflow = make(owner, "Two at once", SMALL)
    # Cut off from the news of others, so that both save.
    page.route_web_socket("**/ws/workflows/**", lambda socket: None)
    page.goto(f"/workflows/{workflow}")
    expect(step(page, "Mark it")).to_be_visible()
    bea = product.join(owner, "Bea Builder", "builder")
    theirs = {**SMALL, "nodes": [SMALL["nodes"][0], {**SMALL["nodes"][1], "name": "Named by Bea"}]}
    save(bea, workflow, theirs)
    bea.close()

    watch.expect_answer(409, "/draft")
    step(page, "Mark it").dblclick()
    name = page.get_by_role("textbox", name="Name of the step")
    name.fill("Named by Olivia")
    name.press("Enter")
    dialog = page.get_by_role("dialog", name="Somebody saved in between")
    expect(dialog).to_contain_text("Bea Builder changed this workflow while you were working on it.")
    dialog.get_by_role("button", name="Take their version").click()
    expect(dialog).to_have_count(0)
    expect(step(page, "Named by Bea")).to_be_visible()
    expect(step(page, "Named by Olivia")).to_have_count(0)
    saved(page)


@pytest.mark.ux(60)
def test_after_a_conflict_ones_own_work_can_go_on_as_a_copy(
    owner_page: Page, owner: Client, product: Product, watch: Watch
) -> None:
    page = owner_page
    workflow = make(owner, "Kept apart", SMALL)
    # Cut off from the news of others, so that both save.
    page.route_web_socket("**/ws/workflows/**", lambda socket: None)
    page.goto(f"/workflows/{workflow}")
    expect(step(page, "Mark it")).to_be_visible()
    ben = product.join(owner, "Ben Builder", "builder")
    save(ben, workflow, {**SMALL, "notes": [{"id": "n1", "text": "By Ben", "position": {"x": 0, "y": 200}}]})
    ben.close()

    watch.expect_answer(409, "/draft")
    step(page, "Mark it").dblclick()
    name = page.get_by_role("textbox", name="Name of the step")
    name.fill("Named by Olivia")
    name.press("Enter")
    page.get_by_role("button", name="Keep mine as a copy").click()
    expect(heading(page)).to_have_text("Kept apart (my copy)")
    expect(step(page, "Named by Olivia")).to_be_visible()
    assert path_id(page) != workflow


@pytest.mark.ux(139)
def test_a_viewer_sees_the_workflow_and_cannot_change_it(owner: Client, page_of: Callable[..., Page]) -> None:
    workflow = make(owner, "Look only", SMALL)
    page = page_of("Vera Viewer", "viewer")
    page.goto(f"/workflows/{workflow}")
    expect(step(page, "Mark it")).to_be_visible()
    expect(page.get_by_text("You can look, not change")).to_be_visible()
    before = offset(page, "Start by hand", "Mark it")
    step(page, "Mark it").drag_to(step(page, "Start by hand"))
    assert offset(page, "Start by hand", "Mark it") == before
    expect(page.get_by_role("button", name="Add step", exact=True)).to_have_count(0)
    for verb, reason in (
        ("Run", "You may look at this workflow, but not run its draft."),
        ("Publish", "Publishing needs the role Publisher."),
    ):
        button = page.get_by_role("button", name=verb, exact=True)
        expect(button).to_be_disabled()
        expect(button).to_have_accessible_description(reason)
