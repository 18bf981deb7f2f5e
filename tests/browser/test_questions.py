"""An auditor asks: questions in business words, reports, access on a day, a person, the evidence of a run."""

from __future__ import annotations

import csv
import uuid
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser.reading import heading, row_with
from tests.browser.starting import make, settled
from tests.browser.watch import Watch
from tests.running import Client, Product

GRAPH: dict[str, Any] = {
    "schema": "graph@1",
    "nodes": [
        {
            "key": "start",
            "type": "start_manual",
            "config": {"fields": [{"key": "customer", "label": "Customer", "type": "text"}]},
            "position": {"x": 0, "y": 0},
        },
        {
            "key": "ask",
            "type": "approval",
            "name": "Pay it back?",
            "config": {"title": "Pay it back?"},
            "position": {"x": 300, "y": 0},
        },
        {
            "key": "keep",
            "type": "set_fields",
            "name": "Keep",
            "config": {"fields": [{"name": "who", "value": {"$expr": "start.customer"}}]},
            "position": {"x": 600, "y": 0},
        },
    ],
    "edges": [
        {"id": "e1", "source": "start", "source_port": "out", "target": "ask", "target_port": "in"},
        {"id": "e2", "source": "ask", "source_port": "approved", "target": "keep", "target_port": "in"},
    ],
    "notes": [],
}


class History:
    """Bo started a run about a customer, approved it himself, and was made a publisher by the owner."""

    def __init__(self, product: Product, owner: Client) -> None:
        mark = uuid.uuid4().hex[:6]
        self.customer, self.bo = f"K-{mark}", f"Bo {mark}"
        builder = product.join(owner, f"Ria {mark}", "builder", "publisher")
        bo = product.join(owner, self.bo, "operator", "approver")
        self.workflow = make(builder, f"Refund {mark}", GRAPH)
        self.name = f"Refund {mark}"
        builder.post(f"/api/workflows/{self.workflow}/publish", json={"note": "First"}).raise_for_status()
        sent = {"input": {"customer": self.customer}}
        started = bo.post(f"/api/workflows/{self.workflow}/runs", json=sent).raise_for_status()
        self.run = str(started.json()["id"])
        settled(bo, self.run)
        tasks = bo.get(f"/api/workspaces/{owner.workspace}/tasks", params={"state": "open"}).json()
        task = next(one["id"] for one in tasks["results"] if one["run"] == self.run)
        bo.post(f"/api/tasks/{task}/take").raise_for_status()
        bo.post(f"/api/tasks/{task}/decide", json={"decision": "approve", "comment": ""}).raise_for_status()
        settled(bo, self.run)
        members = owner.get(f"/api/workspaces/{owner.workspace}/members", params={"search": mark}).json()["results"]
        member = next(one["id"] for one in members if one["user"]["name"] == self.bo)
        roles = {"roles": ["operator", "approver", "publisher"]}
        owner.patch(f"/api/members/{member}", json=roles).raise_for_status()
        builder.close()
        bo.close()


@pytest.fixture(scope="module")
def history(product: Product, owner: Client) -> History:
    return History(product, owner)


@pytest.fixture
def auditor(page_of: Callable[..., Page], history: History) -> Page:
    return page_of("Otto Auditor", "auditor")


def test_an_auditor_goes_from_a_question_to_its_answer(
    auditor: Page, history: History, watch: Watch, tmp_path: Path
) -> None:
    page = auditor
    page.goto("/audit")
    page.get_by_role("navigation", name="Pages of the audit").get_by_role("link", name="Questions").click()
    expect(heading(page)).to_have_text("Questions")
    page.get_by_role("searchbox", name="Search questions").fill("own work")
    expect(page).to_have_url("/audit/questions?search=own+work")
    expect(page.get_by_role("main").get_by_role("listitem")).to_have_count(1)
    page.get_by_role("link", name="Did anybody approve their own work?").click()

    # The report tells what the trail knows, and is taken along as a file.
    expect(heading(page)).to_have_text("Own work approved")
    mine = row_with(page.get_by_role("table", name="Own work approved"), history.bo).filter(has_text="Pay it back?")
    expect(mine).to_contain_text("Started and approved")
    expect(mine.get_by_role("link", name="Pay it back?")).to_be_visible()
    with page.expect_download() as loading:
        page.get_by_role("link", name="As a table (CSV)").click()
    file = tmp_path / "separation.csv"
    loading.value.save_as(file)
    with file.open(encoding="utf-8-sig") as rows:
        assert history.bo in {row["by"] for row in csv.DictReader(rows)}

    # Another report, and days without anything in them.
    page.get_by_role("combobox", name="Report").click()
    page.get_by_role("option", name="Stopped runs").click()
    expect(heading(page)).to_have_text("Stopped runs")
    page.get_by_label("To", exact=True).fill("2020-01-01")
    expect(page.get_by_text("Nobody stopped a run in these days.")).to_be_visible()
    expect(page).to_have_url("/audit/reports/stops?until=2020-01-01")
    page.get_by_role("button", name="Reset filters").click()
    expect(page).to_have_url("/audit/reports/stops")


def test_an_auditor_finds_a_customer_and_the_evidence_of_the_run(auditor: Page, history: History, watch: Watch) -> None:
    page = auditor
    page.goto("/audit/search")
    expect(page.get_by_role("button", name="Search", exact=True)).to_be_disabled()
    page.get_by_label("Look for").fill(history.customer.lower())
    page.get_by_role("button", name="Search", exact=True).click()
    found = row_with(page.get_by_role("table", name="Runs found"), history.name)
    expect(found).to_contain_text("Done")
    expect(found).to_contain_text("No AI")
    expect(found).to_contain_text(f"Approved · {history.bo}")
    expect(found).to_contain_text("Start by hand, Keep")
    expect(page).to_have_url("/audit/search")  # what is looked for stands in no address
    found.get_by_role("link", name=history.name).first.click()
    page.get_by_role("link", name="Evidence").click()
    expect(heading(page)).to_have_text("Evidence of the run")
    expect(page.get_by_text("“Pay it back?” was decided by a person.")).to_be_visible()
    steps = page.get_by_role("table", name="Steps")
    expect(row_with(steps, "Keep")).to_contain_text("Yes")
    with page.expect_download() as loading:
        page.get_by_role("link", name="Download").click()
    assert loading.value.suggested_filename == f"run-{history.run}.json"


def test_an_auditor_sees_who_could_do_what_on_a_day(auditor: Page, history: History, watch: Watch) -> None:
    page = auditor
    page.goto("/audit/access")
    people = page.get_by_role("table", name="People")
    now = row_with(people, history.bo)
    expect(now).to_contain_text("Publisher")
    yesterday = (datetime.now(UTC) - timedelta(days=1)).date().isoformat()
    page.get_by_label("At the end of").fill(yesterday)
    expect(page).to_have_url(f"/audit/access?day={yesterday}")
    expect(page.get_by_text(history.bo)).to_have_count(0)
    page.get_by_label("At the end of").fill("")
    page.get_by_role("combobox", name="Who could").fill("Approve and reject")
    page.get_by_role("option", name="Approve and reject").click()
    expect(row_with(people, history.bo)).to_be_visible()
    expect(people.get_by_role("cell", name="Ria")).to_have_count(0)
    # A topic narrows the trail; the filters stand in the address.
    page.goto("/audit")
    page.get_by_role("combobox", name="Topic").click()
    page.get_by_role("option", name="Rights and privileges").click()
    expect(page).to_have_url("/audit?topic=privileged")
    changed = row_with(page.get_by_role("table", name="Audit"), f"changed the roles of “{history.bo}”")
    expect(changed).to_be_visible()


def test_nobody_else_finds_these_pages(page_of: Callable[..., Page], history: History) -> None:
    page = page_of("Vera Viewer", "viewer")
    for address in ("/audit/questions", "/audit/reports/outside", "/audit/access", "/audit/search"):
        page.goto(address)
        expect(page.get_by_text("Not for your role")).to_be_visible()
