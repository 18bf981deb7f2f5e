"""Drawing on the canvas for tests: places, lines, and a small workflow to draw on."""

from __future__ import annotations

import re
from typing import Any

from playwright.sync_api import Locator, Page

from tests.browser.reading import step
from tests.browser.starting import make
from tests.browser.test_editor import offset
from tests.running import Client

Point = tuple[float, float]


def node(key: str, kind: str, name: str, x: int, y: int, **more: Any) -> dict[str, Any]:
    return {"key": key, "type": kind, "name": name, "config": {}, "position": {"x": x, "y": y}, **more}


def line(source: str, target: str, port: str = "out") -> dict[str, Any]:
    return {"id": f"{source}-{target}", "source": source, "source_port": port, "target": target, "target_port": "in"}


FLOW: dict[str, Any] = {
    "schema": "graph@1",
    "nodes": [
        node("start", "start_manual", "Begin", 0, 0, config={"fields": []}),
        node("one", "set_fields", "One", 408, 0),
        node("two", "set_fields", "Two", 816, 0),
        node("aside", "set_fields", "Aside", 408, 240),
    ],
    "edges": [line("start", "one"), line("one", "two")],
    "notes": [{"id": "n1", "text": "Ask Ada about the limit", "position": {"x": 816, "y": 228}}],
}


def opened(page: Page, owner: Client, name: str, graph: dict[str, Any] = FLOW) -> str:
    """The editor of a new workflow, once the canvas stands still."""
    workflow = make(owner, name, graph)
    page.goto(f"/workflows/{workflow}")
    step(page, graph["nodes"][0]["name"]).hover()
    return workflow


def middle(place: Locator) -> Point:
    box = place.bounding_box()
    assert box is not None
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2


def below(place: Locator, by: float) -> Point:
    x, y = middle(place)
    return x, y + by


def way_out(page: Page, name: str) -> Locator:
    return page.get_by_role("button", name=f"Draw a line from {name}", exact=True)


def way_in(page: Page, name: str) -> Locator:
    return page.get_by_role("button", name=re.compile(f"^(Draw a line|Connect) to {name}$"))


def lines(page: Page) -> Locator:
    return page.get_by_role("img", name=re.compile("^Line from"))


def line_between(page: Page, first: str, second: str) -> Locator:
    return page.get_by_role("img", name=f"Line from {first} to {second}", exact=True)


def drag(page: Page, start: Point, end: Point) -> None:
    """Without letting go."""
    page.mouse.move(*start)
    page.mouse.down()
    page.mouse.move(start[0] + 8, start[1] + 8, steps=2)
    page.mouse.move(*end, steps=8)


def places(page: Page, names: list[str]) -> list[list[float]]:
    """How all steps stand to the first one."""
    return [offset(page, names[0], name) for name in names[1:]]
