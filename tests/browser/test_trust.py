"""Whoever answers for the installation sees how keys, trail and backups stand, and whether work gets done."""

from __future__ import annotations

import subprocess
import sys
import uuid
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests.browser.reading import heading, row_with
from tests.browser.starting import make, publish, settled
from tests.browser.watch import Watch
from tests.running import ROOT, Client, Product

GREET: dict[str, Any] = {
    "schema": "graph@1",
    "nodes": [
        {"key": "start", "type": "start_manual", "config": {"fields": []}, "position": {"x": 0, "y": 0}},
        {
            "key": "greet",
            "type": "set_fields",
            "name": "Greet",
            "config": {"fields": [{"name": "said", "value": "hello"}]},
            "position": {"x": 300, "y": 0},
        },
    ],
    "edges": [{"id": "e1", "source": "start", "source_port": "out", "target": "greet", "target_port": "in"}],
    "notes": [],
}


def back_up(product: Product, target: Path) -> int:
    """Whether it worked: the exit code."""
    command = [sys.executable, "manage.py", "backup", str(target)]
    return subprocess.run(command, cwd=ROOT, env=product.environment, capture_output=True, check=False).returncode


def bell(page: Page) -> Any:
    return page.get_by_role("link", name="The last backup failed")


def test_the_state_of_keys_trail_and_backups_is_seen_and_a_failed_backup_rings(
    owner_page: Page, product: Product, tmp_path: Path
) -> None:
    page = owner_page
    assert back_up(product, tmp_path) == 0
    page.goto("/settings")
    page.get_by_role("navigation", name="Settings").get_by_role("link", name="Trust").click()
    expect(heading(page)).to_have_text("Trust")
    (taken,) = (path.name for path in tmp_path.glob("*.tar"))
    backups = page.get_by_role("region", name="Backups")
    expect(backups).to_contain_text("All is well")
    expect(backups).to_contain_text(taken)
    keys = page.get_by_role("region", name="Keys")
    expect(keys).to_contain_text("the data folder")
    expect(keys.get_by_role("table", name="Keys and what they sealed")).to_contain_text("k1")
    trail = page.get_by_role("region", name="Audit trail")
    expect(trail).to_contain_text("Protection by the database")
    expect(trail).to_contain_text("Signatures of the trail stay on this machine")

    assert back_up(product, tmp_path / "no such folder" / "x.tar") == 1
    expect(backups).to_contain_text("Act now")
    expect(backups).to_contain_text("The last backup failed")
    page.get_by_role("button", name="Notifications").first.click()
    expect(bell(page)).to_have_attribute("href", "/settings/trust")

    assert back_up(product, tmp_path / "again.tar") == 0
    expect(bell(page)).to_have_count(0)
    expect(backups).to_contain_text("again.tar")


def test_refused_sign_ins_are_listed_with_their_address(
    owner_page: Page, owner: Client, product: Product, watch: Watch
) -> None:
    with closing(product.join(owner, f"Rita {uuid.uuid4().hex[:6]}", "viewer")) as person:
        email = person.get("/api/session").json()["user"]["email"]
    guess = {"email": email, "password": "guessed it wrong"}
    with closing(Client(product.address)) as stranger:
        refused = stranger.post("/_allauth/browser/v1/auth/login", json=guess)
    assert refused.status_code == 400
    owner_page.goto("/settings/trust")
    table = owner_page.get_by_role("table", name="Newest refused sign-ins")
    expect(row_with(table, email)).to_contain_text("127.0.0.1")


@pytest.mark.ux(149)
def test_health_says_that_work_gets_done_and_how_it_went(owner_page: Page, owner: Client) -> None:
    workflow = make(owner, f"Greeting {uuid.uuid4().hex[:6]}", GREET)
    publish(owner, workflow)
    run = owner.post(f"/api/workflows/{workflow}/runs", json={"input": {}}).raise_for_status().json()["id"]
    assert settled(owner, run)["status"] == "done"
    page = owner_page
    page.goto("/settings/health")
    expect(page.get_by_role("status").filter(has_text="Everything works")).to_be_visible()
    now = page.get_by_role("region", name="Right now")
    expect(now).to_contain_text("Workers1")
    month = page.get_by_role("region", name="Success in 30 days")
    expect(month).to_contain_text("live runs")
    expect(month.get_by_role("figure", name="Live runs by day")).to_be_visible()
    month.get_by_text("The same as a table").click()
    expect(month.get_by_role("table").get_by_role("row").nth(1)).to_be_visible()


@pytest.mark.ux(145)
def test_whoever_does_not_answer_for_the_installation_is_turned_away(
    new_context: Callable[..., BrowserContext], owner: Client, product: Product
) -> None:
    with closing(product.join(owner, f"Vera {uuid.uuid4().hex[:6]}", "viewer")) as viewer:
        page = new_context(storage_state=viewer.storage_state()).new_page()
        assert viewer.get(f"/api/workspaces/{viewer.workspace}/trust").status_code == 403
    for address in ("/settings/trust", "/settings/health"):
        page.goto(address)
        expect(heading(page)).to_have_text("Not for your role")
