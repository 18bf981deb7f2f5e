"""A new installation, a document that is answered at once, and one that a person has to look at."""

from __future__ import annotations

import base64
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, Locator, Page, StorageState, expect

from tests.browser.reading import heading, open_step, path_id, row_with, step
from tests.browser.starting import deafen, run_sample, settled
from tests.browser.watch import Watch
from tests.running import OWNER, Client, Product

INBOX = Path(__file__).parents[2] / "builder" / "starters" / "document_intake" / "inbox"
RISKY = "High amount, new bank account"
AS_A_FILE = """([name, type, content]) => {
    const bytes = Uint8Array.from(atob(content), (letter) => letter.charCodeAt(0));
    const carried = new DataTransfer();
    carried.items.add(new File([bytes], name, { type }));
    return carried;
}"""


def drop(page: Page, place: Locator, file: Path, media_type: str) -> None:
    """Lets go of a file over `place`, as from the desktop."""
    content = base64.b64encode(file.read_bytes()).decode()
    carried = page.evaluate_handle(AS_A_FILE, [file.name, media_type, content])
    place.dispatch_event("dragover", {"dataTransfer": carried})
    place.dispatch_event("drop", {"dataTransfer": carried})


@pytest.mark.ux(1)
def test_the_one_time_link_makes_the_owner_and_then_never_again(
    new_context: Callable[..., BrowserContext], owner_state: StorageState, product: Product
) -> None:
    page = new_context().new_page()
    page.goto(product.welcome_address())
    expect(heading(page)).to_have_text("This installation has an owner")
    page.get_by_role("link", name="Sign in").click()
    page.get_by_role("textbox", name="E-mail").fill(OWNER["email"])
    page.get_by_label("Password", exact=True).fill(OWNER["password"])
    page.get_by_role("button", name="Sign in").click()
    expect(heading(page)).to_have_text(re.compile(r"^Good (morning|afternoon|evening), Olivia$"))


@pytest.mark.ux(2)
def test_home_offers_sample_documents_and_the_tasks_that_wait(owner_page: Page, owner: Client) -> None:
    settled(owner, run_sample(owner, "invoice-changed-account.eml"))
    owner_page.goto("/")
    samples = owner_page.get_by_role("list", name="Sample documents")
    expect(samples.get_by_role("listitem")).to_have_count(6)
    owner_page.get_by_role("button", name="Show all 22 documents").click()
    expect(samples.get_by_role("listitem")).to_have_count(22)
    owner_page.get_by_role("link", name="All tasks").click()
    expect(heading(owner_page)).to_have_text("Tasks")
    expect(owner_page.get_by_role("table", name="Tasks")).to_be_visible()


@pytest.mark.ux(87)
@pytest.mark.ux(88)
@pytest.mark.ux(101)
def test_a_dropped_document_is_read_and_answered_while_one_watches(owner_page: Page) -> None:
    owner_page.goto("/")
    zone = owner_page.get_by_text("Drop a PDF or an e-mail here")
    expect(zone).to_be_visible()
    drop(owner_page, zone, INBOX / "invoice-harbour-tools.pdf", "application/pdf")
    owner_page.wait_for_url("**/runs/*")
    expect(heading(owner_page)).to_have_text("invoice-harbour-tools.pdf Done")
    for name, status in [
        ("Document arrives", "done"),
        ("What kind of document is it?", "done"),
        ("Send the automatic reply", "done"),
        ("A person decides", "skipped"),
        ("Explain what went wrong", "skipped"),
    ]:
        expect(step(owner_page, name)).to_have_attribute("data-step-status", status)
    expect(
        owner_page.get_by_role("img", name="Line from Document arrives to Read the document, 1 item")
    ).to_be_attached()

    panel = open_step(owner_page, "What kind of document is it?")
    output = panel.get_by_role("table", name="Output of What kind of document is it?")
    expect(output.get_by_role("row", name="Label invoice", exact=True)).to_be_visible()
    panel.get_by_text("JSON", exact=True).click()
    expect(panel.get_by_role("region", name="Output of What kind of document is it?").last).to_contain_text(
        '"label": "invoice"'
    )
    panel.get_by_text("Table", exact=True).click()
    expect(output).to_be_visible()

    run = owner_page.url.split("?")[0]
    owner_page.get_by_role("link", name="Outbox").click()
    mail = row_with(owner_page.get_by_role("table", name="Outbox"), "Re: invoice-harbour-tools.pdf").first
    expect(mail).to_contain_text("intake@example.com")
    mail.get_by_role("link", name="Re: invoice-harbour-tools.pdf").click()
    expect(heading(owner_page)).to_have_text("Re: invoice-harbour-tools.pdf")
    article = owner_page.get_by_role("article")
    expect(article).to_contain_text("thank you for your invoice. It is complete and has been passed on for payment.")
    expect(article).to_contain_text("Kept here, not sent")
    article.get_by_role("link", name="invoice-harbour-tools.pdf").click()
    expect(owner_page).to_have_url(re.compile(re.escape(run)))


@pytest.mark.ux(119)
@pytest.mark.ux(121)
@pytest.mark.ux(123)
@pytest.mark.ux(125)
@pytest.mark.ux(150)
@pytest.mark.ux(153)
def test_a_risky_invoice_waits_for_a_person_whose_answer_decides(
    owner_page: Page, owner: Client, page_of: Callable[..., Page], watch: Watch
) -> None:
    owner_page.goto("/")
    owner_page.get_by_role("button", name=f"Run {RISKY}").click()
    owner_page.wait_for_url("**/runs/*")
    expect(heading(owner_page)).to_contain_text("Needs you")
    expect(step(owner_page, "A person decides")).to_have_attribute("data-step-status", "needs-you")
    run = path_id(owner_page)
    owner_page.get_by_role("link", name="Open task").click()
    owner_page.wait_for_url("**/tasks/*")
    task = path_id(owner_page)
    expect(heading(owner_page)).to_have_text("Check: URGENT: invoice BL-77310, new bank account")
    facts = owner_page.get_by_role("region", name="What it is about")
    expect(facts).to_contain_text("55977.6 EUR")
    expect(facts).to_contain_text("high (")

    late = page_of("Sam Second", "approver")
    deafen(late)
    late.goto(f"/tasks/{task}")
    expect(late.get_by_role("button", name="Approve")).to_be_disabled()

    for name in ("Approve", "Reject"):
        button = owner_page.get_by_role("button", name=name)
        expect(button).to_be_disabled()
        expect(button).to_have_accessible_description("Take the task first, then answer.")
    owner_page.get_by_role("button", name="Take").click()
    expect(owner_page.get_by_text("You have taken this task.")).to_be_visible()
    owner_page.get_by_role("link", name="Tasks", exact=False).first.click()
    owner_page.get_by_role("tab", name="Mine").click()
    mine = owner_page.get_by_role("table", name="Tasks").get_by_role("link")
    mine.and_(owner_page.locator(f"[href='/tasks/{task}']")).click()
    owner_page.get_by_role("textbox", name="Comment").fill("Called the supplier: the account is theirs.")
    owner_page.get_by_role("button", name="Approve").click()
    expect(owner_page.get_by_role("heading", name="Approved by Olivia Owner")).to_be_visible()
    expect(owner_page.get_by_role("blockquote")).to_have_text("Called the supplier: the account is theirs.")

    watch.expect_answer(409, "/take")
    late.get_by_role("button", name="Take").click()
    answered = late.get_by_role("region", name="Approved by Olivia Owner")
    expect(answered).to_contain_text(re.compile(r"\d\d:\d\d"))

    owner_page.goto(f"/runs/{run}")
    expect(heading(owner_page)).to_contain_text("Done")
    expect(step(owner_page, "Send the checked reply")).to_have_attribute("data-step-status", "done")
    expect(step(owner_page, "Tell the back office")).to_have_attribute("data-step-status", "skipped")
    panel = open_step(owner_page, "A person decides")
    expect(panel.get_by_role("table", name="Output of A person decides")).to_contain_text(
        "Called the supplier: the account is theirs."
    )
    sent = owner.get(f"/api/workspaces/{owner.workspace}/outgoing-mails").json()["results"]
    (mail,) = [one for one in sent if one["run"] == run]
    owner_page.goto(f"/outbox/{mail['id']}")
    expect(owner_page.get_by_role("article")).to_contain_text("a colleague has checked your message")

    owner_page.get_by_role("link", name="Audit").click()
    entry = owner_page.get_by_role("table", name="Audit").get_by_role("row").filter(has_text="approved").first
    expect(entry).to_contain_text("Olivia Owner approved")
    entry.get_by_role("button").click()
    detail = owner_page.get_by_role("dialog", name="Audit entry")
    expect(detail).to_contain_text("Called the supplier: the account is theirs.")
    expect(detail.get_by_role("link", name="Check: URGENT: invoice BL-77310, new bank account")).to_be_visible()
