"""Nothing is lost on a narrow screen, with text twice as large, or with the colours of the system."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests.browser.reading import heading
from tests.browser.starting import starter
from tests.browser.test_accessibility import LISTS, SIGNED_OUT
from tests.running import Client

# What sticks out of the page sideways, unless a box of its own scrolls or hides it.
OUTSIDE = """() => {
    const wide = document.documentElement.clientWidth;
    if (document.documentElement.scrollWidth <= wide) return [];
    const held = (one) => one && (getComputedStyle(one).overflowX !== "visible" || held(one.parentElement));
    return [...document.body.querySelectorAll("*")]
        .filter((one) => one.getBoundingClientRect().right > wide + 1 && !held(one.parentElement))
        .map((one) => `${one.tagName} ${one.className} “${one.textContent.slice(0, 40)}”`).slice(0, 5)
        .concat(`${document.documentElement.scrollWidth} of ${wide} px`);
}"""


def look_narrow_and_large(page: Page) -> None:
    expect(page.locator("[aria-busy=true]")).to_have_count(0)
    for width, text in ((320, "100%"), (1280, "200%")):
        page.set_viewport_size({"width": width, "height": 800})
        page.evaluate("size => { document.documentElement.style.fontSize = size; }", text)
        page.evaluate("() => new Promise(requestAnimationFrame)")
        outside = page.evaluate(OUTSIDE)
        assert not outside, f"{page.url} at {width} px with text of {text}: " + "\n".join(outside)
    page.emulate_media(forced_colors="active")
    expect(heading(page)).to_be_visible()


@pytest.mark.ux(181)
@pytest.mark.parametrize("address", SIGNED_OUT)
def test_doors_are_whole_on_narrow_screens_and_with_large_text(
    new_context: Callable[..., BrowserContext], owner: Client, address: str
) -> None:
    page = new_context().new_page()
    page.goto(address)
    expect(heading(page)).to_be_visible()
    look_narrow_and_large(page)


@pytest.mark.ux(181)
@pytest.mark.parametrize("address", LISTS)
def test_pages_are_whole_on_narrow_screens_and_with_large_text(owner_page: Page, address: str) -> None:
    owner_page.goto(address)
    expect(heading(owner_page)).to_be_visible()
    look_narrow_and_large(owner_page)


@pytest.mark.ux(181)
def test_the_editor_is_whole_on_narrow_screens_and_with_large_text(owner_page: Page, owner: Client) -> None:
    owner_page.goto(f"/workflows/{starter(owner)}")
    expect(owner_page.get_by_role("group", name="What kind of document is it?")).to_be_visible()
    look_narrow_and_large(owner_page)
