"""Models, tools and agents at work: what a person sees of them, and where a person has the last word."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.reading import heading, open_step, path_id
from tests.browser.starting import make, publish, settled
from tests.browser.test_accessibility import look_through
from tests.browser.test_control import drawn
from tests.browser.test_editor import saved
from tests.browser.test_phone import fits
from tests.browser.test_step_panel import opened, widened
from tests.integration.runs.graphs import node as plain_node
from tests.integration.runs.graphs import row
from tests.peers.shop import REPLY, Shop, shop
from tests.running import Client

NAMES = {"model": "shop-assistant", "order_status": "shop-order-status", "refund": "shop-refund", "agent": "shop-clerk"}


@pytest.fixture(scope="module")
def peer(owner: Client) -> Iterator[Shop]:
    """A shop with its language model, and an agent of the product that works there."""
    with shop() as peer:
        owner.patch(f"/api/workspaces/{owner.workspace}", json={"allowed_hosts": [peer.host]}).raise_for_status()
        register(owner, NAMES["model"], "Shop assistant", "model", peer.model(), task="chat", runtime="chat")
        for tool, title in (("order_status", "Look an order up"), ("refund", "Pay an order back")):
            register(owner, NAMES[tool], title, "tool", peer.tool(tool))
        tools = [NAMES["order_status"], NAMES["refund"]]
        agent = {"model": NAMES["model"], "instructions": "You look after orders.", "tools": tools}
        register(owner, NAMES["agent"], "Shop clerk", "agent", agent)
        yield peer


def register(
    owner: Client, name: str, title: str, kind: str, config: dict[str, Any], *, task: str = "", runtime: str = ""
) -> None:
    version = {"config": config, "runtime": runtime}
    about = {"name": name, "title": title, "kind": kind, "task": task, "version": version}
    owner.post(f"/api/workspaces/{owner.workspace}/assets", json=about).raise_for_status()


def step_of(type: str, name: str, config: dict[str, Any] | None = None) -> dict[str, Any]:
    return {**plain_node("ai", type, config), "name": name}


def choose(panel: Locator, page: Page, field: str, title: str) -> None:
    panel.get_by_role("combobox", name=field).click()
    page.get_by_role("option", name=title).click()


@pytest.mark.ux(83)
def test_an_ai_step_is_set_up_with_a_model_a_question_and_the_fields_of_its_answer(
    owner: Client, owner_page: Page, peer: Shop
) -> None:
    workflow = make(owner, "Set up a question", drawn(row(step_of("ask_model", "Ask"))))
    page = owner_page
    page.goto(f"/workflows/{workflow}")
    panel = opened(page, "Ask")
    choose(panel, page, "Model", "Shop assistant")
    panel.get_by_role("textbox", name="Question").fill("How urgent is this?")
    expect(panel.get_by_text("Fields of the answer")).to_have_count(0)
    choose(panel, page, "Form of the answer", "Fields")
    panel.get_by_role("button", name="Add", exact=True).last.click()
    panel.get_by_role("textbox", name="Name", exact=True).fill("urgency")
    saved(page)
    config = owner.get(f"/api/workflows/{workflow}/draft").json()["graph"]["nodes"][1]["config"]
    assert (config["asset"], config["form"], config["fields"][0]["name"]) == (NAMES["model"], "fields", "urgency")
    look_through(page)


@pytest.mark.ux(83)
def test_what_a_model_writes_is_seen_while_it_writes(owner: Client, owner_page: Page, peer: Shop) -> None:
    config = {"asset": NAMES["model"], "prompt": "Write to the customer."}
    workflow = make(owner, "Watch it write", drawn(row(step_of("ask_model", "Write", config))))
    page, peer.held = owner_page, True
    page.goto(f"/workflows/{workflow}")
    panel = opened(page, "Write")
    panel.get_by_role("button", name="Test step").click()
    writing = panel.get_by_role("region", name="Being written")
    expect(writing).to_contain_text(REPLY[0].strip())
    expect(writing).not_to_contain_text("Friday")
    peer.held = False
    expect(writing).to_have_count(0)
    _, out = widened(panel)
    expect(out.get_by_text("".join(REPLY)).first).to_be_visible()


@pytest.mark.ux(111, 127)
def test_a_person_holds_back_one_call_of_an_agent_and_its_real_result_comes_back(
    owner: Client, owner_page: Page, owner_phone: Page, peer: Shop
) -> None:
    config = {"agent": NAMES["agent"], "question": "Where is order 7?"}
    workflow = make(owner, "Look after orders", drawn(row(step_of("run_agent", "Clerk", config))))
    publish(owner, workflow)
    refunds = len(peer.refunds)
    started = owner.post(f"/api/workflows/{workflow}/runs", json={"input": {"n": 7}}).raise_for_status()
    run = str(started.json()["id"])
    page = owner_page
    page.goto(f"/runs/{run}")
    waiting = page.get_by_role("region", name="What it waits for")
    expect(waiting).to_contain_text("shop-clerk: refund")
    panel = open_step(page, "Clerk")
    calls = panel.get_by_role("region", name="3 calls")
    expect(calls.get_by_role("listitem")).to_have_count(3)
    assert len(peer.refunds) == refunds, "nothing is done before somebody has said so"

    task = owner_phone
    task.goto(str(waiting.get_by_role("link", name="Open task").get_attribute("href")))
    expect(heading(task)).to_have_text("shop-clerk: refund")
    expect(task.get_by_text("9.5")).to_be_visible()
    fits(task)
    task.get_by_role("button", name="Take").click()
    task.get_by_role("button", name="Approve").click()
    expect(task.get_by_role("status").filter(has_text="pproved").first).to_be_visible()

    expect(panel.get_by_role("region", name="5 calls")).to_be_visible()
    called = panel.get_by_role("button", name=re.compile("^Called refund"))
    called.click()
    expect(called).to_have_attribute("aria-expanded", "true")
    expect(panel.get_by_text("R-1").first).to_be_visible()
    expect(panel.get_by_text("30 read, 9 written")).to_be_visible()
    expect(page.get_by_text("Cost 0.00023")).to_be_visible()
    log = page.get_by_role("region", name="Timeline")
    expect(log.get_by_role("row", name=re.compile("Called order_status"))).to_be_visible()
    assert settled(owner, run)["status"] == "done"
    assert len(peer.refunds) == refunds + 1
    look_through(page)


def test_a_tool_asks_for_its_values_by_name_also_on_a_phone(owner: Client, owner_phone: Page, peer: Shop) -> None:
    workflow = make(owner, "Call a tool", drawn(row(step_of("call_tool", "Pay back"))))
    page = owner_phone
    page.goto(f"/workflows/{workflow}")
    panel = opened(page, "Pay back")
    choose(panel, page, "Tool", "Pay an order back")
    values = panel.get_by_role("region", name="What is asked for")
    values.get_by_role("textbox", name=re.compile("^id")).fill("7")
    expect(values.get_by_role("textbox", name="payment")).to_have_accessible_description(re.compile("Group or list"))
    saved(page)
    config = owner.get(f"/api/workflows/{workflow}/draft").json()["graph"]["nodes"][1]["config"]
    assert config["arguments"] == [{"name": "id", "value": 7}]
    fits(page)
    assert path_id(page) == workflow
