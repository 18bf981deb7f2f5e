"""The trail is verified, taken along as evidence, kept for as long as is decided, and forgets who may be forgotten."""

from __future__ import annotations

import re
import subprocess
import sys
import uuid
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
import pytest
from playwright.sync_api import Page, expect

from tests.browser.reading import heading, row_with
from tests.running import Client, Product

SLEEP = "ALTER TABLE governance_auditevent DISABLE TRIGGER append_only"
WAKE = "ALTER TABLE governance_auditevent ENABLE ALWAYS TRIGGER append_only"
CHANGE = "UPDATE governance_auditevent SET reason = %s WHERE workspace_id = %s AND seq = %s"


@contextmanager
def changed(product: Product, workspace: str, seq: int) -> Iterator[None]:
    """An entry says something else for a while: whoever owns the database can do that."""
    with psycopg.connect(product.services()["database_url"]) as connection:
        found = connection.execute(
            "SELECT reason FROM governance_auditevent WHERE workspace_id = %s AND seq = %s", [workspace, seq]
        ).fetchone()
        assert found is not None

        def say(reason: str) -> None:
            connection.execute(SLEEP)
            connection.execute(CHANGE, [reason, workspace, seq])
            connection.execute(WAKE)
            connection.commit()

        say("It was somebody else")
        try:
            yield
        finally:
            say(found[0])


@pytest.mark.ux(155, 156)
def test_an_auditor_verifies_the_trail_and_takes_the_evidence_along(
    page_of: Callable[..., Page], product: Product, owner: Client, tmp_path: Path
) -> None:
    page = page_of("Olga Auditor", "auditor")
    page.goto("/audit")
    page.get_by_role("link", name="Integrity").click()
    expect(heading(page)).to_have_text("Integrity of the trail")

    # 1. It is whole, and the result is kept.
    page.get_by_role("button", name="Verify now").click()
    verdict = page.get_by_role("status").filter(has_text="The trail is whole")
    expect(verdict).to_contain_text(re.compile(r"[\d,]+ entries and [\d,]+ records of runs fit together"))
    checks = page.get_by_role("table", name="Verifications")
    expect(row_with(checks, "Olga Auditor").first).to_contain_text("Whole")
    page.reload()
    expect(verdict).to_be_visible()
    expect(page.get_by_text(re.compile(r"Up to entry [\d,]+")).first).to_be_visible()

    # 2. The evidence is checked without the product, by the key that the page shows.
    with page.expect_download() as download:
        page.get_by_role("link", name="Export as evidence").click()
    file = tmp_path / "evidence.zip"
    download.value.save_as(file)
    with zipfile.ZipFile(file) as archive:
        archive.extractall(tmp_path / "evidence")
    command = [sys.executable, "-I", "-S", str(tmp_path / "evidence" / "verify.py")]
    ended = subprocess.run(command, capture_output=True, text=True, check=False, timeout=120)
    assert ended.returncode == 0, ended.stderr
    (shown,) = {line for line in page.locator("code").all_inner_texts() if re.fullmatch("[0-9a-f]{64}", line)}
    assert f"has the public key {shown}." in ended.stdout

    # 3. An entry that somebody changed past the product is named; what was put right is whole again.
    with changed(product, owner.workspace, 3):
        page.get_by_role("button", name="Verify now").click()
        alert = page.get_by_role("alert").filter(has_text="The trail is not as it was written")
        expect(alert).to_contain_text("Entry 3 was changed.")
        expect(checks.get_by_role("row").nth(1)).to_contain_text("Not whole")
    page.get_by_role("button", name="Verify now").click()
    expect(verdict).to_be_visible()

    # 4. It is told itself.
    page.get_by_role("link", name="Audit", exact=True).first.click()
    told = page.get_by_role("button", name="Olga Auditor had the audit trail verified")
    expect(told).to_have_count(3)


def test_an_admin_says_how_long_and_erases_somebody_who_left(owner_page: Page, product: Product, owner: Client) -> None:
    page, name = owner_page, f"Gustav {uuid.uuid4().hex[:6]}"
    gone = product.join(owner, name, "viewer")
    gone.get(f"/api/workspaces/{owner.workspace}/members")  # is refused, and that is told
    gone.close()
    found = owner.get(f"/api/workspaces/{owner.workspace}/members", params={"search": name}).json()["results"]
    owner.delete(f"/api/members/{found[0]['id']}").raise_for_status()

    page.goto("/settings")
    page.get_by_role("navigation", name="Settings").get_by_role("link", name="Audit trail").click()
    expect(heading(page)).to_have_text("Keeping the audit trail")
    save = page.get_by_role("button", name="Save")
    expect(save).to_be_disabled()

    # 1. While a hold is on, nobody is erased.
    page.get_by_role("switch", name="Legal hold").click()
    save.click()
    expect(page.get_by_role("status").filter(has_text="How long the trail is kept was changed.").first).to_be_visible()
    people = page.get_by_role("table", name="Former members")
    expect(row_with(people, name).get_by_role("button", name=f"Erase {name}")).to_be_disabled()

    # 2. Lifted again: seven years, no hold.
    page.get_by_role("switch", name="Legal hold").click()
    page.get_by_role("combobox", name="Entries stay").click()
    page.get_by_role("option", name="7 years").click()
    save.click()
    expect(save).to_be_disabled()
    page.reload()
    expect(page.get_by_role("combobox", name="Entries stay")).to_have_value("7 years")

    # 3. Somebody who left is erased, with a reason; the trail tells what was done, not by whom.
    page.get_by_role("button", name=f"Erase {name}").click()
    dialog = page.get_by_role("dialog", name=f"Erase {name}")
    dialog.get_by_role("button", name="Erase", exact=True).click()
    expect(dialog.get_by_text("Say why: an auditor will ask.")).to_be_visible()
    dialog.get_by_role("textbox", name="Why").fill("Their wish")
    dialog.get_by_role("button", name="Erase", exact=True).click()
    expect(page.get_by_text("the account was closed").first).to_be_visible()
    expect(row_with(people, name)).to_have_count(0)
    page.goto("/audit?result=denied")
    expect(page.get_by_role("table", name="Audit")).to_be_visible()
    expect(page.get_by_role("button", name="somebody who was erased was refused").first).to_be_visible()
    expect(page.get_by_text(name)).to_have_count(0)
