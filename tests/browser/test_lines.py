"""Lines on the canvas: they snap, move, go, and are drawn without a pointer."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.drawing import (
    below,
    drag,
    line_between,
    middle,
    opened,
    places,
    way_in,
    way_out,
)
from tests.browser.reading import step
from tests.browser.test_editor import saved
from tests.running import Client


@pytest.mark.ux(29)
@pytest.mark.ux(31)
@pytest.mark.ux(33)
@pytest.mark.ux(34)
def test_a_line_snaps_moves_and_goes(owner_page: Page, owner: Client) -> None:
    page = owner_page
    opened(page, owner, "Lines")
    near = middle(way_in(page, "Two"))
    drag(page, middle(way_out(page, "Aside")), (near[0] - 18, near[1] + 18))
    page.mouse.up()
    expect(line_between(page, "Aside", "Two")).to_be_attached()

    # The end of a line lies just outside of the way in.
    end = middle(way_in(page, "Two"))
    page.get_by_role("button", name="Undo").click()
    expect(line_between(page, "Aside", "Two")).to_have_count(0)
    drag(page, (end[0] - 20, end[1]), middle(step(page, "Aside")))
    page.mouse.up()
    expect(line_between(page, "One", "Aside")).to_be_attached()
    expect(line_between(page, "One", "Two")).to_have_count(0)
    page.get_by_role("button", name="Undo").click()

    drag(page, (end[0] - 20, end[1]), below(step(page, "Two"), -150))
    expect(page.get_by_role("status").filter(has_text="On empty space the line is removed")).to_be_visible()
    page.mouse.up()
    expect(line_between(page, "One", "Two")).to_have_count(0)

    page.mouse.move(*middle(line_between(page, "Begin", "One")))
    page.get_by_role("button", name="Remove line from Begin to One").click()
    expect(line_between(page, "Begin", "One")).to_have_count(0)

    drag(page, middle(way_out(page, "Aside")), below(step(page, "Two"), 260))
    page.mouse.up()
    library = page.get_by_role("complementary", name="Steps")
    expect(library.get_by_text("Fits after Aside")).to_be_visible()
    expect(library.get_by_role("heading", name="Start", exact=True)).to_have_count(0)
    library.get_by_role("button", name=re.compile("^Show all steps")).click()
    expect(library.get_by_role("heading", name="Start", exact=True)).to_be_visible()
    library.get_by_role("button", name="Add Condition", exact=True).focus()
    page.keyboard.press("Enter")
    expect(line_between(page, "Aside", "Condition")).to_be_attached()


@pytest.mark.ux(34)
@pytest.mark.ux(53)
def test_delete_removes_the_chosen_line_and_a_menu_does_too(owner_page: Page, owner: Client) -> None:
    page = owner_page
    opened(page, owner, "Lines to choose")
    x, y = middle(line_between(page, "Begin", "One"))
    page.mouse.click(x - 48, y)
    page.keyboard.press("Delete")
    expect(line_between(page, "Begin", "One")).to_have_count(0)
    page.mouse.click(*middle(line_between(page, "One", "Two")), button="right")
    page.get_by_role("menu", name="Line").get_by_role("menuitem", name="Remove line").click()
    expect(line_between(page, "One", "Two")).to_have_count(0)


@pytest.mark.ux(45)
@pytest.mark.ux(177)
@pytest.mark.ux(178)
@pytest.mark.ux(179)
def test_the_canvas_is_used_without_a_pointer(owner_page: Page, owner: Client) -> None:
    page = owner_page
    opened(page, owner, "By keys")
    outline = page.get_by_role("navigation", name="Steps in order")
    outline.get_by_role("button").first.focus()
    page.keyboard.press("ArrowDown")
    expect(outline.get_by_role("button", name=re.compile("^One"))).to_be_focused()
    expect(outline.get_by_role("button")).to_have_count(4)

    page.keyboard.press("l")
    expect(page.get_by_role("status").filter(has_text="Line from One")).to_be_visible()
    page.keyboard.press("ArrowRight")
    expect(way_in(page, "Aside")).to_be_focused()
    page.keyboard.press("Enter")
    expect(line_between(page, "One", "Aside")).to_be_attached()
    expect(way_out(page, "One")).to_be_focused()

    step(page, "One").focus()
    page.keyboard.press("Alt+ArrowRight")
    expect(step(page, "Two")).to_be_focused()
    names = ["Begin", "One", "Two", "Aside"]
    before = places(page, names)
    for _ in range(5):
        page.keyboard.press("ArrowUp")
    expect(page.get_by_text("Two moved up")).to_be_attached()
    after = places(page, names)
    assert after != before
    assert [after[0], after[2]] == [before[0], before[2]]
    saved(page)
    page.reload()
    step(page, "Two").hover()
    assert places(page, names) == after
    step(page, "Two").click()
    for _ in range(3):
        page.keyboard.press("ArrowDown")
    page.keyboard.press("Control+z")
    assert places(page, names) == after

    page.keyboard.press("Shift+F10")
    menu = page.get_by_role("menu", name="Step")
    expect(menu.locator(":focus")).to_be_attached()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    expect(menu.get_by_role("menuitem", name="Rename step")).to_be_focused()
    assert places(page, names) == after
    page.keyboard.press("Escape")
    expect(menu).to_have_count(0)
    expect(step(page, "Two")).to_be_focused()

    page.keyboard.press("F2")
    name = page.get_by_role("textbox", name="Name of the step")
    expect(name).to_be_focused()
    name.fill("")
    expect(page.get_by_text("Give the step a name.")).to_be_visible()
    name.fill("Second")
    name.press("Enter")
    expect(step(page, "Second")).to_be_visible()
    expect(line_between(page, "One", "Second")).to_be_attached()
