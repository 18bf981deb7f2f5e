"""Setting up one step: what comes in, dragging it onto settings, what they give, trying it, samples, accounts."""

from __future__ import annotations

import json
import re
import threading
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.drawing import line
from tests.browser.reading import step
from tests.browser.starting import make, save
from tests.browser.test_editor import saved
from tests.integration.runs.outside import Outside
from tests.running import Client

ROWS = [
    {"name": "Pen", "amount": 5, "due date": "2026-03-01"},
    {"name": "Ink", "amount": 7, "due date": "2026-04-01"},
    {"name": "Book", "amount": 12, "due date": "2026-05-01"},
]
CUSTOMER = {"full name": "Ada Lovelace", "city": "London"}


def node(key: str, type: str, x: int, name: str, config: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"key": key, "type": type, "name": name, "config": config, "position": {"x": x, "y": 0}, **more}


def value(name: str, given: Any) -> dict[str, Any]:
    return {"name": name, "value": given}


START = node("start", "start_manual", 0, "By hand", {"fields": []})
FIELDS = [value("rows", ROWS), value("customer", CUSTOMER), value("urgent", True)]
ORDERS = node("orders", "set_fields", 300, "Read orders", {"fields": FIELDS})
MAIL = node("mail", "compose_message", 600, "Write mail", {"subject": "Dear friend", "body": "Hello"})
FRAME = {"width": 648, "height": 216}
EACH = node("each", "for_each", 900, "For each order", {"items": {"$expr": "orders.rows"}}, size=FRAME)
PRICE = node("price", "set_fields", 36, "Price it", {"fields": [value("total", "")]}, parent="each")
GRAPH = {
    "schema": "graph@1",
    "nodes": [START, ORDERS, MAIL, EACH, PRICE],
    "edges": [line("start", "orders"), line("orders", "mail"), line("mail", "each")],
    "notes": [],
}
CALL = node("call", "http_request", 300, "Ask the CRM", {"url": "https://crm.example.com/contacts"})


@pytest.fixture
def workflow(owner: Client) -> Iterator[str]:
    workflow = make(owner, "Orders of the month", GRAPH)
    yield workflow
    # How a person likes the panel is remembered, and would change what the next test meets.
    owner.patch("/api/me", json={"preferences": {"panel_wide": False, "data_view": "table"}}).raise_for_status()


def opened(page: Page, name: str) -> Locator:
    step(page, name).dblclick()
    panel = page.get_by_role("region", name=f"Settings of {name}")
    expect(panel).to_be_visible()
    return panel


def widened(panel: Locator) -> tuple[Locator, Locator]:
    """What comes in and what comes out."""
    panel.get_by_role("button", name="Show what comes in and out").click()
    return panel.get_by_role("region", name="In", exact=True), panel.get_by_role("region", name="Out", exact=True)


def with_data(panel: Locator) -> Locator:
    incoming, _ = widened(panel)
    incoming.get_by_role("button", name="Run these steps").click()
    expect(incoming.get_by_role("table", name="Read orders")).to_be_visible()
    return incoming


def result(panel: Locator, setting: str) -> Locator:
    """What the setting gives, under it."""
    return panel.locator("div").filter(has=panel.page.get_by_text(setting, exact=True)).get_by_role("status").last


def kept(owner: Client, workflow: str, key: str, setting: str) -> Any:
    graph = owner.get(f"/api/workflows/{workflow}/draft").json()["graph"]
    return next(one for one in graph["nodes"] if one["key"] == key)["config"][setting]


@pytest.mark.ux(63, 64, 85)
def test_a_step_opens_beside_the_canvas_shows_in_and_out_and_leaves_the_view_as_it_was(
    owner_page: Page, owner: Client, workflow: str
) -> None:
    page = owner_page
    page.goto(f"/workflows/{workflow}")
    step(page, "Read orders").hover()  # waits until the canvas stands still
    view = page.locator(".react-flow__viewport")
    before = view.get_attribute("style")
    step(page, "Read orders").click()
    page.keyboard.press("Enter")
    panel = page.get_by_role("region", name="Settings of Read orders")
    incoming, outgoing = widened(panel)
    boxes = [one.bounding_box() for one in (incoming, panel.get_by_text("Fields", exact=True).first, outgoing)]
    places = [box["x"] for box in boxes if box]
    assert len(places) == 3
    assert places == sorted(places)
    expect(outgoing).to_contain_text("Test this step to see its data.")
    panel.get_by_role("button", name="Next step: Write mail").click()
    panel = page.get_by_role("region", name="Settings of Write mail")
    expect(panel.get_by_role("region", name="Out", exact=True)).to_be_visible()
    panel.get_by_role("button", name="Help for this step").click()
    about = panel.get_by_role("region", name="About “Compose message”")
    expect(about).to_contain_text("Version 1")
    panel.get_by_role("button", name="Previous step: Read orders").click()
    page.get_by_role("region", name="Settings of Read orders").get_by_role("button", name="Close", exact=True).click()
    expect(page.get_by_role("region", name=re.compile("^Settings of"))).to_have_count(0)
    expect(view).to_have_attribute("style", before or "")


@pytest.mark.ux(64)
def test_the_panel_is_as_wide_as_the_person_drew_it(owner_page: Page, owner: Client, workflow: str) -> None:
    page = owner_page
    page.goto(f"/workflows/{workflow}")
    panel = opened(page, "Write mail")
    edge = panel.get_by_role("separator", name="Width of the panel")
    expect(edge).to_have_attribute("aria-valuenow", "400")
    edge.focus()
    with page.expect_response("**/api/me"):
        page.keyboard.press("ArrowLeft")
    expect(edge).to_have_attribute("aria-valuenow", "420")
    page.reload()
    box = opened(page, "Write mail").bounding_box()
    assert box is not None
    assert box["width"] == 420
    owner.patch("/api/me", json={"preferences": {"panel_width": 400}}).raise_for_status()


@pytest.mark.ux(71, 72, 73, 74, 75, 76, 77)
def test_values_are_dragged_onto_settings_and_their_result_is_seen_at_once(
    owner_page: Page, owner: Client, workflow: str
) -> None:
    page = owner_page
    page.goto(f"/workflows/{workflow}")
    panel = opened(page, "Write mail")
    incoming, _ = widened(panel)
    expect(incoming).to_contain_text("Will run: By hand, Read orders")
    incoming.get_by_role("button", name="Run these steps").click()
    orders = incoming.get_by_role("table", name="Read orders")

    # A record on a text asks which of its fields is meant; the place in the text is the one pointed at.
    subject = panel.get_by_role("textbox", name="Subject")
    orders.get_by_text("Customer", exact=True).hover()
    page.mouse.down()
    box = subject.bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + 47, box["y"] + 12, steps=5)
    page.mouse.move(box["x"] + 48, box["y"] + 14)
    targets = panel.locator("[data-target]")
    expect(targets).to_have_count(3)
    assert targets.first.evaluate("one => getComputedStyle(one).outlineStyle") == "dashed"
    page.mouse.up()
    expect(targets).to_have_count(0)
    page.get_by_role("menuitem", name="Its field Full name").click()
    expect(panel.get_by_role("textbox", name="Subject")).to_contain_text("Read orders › Customer › Full name")
    expect(panel).to_contain_text(re.compile("Gives Dear ?Ada Lovelace ?friend"))
    saved(page)
    text = kept(owner, workflow, "mail", "subject")["$text"]
    assert re.fullmatch(r'Dear ?\{\{ orders\.customer\["full name"\] \}\} ?friend', text)

    # A list is joined, never written as it is.
    orders.get_by_text("Rows", exact=True).drag_to(panel.get_by_role("textbox", name="To", exact=True))
    page.get_by_role("menuitem", name="Name of all rows, joined Pen, Ink, Book").click()
    expect(panel).to_contain_text("Gives Pen, Ink, Book")
    expect(panel).not_to_contain_text("[object")


@pytest.mark.ux(71, 72)
def test_even_a_switch_takes_a_dragged_value(owner_page: Page, owner: Client, workflow: str) -> None:
    page = owner_page
    approval = node("ask", "approval", 600, "Ask the boss", {"title": "Please look"})
    save(
        owner,
        workflow,
        {**GRAPH, "nodes": [START, ORDERS, approval], "edges": [line("start", "orders"), line("orders", "ask")]},
    )
    page.goto(f"/workflows/{workflow}")
    panel = opened(page, "Ask the boss")
    incoming = with_data(panel)
    panel.get_by_role("button", name="More options").click()
    switch = panel.get_by_role("switch", name="A rejection needs a comment")
    incoming.get_by_text("Urgent", exact=True).drag_to(switch, force=True)
    expect(panel).to_contain_text("Gives true")
    saved(page)
    assert kept(owner, workflow, "ask", "comment_on_reject") == {"$expr": "orders.urgent"}


@pytest.mark.ux(71, 74)
def test_pointing_at_a_row_shows_what_that_row_gives(owner_page: Page, owner: Client, workflow: str) -> None:
    page = owner_page
    page.goto(f"/workflows/{workflow}")
    panel = opened(page, "Price it")
    incoming = with_data(panel)
    items = incoming.get_by_role("table", name="Items of For each order")
    items.get_by_text("Amount", exact=True).drag_to(panel.get_by_role("textbox", name="Value"))
    gives = panel.get_by_role("status").filter(has_text=re.compile(r"gives \d|Gives \d"))
    expect(gives).to_have_text("Gives 5")
    items.get_by_role("row").nth(2).hover()
    expect(gives).to_have_text("Row 2 gives 7")
    items.get_by_role("button", name="Try with row 3").focus()
    expect(gives).to_have_text("Row 3 gives 12")
    page.keyboard.press("Enter")
    panel.get_by_role("textbox", name="Name", exact=True).focus()
    panel.get_by_role("heading", name="In", exact=True).hover()
    expect(gives).to_have_text("Row 3 gives 12")
    saved(page)
    assert kept(owner, workflow, "price", "fields") == [value("total", {"$expr": "item.amount"})]


@pytest.mark.ux(65)
def test_a_loose_step_says_so_and_is_connected_from_the_panel(owner_page: Page, owner: Client, workflow: str) -> None:
    page = owner_page
    save(owner, workflow, {**GRAPH, "nodes": [START, ORDERS, MAIL], "edges": [line("start", "orders")]})
    page.goto(f"/workflows/{workflow}")
    incoming, _ = widened(opened(page, "Write mail"))
    expect(incoming).to_contain_text("Nothing connected")
    incoming.get_by_role("button", name="Connect to a step").click()
    page.get_by_role("menuitem", name="Read orders").click()
    expect(page.get_by_role("img", name="Line from Read orders to Write mail")).to_be_attached()
    expect(incoming.get_by_role("region", name="Read orders")).to_be_visible()


@pytest.mark.ux(64)
def test_how_data_is_looked_at_is_remembered_for_the_person(owner_page: Page, owner: Client, workflow: str) -> None:
    page = owner_page
    page.goto(f"/workflows/{workflow}")
    panel = opened(page, "Write mail")
    incoming = with_data(panel)
    with page.expect_response("**/api/me"):
        incoming.get_by_text("JSON", exact=True).click()
    expect(incoming.get_by_role("region", name="Read orders").last).to_contain_text('"full name": "Ada Lovelace"')
    page.reload()
    panel = opened(page, "Write mail")
    expect(panel.get_by_role("region", name="In", exact=True).get_by_role("radio", name="JSON").first).to_be_checked()


@pytest.mark.ux(79, 80, 81)
def test_a_step_is_tested_and_a_sample_of_it_is_kept_written_and_forgotten(
    owner_page: Page, owner: Client, workflow: str
) -> None:
    page = owner_page
    page.goto(f"/workflows/{workflow}")
    panel = opened(page, "Read orders")
    _, outgoing = widened(panel)
    panel.get_by_role("button", name="Test step").click()
    expect(panel.get_by_role("status").filter(has_text="Test done in")).to_be_visible()
    expect(outgoing.get_by_role("table", name="Read orders")).to_contain_text("Ada Lovelace")

    outgoing.get_by_role("button", name="Keep this sample").click()
    expect(step(page, "Read orders").get_by_role("img", name="Sample kept")).to_be_visible()
    outgoing.get_by_role("button", name="Edit sample").click()
    editor = page.get_by_role("dialog", name="Sample of Read orders")
    text = editor.get_by_role("textbox", name="Data")
    text.fill('{"rows": [1,')
    expect(editor).to_contain_text("This is not valid JSON: look at line 1.")
    text.fill(json.dumps("x" * 270_000))
    expect(editor).to_contain_text("This is more than 256 KB, the most a sample can hold.")
    text.fill("Name\tAmount\nPaper\t3\nGlue\t4")
    expect(editor.get_by_role("region", name="How it is understood")).to_contain_text("2 rows")
    editor.get_by_role("button", name="Keep this sample").click()
    expect(editor).to_have_count(0)
    expect(outgoing.get_by_role("table", name="Read orders")).to_contain_text("Paper")
    assert owner.get(f"/api/workflows/{workflow}/samples").json() == {
        "orders": [{"Name": "Paper", "Amount": 3}, {"Name": "Glue", "Amount": 4}]
    }
    outgoing.get_by_role("button", name="Clear sample").click()
    expect(step(page, "Read orders").get_by_role("img", name="Sample kept")).to_have_count(0)


@pytest.mark.ux(79)
def test_a_test_that_fails_says_why_and_how_long_it_took(owner_page: Page, owner: Client, workflow: str) -> None:
    page = owner_page
    stop = node("stop", "stop_with_error", 300, "Give up", {"message": "The till is empty."})
    save(owner, workflow, {**GRAPH, "nodes": [START, stop], "edges": [line("start", "stop")]})
    page.goto(f"/workflows/{workflow}")
    panel = opened(page, "Give up")
    panel.get_by_role("button", name="Test step").click()
    expect(panel.get_by_role("status").filter(has_text="Test failed after")).to_be_visible()
    expect(panel.get_by_role("alert").filter(has_text="It failed in the last run")).to_contain_text(
        "The till is empty."
    )


@pytest.fixture
def crm(owner: Client) -> Iterator[Outside]:
    """Another system inside the private network, which the workspace lets steps reach."""
    server = Outside()
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    settings = f"/api/workspaces/{owner.workspace}"
    before = owner.get(settings).json()["allowed_hosts"]
    owner.patch(settings, json={"allowed_hosts": [*before, server.host]}).raise_for_status()
    yield server
    owner.patch(settings, json={"allowed_hosts": before}).raise_for_status()
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.mark.ux(67, 69, 70)
def test_an_account_is_connected_and_tried_without_leaving_the_step(
    owner_page: Page, owner: Client, page_of: Callable[..., Page], workflow: str, crm: Outside
) -> None:
    page = owner_page
    call = node("call", "http_request", 300, "Ask the CRM", {"url": crm.url("contacts")})
    save(owner, workflow, {**GRAPH, "nodes": [START, call], "edges": [line("start", "call")]})
    page.goto(f"/workflows/{workflow}")
    panel = opened(page, "Ask the CRM")
    panel.get_by_role("button", name="More options").click()
    panel.get_by_role("button", name="Connect an account").click()
    dialog = page.get_by_role("dialog", name="Add connection")
    dialog.get_by_role("textbox", name="Name").fill("Demo CRM")
    dialog.get_by_label("Token").fill("s3cr3t-ABC")
    expect(dialog).to_contain_text(crm.host)
    dialog.get_by_role("button", name="Connect").click()
    trial = page.get_by_role("dialog", name="Try Demo CRM")
    expect(trial.get_by_role("textbox", name="Address to read")).to_have_value(crm.url("contacts"))
    crm.answers["contacts"] = 401
    trial.get_by_role("button", name="Try it").click()
    expect(trial.get_by_role("status")).to_contain_text("refused the account (status 401)")
    crm.answers["contacts"] = 200
    trial.get_by_role("button", name="Try again").click()
    expect(trial.get_by_role("status")).to_contain_text("let it in (status 200)")
    trial.get_by_role("button", name="Done").click()
    chosen = panel.get_by_role("combobox", name="Connection")
    expect(chosen).to_have_value("Demo CRM")
    saved(page)
    connection = kept(owner, workflow, "call", "credential")
    assert "s3cr3t-ABC" not in page.content()

    # The only one for an address is chosen by itself; "none" stays an answer.
    save(owner, workflow, {**GRAPH, "nodes": [START, call], "edges": [line("start", "call")]})
    page.reload()
    panel = opened(page, "Ask the CRM")
    panel.get_by_role("button", name="More options").click()
    expect(panel.get_by_role("combobox", name="Connection")).to_have_value("Demo CRM")
    saved(page)
    assert kept(owner, workflow, "call", "credential") == connection
    panel.get_by_role("button", name="Connection: give its ID instead").click()
    expect(panel.get_by_role("textbox", name="Connection")).to_have_value(connection)
    panel.get_by_role("button", name="Connection: choose from the list").click()
    with page.expect_response("**/credentials*"):
        panel.get_by_role("button", name="Connection: read the list again").click()

    viewer = page_of("Vic Viewer", "viewer")
    viewer.goto(f"/workflows/{workflow}")
    panel = opened(viewer, "Ask the CRM")
    panel.get_by_role("button", name="More options").click()
    hidden = panel.get_by_role("combobox", name="Connection")
    expect(hidden).to_be_disabled()
    expect(hidden).to_have_value("A connection is chosen")
    assert "Demo CRM" not in viewer.content()
    owner.delete(f"/api/credentials/{connection}").raise_for_status()


@pytest.mark.ux(66, 82)
def test_few_settings_come_first_and_the_rest_waits_under_more_options(
    owner_page: Page, owner: Client, workflow: str
) -> None:
    page = owner_page
    save(owner, workflow, {**GRAPH, "nodes": [START, CALL], "edges": [line("start", "call")]})
    page.goto(f"/workflows/{workflow}")
    panel = opened(page, "Ask the CRM")
    expect(panel.get_by_role("combobox", name="Method")).to_be_visible()
    expect(panel.get_by_role("textbox", name="Address")).to_be_visible()
    expect(panel.get_by_role("switch", name="Fail if the other system refuses")).to_have_count(0)
    panel.get_by_role("button", name="More options").click()
    expect(panel.get_by_role("switch", name="Fail if the other system refuses")).to_be_checked()
    panel.get_by_role("textbox", name="Tries").fill("3")
    panel.get_by_role("textbox", name="Time limit").last.fill("20")
    panel.get_by_role("combobox", name="If it fails").click()
    page.get_by_role("option", name="Go on with another value").click()
    panel.get_by_role("textbox", name="Note").fill("Asks for the newest contacts")
    saved(page)
    call = next(
        one for one in owner.get(f"/api/workflows/{workflow}/draft").json()["graph"]["nodes"] if one["key"] == "call"
    )
    assert (call["policy"]["retry"]["attempts"], call["policy"]["timeout_s"]) == (3, 20)
    assert (call["policy"]["on_error"], call["note"]) == ("continue", "Asks for the newest contacts")


@pytest.mark.ux(56)
def test_what_is_missing_is_said_once_the_field_was_left(owner_page: Page, owner: Client, workflow: str) -> None:
    page = owner_page
    page.goto(f"/workflows/{workflow}")
    page.get_by_role("button", name="Add step after For each order").click()
    page.get_by_role("textbox", name="Search steps").fill("approval")
    page.keyboard.press("Enter")
    panel = page.get_by_role("region", name="Settings of Approval")
    saved(page)
    badge = step(page, "Approval").get_by_role("img", name="1 problem")
    panel.get_by_role("textbox", name="Title").click()
    panel.get_by_role("textbox", name="Title").fill("Look at this")
    panel.get_by_role("textbox", name="Title").fill("")
    saved(page)
    expect(panel.get_by_role("alert")).to_have_count(0)
    expect(badge).to_have_count(0)
    panel.get_by_role("textbox", name="Instructions").click()
    expect(panel.get_by_role("alert")).to_have_count(1)
    expect(badge).to_be_visible()


@pytest.mark.ux(68)
def test_fields_of_another_workflow_are_listed_and_mapped_by_name(
    owner_page: Page, owner: Client, workflow: str
) -> None:
    page = owner_page
    fields = [
        {"key": "city", "label": "City", "type": "text", "required": True},
        {"key": "amount", "label": "Amount", "type": "number"},
    ]
    other = make(
        owner, "Book it", {**GRAPH, "nodes": [node("s", "start_manual", 0, "Ask", {"fields": fields})], "edges": []}
    )
    owner.patch(f"/api/workflows/{other}", json={"callable_by": "workspace"}).raise_for_status()
    owner.post(f"/api/workflows/{other}/publish", json={"note": "First"}).raise_for_status()
    orders = node("orders", "set_fields", 300, "Read orders", {"fields": [value("city", "Ulm")]})
    call = node("book", "run_workflow", 600, "Book", {"workflow": other})
    save(
        owner,
        workflow,
        {**GRAPH, "nodes": [START, orders, call], "edges": [line("start", "orders"), line("orders", "book")]},
    )
    page.goto(f"/workflows/{workflow}")
    panel = opened(page, "Book")
    mapper = panel.get_by_role("region", name="What is asked for")
    expect(mapper.get_by_role("textbox", name="City")).to_have_attribute("aria-required", "true")
    expect(mapper.get_by_role("textbox", name="Amount")).to_have_accessible_description("Number")
    mapper.get_by_role("button", name="Map fields of the same name").click()
    expect(mapper.get_by_role("textbox", name="City")).to_contain_text("Read orders › City")
    mapper.get_by_role("textbox", name="Amount").fill("12")
    saved(page)
    assert kept(owner, workflow, "book", "input") == [value("city", {"$expr": "orders.city"}), value("amount", 12)]
