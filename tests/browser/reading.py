"""Finding things the way people do: by what they are and what they are called."""

from __future__ import annotations

import re

from playwright.sync_api import Locator, Page, expect


def heading(page: Page) -> Locator:
    return page.get_by_role("heading", level=1)


def step(page: Page, name: str) -> Locator:
    """A step on the canvas, whatever its state."""
    return page.get_by_role("group", name=re.compile(rf"^{re.escape(name)}, "))


def open_step(page: Page, name: str) -> Locator:
    """Opens a step of a run; gives its panel."""
    step(page, name).click()
    panel = page.get_by_role("complementary", name="Step")
    expect(panel.get_by_role("heading", level=2)).to_have_text(name)
    return panel


def row_with(table: Locator, text: str) -> Locator:
    return table.get_by_role("row").filter(has_text=text)


def path_id(page: Page) -> str:
    """The id at the end of the address."""
    return page.url.split("?")[0].rsplit("/", 1)[1]
