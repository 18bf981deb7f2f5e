"""Loops, waits, pauses, unknown outcomes, failures, forms and long lists, as people meet them."""

from __future__ import annotations

import re
import threading
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.reading import heading, open_step, path_id, step
from tests.browser.starting import make, publish, settled
from tests.browser.test_accessibility import look_through
from tests.browser.test_phone import fits
from tests.integration.runs.graphs import Graph, graph, line, node, row
from tests.integration.runs.outside import Outside
from tests.running import Client

WIDTH = 320
MANY = 1_200


@pytest.fixture
def outside(owner: Client) -> Iterator[Outside]:
    """Another system in the own network, which steps may call."""
    server = Outside()
    threading.Thread(target=server.serve_forever, daemon=True).start()
    owner.patch(f"/api/workspaces/{owner.workspace}", json={"allowed_hosts": [server.host]}).raise_for_status()
    yield server
    server.shutdown()
    server.server_close()


def sets(key: str, formula: str) -> dict[str, Any]:
    return node(key, "set_fields", {"fields": [{"name": "n", "value": {"$expr": formula}}]})


def drawn(made: Graph) -> Graph:
    """With a place on the canvas for every step, one beside the other."""
    nodes = [{"position": {"x": WIDTH * index, "y": 0}, **one} for index, one in enumerate(made["nodes"])]
    return {**made, "nodes": nodes}


def begin(owner: Client, workflow: str, **given: Any) -> str:
    body = {"draft": True, "input": given}
    return str(owner.post(f"/api/workflows/{workflow}/runs", json=body).raise_for_status().json()["id"])


def middle(place: Locator) -> tuple[float, float]:
    box = place.bounding_box()
    assert box is not None
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2


def handle(page: Page, key: str, side: str) -> Locator:
    """Where lines leave or reach a step."""
    return page.locator(f".react-flow__node[data-id={key}] .react-flow__handle.{side}").first


def test_a_line_drawn_back_repeats_its_steps_and_every_round_can_be_looked_at(owner_page: Page, owner: Client) -> None:
    page = owner_page
    improve = sets("improve", "(loop.previous == null ? start.n : loop.previous.improve.n) + 1")
    workflow = make(
        owner, "Improve until good", drawn(row(sets("improve", "start.n + 1"), sets("rate", "improve.n * 10")))
    )
    page.goto(f"/workflows/{workflow}")
    step(page, "Rate").hover()  # waits until the canvas stands still
    page.mouse.move(*middle(handle(page, "rate", "source")))
    page.mouse.down()
    page.mouse.move(*middle(step(page, "Improve")), steps=8)
    page.mouse.move(*middle(handle(page, "improve", "target")), steps=4)
    page.mouse.up()
    panel = page.get_by_role("region", name="Back from Rate to Improve")
    panel.get_by_role("textbox", name="Go back when").fill("rate.n < 40")
    most = panel.get_by_role("textbox", name="At most")
    most.fill("5")
    most.press("Tab")
    expect(page.get_by_role("button", name="Line back from Rate to Improve. Back, at most 5 rounds")).to_be_visible()
    panel.get_by_role("button", name="Close").click()

    step(page, "Improve").dblclick()
    settings = page.get_by_role("region", name="Settings of Improve")
    settings.get_by_role("textbox", name="Value").fill(improve["config"]["fields"][0]["value"]["$expr"])
    page.get_by_role("button", name="Run", exact=True).click()
    dialog = page.get_by_role("dialog", name="Run: Start")
    dialog.get_by_role("textbox", name="Number").fill("1")
    dialog.get_by_role("button", name="Run").click()
    bar = page.get_by_role("region", name="Last run")
    expect(bar.get_by_role("status")).to_contain_text("Done")
    bar.get_by_role("link", name="Open run").click()

    rounds = page.get_by_role("group", name="Rounds from Improve on")
    expect(rounds).to_contain_text("round 3 of 3")
    panel = open_step(page, "Rate")
    expect(panel.get_by_role("row", name="N 40", exact=True)).to_be_visible()
    panel.get_by_role("button", name="Close the step").click()
    rounds.get_by_role("button", name="Round before, from Improve on").click()
    expect(rounds).to_contain_text("round 2 of 3")
    panel = open_step(page, "Rate")
    expect(panel.get_by_role("row", name="N 30", exact=True)).to_be_visible()


def test_a_waiting_run_is_paused_and_goes_on(owner_page: Page, owner: Client) -> None:
    page = owner_page
    resting = row(node("rest", "wait", {"amount": 3, "unit": "hours"}), sets("after", "1"))
    page.goto(f"/runs/{begin(owner, make(owner, 'Rest a while', drawn(resting)), n=1)}")
    waits = page.get_by_role("region", name="What it waits for")
    expect(waits).to_contain_text("“Rest” goes on in 3 hours")
    expect(heading(page)).to_contain_text("Waiting")
    page.get_by_role("button", name="Pause").click()
    expect(heading(page)).to_contain_text("Paused")
    expect(waits).to_contain_text("Nothing new begins until somebody resumes it.")
    page.reload()
    expect(waits).to_contain_text("Olivia Owner paused this run.")
    page.get_by_role("button", name="Resume").click()
    expect(heading(page)).to_contain_text("Waiting")
    expect(step(page, "Rest")).to_have_attribute("data-step-status", "waiting")
    page.get_by_role("button", name="Stop", exact=True).click()
    page.get_by_role("dialog").get_by_role("button", name="Stop run").click()
    expect(heading(page)).to_contain_text("Stopped")


def test_what_nobody_knows_is_answered_on_the_page(owner_page: Page, owner: Client, outside: Outside) -> None:
    page = owner_page
    outside.answers["pay"] = 0
    pay = node("pay", "http_request", {"method": "POST", "url": outside.url("pay"), "json": {"n": 1}})
    page.goto(f"/runs/{begin(owner, make(owner, 'Pay once', drawn(row(pay, sets('after', 'pay.id')))), n=1)}")
    expect(heading(page)).to_contain_text("Needs you")
    asked = page.get_by_role("region", name="What a person has to find out")
    expect(asked).to_contain_text("It is not known what became of “Pay”")
    asked.get_by_role("button", name="It was done").click()
    dialog = page.get_by_role("dialog", name="“Pay” was done?")
    dialog.get_by_role("button", name="It was done").click()
    expect(dialog.get_by_text("Say how you found out.")).to_be_visible()
    look_through(page)
    dialog.get_by_role("textbox").first.fill("The bank shows it.")
    dialog.get_by_role("textbox").last.fill('{"id": 17}')
    dialog.get_by_role("button", name="It was done").click()
    expect(heading(page)).to_contain_text("Done")
    expect(open_step(page, "After").get_by_role("row", name="N 17", exact=True)).to_be_visible()
    assert outside.hits == ["pay"]


def test_a_failed_run_goes_on_from_its_failed_step(owner_page: Page, owner: Client, outside: Outside) -> None:
    page = owner_page
    outside.answers["shop"] = 400
    steps = (sets("prepare", "start.n"), node("tell", "http_request", {"method": "GET", "url": outside.url("shop")}))
    workflow = make(owner, "Tell the shop", drawn(row(*steps, sets("after", "tell.status"))))
    publish(owner, workflow)
    runs = [
        owner.post(f"/api/workflows/{workflow}/runs", json={"input": {"n": n}}).raise_for_status().json()["id"]
        for n in (1, 2)
    ]
    assert [settled(owner, run)["status"] for run in runs] == ["failed", "failed"]
    del outside.answers["shop"]

    page.goto(f"/runs?dead=true&workflow={workflow}")
    table = page.get_by_role("table", name="Runs")
    expect(table.get_by_role("link", name="Tell the shop")).to_have_count(2)
    look_through(page)
    page.goto(f"/runs/{runs[0]}")
    failure = page.get_by_role("alert", name="What went wrong")
    failure.get_by_role("button", name="Try again from this step").click()
    expect(page).not_to_have_url(re.compile(str(runs[0])))
    expect(heading(page)).to_contain_text("Done")
    assert path_id(page) not in runs
    expect(open_step(page, "Prepare").get_by_text("Kept from an earlier run")).to_be_visible()

    page.goto(f"/runs/{runs[1]}")
    failure.get_by_role("button", name="Put aside").click()
    page.get_by_role("dialog").get_by_role("button", name="Put aside").click()
    expect(failure.get_by_role("button", name="Put aside")).to_have_count(0)
    page.goto(f"/runs?dead=true&workflow={workflow}")
    expect(table).to_have_count(0)


def test_a_schedule_tells_its_next_times(owner_page: Page, owner: Client) -> None:
    page = owner_page
    config = {"kind": "weekly", "at": "09:00", "weekdays": ["mon", "wed"], "time_zone": "Europe/Berlin"}
    clock = node("clock", "start_schedule", config)
    page.goto(f"/workflows/{make(owner, 'Weekly', drawn(graph([clock, sets('go', '1')], [line('clock', 'go')])))}")
    step(page, "Clock").dblclick()
    times = page.get_by_role("region", name="When it starts")
    expect(times.get_by_role("status")).to_have_text("Every Monday and Wednesday at 09:00, Berlin time")
    expect(times.get_by_role("listitem")).to_have_count(5)
    expect(times.get_by_role("listitem").first).to_have_text(re.compile(r"^(Mon|Wed), .+ 09:00"))
    expect(times).to_contain_text("It starts by itself once the workflow is published.")


def test_a_form_is_answered_on_a_phone_by_somebody_unknown(owner_page: Page, owner: Client, phone: Page) -> None:
    asking = node(
        "form",
        "start_form",
        {
            "title": "Report a damage",
            "fields": [
                {"key": "name", "label": "Your name", "required": True},
                {"key": "kind", "label": "What is damaged?", "type": "choice", "choices": ["Car", "House"]},
            ],
            "thanks": "We write to you.",
        },
    )
    workflow = make(owner, "Damages", drawn(graph([asking, sets("go", "form.name")], [line("form", "go")])))
    publish(owner, workflow)
    owner_page.goto(f"/workflows/{workflow}")
    step(owner_page, "Form").dblclick()
    address = owner_page.get_by_role("region", name="Address of the form").get_by_role("code").inner_text()

    phone.goto(urlsplit(address).path)
    expect(heading(phone)).to_have_text("Report a damage")
    fits(phone)
    look_through(phone)
    phone.get_by_role("button", name="Send").tap()
    expect(phone.get_by_text("1 answer is missing.")).to_be_visible()
    expect(phone.get_by_role("textbox", name="Your name")).to_be_focused()
    look_through(phone)
    phone.get_by_role("textbox", name="Your name").fill("Ann")
    phone.get_by_role("button", name="Send").tap()
    expect(heading(phone)).to_have_text("Sent")
    expect(phone.get_by_text("We write to you.")).to_be_visible()
    look_through(phone)

    owner_page.goto(f"/runs?workflow={workflow}")
    owner_page.get_by_role("table", name="Runs").get_by_role("link").first.click()
    expect(heading(owner_page)).to_contain_text("Done")
    expect(open_step(owner_page, "Go").get_by_role("row", name="N Ann", exact=True)).to_be_visible()


def test_a_long_list_shows_how_far_it_is_and_what_came_out(owner_page: Page, owner: Client) -> None:
    page = owner_page
    each = node("each", "for_each", {"items": {"$expr": "hook.body.items"}, "on_item_error": "collect"})
    nodes = [
        node("hook", "start_link", {"access": "public"}),
        {**each, "size": {"width": 420, "height": 200}},
        {**sets("work", "6 / (item - 700)"), "parent": "each", "position": {"x": 40, "y": 60}},
        {**sets("counted", "count(each)"), "position": {"x": 860, "y": 0}},
    ]
    workflow = make(owner, "Many orders", drawn(graph(nodes, [line("hook", "each"), line("each", "counted")])))
    run = begin(owner, workflow, body={"items": list(range(MANY))}, headers={}, query={})
    page.goto(f"/runs/{run}")
    expect(heading(page)).to_contain_text("Done")
    pieces = page.get_by_role("region", name="Runs it started").get_by_role("listitem")
    expect(pieces).to_have_count(3)
    page.get_by_role("rowheader", name="Each", exact=True).get_by_role("button").click()
    panel = page.get_by_role("complementary", name="Step")
    expect(panel).to_contain_text("1199 done, 1 failed")
    panel.get_by_role("button", name="Close the step").click()
    expect(open_step(page, "Counted").get_by_role("row", name="N 1,200", exact=True)).to_be_visible()
    pieces.filter(has_text="Piece 2").get_by_role("link").click()
    page.get_by_role("link", name="Started by a step of another run").click()
    page.wait_for_url(f"**/runs/{run}?step=2")
