"""The registry of models and tools: added by form, compared, made live, rolled back, used, shared, put away."""

from __future__ import annotations

import re
import uuid
from collections.abc import Callable
from typing import Any
from urllib.parse import quote

from playwright.sync_api import Locator, Page, expect

from tests.browser.reading import heading, path_id, row_with
from tests.browser.starting import get, make, publish, settled
from tests.browser.watch import Watch
from tests.peers.apart import apart
from tests.peers.inference import inference_server
from tests.running import Client
from tests.unit.assets import onnx_files

FIRST = "You answer complaints.\nBe kind.\nAnswer in English.\nSign with the name of the team."
SECOND = "You answer complaints.\nBe kind and short.\nAnswer in English.\nSign with the name of the team."


def named(what: str) -> str:
    """Nobody else's: the product is shared by all tests."""
    return f"{what} {uuid.uuid4().hex[:6]}"


def add_prompt(owner: Client, title: str, *texts: str) -> str:
    """A prompt with these texts as its versions, the first of them live; gives its id."""
    body = {"name": title, "kind": "prompt", "title": title, "version": {"config": {"text": texts[0]}}}
    made = owner.post(f"/api/workspaces/{owner.workspace}/assets", json=body).raise_for_status().json()
    for text in texts[1:]:
        owner.post(f"/api/assets/{made['id']}/versions", json={"config": {"text": text}}).raise_for_status()
    return str(made["id"])


def classifying(name: str) -> dict[str, Any]:
    """A workflow that asks this model what kind of text it is given."""
    asking = {"asset": name, "text": "Invoice 4711 over 20 EUR, due in 30 days", "minimum_confidence": 0}
    return {
        "schema": "graph@1",
        "nodes": [
            {"key": "start", "type": "start_manual", "config": {}},
            {"key": "ask", "type": "classify_text", "config": asking},
        ],
        "edges": [{"id": "a", "source": "start", "target": "ask"}],
        "notes": [],
    }


def table(page: Page) -> Locator:
    return page.get_by_role("table", name="Models & tools")


def tab(page: Page, name: str) -> None:
    page.get_by_role("tab", name=name, exact=True).click()


def choose(page: Page, label: str, option: str) -> None:
    page.get_by_role("combobox", name=label, exact=True).click()
    page.get_by_role("option", name=re.compile(rf"^{re.escape(option)}")).click()


def told(page: Page, words: str) -> None:
    expect(page.get_by_role("status").filter(has_text=words)).to_be_visible()


def enter(field: Locator, *values: str) -> None:
    for value in values:
        field.fill(value)
        field.press("Enter")


def test_a_prompt_is_added_compared_made_live_and_rolled_back(owner_page: Page) -> None:
    page, title = owner_page, named("Reply to complaints")
    page.goto("/assets?kind=prompt")
    page.get_by_role("link", name="Add prompt").click()
    page.get_by_role("button", name="Add", exact=True).click()
    expect(page.get_by_role("textbox", name="Text")).to_have_accessible_description(re.compile("Write down the text"))
    page.get_by_role("textbox", name="Text").fill(FIRST)
    page.get_by_role("button", name="Add", exact=True).click()
    expect(page.get_by_role("textbox", name="Name")).to_have_attribute("aria-invalid", "true")
    page.get_by_role("textbox", name="Name").fill(title)
    page.get_by_role("button", name="Add", exact=True).click()
    told(page, f"“{title}” is added and live.")
    expect(heading(page)).to_have_text(title)
    expect(page.get_by_role("heading", name="Live: version 1")).to_be_visible()

    tab(page, "Versions")
    page.get_by_role("link", name="Add version").click()
    expect(page.get_by_role("textbox", name="Text")).to_have_value(FIRST)
    page.get_by_role("textbox", name="Text").fill(SECOND)
    page.get_by_role("textbox", name="What is new").fill("Shorter answers")
    page.get_by_role("button", name="Add version").click()
    told(page, "Version 2 is added. Nothing uses it yet.")
    versions = page.get_by_role("table", name="Versions")
    expect(row_with(versions, "Shorter answers")).not_to_contain_text("Live")

    page.get_by_role("link", name="Compare versions").click()
    lines = page.get_by_role("region", name="Text, line by line")
    expect(lines.get_by_role("listitem").filter(has_text="Removed: Be kind.")).to_be_visible()
    expect(lines.get_by_role("listitem").filter(has_text="Added: Be kind and short.")).to_be_visible()
    expect(page.get_by_role("status").filter(has_text="1 difference")).to_be_visible()

    page.go_back()
    page.get_by_role("button", name="More for version 2").click()
    page.get_by_role("menuitem", name="Make live").click()
    dialog = page.get_by_role("dialog", name="Let a name mean a version")
    dialog.get_by_role("textbox", name="Reason").fill("Customers asked for it")
    dialog.get_by_role("button", name="Let it mean this version").click()
    told(page, "“live” means version 2 now.")
    expect(row_with(versions, "Shorter answers")).to_contain_text("Live")
    history = page.get_by_role("list", name="History of names")
    expect(history.get_by_role("listitem").first).to_contain_text("live moved from version 1 to version 2")
    expect(history.get_by_role("listitem").first).to_contain_text("Customers asked for it")

    page.get_by_role("button", name="Let live mean version 1 again").click()
    page.get_by_role("dialog").get_by_role("button", name="Back to version 1").click()
    told(page, "“live” means version 1 again.")
    expect(history.get_by_role("listitem").first).to_contain_text("live moved from version 2 to version 1")

    page.get_by_role("button", name="More for version 2").click()
    page.get_by_role("menuitem", name="Give a name").click()
    choose(page, "Name", "A name of your own")
    dialog.get_by_role("textbox", name="A name of your own").fill("Für die Presse")
    dialog.get_by_role("button", name="Let it mean this version").click()
    expect(dialog.get_by_text("Use small letters from a to z, digits and hyphens.")).to_be_visible()
    dialog.get_by_role("textbox", name="A name of your own").fill("press")
    dialog.get_by_role("button", name="Let it mean this version").click()
    told(page, "“press” means version 2 now.")
    expect(row_with(page.get_by_role("table", name="Names"), "press")).to_contain_text("Version 2")
    versions.get_by_role("link", name="Version 2").click()
    expect(page.get_by_role("region", name="Text")).to_contain_text("Be kind and short.")
    expect(page.get_by_text("Unchanged since it was added")).to_be_visible()


def test_an_asset_is_described_found_by_filters_and_put_away(owner_page: Page, owner: Client) -> None:
    page, title, tag = owner_page, named("Tone of voice"), named("style")
    asset = add_prompt(owner, title, FIRST)
    page.goto(f"/assets/{asset}")
    page.get_by_role("button", name="Edit details").click()
    dialog = page.get_by_role("dialog", name=f"Details of {title}")
    dialog.get_by_role("textbox", name="Purpose").fill("For letters to customers, not for contracts.")
    dialog.get_by_role("textbox", name="Human oversight").fill("A person reads every letter.")
    choose(page, "Risk class", "High risk")
    enter(dialog.get_by_role("combobox", name="Tags"), tag)
    dialog.get_by_label("Next review").fill("2020-02-01")
    dialog.get_by_role("button", name="Save").click()
    told(page, f"The details of “{title}” are saved.")
    facts = page.get_by_role("complementary", name="Facts")
    expect(page.get_by_role("region", name="Purpose")).to_contain_text("not for contracts")
    for words in ("High risk", "Overdue since 1 Feb 2020", "Olivia Owner"):
        expect(facts).to_contain_text(words)

    facts.get_by_role("link", name=f"Models and tools with the tag {tag}").click()
    expect(table(page).get_by_role("row")).to_have_count(2)
    choose(page, "Risk", "High risk")
    tab(page, "Prompts")
    row = row_with(table(page), title)
    expect(row).to_contain_text("Version 1")
    page.reload()
    expect(row).to_be_visible()
    page.get_by_role("searchbox", name="Search models and tools").fill("nothing is called so")
    expect(page.get_by_text("Nothing matches “nothing is called so”.")).to_be_visible()
    page.get_by_role("button", name="Reset filters").first.click()
    expect(page.get_by_role("searchbox", name="Search models and tools")).to_have_value("")

    page.goto(f"/assets/{asset}")
    page.get_by_role("button", name="More", exact=True).click()
    page.get_by_role("menuitem", name="Move to archive").click()
    page.get_by_role("dialog").get_by_role("button", name="Move to archive").click()
    told(page, f"“{title}” is in the archive.")
    page.goto(f"/assets?kind=prompt&search={quote(title)}")
    expect(page.get_by_text("Nothing matches")).to_be_visible()
    page.get_by_role("checkbox", name="Archive").check()
    table(page).get_by_role("link", name=title).click()
    page.get_by_role("button", name="More", exact=True).click()
    page.get_by_role("menuitem", name="Bring back").click()
    told(page, f"“{title}” is back.")


def test_a_model_file_and_a_model_server_say_themselves_what_they_take(
    owner_page: Page, owner: Client, watch: Watch
) -> None:
    page, title = owner_page, named("Churn")
    watch.expect_answer(422, "/model-files/look")
    page.goto("/assets?kind=model")
    page.get_by_role("button", name="Add", exact=True).click()
    page.get_by_role("menuitem", name="Model file").click()
    page.get_by_role("textbox", name="Name").fill(title)
    page.locator("input[type=file]").set_input_files(
        {"name": "evil.onnx", "mimeType": "application/octet-stream", "buffer": b"no model"}
    )
    expect(page.get_by_role("alert").filter(has_text="no ONNX model")).to_be_visible()
    content = onnx_files.softmax().SerializeToString()
    page.locator("input[type=file]").set_input_files(
        {"name": "churn.onnx", "mimeType": "application/octet-stream", "buffer": content}
    )
    expect(page.get_by_role("status").filter(has_text="churn.onnx")).to_be_visible()
    fields = page.get_by_role("combobox", name="Values for x")
    enter(fields, "invoices")
    expect(page.get_by_text("The model takes 2 values here, not 1.")).to_be_visible()
    enter(fields, "complaints")
    expect(page.get_by_role("combobox", name="A number for each label")).to_have_value(re.compile("^p "))
    enter(page.get_by_role("combobox", name="Labels"), "stays", "leaves")
    page.get_by_role("button", name="Add", exact=True).click()
    told(page, f"“{title}” is added and live.")
    page.get_by_role("link", name="Show version 1").click()
    expect(page.get_by_role("table", name="Settings")).to_contain_text("complaints")

    with apart(inference_server()) as served:
        allow(owner, served.host)
        page.goto("/assets/add/server")
        page.get_by_role("textbox", name="Name", exact=True).fill(named("Sum"))
        page.get_by_role("textbox", name="Address").fill(served.url(""))
        page.get_by_role("textbox", name="Model").fill("sum")
        choose(page, "Does", "Predicts")
        page.get_by_role("button", name="Read from the server").click()
        enter(page.get_by_role("combobox", name="Values for x"), "a", "b")
        choose(page, "The value", "shares")
        page.get_by_role("button", name="Check with the server").click()
        told(page, "The server offers all of this.")
        page.get_by_role("button", name="Add", exact=True).click()
        expect(page.get_by_role("heading", name="Live: version 1")).to_be_visible()


def allow(owner: Client, host: str) -> None:
    """Private addresses are reached only where the workspace allows them."""
    owner.patch(f"/api/workspaces/{owner.workspace}", json={"allowed_hosts": [host]}).raise_for_status()


def test_the_page_tells_who_uses_it_and_how_it_answered(owner_page: Page, owner: Client) -> None:
    page, name = owner_page, named("Sort letters")
    model = next(one for one in get(owner, "assets", kind="model") if one["name"] == "document-type")
    workflow = make(owner, name, classifying("document-type"))
    publish(owner, workflow)
    started = owner.post(f"/api/workflows/{workflow}/runs", json={})
    assert settled(owner, str(started.raise_for_status().json()["id"]))["status"] == "done"

    page.goto(f"/assets?search={model['name']}")
    row = row_with(table(page), "Document type").first
    expect(row).to_contain_text(re.compile(r"\d+ places?"))
    row.get_by_role("link", name=re.compile("place")).click()
    using = page.get_by_role("table", name="Workflows")
    expect(row_with(using, name)).to_contain_text("Draft, Live")
    expect(row_with(using, name)).to_contain_text("live")
    tab(page, "Use")
    days = page.get_by_role("table", name="Use by day")
    expect(days.get_by_role("row").nth(1)).to_contain_text(re.compile(r"\d"))
    for header in ("Calls", "Usual time", "Slowest 5 %", "Confidence"):
        expect(days.get_by_role("columnheader", name=header)).to_be_visible()
    page.get_by_role("radiogroup", name="Time").get_by_text("7 days").click()
    page.wait_for_url(re.compile("days=7"))
    expect(page.get_by_role("img", name="Calls by day")).to_be_visible()
    page.get_by_role("radiogroup", name="Figure").get_by_text("Slowest 5 %").click()
    expect(page.get_by_role("img", name="Slowest 5 % by day")).to_be_visible()
    with page.expect_download() as download:
        page.goto("/assets")
        page.get_by_role("link", name="AI register").click()
    assert "document-type" in download.value.path().read_text(encoding="utf-8-sig")


def test_an_asset_is_shared_by_name_and_nobody_else_changes_it(
    owner_page: Page, owner: Client, page_of: Callable[..., Page]
) -> None:
    page, title = owner_page, named("Press answers")
    asset = add_prompt(owner, title, FIRST)
    colleague = f"Vera {uuid.uuid4().hex[:6]}"
    viewer = page_of(colleague, "viewer")
    viewer.goto(f"/assets/{asset}")
    expect(heading(viewer)).to_have_text(title)
    expect(viewer.get_by_role("tab", name="Sharing")).to_have_count(0)
    expect(viewer.get_by_role("button", name="More", exact=True)).to_have_count(0)
    viewer.get_by_role("link", name="Show version 1").click()
    expect(viewer.get_by_text("Only those who may add versions see what it is made of.")).to_be_visible()

    page.goto(f"/assets/{asset}?tab=sharing")
    page.get_by_role("combobox", name="Person or team").fill(colleague)
    page.get_by_role("option", name=re.compile(colleague)).click()
    choose(page, "May", "Can edit")
    page.get_by_role("button", name="Share", exact=True).click()
    told(page, f"Shared with {colleague}.")
    viewer.goto(f"/assets/{asset}?tab=versions")
    expect(viewer.get_by_role("link", name="Add version")).to_be_visible()
    page.get_by_role("button", name=f"Remove {colleague}").click()
    told(page, f"{colleague} has no access by name any more.")
    viewer.reload()
    expect(viewer.get_by_role("table", name="Versions")).to_be_visible()
    expect(viewer.get_by_role("link", name="Add version")).to_have_count(0)
    assert path_id(viewer) == asset
