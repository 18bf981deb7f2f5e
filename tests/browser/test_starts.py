"""Starts in the editor and on their own page: addresses, waiting for a call, forms built question by question."""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Page, expect

from tests.browser.reading import heading, row_with, step
from tests.browser.starting import make, publish
from tests.browser.test_tasks import usable
from tests.integration.runs.graphs import graph, line, node
from tests.running import Client


def begins(start: dict[str, Any]) -> dict[str, Any]:
    """`start` and one step behind it."""
    go = node("go", "set_fields", {"fields": [{"name": "n", "value": 1}]})
    placed = [{**start, "position": {"x": 0, "y": 0}}, {**go, "position": {"x": 320, "y": 0}}]
    return graph(placed, [line(start["key"], "go")])


@pytest.mark.ux(113)
def test_a_caught_call_is_the_sample_of_the_start(owner_page: Page, owner: Client) -> None:
    page = owner_page
    page.goto(f"/workflows/{make(owner, 'Orders in', begins(node('hook', 'start_link')))}")
    step(page, "Hook").dblclick()
    region = page.get_by_role("region", name="Addresses")
    expect(region.get_by_role("button", name="Copy: Test address")).to_be_visible()
    expect(region).to_contain_text("The live address exists once the workflow is published.")
    region.get_by_role("button", name="Listen for a test call").click()
    expect(region.get_by_role("status").filter(has_text="Waiting for an event …")).to_be_visible()
    address = urlsplit(region.get_by_role("code").inner_text())
    owner.post(address.path, json={"order": "A-77"}).raise_for_status()
    expect(region.get_by_role("status").filter(has_text="Event caught.")).to_be_visible()
    expect(page.get_by_text("Kept sample").first).to_be_visible()
    expect(region.get_by_role("button", name="Listen again")).to_be_visible()


@pytest.mark.ux(114)
def test_the_address_follows_the_path_and_a_taken_one_is_told(owner_page: Page, owner: Client) -> None:
    page = owner_page
    other = make(owner, "First come", begins(node("hook", "start_link", {"access": "public", "path": "first-come"})))
    publish(owner, other)
    page.goto(f"/workflows/{make(owner, 'Late', begins(node('hook', 'start_link')))}")
    step(page, "Hook").dblclick()
    page.get_by_role("button", name="More options").click()
    path = page.get_by_role("textbox", name="Path")
    region = page.get_by_role("region", name="Addresses")
    path.fill("late-orders")
    expect(region.get_by_role("code").first).to_have_text(re.compile(r"/hooks/in/[0-9a-f-]{36}/late-orders$"))
    path.fill("first-come")
    expect(region.get_by_role("code").first).to_have_text(re.compile(r"/first-come$"))
    expect(region.get_by_role("alert")).to_contain_text("has the path “first-come” already")


@pytest.mark.ux(116, 117)
def test_a_form_is_built_put_in_order_and_seen_before_it_is_published(
    owner_page: Page, owner: Client, phone: Page
) -> None:
    page = owner_page
    config = {"title": "Claim", "fields": [{"key": "name", "label": "Your name", "type": "text", "required": True}]}
    workflow = make(owner, "Claims by form", begins(node("form", "start_form", config)))
    page.goto(f"/workflows/{workflow}")
    step(page, "Form").dblclick()
    page.get_by_role("button", name="Add question").click()
    page.get_by_role("menuitem", name="Choice").click()
    asked = page.get_by_role("list", name="Questions")
    page.get_by_role("textbox", name="Question", exact=True).fill("What happened?")
    page.get_by_role("combobox", name="Choices").or_(page.get_by_role("textbox", name="Choices")).fill("Fire")
    page.keyboard.press("Enter")
    grip = asked.get_by_role("button", name=re.compile("^Move “What happened\\?”"))
    grip.focus()
    page.keyboard.press("ArrowUp")
    expect(page.get_by_role("status").filter(has_text="“What happened?” is question 1 of 2 now.")).to_be_attached()
    expect(grip).to_be_focused()
    name = asked.get_by_role("listitem").filter(has=page.get_by_role("button", name="Edit “Your name”"))
    asked.get_by_role("button", name=re.compile("^Move “Your name”")).drag_to(asked.get_by_role("listitem").first)
    expect(asked.get_by_role("listitem").first).to_contain_text("Your name")
    expect(name).to_contain_text("required")

    page.get_by_role("button", name="Preview").click()
    preview = page.get_by_role("dialog", name="Preview of the form")
    expect(preview.get_by_role("heading", name="Claim", exact=True)).to_be_visible()
    expect(preview.get_by_role("textbox", name="Your name")).to_be_visible()
    expect(preview.get_by_role("combobox", name="What happened?")).to_be_visible()
    preview.get_by_role("button", name="Send (preview)").click()
    expect(preview.get_by_text("Please answer this question.")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_role("status").filter(has_text="Saved")).to_be_visible()

    publish(owner, workflow)
    address = owner.get(f"/api/workflows/{workflow}/forms").json()[0]["address"]
    phone.goto(urlsplit(address).path)
    expect(heading(phone)).to_have_text("Claim")
    phone.get_by_role("textbox", name="Your name").fill("Ann")
    phone.route(
        "**/api/forms/*", lambda route: route.abort("aborted") if route.request.method == "POST" else route.fallback()
    )
    phone.get_by_role("button", name="Send").tap()
    expect(phone.get_by_role("alert").filter(has_text="Not sent yet")).to_be_visible()
    expect(phone.get_by_role("textbox", name="Your name")).to_have_value("Ann")
    usable(phone)
    phone.unroute_all()
    phone.get_by_role("button", name="Send").tap()
    expect(heading(phone)).to_have_text("Sent")


@pytest.mark.ux(118)
def test_one_start_is_paused_and_resumed_on_the_page_of_all_starts(
    owner_page: Page, owner: Client, owner_phone: Page
) -> None:
    clock = node("clock", "start_schedule", {"kind": "weekly", "at": "09:00", "time_zone": "Europe/Berlin"})
    publish(owner, make(owner, "Weekly report", begins({**clock, "name": "Every morning"})))
    page = owner_page
    page.goto("/")
    page.get_by_role("navigation", name="Main", exact=True).get_by_role("link", name="Starts").click()
    expect(heading(page)).to_have_text("Starts")
    row = row_with(page.get_by_role("table", name="Starts"), "Weekly report")
    expect(row).to_contain_text("Every weekday at 09:00, Berlin time")
    expect(row).to_contain_text(re.compile(r"(Mon|Tue|Wed|Thu|Fri), .* 09:00"))
    switch = row.get_by_role("switch", name="Every morning of Weekly report is on")
    expect(switch).to_be_checked()
    switch.locator("..").click()
    expect(switch).not_to_be_checked()
    expect(switch).to_have_accessible_description("Paused by Olivia Owner")
    expect(page.get_by_role("status").filter(has_text="Every morning is paused.")).to_be_visible()
    page.reload()
    expect(switch).not_to_be_checked()
    switch.locator("..").click()
    expect(switch).to_be_checked()
    owner_phone.goto("/starts")
    expect(row_with(owner_phone.get_by_role("table", name="Starts"), "Weekly report")).to_contain_text("Next:")
    usable(owner_phone)
