"""People come in, share a workflow by name, take it back, and everything of it can be read afterwards."""

from __future__ import annotations

import re
import uuid
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, Locator, Page, Response, expect

from tests.browser.reading import heading, row_with, step
from tests.browser.starting import make
from tests.browser.test_editor import offset
from tests.browser.watch import Watch
from tests.running import Client, Product

PASSWORD = "a long enough password"
SECRET = "s3cr3t-ABC"
DIAGRAM: dict[str, Any] = {
    "schema": "graph@1",
    "nodes": [
        {"key": "start", "type": "start_manual", "config": {"fields": []}, "position": {"x": 0, "y": 0}},
        {
            "key": "mark",
            "type": "set_fields",
            "name": "Mark it",
            "config": {"fields": [{"name": "seen", "value": "yes"}]},
            "position": {"x": 300, "y": 0},
        },
    ],
    "edges": [{"id": "e1", "source": "start", "source_port": "out", "target": "mark", "target_port": "in"}],
    "notes": [],
}


def invite(page: Page, email: str, *roles: str) -> str:
    """Invites somebody with these roles and no others; gives the link."""
    page.get_by_role("button", name="Invite").click()
    dialog = page.get_by_role("dialog", name="Invite")
    dialog.get_by_role("textbox", name="E-mail").fill(email)
    for role in roles:
        dialog.get_by_role("checkbox", name=role, exact=False).first.check()
    dialog.get_by_role("button", name="Make invitation").click()
    expect(dialog.get_by_role("status")).to_have_text(f"Hand this link to {email}.")
    link = dialog.get_by_role("textbox", name="Invitation link").input_value()
    dialog.get_by_role("button", name="Close").last.click()
    return link


def come_in(page: Page, link: str, name: str) -> None:
    page.goto(link)
    page.get_by_role("textbox", name="Your name").fill(name)
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Join").click()
    expect(heading(page)).to_contain_text(name.split()[0])


def open_sharing(page: Page, workflow: str) -> Locator:
    page.goto(f"/workflows/{workflow}")
    page.get_by_role("button", name="Share", exact=True).click()
    dialog = page.get_by_role("dialog", name="Share")
    expect(dialog.get_by_role("list", name="Shared with")).to_be_visible()
    return dialog


def name_in(dialog: Locator, name: str, level: str = "") -> None:
    dialog.get_by_role("combobox", name="Person or team").fill(name)
    dialog.page.get_by_role("option", name=re.compile(rf"^{re.escape(name)}")).click()
    if level:
        choose(dialog.get_by_role("combobox", name="May", exact=True), level)
    dialog.get_by_role("button", name="Share", exact=True).click()


def choose(select: Locator, words: str) -> None:
    select.click()
    select.page.get_by_role("option", name=re.compile(rf"^{words}")).click()


def drag(page: Page, name: str) -> None:
    box = step(page, name).bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + 8)
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"] / 2 + 60, box["y"] + 120, steps=8)
    page.mouse.up()


@contextmanager
def never_shows(page: Page, secret: str) -> Iterator[None]:
    """No answer of the server to this page holds the secret."""
    leaks: list[str] = []

    def look(response: Response) -> None:
        kind = response.headers.get("content-type", "")
        if ("json" in kind or "html" in kind) and secret in response.text():
            leaks.append(response.url)

    page.on("response", look)
    yield
    page.remove_listener("response", look)
    assert leaks == []
    assert secret not in page.content()


@pytest.fixture
def people(product: Product, owner: Client) -> Iterator[Callable[..., tuple[Client, str]]]:
    """A new person with these roles, and what they are called."""
    clients: list[Client] = []

    def made(name: str, *roles: str) -> tuple[Client, str]:
        full = f"{name} {uuid.uuid4().hex[:6]}"
        clients.append(product.join(owner, full, *roles))
        return clients[-1], full

    yield made
    for client in clients:
        client.close()


@pytest.mark.ux(138)
@pytest.mark.ux(139)
@pytest.mark.ux(140)
@pytest.mark.ux(143)
@pytest.mark.ux(145)
@pytest.mark.ux(150)
@pytest.mark.ux(153)
@pytest.mark.ux(155)
def test_an_admin_brings_people_together_and_a_workflow_is_shared_and_taken_back(
    owner_page: Page, new_context: Callable[..., BrowserContext], product: Product, watch: Watch
) -> None:
    mark = uuid.uuid4().hex[:6]
    builder_name, viewer_name = f"Bea {mark}", f"Vic {mark}"
    emails = {builder_name: f"bea.{mark}@example.com", viewer_name: f"vic.{mark}@example.com"}

    # 1. Both are pending until they come.
    admin = owner_page
    admin.goto("/admin/users")
    links = {
        builder_name: invite(admin, emails[builder_name], "Builder", "Connection manager"),
        viewer_name: invite(admin, emails[viewer_name], "Viewer"),
    }
    invitations = admin.get_by_role("table", name="Invitations")
    for email in emails.values():
        expect(row_with(invitations, email)).to_contain_text("Pending")
    grant_copying = {"permissions": ["clipboard-read", "clipboard-write"]}
    builder, viewer = new_context(**grant_copying).new_page(), new_context(**grant_copying).new_page()
    come_in(builder, links[builder_name], builder_name)
    come_in(viewer, links[viewer_name], viewer_name)
    admin.reload()
    search = admin.get_by_role("searchbox", name="Search by name or e-mail")
    search.fill(mark)
    people = admin.get_by_role("table", name="People")
    expect(people.get_by_role("row")).to_have_count(3)
    expect(admin).to_have_url(re.compile(rf"search={mark}"))
    for name in emails:
        expect(row_with(people, name)).to_contain_text("Active")
        expect(row_with(people, name)).to_contain_text("now")
    expect(row_with(invitations, emails[viewer_name])).to_have_count(0)

    # 2. A secret is written once and never shown again.
    builder.goto("/connections")
    builder.get_by_role("button", name="Add connection").first.click()
    dialog = builder.get_by_role("dialog")
    dialog.get_by_role("textbox", name="Name").fill(f"Demo CRM {mark}")
    dialog.get_by_label("Token", exact=True).fill(SECRET)
    hosts = dialog.get_by_role("combobox", name="Used only with").or_(dialog.get_by_label("Used only with")).first
    hosts.fill("crm.example.com")
    hosts.press("Enter")
    with never_shows(builder, SECRET):
        dialog.get_by_role("button", name="Add", exact=True).click()
        expect(builder.get_by_role("table", name="Connections")).to_contain_text(f"Demo CRM {mark}")
        builder.reload()
        expect(builder.get_by_role("table", name="Connections")).to_contain_text(f"Demo CRM {mark}")

    # 3. The builder makes a workflow, live, and shares it with the viewer.
    title = f"Supplier list {mark}"
    with closing(Client(product.address)) as session:
        session.sign_in(emails[builder_name], PASSWORD)
        workflow = make(session, title, DIAGRAM)
        session.post(f"/api/workflows/{workflow}/publish", json={"note": "First version"}).raise_for_status()
    dialog = open_sharing(builder, workflow)
    dialog.get_by_role("radio", name="Only people named here").click()
    expect(dialog.get_by_role("radio", name="Only people named here")).to_be_checked()
    expect(builder.get_by_role("status").filter(has_text="Only people named here see it now.")).to_be_visible()
    name_in(dialog, viewer_name)
    expect(builder.get_by_role("status").filter(has_text=f"Shared with {viewer_name}.")).to_be_visible()
    named = dialog.get_by_role("list", name="Shared with").get_by_role("listitem").filter(has_text=viewer_name)
    expect(named.get_by_role("combobox")).to_have_value("Can use")
    dialog.get_by_text("Who has access now").click()
    access = dialog.get_by_role("list", name="Who has access now")
    expect(access.get_by_role("listitem").filter(has_text=viewer_name)).to_contain_text("named here")
    expect(access.get_by_role("listitem").filter(has_text="Olivia Owner")).to_contain_text("as ")
    dialog.get_by_role("button", name="Copy link").click()
    assert builder.evaluate("navigator.clipboard.readText()").endswith(f"/workflows/{workflow}")

    # 4. The viewer looks, copies and runs; nothing moves, and each control says why.
    viewer.goto(f"/workflows/{workflow}")
    expect(heading(viewer)).to_have_text(title)
    before = offset(viewer, "Start by hand", "Mark it")
    drag(viewer, "Mark it")
    assert offset(viewer, "Start by hand", "Mark it") == before
    step(viewer, "Mark it").click()
    viewer.keyboard.press("ControlOrMeta+c")
    assert "mark" in viewer.evaluate("navigator.clipboard.readText()")
    viewer.keyboard.press("ControlOrMeta+v")
    expect(viewer.get_by_role("group", name=re.compile(r"^Mark it"))).to_have_count(1)
    publish = viewer.get_by_role("button", name="Publish")
    expect(publish).to_be_disabled()
    expect(publish).to_have_accessible_description(re.compile(r"\w"))
    viewer.get_by_role("button", name="You can look, not change").click()
    expect(viewer.get_by_text(f"{builder_name} can let you edit.")).to_be_visible()
    viewer.keyboard.press("Escape")
    viewer.get_by_role("button", name="Run", exact=True).click()
    expect(step(viewer, "Mark it")).to_have_attribute("data-step-status", "done")
    viewer.goto("/connections")
    expect(heading(viewer)).to_have_text("Not for your role")

    # 5. With "Can edit" the step moves and is saved.
    choose(named.get_by_role("combobox", name=f"What {viewer_name} may do"), "Can edit")
    expect(builder.get_by_role("status").filter(has_text=f"{viewer_name}: Can edit")).to_be_visible()
    viewer.goto(f"/workflows/{workflow}")
    expect(step(viewer, "Mark it")).to_be_visible()
    before = offset(viewer, "Start by hand", "Mark it")
    drag(viewer, "Mark it")
    expect(viewer.get_by_role("status").filter(has_text="Saved")).to_be_visible()
    assert offset(viewer, "Start by hand", "Mark it") != before

    # 6. Taken back: the old link shows no name and offers to ask.
    named.get_by_role("button", name=f"Remove {viewer_name}").click()
    expect(named).to_have_count(0)
    for ending in (f"/workflows/{workflow}", f"/workflows/{workflow}/draft"):
        watch.expect_answer(404, ending)
    viewer.goto(f"/workflows/{workflow}")
    expect(heading(viewer)).to_have_text("No access")
    assert title not in viewer.content()
    viewer.get_by_role("textbox", name="Why do you need it?").fill("I order from them")
    viewer.get_by_role("button", name="Ask for access").click()
    expect(viewer.get_by_role("status").filter(has_text="Your request is on its way.")).to_be_visible()
    builder.goto("/")
    builder.get_by_role("button", name="Notifications, 1 new").click()
    builder.get_by_role("link", name=f"{viewer_name} asks for access to {title}").click()
    dialog = builder.get_by_role("dialog", name="Share")
    expect(dialog.get_by_role("list", name="Requests")).to_contain_text("I order from them")
    dialog.get_by_role("button", name=f"Decline {viewer_name}").click()
    expect(dialog.get_by_role("list", name="Requests")).to_have_count(0)

    # 7. Nobody but admins enters the pages of admins; a change of roles is seen in the list.
    viewer.goto("/admin/users")
    expect(heading(viewer)).to_have_text("Not for your role")
    for role, then in (("Admin", True), ("Admin", False)):
        row_with(people, viewer_name).get_by_role("button", name=f"Change roles of {viewer_name}").click()
        dialog = admin.get_by_role("dialog", name=f"Roles of {viewer_name}")
        dialog.get_by_role("checkbox", name=role).set_checked(then)
        dialog.get_by_role("button", name="Save").click()
        expect(dialog).to_have_count(0)
        column = row_with(people, viewer_name)
        (expect(column).to_contain_text if then else expect(column).not_to_contain_text)("Admin")

    # 8. The trail tells all of it, the newest first, one sentence each.
    expected = [
        f"changed the roles of “{viewer_name}”",
        f"{builder_name} declined the request of “{viewer_name}”",
        f"{viewer_name} asked for access to the workflow “{title}”",
        f"{builder_name} stopped sharing the workflow “{title}” with “{viewer_name}”",
        f"{viewer_name} changed the draft of the workflow “{title}”",
        f"{builder_name} changed what “{viewer_name}” may do",
        f"{builder_name} shared the workflow “{title}” with “{viewer_name}”",
        f"{builder_name} changed who sees the workflow “{title}”",
        f"{builder_name} published version 1 of the workflow “{title}”",
        f"{builder_name} added the connection “Demo CRM {mark}”",
        f"{builder_name} accepted the invitation",
        f"invited “{emails[builder_name]}”",
    ]
    admin.goto("/audit")
    entries = admin.get_by_role("table", name="Audit")
    expect(entries).to_be_visible()
    more = admin.get_by_role("button", name="Show more")
    while more.count() and not row_with(entries, expected[-1]).count():
        shown = entries.get_by_role("row").count()
        more.click()
        expect(entries.get_by_role("row")).not_to_have_count(shown)
    told = entries.get_by_role("row").all_inner_texts()
    found = [next(number for number, row in enumerate(told) if words in row) for words in expected]
    assert found == sorted(found)
    # Runs are told in batches once they have ended, so between which others is a matter of a second.
    expect(row_with(entries, f"{viewer_name} ran the workflow “{title}”")).to_have_count(1)


@pytest.mark.ux(140)
def test_a_request_is_answered_and_opens_the_workflow(
    new_context: Callable[..., BrowserContext], people: Callable[..., tuple[Client, str]], watch: Watch
) -> None:
    builder, _ = people("Ben", "builder", "publisher")
    asker, asker_name = people("Ann", "viewer")
    workflow = make(builder, "Quiet plan", DIAGRAM)
    builder.put(f"/api/workflows/{workflow}/access", json={"access": "restricted"}).raise_for_status()
    asker.post(f"/api/workflows/{workflow}/access-requests", json={"level": "edit"}).raise_for_status()
    page = new_context(storage_state=builder.storage_state()).new_page()
    page.goto(f"/workflows/{workflow}")
    button = page.get_by_role("button", name="Share", exact=True)
    expect(button).to_have_accessible_description("1 person asks for access")
    button.click()
    dialog = page.get_by_role("dialog", name="Share")
    expect(dialog.get_by_role("list", name="Requests")).to_contain_text(f"{asker_name} would like to edit")
    dialog.get_by_role("button", name=f"Allow {asker_name}").click()
    expect(dialog.get_by_role("list", name="Shared with")).to_contain_text(asker_name)
    page.keyboard.press("Escape")
    expect(button).to_be_focused()
    theirs = new_context(storage_state=asker.storage_state()).new_page()
    theirs.goto(f"/workflows/{workflow}")
    expect(theirs.get_by_role("button", name="Add step", exact=True)).to_be_visible()


@pytest.mark.ux(141)
def test_a_new_owner_is_warned_for(
    new_context: Callable[..., BrowserContext], people: Callable[..., tuple[Client, str]]
) -> None:
    builder, _ = people("Bob", "builder")
    _, heir = people("Hal", "viewer")
    workflow = make(builder, "Handed over", DIAGRAM)
    page = new_context(storage_state=builder.storage_state()).new_page()
    dialog = open_sharing(page, workflow)
    dialog.get_by_role("button", name="Change owner").click()
    transfer = page.get_by_role("dialog", name="Give “Handed over” to somebody else")
    transfer.get_by_role("combobox", name="New owner").fill(heir)
    page.get_by_role("option", name=heir).click()
    expect(transfer.get_by_role("alert")).to_contain_text(f"{heir} would lack:")
    expect(transfer.get_by_role("alert")).to_contain_text("the right to change it")
    transfer.get_by_role("button", name="Change owner").click()
    expect(page.get_by_role("status").filter(has_text=f"{heir} owns it now.")).to_be_visible()


@pytest.mark.ux(144)
def test_who_leaves_hands_over_first(
    owner_page: Page, owner: Client, people: Callable[..., tuple[Client, str]]
) -> None:
    leaving, name = people("Lea", "builder", "publisher")
    _, heir = people("Hed", "builder", "publisher")
    workflow = make(leaving, f"Of {name}", DIAGRAM)
    page = owner_page
    page.goto(f"/admin/users?search={name.split()[1]}")
    page.get_by_role("button", name=f"More for {name}").click()
    page.get_by_role("menuitem", name="Remove").click()
    dialog = page.get_by_role("dialog", name=f"Remove {name}?")
    expect(dialog.get_by_text("They own 1 thing:")).to_be_visible()
    expect(dialog.get_by_text(f"Of {name}")).to_be_visible()
    dialog.get_by_role("button", name="Remove", exact=True).click()
    expect(dialog.get_by_text("Choose who takes it over.")).to_be_visible()
    dialog.get_by_role("combobox", name="New owner").fill(heir)
    page.get_by_role("option", name=heir).click()
    dialog.get_by_role("button", name="Remove", exact=True).click()
    expect(page.get_by_role("status").filter(has_text=f"{name} is removed.")).to_be_visible()
    expect(page.get_by_text(f"Nobody matches “{name.split()[1]}”.")).to_be_visible()
    found = owner.get(f"/api/workflows/{workflow}").raise_for_status().json()
    assert found["owner"]["name"] == heir


@pytest.mark.ux(146)
def test_a_team_is_made_and_shared_with_and_the_table_says_who_can_what(
    owner_page: Page, new_context: Callable[..., BrowserContext], people: Callable[..., tuple[Client, str]]
) -> None:
    member, name = people("Mia", "viewer")
    builder, _ = people("Bix", "builder")
    team = f"Buying {uuid.uuid4().hex[:6]}"
    page = owner_page
    page.goto("/admin/teams")
    page.get_by_role("button", name="New team").click()
    dialog = page.get_by_role("dialog", name="New team")
    dialog.get_by_role("button", name="Save").click()
    expect(dialog.get_by_text("Give the team a name.")).to_be_visible()
    dialog.get_by_role("textbox", name="Name").fill(team)
    dialog.get_by_role("combobox", name="Members").fill(name)
    page.get_by_role("option", name=name).click()
    page.keyboard.press("Tab")
    dialog.get_by_role("button", name="Save").click()
    expect(row_with(page.get_by_role("table", name="Teams"), team)).to_contain_text(name)

    workflow = make(builder, "For a team", DIAGRAM)
    builders = new_context(storage_state=builder.storage_state()).new_page()
    name_in(open_sharing(builders, workflow), team, "Can edit")
    expect(builders.get_by_role("status").filter(has_text=f"Shared with {team}.")).to_be_visible()
    answer = member.get(f"/api/workflows/{workflow}").raise_for_status().json()
    assert "workflow:edit" in answer["can"]

    page.get_by_role("link", name="Who can what").click()
    table = page.get_by_role("table", name="Who can what")
    publish = table.get_by_role("row").filter(has=page.get_by_role("rowheader", name="Publish and pause workflows"))
    expect(publish).to_be_visible()
    columns = table.get_by_role("columnheader").all_inner_texts()
    cells = publish.get_by_role("cell")
    assert [
        columns[number + 1] for number in range(cells.count()) if cells.nth(number).get_by_label("Yes").count()
    ] == ["Owner", "Admin", "Publisher"]
