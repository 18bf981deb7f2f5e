"""Journey J4: somebody asks by a form, an approver decides on a phone, the run goes on; and what else tasks do."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, Locator, Page, expect

from tests.browser.conftest import PHONE
from tests.browser.reading import heading, path_id
from tests.browser.starting import deafen, get, make, publish, settled
from tests.browser.test_phone import fits
from tests.browser.watch import Watch
from tests.integration.runs.graphs import graph, line, node
from tests.running import OWNER, Client, Product

REASON = "The receipt is missing."
SMALL = """
() => [...document.querySelectorAll('main :is(button, a[href], input:not([type=hidden]), textarea, [role=tab])')]
  .filter((one) => one.checkVisibility({visibilityProperty: true}) && !one.closest('[aria-hidden=true]'))
  .map((one) => [one.innerText || one.getAttribute('aria-label') || one.name || one.id, one.getBoundingClientRect()])
  .filter(([, box]) => box.width > 1 && box.height > 1 && box.height < 43.5)
  .map(([name, box]) => `${name}: ${box.height}`)
"""


def expense() -> dict[str, Any]:
    fields = [
        {"key": "email", "label": "Your e-mail", "required": True},
        {"key": "amount", "label": "Amount", "type": "number", "required": True},
    ]
    form = {"title": "Expense claim", "fields": fields, "thanks": "We look at it today."}
    ask = {
        "title": {"$text": "Pay {{ trigger.amount }} euros?"},
        "due_hours": 48,
        "show": [{"label": "Amount", "value": {"$expr": "trigger.amount"}}],
    }
    mail = {"to": {"$expr": "trigger.email"}, "subject": "Your claim", "body": {"$expr": "ask.comment"}}
    nodes = [
        node("form", "start_form", form),
        node("ask", "approval", ask),
        node("pay", "set_fields", {"fields": [{"name": "paid", "value": {"$expr": "trigger.amount"}}]}),
        node("tell", "send_mail", mail),
    ]
    lines = [line("form", "ask"), line("ask", "pay", "approved"), line("ask", "tell", "rejected")]
    return graph([{**one, "position": {"x": 320 * at, "y": 0}} for at, one in enumerate(nodes)], lines)


@pytest.fixture
def quiet(owner: Client) -> None:
    """No task of an earlier test waits any more."""
    for task in get(owner, "tasks", state="open"):
        owner.post(f"/api/runs/{task['run']}/cancel", json={})
        settled(owner, task["run"])


def usable(page: Page) -> None:
    """On a phone: nothing reaches over the edge, and everything is large enough for a thumb."""
    fits(page)
    assert page.evaluate(SMALL) == []


def listed(page: Page) -> Locator:
    return page.get_by_role("table", name="Tasks")


@pytest.mark.ux(116, 117, 119, 120, 121, 123, 125, 128, 183)
@pytest.mark.usefixtures("quiet")
def test_a_claim_is_sent_by_a_form_and_rejected_on_a_phone(
    phone: Page,
    new_context: Callable[..., BrowserContext],
    product: Product,
    owner: Client,
    watch: Watch,
) -> None:
    workflow = make(owner, "Expense claims", expense())
    publish(owner, workflow)
    adam = product.join(owner, "Adam Approver", "approver")
    anna = product.join(owner, "Anna Approver", "approver")

    # 1. Signed out: the public form says what is missing, then thanks.
    address = owner.get(f"/api/workflows/{workflow}/forms").json()[0]["address"]
    phone.goto(address.removeprefix(product.address))
    expect(heading(phone)).to_have_text("Expense claim")
    phone.get_by_role("textbox", name="Your e-mail").fill("rita@example.com")
    phone.get_by_role("button", name="Send").tap()
    amount = phone.get_by_role("textbox", name="Amount")
    expect(amount).to_have_attribute("aria-invalid", "true")
    expect(amount).to_be_focused()
    usable(phone)
    assert get(owner, "runs", workflow=workflow) == []
    amount.fill("840")
    phone.get_by_role("button", name="Send").tap()
    expect(phone.get_by_text("We look at it today.")).to_be_visible()
    usable(phone)
    run = get(owner, "runs", workflow=workflow)[0]["id"]
    settled(owner, run)

    # Anna took the task, gave it back elsewhere, and her page does not know it.
    stale = new_context(**PHONE, storage_state=anna.storage_state()).new_page()
    deafen(stale)
    stale.goto(f"/tasks/{get(owner, 'tasks', state='open')[0]['id']}")
    stale.get_by_role("button", name="Take").tap()
    expect(stale.get_by_role("button", name="Approve", exact=True)).to_be_enabled()
    anna.post(f"/api/tasks/{path_id(stale)}/release").raise_for_status()

    # 2. The approver signs in: home says that one task waits.
    email = adam.get("/api/session").json()["user"]["email"]
    page = new_context(**PHONE).new_page()
    page.goto("/")
    page.get_by_role("textbox", name="E-mail").fill(email)
    page.get_by_label("Password", exact=True).fill(OWNER["password"])
    page.get_by_role("button", name="Sign in").tap()
    expect(page.get_by_role("heading", name="1 task", exact=True)).to_be_visible()
    fits(page)

    # 3. What waits for nobody in particular, and why it cannot be approved yet.
    page.get_by_role("navigation", name="Main, short").get_by_role("link", name="Tasks").tap()
    page.get_by_role("tab", name="Unassigned").tap()
    row = listed(page).get_by_role("row").filter(has_text="Pay 840 euros?")
    for words in ("Expense claims", "Requested by Form", "Created", "Due in 2 days"):
        expect(row).to_contain_text(words)
    usable(page)
    row.get_by_role("link").tap()
    expect(heading(page)).to_have_text("Pay 840 euros?")
    for fact, value in (("Process", "Expense claims"), ("Requested by", "Form"), ("Candidates", "Adam Approver")):
        expect(page.get_by_role("term").filter(has_text=fact).locator("+ dd")).to_contain_text(value)
    approve, reject = (page.get_by_role("button", name=name, exact=True) for name in ("Approve", "Reject"))
    expect(approve).to_be_disabled()
    expect(approve).to_have_accessible_description("Take the task first, then answer.")
    usable(page)

    # 4. Taken: it is under Mine.
    page.get_by_role("button", name="Take").tap()
    expect(approve).to_be_enabled()
    expect(reject).to_be_enabled()
    usable(page)
    page.get_by_role("link", name="Tasks").first.tap()
    page.get_by_role("tab", name="Mine").tap()
    listed(page).get_by_role("link", name="Pay 840 euros?").tap()

    # 5. Rejecting needs a comment; then it is gone from Mine and can be read under Completed.
    reject.tap()
    comment = page.get_by_role("textbox", name="Comment")
    expect(comment).to_have_accessible_description(re.compile("Say why you reject it."))
    comment.fill(REASON)
    reject.tap()
    expect(page.get_by_role("status").filter(has_text="Rejected. The workflow goes on.")).to_be_visible()
    expect(page.get_by_role("heading", name="Rejected by Adam Approver")).to_be_visible()
    history = page.get_by_role("region", name="History").get_by_role("listitem")
    expect(history.last).to_contain_text(re.compile(rf"Adam Approver rejected.*{re.escape(REASON)}"))
    usable(page)
    page.get_by_role("link", name="Tasks").first.tap()
    page.get_by_role("tab", name="Mine").tap()
    expect(page.get_by_text("You have taken no task.")).to_be_visible()
    page.get_by_role("tab", name="Completed").tap()
    listed(page).get_by_role("link", name="Pay 840 euros?").first.tap()
    expect(page.get_by_role("blockquote")).to_have_text(REASON)

    # 6. The run went down "Rejected", and the requester's mailbox holds the comment.
    page.get_by_role("term").filter(has_text="Run").locator("+ dd").get_by_role("link").tap()
    expect(heading(page)).to_contain_text("Done")
    statuses = {one["node"]: one["status"] for one in settled(owner, run)["steps"]}
    assert (statuses["tell"], statuses["pay"]) == ("done", "skipped")
    fits(page)
    page.goto("/outbox")
    page.get_by_role("link", name="Your claim").first.tap()
    expect(page.get_by_role("article")).to_contain_text(REASON)
    expect(page.get_by_role("article")).to_contain_text("rita@example.com")

    # 7. Anna approves on the page that she left open: she is told who answered and when, and nothing changes.
    before = settled(owner, run)["seq"]
    watch.expect_answer(409, "/decide")
    stale.get_by_role("button", name="Approve", exact=True).tap()
    told = stale.get_by_role("alert").filter(has_text="Somebody was faster")
    expect(told).to_contain_text("Adam Approver answered this task already: rejected.")
    expect(told).to_contain_text(re.compile(r"\d{1,2}:\d\d"))
    expect(stale.get_by_role("heading", name="Rejected by Adam Approver")).to_be_visible()
    usable(stale)
    assert settled(owner, run)["seq"] == before
    for client in (adam, anna):
        client.close()
