"""An auditor reads who changed and who approved, takes it along, and can change nothing."""

from __future__ import annotations

import csv
import re
import uuid
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser.reading import heading, row_with, step
from tests.browser.starting import make, settled
from tests.browser.watch import Watch
from tests.running import Client, Product

REQUEST: dict[str, Any] = {
    "schema": "graph@1",
    "nodes": [
        {"key": "start", "type": "start_manual", "config": {"fields": []}, "position": {"x": 0, "y": 0}},
        {
            "key": "ask",
            "type": "approval",
            "name": "May it be bought?",
            "config": {"title": "May it be bought?"},
            "position": {"x": 300, "y": 0},
        },
        {
            "key": "no",
            "type": "set_fields",
            "name": "Say no",
            "config": {"fields": [{"name": "said", "value": "no"}]},
            "position": {"x": 600, "y": 120},
        },
    ],
    "edges": [
        {"id": "e1", "source": "start", "source_port": "out", "target": "ask", "target_port": "in"},
        {"id": "e2", "source": "ask", "source_port": "rejected", "target": "no", "target_port": "in"},
    ],
    "notes": [],
}
# From inside the page, with its cookies and its token: what somebody could do who knows the addresses.
TRY = """async ([method, path, body]) => {
    const token = document.cookie.match(/csrftoken=([^;]*)/)[1];
    const headers = {'Content-Type': 'application/json', 'X-CSRFToken': token};
    return (await fetch(path, {method, headers, body: JSON.stringify(body)})).status;
}"""


class Seeded:
    """A request that was rejected, and a change of roles."""

    def __init__(self, product: Product, owner: Client) -> None:
        mark = uuid.uuid4().hex[:6]
        self.asked, self.decided = f"Ria {mark}", f"Rex {mark}"
        builder = product.join(owner, self.asked, "builder", "publisher", "operator")
        approver = product.join(owner, self.decided, "approver")
        self.workflow = make(builder, f"Purchase {mark}", REQUEST)
        builder.post(f"/api/workflows/{self.workflow}/publish", json={"note": "First"}).raise_for_status()
        builder.patch(f"/api/workflows/{self.workflow}", json={"pause_after": 7}).raise_for_status()
        started = builder.post(f"/api/workflows/{self.workflow}/runs", json={"input": {}}).raise_for_status()
        self.run = str(started.json()["id"])
        settled(builder, self.run)
        tasks = approver.get(f"/api/workspaces/{owner.workspace}/tasks", params={"state": "open"}).json()
        task = next(one["id"] for one in tasks["results"] if one["run"] == self.run)
        approver.post(f"/api/tasks/{task}/take").raise_for_status()
        answer = {"decision": "reject", "comment": "Too dear this month"}
        approver.post(f"/api/tasks/{task}/decide", json=answer).raise_for_status()
        settled(builder, self.run)
        members = owner.get(f"/api/workspaces/{owner.workspace}/members", params={"search": mark}).json()["results"]
        member = next(one["id"] for one in members if one["user"]["name"] == self.decided)
        owner.patch(f"/api/members/{member}", json={"roles": ["approver", "viewer"]}).raise_for_status()
        builder.close()
        approver.close()


@pytest.fixture(scope="module")
def seeded(product: Product, owner: Client) -> Seeded:
    return Seeded(product, owner)


@pytest.fixture
def auditor(page_of: Callable[..., Page], seeded: Seeded) -> Page:
    return page_of("Otto Auditor", "auditor")


@pytest.mark.ux(150)
@pytest.mark.ux(151)
@pytest.mark.ux(152)
@pytest.mark.ux(153)
@pytest.mark.ux(154)
@pytest.mark.ux(155)
@pytest.mark.ux(136, 156)
def test_an_auditor_sees_who_changed_and_who_approved_and_changes_nothing(
    auditor: Page, seeded: Seeded, owner: Client, watch: Watch, tmp_path: Path
) -> None:
    page = auditor

    # 1. What there is to read is there, and nothing to do.
    page.goto("/")
    menu = page.get_by_role("navigation", name="Main", exact=True)
    for entry in ("Workflows", "Runs", "Audit"):
        expect(menu.get_by_role("link", name=entry, exact=True)).to_be_visible()
    for address in ("/", "/workflows", f"/workflows/{seeded.workflow}", "/runs", f"/runs/{seeded.run}"):
        page.goto(address)
        expect(heading(page)).to_have_count(1)
        for verb in ("Create workflow", "Run", "Publish", "Share"):
            expect(page.get_by_role("button", name=verb, exact=True)).to_have_count(0)

    # 2. One person, seven days: only their rows, and the filters stand in the address.
    page.goto("/audit")
    columns = page.get_by_role("table", name="Audit").get_by_role("columnheader")
    expect(columns).to_have_text(["What", "On what", "By whom", "When", "Result"])
    week = (datetime.now(UTC) - timedelta(days=7)).date().isoformat()
    page.get_by_role("combobox", name="By whom").fill(seeded.decided)
    page.get_by_role("option", name=seeded.decided).click()
    page.get_by_label("From").fill(week)
    expect(page).to_have_url(re.compile(rf"actor=[0-9a-f-]+.*since={week}"))
    rows = page.get_by_role("table", name="Audit").get_by_role("row")
    expect(row_with(page.get_by_role("table", name="Audit"), seeded.asked)).to_have_count(0)
    decisions = rows.filter(has_text=f"{seeded.decided} rejected “May it be bought?”")
    expect(decisions).to_have_count(1)
    for text in rows.all_inner_texts()[1:]:
        assert seeded.decided in text
    page.reload()
    expect(decisions).to_have_count(1)

    # 3. No hit is said; reset brings everything back.
    page.get_by_label("To", exact=True).fill("2001-01-01")
    expect(page.get_by_text("No entries for these filters.")).to_be_visible()
    reset = page.get_by_role("button", name="Reset filters")
    reset.click()
    expect(page.get_by_role("table", name="Audit")).to_be_visible()
    expect(reset).to_be_disabled()
    expect(page).to_have_url("/audit")

    # 4. A change of roles, before and after in words, with the time's zone and the way to the person.
    page.get_by_role("button", name=f"changed the roles of “{seeded.decided}”").first.click()
    detail = page.get_by_role("dialog", name="Audit entry")
    change = detail.get_by_role("table", name="Before and after")
    expect(change.get_by_role("row", name="Roles")).to_have_text(re.compile(r"Approver.*Viewer"))
    expect(detail.get_by_text(re.compile(r"\d{2}:\d{2}:\d{2} (CET|CEST|GMT\+\d)"))).to_be_visible()
    detail.get_by_role("link", name=f"Person · {seeded.decided}").click()
    expect(row_with(page.get_by_role("table", name="People"), seeded.decided)).to_be_visible()

    # 5. The workflow's versions and history, without a way to change them.
    page.goto(f"/workflows/{seeded.workflow}")
    page.get_by_text("Versions", exact=True).click()
    history = page.get_by_role("list", name="History")
    expect(history).to_contain_text(f"{seeded.asked} published version 1 of the workflow")
    changed = history.get_by_role("listitem").filter(has_text=f"{seeded.asked} changed the settings of the workflow")
    expect(changed).to_contain_text("7")
    expect(page.get_by_role("button", name="Restore as draft")).to_have_count(0)

    # 6. The run that was rejected: decision, by whom, comment, version.
    page.goto(f"/runs/{seeded.run}")
    expect(step(page, "Say no")).to_have_attribute("data-step-status", "done")
    history = page.get_by_role("list", name="History")
    expect(history).to_contain_text(f"{seeded.decided} rejected “May it be bought?”")
    expect(history).to_contain_text("Too dear this month")
    expect(page.get_by_text(re.compile(r"[Vv]ersion 1"))).to_be_visible()

    # 7. The filtered list as a file: the same rows, and told itself.
    page.goto("/audit?action=task.rejected")
    expect(rows).not_to_have_count(0)
    shown = rows.count() - 1
    page.get_by_role("button", name="Export").click()
    with page.expect_download() as download:
        page.get_by_role("menuitem", name="As a table (CSV)").click()
    file = tmp_path / "audit.csv"
    download.value.save_as(file)
    with file.open(encoding="utf-8-sig", newline="") as lines:
        exported = list(csv.DictReader(lines))
    assert len(exported) == shown
    assert {row["action"] for row in exported} == {"task.rejected"}
    page.goto("/audit")
    expect(page.get_by_role("button", name="Otto Auditor exported the audit trail").first).to_be_visible()

    # 8. What is tried from the page is refused, and nothing is changed.
    before = owner.get(f"/api/workflows/{seeded.workflow}").json()
    events = f"/api/workspaces/{owner.workspace}/audit-events"
    tries = [
        ("POST", events, {}, 405),
        ("DELETE", events, {}, 405),
        ("PATCH", f"/api/workflows/{seeded.workflow}", {"name": "Mine"}, 403),
        ("POST", f"/api/workflows/{seeded.workflow}/archive", {}, 403),
        ("POST", f"/api/workflows/{seeded.workflow}/publish", {"note": "x"}, 403),
    ]
    for method, path, body, status in tries:
        watch.expect_answer(status, path)
        assert page.evaluate(TRY, [method, path, body]) == status
    assert owner.get(f"/api/workflows/{seeded.workflow}").json() == before


@pytest.mark.ux(154)
def test_what_the_system_notes_for_itself_is_shown_on_demand(auditor: Page, seeded: Seeded) -> None:
    page = auditor
    page.goto("/audit")
    sealed = page.get_by_role("table", name="Audit").get_by_text("The records of ended runs were sealed")
    expect(page.get_by_role("table", name="Audit")).to_be_visible()
    expect(sealed).to_have_count(0)
    page.get_by_role("switch", name="Show technical entries").click()
    expect(page.get_by_role("switch", name="Show technical entries")).to_be_checked()
    expect(sealed.first).to_be_visible()
    expect(page).to_have_url(re.compile("technical=true"))


@pytest.mark.ux(182)
def test_the_trail_speaks_german(auditor: Page) -> None:
    page = auditor
    page.goto("/audit")
    page.evaluate(TRY, ["PATCH", "/api/me", {"preferences": {"language": "de"}}])
    page.goto("/audit")
    expect(
        page.get_by_role("table").get_by_text("hat die Einladung in den Arbeitsbereich angenommen").first
    ).to_be_visible()
