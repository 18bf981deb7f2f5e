"""What takes a second person: asked for where the work is done, decided on one page, and seen in what ran."""

from __future__ import annotations

import re
import uuid
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests.browser.reading import heading, row_with
from tests.browser.starting import make, settled
from tests.browser.test_accessibility import look_through
from tests.browser.test_replacement import fits_on_a_phone
from tests.browser.watch import Watch
from tests.running import Client, Product

GREETING: dict[str, Any] = {
    "schema": "graph@1",
    "nodes": [
        {
            "key": "start",
            "type": "start_manual",
            "name": "Start by hand",
            "config": {"fields": []},
            "position": {"x": 0, "y": 0},
        },
        {
            "key": "greet",
            "type": "set_fields",
            "name": "Greet",
            "config": {"fields": [{"name": "greeting", "value": "hello"}]},
            "position": {"x": 336, "y": 0},
        },
    ],
    "edges": [{"id": "a", "source": "start", "source_port": "out", "target": "greet"}],
    "notes": [],
}


@pytest.fixture
def people(product: Product, owner: Client) -> Iterator[Callable[..., Client]]:
    """New people without the screen, to be given one by `open_for`."""
    joined: list[Client] = []

    def join(name: str, *roles: str) -> Client:
        joined.append(product.join(owner, name, *roles))
        return joined[-1]

    yield join
    for one in joined:
        one.close()


@pytest.fixture
def open_for(new_context: Callable[..., BrowserContext]) -> Callable[..., Page]:
    def opened(person: Client) -> Page:
        return new_context(storage_state=person.storage_state()).new_page()

    return opened


@pytest.fixture
def second(owner: Client, people: Callable[..., Client]) -> Iterator[Client]:
    """Another administrator of a workspace in which a second person is the rule, until the test ends."""
    person = people("Sven Second", "admin", "publisher")
    place = f"/api/workspaces/{owner.workspace}"
    hosts = owner.patch(place, json={"four_eyes": "required"}).raise_for_status().json()["allowed_hosts"]
    yield person
    wish = {"four_eyes": "self_with_reason", "reason": "The test is over"}
    for request in owner.patch(place, json=wish).raise_for_status().json()["requests"]:
        seen = person.get(f"/api/requests/{request}").json()["content_hash"]
        agreed = {"approve": True, "content_hash": seen}
        person.post(f"/api/requests/{request}/decide", json=agreed).raise_for_status()
    owner.patch(place, json={"allowed_hosts": hosts}).raise_for_status()


def unique(name: str) -> str:
    return f"{name} {uuid.uuid4().hex[:8]}"


def test_a_builder_asks_a_publisher_agrees_and_it_runs_as_the_builder(
    owner: Client, owner_page: Page, people: Callable[..., Client], open_for: Callable[..., Page]
) -> None:
    builder, publisher = people("Bea Builder", "builder"), people("Pablo Publisher", "publisher")
    title = unique("Greeting")
    workflow = make(builder, title, GREETING)
    page = open_for(builder)
    page.goto(f"/workflows/{workflow}")
    page.get_by_role("button", name="Publish", exact=True).click()
    dialog = page.get_by_role("dialog", name="Publish this workflow")
    expect(dialog.get_by_role("combobox", name="Runs as")).to_have_value("Bea Builder (you)")
    dialog.get_by_role("button", name="Ask for approval").click()
    expect(dialog.get_by_text("A reason is needed.")).to_be_visible()
    look_through(page)
    dialog.get_by_role("textbox", name="Why should it go live?").fill("Customers wait for it")
    dialog.get_by_role("button", name="Ask for approval").click()
    expect(dialog).to_have_count(0)
    waiting = page.get_by_role("link", name="Waits for approval")
    expect(waiting).to_be_visible()
    look_through(page)
    waiting.click()
    expect(heading(page)).to_have_text(f"Publish “{title}”")
    expect(page.get_by_text("Somebody else has to decide")).to_be_visible()

    decider = open_for(publisher)
    decider.goto("/")
    decider.get_by_role("region", name=re.compile("waits? for you")).get_by_role("link", name="All requests").click()
    expect(heading(decider)).to_have_text("Requests")
    look_through(decider)
    fits_on_a_phone(decider)
    decider.get_by_role("link", name=f"Publish “{title}”").click()
    expect(heading(decider)).to_have_text(f"Publish “{title}”")
    expect(decider.get_by_text("Customers wait for it")).to_be_visible()
    expect(decider.get_by_text("It runs as Bea Builder.")).to_be_visible()
    look_through(decider)
    fits_on_a_phone(decider)
    decider.get_by_role("button", name="Approve").click()
    decider.get_by_role("dialog").get_by_role("button", name="Approve").click()
    expect(decider.get_by_text("Pablo Publisher agreed")).to_be_visible()

    shown = owner.get(f"/api/workflows/{workflow}").json()
    assert (shown["status"], shown["version"]) == ("live", 1)
    owner_page.goto(f"/workflows/{workflow}/versions/{shown['live_version']['id']}")
    expect(owner_page.get_by_role("link", name="Approved by Pablo Publisher")).to_be_visible()
    expect(owner_page.get_by_text("Runs as Bea Builder")).to_be_visible()
    look_through(owner_page)
    run = owner.post(f"/api/workflows/{workflow}/runs", json={"input": {}}).raise_for_status().json()["id"]
    assert settled(owner, run)["status"] == "done"
    owner_page.goto(f"/runs/{run}")
    expect(owner_page.get_by_text("Runs as Bea Builder")).to_be_visible()


def test_somebody_is_asked_to_let_it_run_as_them_and_a_change_ends_that(
    owner_page: Page, people: Callable[..., Client], open_for: Callable[..., Page], owner: Client
) -> None:
    name = f"Lena {uuid.uuid4().hex[:6]}"
    lender = people(name, "builder", "publisher")
    title = unique("Lent")
    workflow = make(owner, title, GREETING)
    owner_page.goto(f"/workflows/{workflow}")
    owner_page.get_by_role("button", name="Publish", exact=True).click()
    dialog = owner_page.get_by_role("dialog", name="Publish this workflow")
    dialog.get_by_role("combobox", name="Runs as").click()
    owner_page.get_by_role("option", name=name).click()
    expect(dialog.get_by_text(f"{name} has to agree to this content first.")).to_be_visible()
    dialog.get_by_role("textbox", name="Why should it go live?").fill("You know these customers")
    dialog.get_by_role("button", name=f"Ask {name}").click()
    expect(owner_page.get_by_role("status").filter(has_text=f"{name} was asked.")).to_be_visible()

    page = open_for(lender)
    page.goto("/requests")
    page.get_by_role("link", name=f"Let “{title}” run as {name}").click()
    look_through(page)
    page.get_by_role("button", name="Agree").click()
    page.get_by_role("dialog").get_by_role("button", name="Agree").click()
    expect(page.get_by_text(f"{name} agreed")).to_be_visible()

    owner_page.get_by_role("button", name="Publish", exact=True).click()
    dialog.get_by_role("combobox", name="Runs as").click()
    owner_page.get_by_role("option", name=f"{name} (has agreed)").click()
    dialog.get_by_role("textbox", name="What has changed?").fill("First version")
    dialog.get_by_role("button", name="Publish", exact=True).click()
    expect(dialog).to_have_count(0)
    live = owner.get(f"/api/workflows/{workflow}/versions").json()["results"][0]
    assert live["runs_as"]["name"] == name


def test_a_rule_waits_for_a_second_person(
    owner: Client, owner_page: Page, second: Client, open_for: Callable[..., Page], watch: Watch
) -> None:
    watch.expect_answer(422, f"/workspaces/{owner.workspace}")  # it wants to know why
    host = f"erp-{uuid.uuid4().hex[:6]}.local:8080"
    owner_page.goto("/settings/data")
    card = owner_page.get_by_role("region", name="Calls to the outside")
    card.get_by_role("combobox", name="Allowed private hosts").fill(host)
    owner_page.keyboard.press("Enter")
    card.get_by_role("button", name=re.compile("^Save")).click()
    why = owner_page.get_by_role("dialog", name="A second person has to agree")
    look_through(owner_page)
    why.get_by_role("textbox", name="Why").fill("The new system")
    why.get_by_role("button", name="Ask", exact=True).click()
    expect(owner_page.get_by_role("status").filter(has_text="waits for a second person")).to_be_visible()
    assert host not in owner.get(f"/api/workspaces/{owner.workspace}").json()["allowed_hosts"]

    page = open_for(second)
    page.goto("/")
    page.get_by_role("button", name=re.compile("^Notifications, ")).click()
    page.get_by_role("link", name=re.compile("Let steps call further hosts")).first.click()
    expect(page.get_by_role("region", name="Private hosts that steps may call")).to_contain_text(host)
    look_through(page)
    fits_on_a_phone(page)
    page.get_by_role("button", name="Approve").click()
    page.get_by_role("dialog").get_by_role("button", name="Approve").click()
    expect(page.get_by_text("Sven Second agreed")).to_be_visible()
    assert host in owner.get(f"/api/workspaces/{owner.workspace}").json()["allowed_hosts"]


def test_what_one_person_did_alone_is_listed_with_the_reason(
    owner: Client, people: Callable[..., Client], open_for: Callable[..., Page]
) -> None:
    title, reason = unique("Alone"), unique("Nobody else is here")
    workflow = make(owner, title, GREETING)
    owner.post(f"/api/workflows/{workflow}/publish", json={"note": reason}).raise_for_status()
    page = open_for(people("Anna Auditor", "auditor"))
    page.goto("/audit")
    page.get_by_role("navigation", name="Pages of the audit").get_by_role("link", name="Reports").click()
    page.get_by_role("combobox", name="Report").click()
    page.get_by_role("option", name="Own work approved").click()
    row = row_with(page.get_by_role("table", name="Own work approved"), reason)
    expect(row).to_contain_text("Wrote and published")
    expect(row.get_by_role("link", name=title)).to_be_visible()
    look_through(page)
    fits_on_a_phone(page)
