"""How long data stays, what is blacked out of it, where steps may send it, and what a connection is for."""

from __future__ import annotations

import time
import uuid
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.reading import heading, row_with
from tests.browser.starting import make, publish, settled
from tests.browser.test_accessibility import look_through
from tests.browser.test_phone import fits
from tests.integration.runs.graphs import graph, line, node
from tests.running import Client

SWEPT_SECONDS = 30
SECRET = "canary-b41f9c77e0"


@pytest.fixture
def rules(owner: Client) -> Iterator[dict[str, Any]]:
    """The rules of the workspace, put back afterwards."""
    address = f"/api/workspaces/{owner.workspace}"
    before = owner.get(address).raise_for_status().json()
    names = ("keep_days", "data_hold", "redact", "personal_fields", "encrypt_data", "outside", "denied_hosts")
    yield before
    owner.patch(address, json={name: before[name] for name in names}).raise_for_status()


def card(page: Page, name: str) -> Locator:
    return page.get_by_role("region", name=name)


def saved(page: Page, name: str) -> None:
    button = card(page, name).get_by_role("button", name=f"Save {name}")
    button.click()
    expect(button).to_be_disabled()


def cleared(owner: Client, run: str) -> dict[str, Any]:
    """The run once the sweep has come by."""
    until = time.monotonic() + SWEPT_SECONDS
    while time.monotonic() < until:
        found: dict[str, Any] = owner.get(f"/api/runs/{run}").json()
        if found["erased"] or found["redacted"]:
            return found
        time.sleep(0.2)
    raise AssertionError(f"Nothing became of the data of run {run} in {SWEPT_SECONDS} s.")


@pytest.mark.ux(112)
def test_an_admin_says_how_long_data_stays_and_where_steps_may_send_it(
    owner_page: Page, owner: Client, rules: dict[str, Any], owner_phone: Page
) -> None:
    page = owner_page
    page.goto("/settings")
    page.get_by_role("navigation", name="Settings").get_by_role("link", name="Data protection").click()
    expect(heading(page)).to_have_text("Data protection")
    keeping = card(page, "Keeping")
    keeping.get_by_role("textbox", name="Days after the end of a run").fill("3000")
    keeping.get_by_role("textbox", name="Legal hold").fill("Case 4711")
    saved(page, "Keeping")
    card(page, "Personal data").get_by_role("checkbox", name="Card numbers").check()
    saved(page, "Personal data")
    outside = card(page, "Calls to the outside")
    denied = outside.get_by_label("May never be called").first
    denied.fill("*.blocked.example")
    denied.press("Enter")
    outside.get_by_role("radio", name="Only what is listed").check()
    expect(outside.get_by_label("May be called").first).to_be_visible()
    outside.get_by_role("radio", name="Everything").check()
    saved(page, "Calls to the outside")
    look_through(page)
    page.reload()
    expect(keeping.get_by_role("textbox", name="Days after the end of a run")).to_have_value("3000")
    expect(keeping.get_by_role("textbox", name="Legal hold")).to_have_value("Case 4711")
    expect(outside).to_contain_text("*.blocked.example")
    kept = owner.get(f"/api/workspaces/{owner.workspace}").json()
    assert (kept["keep_days"], kept["data_hold"], kept["redact"]) == (3000, "Case 4711", ["card"])
    assert kept["denied_hosts"] == [*rules["denied_hosts"], "*.blocked.example"]
    owner_phone.goto("/settings/data")
    expect(heading(owner_phone)).to_have_text("Data protection")
    fits(owner_phone)


@pytest.mark.ux(112)
def test_a_builder_lets_a_workflow_keep_nothing_and_the_run_says_so(owner_page: Page, owner: Client) -> None:
    page, mark = owner_page, uuid.uuid4().hex[:6]
    begin = node("start", "start_manual", {"fields": [{"key": "text", "label": "Text", "type": "text"}]})
    say = node("say", "set_fields", {"fields": [{"name": "said", "value": {"$expr": "start.text"}}]})
    places = [{**step, "position": {"x": 320 * at, "y": 0}} for at, step in enumerate((begin, say))]
    workflow = make(owner, f"Short memory {mark}", graph(places, [line("start", "say")]))
    publish(owner, workflow)
    page.goto(f"/workflows/{workflow}")
    page.get_by_role("button", name="More").first.click()
    page.get_by_role("menuitem", name="Workflow settings").click()
    dialog = page.get_by_role("dialog", name="Workflow settings")
    dialog.get_by_role("switch", name="Keep the data of runs that end well").uncheck()
    dialog.get_by_role("button", name="Save", exact=True).click()
    expect(dialog).to_have_count(0)
    assert owner.get(f"/api/workflows/{workflow}").json()["keep_none"] is True
    started = owner.post(f"/api/workflows/{workflow}/runs", json={"input": {"text": SECRET}}).raise_for_status()
    run = str(started.json()["id"])
    assert settled(owner, run)["status"] == "done"
    assert cleared(owner, run)["erased"]["rule"] == "success"
    page.goto(f"/runs/{run}")
    notice = page.get_by_role("alert").filter(has_text="The data of this run was deleted")
    expect(notice).to_contain_text("keeps no data of runs that end well")
    expect(page.locator("body")).not_to_contain_text(SECRET)
    look_through(page)


def test_a_run_says_which_personal_data_was_blacked_out(owner_page: Page, owner: Client) -> None:
    page, mark = owner_page, uuid.uuid4().hex[:6]
    begin = node("start", "start_manual", {"fields": [{"key": "who", "label": "Who", "type": "text"}]})
    workflow = make(owner, f"Discreet {mark}", graph([{**begin, "position": {"x": 0, "y": 0}}], []))
    owner.patch(f"/api/workflows/{workflow}", json={"personal_fields": ["who"]}).raise_for_status()
    publish(owner, workflow)
    started = owner.post(f"/api/workflows/{workflow}/runs", json={"input": {"who": SECRET}}).raise_for_status()
    run = str(started.json()["id"])
    settled(owner, run)
    assert cleared(owner, run)["redacted"]["counts"] == {"field:who": 1}
    page.goto(f"/runs/{run}")
    expect(page.get_by_role("alert").filter(has_text="Personal data was blacked out")).to_contain_text(
        "the field “who”"
    )


@pytest.mark.ux(70)
def test_a_connection_is_limited_and_gets_a_new_secret_that_nobody_sees(
    page_of: Callable[..., Page], owner: Client
) -> None:
    mark = uuid.uuid4().hex[:6]
    page = page_of(f"Cora {mark}", "connection_manager", "builder")
    page.goto("/connections")
    page.get_by_role("button", name="Add connection").first.click()
    adding = page.get_by_role("dialog", name="Add connection")
    adding.get_by_role("textbox", name="Name").fill(f"CRM {mark}")
    adding.get_by_label("Token", exact=True).fill("first-" + SECRET)
    hosts = adding.get_by_label("Used only with").first
    hosts.fill("crm.example.com")
    hosts.press("Enter")
    adding.get_by_role("button", name="Add", exact=True).click()
    row = row_with(page.get_by_role("table", name="Connections"), f"CRM {mark}")
    expect(row).to_contain_text("Every step")
    row.get_by_role("button", name=f"Change CRM {mark}").click()
    dialog = page.get_by_role("dialog", name=f"Change “CRM {mark}”")
    dialog.get_by_label("Kinds of steps").first.click()
    page.get_by_role("option", name="HTTP request").click()
    dialog.get_by_label("New: Token").fill("second-" + SECRET)
    look_through(page)
    dialog.get_by_role("button", name="Save", exact=True).click()
    expect(dialog).to_have_count(0)
    expect(row).to_contain_text("1 kind of steps")
    page.reload()
    expect(row).to_contain_text("1 kind of steps")
    assert SECRET not in page.content()
