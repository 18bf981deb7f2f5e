"""WCAG 2 A and AA by axe on every page, light and dark."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests.browser.reading import heading, open_step, step
from tests.browser.starting import get, make, run_sample, settled, starter
from tests.browser.test_assets import add_prompt, named
from tests.browser.watch import Watch
from tests.running import Client

AXE = Path(__file__).parents[2] / "frontend" / "node_modules" / "axe-core" / "axe.min.js"
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
ASK = """async (tags) => {
    const found = await axe.run(document, { runOnly: { type: "tag", values: tags }, resultTypes: ["violations"] });
    return found.violations.map(({ id, impact, nodes }) =>
        `${impact} ${id}: ${nodes.map((node) => `${node.target} ${node.any[0]?.message ?? ""}`).join(" | ")}`);
}"""

# Colours change over a few frames; axe would read them on the way. A sign that turns while a run goes on never ends.
STILL = """() => {
    const ends = (one) => one.effect.getComputedTiming().endTime !== Infinity;
    window.stillFor = document.getAnimations().some(ends) ? 0 : (window.stillFor ?? 0) + 1;
    if (window.stillFor < 3) return false;
    window.stillFor = 0;
    return true;
}"""

SIGNED_OUT = ("/sign-in", "/welcome", "/forgotten", "/reset#used", "/invitation")
LISTS = (
    "/",
    "/workflows",
    "/workflows?search=nothing-is-called-so",
    "/runs",
    "/tasks",
    "/tasks?state=completed",
    "/requests",
    "/requests?show=decided",
    "/audit/separation",
    "/starts",
    "/outbox",
    "/assets",
    "/assets/add/openapi",
    "/assets/add/mcp",
    "/assets/add/http-tool",
    "/assets/add/workflow-tool",
    "/assets/add/agent",
    "/tokens",
    "/admin/tokens",
    "/admin/rules",
    "/admin/service-accounts",
    "/assets?kind=agent",
    "/assets/add/language",
    "/assets/add/server",
    "/assets/add/file",
    "/assets/add/prompt",
    "/usage",
    "/usage?by=calls",
    "/usage?by=budgets",
    "/connections",
    "/admin/users",
    "/admin/groups",
    "/audit",
    "/audit/integrity",
    "/audit/questions",
    "/audit/reports/outside",
    "/audit/reports/register",
    "/audit/access",
    "/audit/search",
    "/settings",
    "/settings/trail",
    "/settings/data",
    "/settings/trust",
    "/settings/health",
    "/profile",
    "/nowhere",
)

DIALOGS = (
    ("/workflows", "Create workflow"),
    ("/admin/users", "Invite"),
    ("/connections", "Add connection"),
    ("/admin/rules", "Add rule"),
    ("/admin/service-accounts", "Add service account"),
)


def look_through(page: Page) -> None:
    """The page as it stands, in both colour schemes."""
    expect(page.locator("[aria-busy=true]")).to_have_count(0)
    page.evaluate(AXE.read_text())
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)
        expect(page.locator("html")).to_have_attribute("data-mantine-color-scheme", scheme)
        page.wait_for_function(STILL, polling=20)
        assert page.evaluate(ASK, RULES) == [], f"{page.url} in {scheme}"


@pytest.mark.ux(180)
@pytest.mark.parametrize("address", SIGNED_OUT)
def test_doors_can_be_used_by_everybody(
    new_context: Callable[..., BrowserContext], owner: Client, address: str
) -> None:
    page = new_context().new_page()
    page.goto(address)
    expect(heading(page)).to_be_visible()
    look_through(page)


@pytest.mark.ux(180)
@pytest.mark.parametrize("address", LISTS)
def test_pages_can_be_used_by_everybody(owner_page: Page, address: str) -> None:
    owner_page.goto(address)
    expect(heading(owner_page)).to_be_visible()
    look_through(owner_page)


@pytest.mark.ux(180)
@pytest.mark.parametrize(
    "button",
    [
        ("/workflows", "Create workflow"),
        ("/admin/users", "Invite"),
        ("/connections", "Add connection"),
        ("/tokens", "Make token"),
    ],
)
def test_dialogs_can_be_used_by_everybody_and_give_the_focus_back(owner_page: Page, button: tuple[str, str]) -> None:
    address, name = button
    owner_page.goto(address)
    opener = owner_page.get_by_role("button", name=name).first
    opener.click()
    expect(owner_page.get_by_role("dialog")).to_be_visible()
    look_through(owner_page)
    owner_page.keyboard.press("Escape")
    expect(owner_page.get_by_role("dialog")).to_have_count(0)
    expect(opener).to_be_focused()


@pytest.mark.ux(180)
def test_a_run_its_step_its_task_and_its_mail_can_be_read_by_everybody(owner_page: Page, owner: Client) -> None:
    waiting, done = run_sample(owner, "invoice-changed-account.eml"), run_sample(owner, "complaint.eml")
    assert settled(owner, waiting)["status"] == "waiting"
    assert settled(owner, done)["status"] == "done"
    owner_page.goto(f"/runs/{waiting}")
    expect(heading(owner_page)).to_contain_text("Needs you")
    look_through(owner_page)
    open_step(owner_page, "What kind of document is it?").get_by_role("table").first.wait_for()
    look_through(owner_page)
    owner_page.get_by_role("link", name="Open task").click()
    expect(owner_page.get_by_role("button", name="Approve")).to_be_visible()
    look_through(owner_page)
    owner_page.get_by_role("button", name="Take").click()
    expect(owner_page.get_by_role("button", name="Approve")).to_be_enabled()
    look_through(owner_page)
    mail = next(one for one in get(owner, "outgoing-mails") if one["run"] == done)
    owner_page.goto(f"/outbox/{mail['id']}")
    expect(owner_page.get_by_role("article")).to_be_visible()
    look_through(owner_page)


@pytest.mark.ux(180)
def test_a_model_its_versions_and_their_differences_can_be_read_by_everybody(owner_page: Page, owner: Client) -> None:
    page = owner_page
    asset = add_prompt(owner, named("Read by everybody"), "Be kind.\nBe short.", "Be kind.\nBe brief.")
    page.goto(f"/assets/{asset}")
    expect(page.get_by_role("heading", name="Live: version 1")).to_be_visible()
    for tab in page.get_by_role("tab").all():
        tab.click()
        expect(tab).to_have_attribute("aria-selected", "true")
        look_through(page)
    page.get_by_role("tab", name="Versions").click()
    page.get_by_role("button", name="More for version 2").click()
    page.get_by_role("menuitem", name="Make live").click()
    expect(page.get_by_role("dialog")).to_be_visible()
    look_through(page)
    for address in ("versions/1", "versions/add", "compare"):
        page.goto(f"/assets/{asset}/{address}")
        expect(heading(page)).to_be_visible()
        look_through(page)
    model = next(one for one in get(owner, "assets", kind="model") if one["name"] == "document-type-trained")
    page.goto(f"/assets/{model['id']}/versions/1")
    expect(page.get_by_role("complementary", name="Facts")).to_be_visible()
    look_through(page)


@pytest.mark.ux(180)
def test_a_failed_run_says_so_to_everybody(owner_page: Page, owner: Client) -> None:
    graph = {
        "schema": "graph@1",
        "nodes": [
            {"key": "start", "type": "start_manual", "config": {}, "position": {"x": 0, "y": 0}},
            {
                "key": "stop",
                "type": "stop_with_error",
                "config": {"message": "The order has no lines."},
                "position": {"x": 300, "y": 0},
            },
        ],
        "edges": [{"id": "e1", "source": "start", "source_port": "out", "target": "stop", "target_port": "in"}],
        "notes": [],
    }
    workflow = make(owner, "Fails", graph)
    started = owner.post(f"/api/workflows/{workflow}/runs", json={"draft": True, "input": {}}).raise_for_status()
    owner_page.goto(f"/runs/{started.json()['id']}")
    failure = owner_page.get_by_role("alert", name="What went wrong")
    expect(failure).to_contain_text("The order has no lines.")
    expect(step(owner_page, "Stop with error")).to_have_attribute("data-step-status", "failed")
    look_through(owner_page)


@pytest.mark.ux(180)
def test_the_editor_can_be_used_by_everybody(owner_page: Page, owner: Client) -> None:
    page = owner_page
    page.goto(f"/workflows/{starter(owner)}")
    expect(step(page, "What kind of document is it?")).to_be_visible()
    look_through(page)
    step(page, "What kind of document is it?").dblclick()
    panel = page.get_by_role("region", name="Settings of What kind of document is it?")
    panel.get_by_role("button", name="More options").click()
    panel.get_by_role("button", name="Show what comes in and out").click()
    expect(panel.get_by_role("textbox", name="Text")).to_be_visible()
    look_through(page)
    panel.get_by_role("button", name="Close").click()
    page.get_by_role("button", name="Add step", exact=True).click()
    expect(page.get_by_role("textbox", name="Search steps")).to_be_visible()
    look_through(page)
    for tab in ("Runs", "Versions"):
        page.get_by_role("navigation", name="Views of this workflow").get_by_text(tab).click()
        expect(page.get_by_role("table").first).to_be_visible()
        look_through(page)


@pytest.mark.ux(180)
def test_an_empty_canvas_and_a_refusal_can_be_read_by_everybody(
    owner_page: Page, owner: Client, page_of: Callable[..., Page], watch: Watch
) -> None:
    made = owner.post(f"/api/workspaces/{owner.workspace}/workflows", json={"name": "Empty"}).raise_for_status()
    owner_page.goto(f"/workflows/{made.json()['id']}")
    expect(owner_page.get_by_role("button", name="Add first step")).to_be_visible()
    look_through(owner_page)
    viewer = page_of("Vito Viewer", "viewer")
    viewer.goto("/admin/users")
    expect(heading(viewer)).to_have_text("Not for your role")
    look_through(viewer)
