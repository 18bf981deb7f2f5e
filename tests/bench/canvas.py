"""The canvas in a real Chromium: opening, panning and dragging a large workflow, and following a run of it.

Software rendering on a shared machine: compare within one run, with the small workflow beside the large one.
"""

from __future__ import annotations

import json
import statistics
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from typing import Any

from playwright.sync_api import CDPSession, Page, sync_playwright

from tests.bench.report import Unit, longer, percentile, say
from tests.bench.running import Bench
from tests.browser.conftest import LAUNCH_OPTIONS, chromium
from tests.browser.starting import settled

ROWS = 20
LARGE, SMALL = (500, 800), (100, 160)
ASKS = {"fields": [{"key": "n", "label": "n", "type": "number"}]}
MOVES = 120
DRAG_MOVES = 60
FRAMES = """() => {
    window.frames = [];
    let last = performance.now();
    const tick = (now) => { window.frames.push(now - last); last = now; window.ticking = requestAnimationFrame(tick); };
    window.ticking = requestAnimationFrame(tick);
}"""
STOP_FRAMES = "() => { cancelAnimationFrame(window.ticking); return window.frames.slice(2); }"
# When the cards are there and stay the same for some frames: nothing is measured or moved any more.
READY = """
(() => {
    let still = 0, before = 0, since = 0;
    const look = () => {
        const cards = document.querySelectorAll('.react-flow__node [data-step]');
        const shown = [...cards].filter((one) => one.closest('.react-flow__node').style.visibility !== 'hidden').length;
        if (shown === 0 || shown !== before) { still = 0; since = performance.now(); } else still += 1;
        before = shown;
        if (still < 5) requestAnimationFrame(look); else window.interactive = since;
    };
    requestAnimationFrame(look);
})();
"""
# The page's own socket of a run, so that a run can be told at any speed.
SOCKET = """
(() => {
    const Real = window.WebSocket;
    window.WebSocket = function (address) {
        if (!address.includes('/ws/runs/')) return new Real(address);
        const fake = {send() {}, close() {}};
        window.runSocket = fake;
        setTimeout(() => fake.onopen?.(), 0);
        return fake;
    };
})();
"""
# Each change is a message and a task of its own; all are told once the frame after the last card's change is there.
TELL = """(messages) => new Promise((resolve) => {
    const began = performance.now(), channel = new MessageChannel();
    const count = (of) => document.querySelectorAll(of).length;
    const painted = () => {
        const all = count('[data-step-status=done]') >= count('[data-step^=s]') - 1;
        if (!all && performance.now() - began < 60000) requestAnimationFrame(painted);
        else requestAnimationFrame(() => resolve((performance.now() - began) / 1000));
    };
    let next = 0;
    channel.port1.onmessage = () => {
        window.runSocket.onmessage({data: messages[next]});
        next += 1;
        if (next < messages.length) channel.port2.postMessage(null);
        else requestAnimationFrame(painted);
    };
    channel.port2.postMessage(null);
})"""


@dataclass(frozen=True, kw_only=True)
class Moved:
    """What a stretch of moving cost."""

    frame_median_s: float
    frame_p95_s: float
    script_s: float


@dataclass(frozen=True, kw_only=True)
class Seen:
    interactive_s: float
    dom_nodes: int
    pan: Moved
    pan_far: Moved
    drag: Moved
    told_s: float
    told_all_s: float
    """With every step in view."""


def measure(bench: Bench) -> None:
    with _browser(bench) as page:
        small, large = (_seen(bench, page, *size) for size in (SMALL, LARGE))
    bench.report.figures["canvas"] = {"small": asdict(small), "large": asdict(large)}
    lines: list[tuple[str, float, float, str]] = [
        ("time to interactive", large.interactive_s, small.interactive_s, "1.2 s"),
        ("500 changes told one by one, until painted", large.told_s, small.told_s, "0.2 s"),
        ("the same with every step in view", large.told_all_s, small.told_all_s, "0.3 s"),
    ]
    for what, ours, theirs, goal in (
        ("panning", large.pan, small.pan, "17 ms"),
        ("panning, all in view", large.pan_far, small.pan_far, "33 ms"),
        ("dragging", large.drag, small.drag, "17 ms"),
    ):
        lines += [
            (f"{what}, frame median", ours.frame_median_s, theirs.frame_median_s, goal),
            (f"{what}, frame p95", ours.frame_p95_s, theirs.frame_p95_s, "67 ms"),
            (f"{what}, script in all", ours.script_s, theirs.script_s, ""),
        ]
    unit: Unit = "s"
    for name, ours_s, theirs_s, goal in lines:
        bench.report.tell("canvas", name, ours_s, unit, longer(f"with {SMALL[0]} steps", theirs_s, ours_s), goal=goal)
    say(f"canvas   DOM nodes {large.dom_nodes:,}, with {SMALL[0]} steps {small.dom_nodes:,}   goal under 3,000")


def grid_of(steps: int, lines: int) -> dict[str, Any]:
    """A start, a step that holds the run, and columns of steps with lines between neighbours."""
    columns = (steps - 2) // ROWS + 1
    nodes = [
        {"key": "start", "type": "start_manual", "name": "Start", "config": ASKS, "position": {"x": -696, "y": 0}},
        {
            "key": "hold",
            "type": "wait",
            "name": "Hold",
            "config": {"how": "for", "amount": 1, "unit": "hours"},
            "position": {"x": -348, "y": 0},
        },
    ]
    edges = [_line("start", "hold")]
    keys = [[f"s{column}_{row}" for row in range(ROWS)] for column in range(columns)]
    inner = [(column, row) for column in range(columns) for row in range(ROWS)][: steps - 2]
    for column, row in inner:
        position = {"x": 348 * column, "y": 120 * row}
        name = f"Step {column}.{row}"
        nodes.append({"key": keys[column][row], "type": "set_fields", "name": name, "config": {}, "position": position})
        edges.append(_line(keys[column - 1][row] if column else "hold", keys[column][row]))
    for column, row in inner[ROWS:]:
        if len(edges) < lines:
            edges.append(_line(keys[column - 1][(row + 1) % ROWS], keys[column][row]))
    return {"schema": "graph@1", "nodes": nodes, "edges": edges, "notes": []}


def _line(source: str, target: str) -> dict[str, str]:
    return {"id": f"{source}-{target}", "source": source, "target": target}


@contextmanager
def _browser(bench: Bench) -> Iterator[Page]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium(), args=list(LAUNCH_OPTIONS))
        try:
            context = browser.new_context(
                viewport={"width": 1440, "height": 900}, storage_state=bench.client.storage_state()
            )
            context.add_init_script(READY)
            context.add_init_script(SOCKET)
            yield context.new_page()
        finally:
            browser.close()


def _seen(bench: Bench, page: Page, steps: int, lines: int) -> Seen:
    graph = grid_of(steps, lines)
    workflow = bench.publish(f"canvas of {steps}", graph)
    address = f"{bench.product.address}/workflows/{workflow}"
    devtools = page.context.new_cdp_session(page)
    devtools.send("Performance.enable")
    opened = [_open(page, address) for _ in range(3)]
    nodes = page.evaluate("document.querySelectorAll('*').length")
    pan = _moved(page, devtools, lambda: _pan(page))
    drag = _moved(page, devtools, lambda: _drag(page))
    page.get_by_role("button", name="Fit to screen").click()
    page.wait_for_timeout(600)
    pan_far = _moved(page, devtools, lambda: _pan(page))
    run, _ = bench.start(workflow)
    settled(bench.client, run)
    told = [_told(bench, page, run, graph, everything=everything) for everything in (False, True)]
    bench.client.post(f"/api/runs/{run}/cancel", json={"reason": "measured"})
    return Seen(
        interactive_s=statistics.median(opened),
        dom_nodes=int(nodes),
        pan=pan,
        pan_far=pan_far,
        drag=drag,
        told_s=told[0],
        told_all_s=told[1],
    )


def _open(page: Page, address: str) -> float:
    page.goto(address)
    page.wait_for_function("() => window.interactive")
    return float(page.evaluate("window.interactive")) / 1000


def _metric(devtools: CDPSession, name: str) -> float:
    metrics = devtools.send("Performance.getMetrics")["metrics"]
    return float(next(one["value"] for one in metrics if one["name"] == name))


def _moved(page: Page, devtools: CDPSession, move: Any) -> Moved:
    before = _metric(devtools, "ScriptDuration")
    page.evaluate(FRAMES)
    move()
    frames = [frame / 1000 for frame in page.evaluate(STOP_FRAMES)]
    script = _metric(devtools, "ScriptDuration") - before
    return Moved(frame_median_s=statistics.median(frames), frame_p95_s=percentile(frames, 0.95), script_s=script)


def _pan(page: Page) -> None:
    """On empty ground: elsewhere a step would be dragged."""
    x, y = page.evaluate(
        """() => {
            for (let y = 300; y < 700; y += 7) for (let x = 500; x < 1000; x += 7)
                if (document.elementFromPoint(x, y)?.classList.contains('react-flow__pane')) return [x, y];
        }"""
    )
    page.mouse.move(x, y)
    page.mouse.down()
    for move in range(MOVES):
        page.mouse.move(x - 3 * min(move, MOVES - move), y - min(move, MOVES - move))
    page.mouse.up()


def _drag(page: Page) -> None:
    """A step near the middle: which ones are drawn depends on where the canvas opens."""
    x, y = page.evaluate(
        """() => {
            for (let y = 300; y < 700; y += 7) for (let x = 300; x < 1000; x += 7)
                if (document.elementFromPoint(x, y)?.closest('[data-step^=s]')) return [x, y];
        }"""
    )
    page.mouse.move(x, y)
    page.mouse.down()
    for move in range(DRAG_MOVES):
        page.mouse.move(x + 3 * move, y + move)
    page.mouse.up()


def _told(bench: Bench, page: Page, run: str, graph: dict[str, Any], *, everything: bool) -> float:
    page.goto(f"{bench.product.address}/runs/{run}")
    page.wait_for_function("() => window.interactive && window.runSocket")
    if everything:
        page.get_by_role("button", name="Fit to screen").click()
        page.wait_for_timeout(600)
    snapshot = bench.client.get(f"/api/runs/{run}").json()
    at, seq = datetime.now(UTC).isoformat(), snapshot["seq"]
    messages = []
    for number, each in enumerate(graph["nodes"][2:], 1):
        body = {"step": 100 + number, "node": each["key"], "scope": "", "attempt": 1, "port": "out", "facts": {}}
        event = {"seq": seq + number, "kind": "step_done", "at": at, "body": body}
        messages.append(json.dumps({"type": "events", "from": seq + number, "to": seq + number, "events": [event]}))
    took = float(page.evaluate(TELL, messages))
    shown, done = page.evaluate(
        "() => ['[data-step^=s]', '[data-step-status=done]'].map((of) => document.querySelectorAll(of).length)"
    )
    assert done >= shown - 1, f"{done} of {shown} steps are shown as done"
    return took
