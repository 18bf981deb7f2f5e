"""Why somebody may do something: asked, forbidden by a rule, and asked again; and accounts that programs act as."""

from __future__ import annotations

import uuid
from collections.abc import Callable

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.reading import heading, row_with
from tests.browser.starting import make
from tests.browser.test_sharing import DIAGRAM, open_sharing
from tests.browser.watch import Watch
from tests.running import Client

REASON = "Until the review is over"


def answer(dialog: Locator, verb: str) -> Locator:
    """What is said of one verb."""
    return dialog.get_by_role("list").first.locator("> li").filter(has_text=verb)


@pytest.mark.ux(138)
@pytest.mark.ux(146)
def test_why_finn_may_publish_and_why_no_more(
    owner_page: Page, owner: Client, page_of: Callable[..., Page], watch: Watch
) -> None:
    name = f"Finn {uuid.uuid4().hex[:6]}"
    title = f"Invoices {uuid.uuid4().hex[:6]}"
    workflow = make(owner, title, DIAGRAM)
    finn = page_of(name, "viewer", "publisher")

    dialog = open_sharing(owner_page, workflow)
    dialog.get_by_text("Who has access now").click()
    dialog.get_by_role("button", name=f"Why {name} may do this, or not").click()
    rights = owner_page.get_by_role("dialog", name=f"What {name} may do with “{title}”")
    expect(answer(rights, "Publish and pause workflows")).to_contain_text("Yes")
    expect(answer(rights, "Publish and pause workflows")).to_contain_text("By the role Publisher.")
    expect(answer(rights, "Create and change workflows")).to_contain_text("These roles would give it: Builder.")
    rights.get_by_role("button", name="Close").click()

    owner_page.goto("/admin/rules")
    owner_page.get_by_role("button", name="Add rule").first.click()
    form = owner_page.get_by_role("dialog", name="Add rule")
    form.get_by_role("button", name="Add rule").click()
    expect(form.get_by_text("Choose whom the rule is against.")).to_be_visible()
    choose(owner_page, form, "Person or service account", name)
    form.get_by_role("combobox", name="About what").click()
    owner_page.get_by_role("option", name="A workflow").click()
    choose(owner_page, form, "Which one", title)
    form.get_by_role("combobox", name="They may never").click()
    owner_page.get_by_role("option", name="Publish and pause workflows").click()
    form.get_by_role("textbox", name="Reason").fill(REASON)
    form.get_by_role("button", name="Add rule").click()
    expect(owner_page.get_by_role("status").filter(has_text="The rule holds from now on.")).to_be_visible()
    rules = owner_page.get_by_role("table", name="Rules")
    expect(row_with(rules, name)).to_contain_text(title)

    finn.goto("/")
    watch.expect_answer(403, f"/api/workflows/{workflow}/publish")
    sent = finn.evaluate(
        """async (address) => {
            const token = document.cookie.match(/csrftoken=([^;]+)/)[1];
            const headers = { "X-CSRFToken": token, "Content-Type": "application/json" };
            const answer = await fetch(address, { method: "POST", headers, body: '{"note": ""}' });
            return [answer.status, (await answer.json()).detail];
        }""",
        f"/api/workflows/{workflow}/publish",
    )
    assert sent == [403, f"A rule of this workspace forbids it: {REASON}"]

    dialog = open_sharing(owner_page, workflow)
    dialog.get_by_text("Who has access now").click()
    dialog.get_by_role("button", name=f"Why {name} may do this, or not").click()
    rights = owner_page.get_by_role("dialog", name=f"What {name} may do with “{title}”")
    expect(answer(rights, "Publish and pause workflows")).to_contain_text("No, a rule forbids it")
    expect(answer(rights, "Publish and pause workflows")).to_contain_text(REASON)

    owner_page.goto("/admin/rules")
    row_with(rules, name).get_by_role("button", name=f"Lift the rule against {name}").click()
    owner_page.get_by_role("dialog").get_by_role("button", name="Lift").click()
    expect(row_with(rules, name)).to_have_count(0)


@pytest.mark.ux(148)
def test_a_service_account_gets_a_token_and_ends(owner_page: Page, owner: Client, watch: Watch) -> None:
    name = f"Import {uuid.uuid4().hex[:6]}"
    owner_page.goto("/admin/service-accounts")
    owner_page.get_by_role("button", name="Add service account").first.click()
    form = owner_page.get_by_role("dialog", name="Add service account")
    form.get_by_role("textbox", name="Name").fill(name)
    form.get_by_role("textbox", name="Purpose").fill("Brings orders in at night")
    form.get_by_role("button", name="Save").click()
    expect(form.get_by_text("Choose at least one role.")).to_be_visible()
    form.get_by_role("checkbox", name="Viewer").check()
    form.get_by_role("button", name="Save").click()
    accounts = owner_page.get_by_role("table", name="Service accounts")
    row = row_with(accounts, name)
    expect(row).to_contain_text("Viewer")

    row.get_by_role("button", name=f"Tokens of {name}").click()
    dialog = owner_page.get_by_role("dialog", name=f"Tokens of {name}")
    dialog.get_by_role("button", name="Make token").click()
    dialog.get_by_role("textbox", name="Name").fill("Night")
    dialog.get_by_role("textbox", name="Only from these addresses").fill("127.0.0.0/8 ::1")
    dialog.get_by_role("checkbox", name="Look at workflows").check()
    dialog.get_by_role("button", name="Make token").click()
    secret = dialog.get_by_role("textbox", name="Access token").input_value()
    dialog.get_by_role("button", name="Close").last.click()
    tokens = dialog.get_by_role("table", name=f"Tokens of {name}")
    expect(row_with(tokens, "Night")).to_contain_text("127.0.0.0/8")
    dialog.get_by_role("button", name="Close").last.click()

    address = f"/api/workspaces/{owner.workspace}/workflows"
    headers = {"Authorization": f"Bearer {secret}"}
    script = owner_page.context.browser.new_context(base_url=str(owner.base_url)).request
    assert script.get(address, headers=headers).status == 200
    row.get_by_role("button", name=f"More for {name}").click()
    owner_page.get_by_role("menuitem", name="End").click()
    owner_page.get_by_role("dialog", name=f"End “{name}”?").get_by_role("button", name="End").click()
    expect(owner_page.get_by_role("status").filter(has_text=f"“{name}” is ended.")).to_be_visible()
    expect(row_with(accounts, name)).to_have_count(0)
    assert script.get(address, headers=headers).status == 401

    owner_page.goto("/tokens")
    expect(heading(owner_page)).to_have_text("Access tokens")
    with owner_page.expect_download() as download:
        owner_page.get_by_role("link", name="API description (OpenAPI)").click()
    assert download.value.suggested_filename == "Tutti.json"


def choose(page: Page, form: Locator, label: str, name: str) -> None:
    form.get_by_role("combobox", name=label).fill(name)
    page.get_by_role("option", name=name, exact=False).first.click()
