"""Help from a language model, what it costs, and what keeps the cost in bounds, as people meet them."""

from __future__ import annotations

import asyncio
import json
import threading
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser.reading import heading, row_with, step
from tests.browser.starting import make, publish, settled
from tests.browser.test_accessibility import look_through
from tests.browser.test_phone import fits
from tests.integration.runs.graphs import graph, line, node, row
from tests.peers.apart import apart
from tests.peers.scripted import OPENAI_USAGE, openai_piece, openai_said, openai_stream
from tests.running import Client
from tests.unit.builder.test_drawing import filled
from tests.unit.connectors.servers import Request, serving

PLAN = "It greets whoever starts it and tells the team by mail."
WHY = "The step got no name. Open the step and choose the field with the name."
STEPS = [
    filled("start", "start_manual"),
    filled("greet", "set_fields", "start", fields=[{"name": "greeting", "value": "Hello"}]),
    filled("tell", "send_mail", "greet", to="<Address of the team>", subject="Hello", body="Good morning"),
]
FILLED = {
    "steps": {"steps": STEPS},
    "formula": {"formula": '"Dear " + trigger.name', "meaning": "A salutation."},
    "parties": {"parties": ["Acme"], "total": None, "date": None, "invoice_number": "R-7"},
}
"""What it fills in, by a name in the form."""
PRICE = {"input": "100000", "output": "0", "currency": "EUR"}
LONG_S = 20


class Helper:
    """A language model that knows its answers; while `held` is set it does not begin to speak."""

    def __init__(self) -> None:
        self.free = threading.Event()
        self.free.set()

    async def __call__(self, request: Request) -> bytes:
        asked = json.loads(request.body)
        await asyncio.to_thread(self.free.wait, LONG_S)
        if "response_format" not in asked:
            return said(WHY if "Explain this error" in str(asked) else PLAN)
        wanted = asked["response_format"]["json_schema"]["schema"]["properties"]
        return openai_said(json.dumps(next(answer for name, answer in FILLED.items() if name in wanted)))


def said(text: str) -> bytes:
    words = [openai_piece(content=f"{word} ") for word in text.split()]
    return openai_stream(*words, openai_piece("stop"), OPENAI_USAGE)


@pytest.fixture
def helper(owner: Client) -> Iterator[Helper]:
    """The model that helps in the workspace of the owner, for the time of a test."""
    model = Helper()
    with apart(serving(model)) as server:
        settings = f"/api/workspaces/{owner.workspace}"
        owner.patch(settings, json={"allowed_hosts": [server.host]}).raise_for_status()
        config = {"base_url": server.url("/v1"), "model": "small", "price": PRICE}
        version = {"runtime": "chat", "config": config}
        about = {"name": f"helper-{server.port}", "kind": "model", "task": "chat", "title": f"Helper {server.port}"}
        owner.post(f"{settings}/assets", json={**about, "version": version}).raise_for_status()
        owner.patch(settings, json={"help_model": about["name"]}).raise_for_status()
        yield model
        model.free.set()
        owner.patch(settings, json={"help_model": ""}).raise_for_status()


def empty(owner: Client, name: str) -> str:
    made = owner.post(f"/api/workspaces/{owner.workspace}/workflows", json={"name": name}).raise_for_status()
    return str(made.json()["id"])


def asks(owner: Client, name: str) -> str:
    """A live workflow that asks the model once."""
    asset = owner.get(f"/api/workspaces/{owner.workspace}").json()["help_model"]
    workflow = make(owner, name, row(node("ask", "extract_fields", {"asset": asset, "text": "Acme R-7"})))
    publish(owner, workflow)
    return workflow


@pytest.mark.ux(25)
@pytest.mark.ux(163)
@pytest.mark.ux(164)
@pytest.mark.ux(165)
def test_a_workflow_is_built_from_a_sentence_and_nothing_changes_before_it_is_applied(
    owner_page: Page, owner: Client, helper: Helper
) -> None:
    page, workflow = owner_page, empty(owner, "From a sentence")
    page.goto(f"/workflows/{workflow}")
    page.get_by_role("button", name="Build with AI").click()
    dialog = page.get_by_role("dialog", name="Build with AI")
    examples = dialog.get_by_role("list", name="Or begin with one of these:").get_by_role("button")
    expect(examples).to_have_count(8)
    examples.first.click()
    wish = dialog.get_by_role("textbox", name="What should the workflow do?")
    expect(wish).to_have_value("When an invoice arrives as a file, read supplier, total and date from it. If the total "
                               "is above 1,000, ask an approver; otherwise accept it. Send accounting a mail with the "
                               "result.")  # fmt: skip
    look_through(page)

    helper.free.clear()
    dialog.get_by_role("button", name="Build", exact=True).click()
    expect(dialog.get_by_text("Thinking it through")).to_be_visible()
    dialog.get_by_role("button", name="Stop").click()
    expect(page.get_by_role("status").filter(has_text="Stopped. The canvas is as it was.")).to_be_visible()
    assert owner.get(f"/api/workflows/{workflow}/draft").json()["graph"]["nodes"] == []
    assert owner.get(f"/api/workflows/{workflow}/proposals").json() == []

    helper.free.set()
    wish.fill("Greet people")
    dialog.get_by_role("button", name="Build", exact=True).click()
    expect(heading(page)).to_contain_text("Proposal")
    expect(page.get_by_text(PLAN)).to_be_visible()
    expect(page.get_by_text("One value is left for you to fill in.")).to_be_visible()
    expect(step(page, "greet")).to_be_visible()
    look_through(page)

    page.goto(f"/workflows/{workflow}")
    expect(step(page, "greet")).to_have_count(0)
    waiting = page.get_by_role("region", name="Proposal")
    waiting.get_by_role("link", name="Look at it").click()
    page.get_by_role("button", name="Apply").click()
    expect(page.get_by_role("status").filter(has_text="The proposal is the draft now.")).to_be_visible()
    expect(step(page, "greet")).to_be_visible()
    cards = page.get_by_role("region", name="Set up this workflow")
    expect(cards).to_contain_text("Address of the team")
    expect(page.get_by_role("region", name="Proposal")).to_have_count(0)
    assert owner.get(f"/api/workflows/{workflow}").json()["live_version"] is None


@pytest.mark.ux(166)
@pytest.mark.ux(167)
def test_a_failed_step_is_explained_and_without_a_model_nothing_is_offered(
    owner_page: Page, owner: Client, helper: Helper
) -> None:
    page = owner_page
    stop = node("stop", "stop_with_error", {"message": "The name is empty."})
    workflow = make(
        owner, "Fails to be explained", graph([node("start", "start_manual"), stop], [line("start", "stop")])
    )
    started = owner.post(f"/api/workflows/{workflow}/runs", json={"draft": True, "input": {}}).raise_for_status()
    run = started.json()["id"]
    assert settled(owner, run)["status"] == "failed"
    page.goto(f"/runs/{run}")
    page.get_by_role("button", name="Explain this error").click()
    told = page.get_by_role("region", name="Explanation of the error")
    expect(told).to_contain_text(WHY)
    look_through(page)
    told.get_by_role("button", name="What exactly do I change?").click()
    expect(told.get_by_text(WHY)).to_have_count(2)
    expect(told.get_by_role("button", name="How do I keep it from happening again?")).to_be_visible()

    owner.patch(f"/api/workspaces/{owner.workspace}", json={"help_model": ""}).raise_for_status()
    page.reload()
    expect(page.get_by_role("alert", name="What went wrong")).to_be_visible()
    expect(page.get_by_role("button", name="Explain this error")).to_have_count(0)
    page.goto(f"/workflows/{empty(owner, 'Without help')}")
    expect(page.get_by_role("button", name="Add first step")).to_be_visible()
    expect(page.get_by_role("button", name="Build with AI")).to_have_count(0)


@pytest.mark.ux(168)
def test_a_formula_is_written_from_words(owner_page: Page, owner: Client, helper: Helper) -> None:
    page = owner_page
    greet = node("greet", "set_fields", {"fields": [{"name": "to", "value": {"$expr": "trigger.name"}}]})
    workflow = make(owner, "Formula in words", row(greet))
    page.goto(f"/workflows/{workflow}")
    step(page, "Greet").dblclick()
    panel = page.get_by_role("region", name="Settings of Greet")
    panel.get_by_role("button", name="Describe it in words").first.click()
    asking = page.get_by_role("dialog", name="Describe it in words")
    asking.get_by_role("textbox", name="What should stand here?").fill("a salutation with the name")
    asking.get_by_role("button", name="Write formula").click()
    expect(asking.get_by_text("A salutation.")).to_be_visible()
    look_through(page)
    asking.get_by_role("button", name="Use it").click()
    expect(panel.get_by_text('"Dear " +')).to_be_visible()


@pytest.mark.ux(174)
def test_what_models_cost_is_seen_followed_and_kept_in_bounds(owner_page: Page, owner: Client, helper: Helper) -> None:
    page, name = owner_page, "Costs money"
    workflow = asks(owner, name)
    first = owner.post(f"/api/workflows/{workflow}/runs", json={"input": {}}).raise_for_status().json()["id"]
    assert settled(owner, first)["status"] == "done"
    page.goto("/usage?by=workflow")
    table = page.get_by_role("table", name="Usage by workflow")
    mine = row_with(table, name)
    expect(mine).to_contain_text("€1.00")
    look_through(page)
    mine.get_by_role("link", name=name).click()
    calls = page.get_by_role("table", name="Calls")
    expect(row_with(calls, name)).to_have_count(1)
    with page.expect_download() as download:
        page.get_by_role("link", name="Export").click()
    assert download.value.suggested_filename.startswith("usage-calls-")
    row_with(calls, name).get_by_role("link", name=name).click()
    expect(page).to_have_url(f"/runs/{first}")

    page.goto("/usage?by=budgets")
    page.get_by_role("button", name="Add budget").first.click()
    dialog = page.get_by_role("dialog", name="Add budget")
    dialog.get_by_role("radio", name="A workflow").check()
    dialog.get_by_role("combobox", name="A workflow").fill(name)
    page.get_by_role("option", name=name).click()
    dialog.get_by_role("textbox", name="Amount in EUR").fill("1")
    dialog.get_by_role("radio", name="Wait for approval").check()
    look_through(page)
    dialog.get_by_role("button", name="Save").click()
    budgets = page.get_by_role("table", name="Budgets")
    expect(row_with(budgets, name)).to_contain_text("Waits for approval")
    look_through(page)

    second = owner.post(f"/api/workflows/{workflow}/runs", json={"input": {}}).raise_for_status().json()["id"]
    waiting = settled(owner, second)
    assert waiting["status"] == "waiting"
    page.goto(f"/runs/{second}")
    step(page, "Ask").click()
    expect(page.get_by_role("complementary", name="Step")).to_contain_text("waits until an administrator allows more")

    page.get_by_role("button", name="Notifications").first.click()
    page.get_by_role("link", name=f"The budget of “{name}” is used up: steps wait for you").click()
    row_with(budgets, name).get_by_role("button", name=f"Allow more for {name}").click()
    more = page.get_by_role("dialog", name=f"Allow more for {name}")
    more.get_by_role("button", name="Allow more").click()
    expect(more.get_by_text("Say why.")).to_be_visible()
    more.get_by_role("textbox", name="Reason").fill("The fair is this week")
    more.get_by_role("button", name="Allow more").click()
    expect(row_with(budgets, name)).to_contain_text("€1.00 of €2.00")
    row_with(budgets, name).get_by_role("button", name=f"Remove the budget of {name}").click()
    page.get_by_role("dialog").get_by_role("button", name="Remove").click()
    expect(page.get_by_role("status").filter(has_text=f"The budget of {name} is removed.")).to_be_visible()


@pytest.mark.ux(183)
def test_usage_fits_a_phone(owner_phone: Page, owner: Client) -> None:
    for view in ("day", "asset", "calls", "budgets"):
        owner_phone.goto(f"/usage?by={view}")
        expect(heading(owner_phone)).to_have_text("Usage")
        expect(owner_phone.locator("[aria-busy=true]")).to_have_count(0)
        fits(owner_phone)


def test_the_model_that_helps_is_chosen_in_the_settings(owner_page: Page, owner: Client, helper: Helper) -> None:
    page = owner_page
    owner.patch(f"/api/workspaces/{owner.workspace}", json={"help_model": ""}).raise_for_status()
    page.goto("/settings")
    choice = page.get_by_role("combobox", name="Model for help")
    expect(choice).to_have_value("No help from a language model")
    choice.click()
    page.get_by_role("option", name="Helper ").first.click()
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("status").filter(has_text="Settings saved.")).to_be_visible()
    settings: dict[str, Any] = owner.get(f"/api/workspaces/{owner.workspace}").json()
    assert settings["help_model"].startswith("helper-")
