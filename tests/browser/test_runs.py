"""Running, looking at what ran, and finding out what went wrong."""

from __future__ import annotations

import re
from itertools import pairwise
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.reading import heading, open_step, path_id, row_with, step
from tests.browser.starting import get, make, settled
from tests.browser.test_accessibility import look_through
from tests.browser.test_control import begin, drawn, publish, sets
from tests.browser.watch import Watch
from tests.integration.runs.graphs import START, graph, line, node, row
from tests.running import Client

QUESTIONS = [{"key": "customer", "label": "Customer"}, {"key": "mail", "label": "E-mail"}]
ORDER: dict[str, Any] = node("start", "start_manual", {"fields": QUESTIONS})


def thanks() -> dict[str, Any]:
    """START, a mail to the own people, a value, a mail to the customer, whose address may be empty, and an end."""
    nodes = [
        ORDER,
        node("tell", "send_mail", {"to": "sales@example.com", "subject": "New order", "body": "An order came."}),
        sets("work", "start.customer"),
        node("thank", "send_mail", {"to": {"$expr": "start.mail"}, "subject": "Thank you", "body": "Dear customer"}),
        sets("after", "1"),
    ]
    keys = [one["key"] for one in nodes]
    return drawn(graph(nodes, [line(one, two) for one, two in pairwise(keys)]))


def orders(count: int) -> list[dict[str, Any]]:
    return [{"customer": f"Customer {number}", "total": number * 50} for number in range(count)]


def loop() -> dict[str, Any]:
    """For each of the orders that came in: those above 100 get a share, which the sixth cannot have."""
    nodes = [
        node("hook", "start_link", {"access": "public"}),
        node(
            "each",
            "for_each",
            {"items": {"$expr": "hook.body.orders"}, "on_item_error": "collect"},
            position={"x": 320, "y": -60},
            size={"width": 760, "height": 220},
        ),
        node("check", "condition", {"when": {"$expr": "item.total > 100"}}, parent="each", position={"x": 40, "y": 70}),
        {**sets("rate", "1000 / (item.total - 250)"), "parent": "each", "position": {"x": 400, "y": 70}},
        {**sets("sum", "count(each)"), "position": {"x": 1160, "y": 0}},
    ]
    return graph(nodes, [line("hook", "each"), line("check", "rate", "yes"), line("each", "sum")])


def run_loop(owner: Client, workflow: str, count: int) -> str:
    run = begin(owner, workflow, body={"orders": orders(count)}, headers={}, query={})
    assert settled(owner, run)["status"] == "done"
    return run


def mails_to(owner: Client, address: str) -> int:
    return len([mail for mail in get(owner, "outgoing-mails") if address in mail["to"]])


def bar(page: Page) -> Locator:
    return page.get_by_role("region", name="Last run")


# -- running ---------------------------------------------------------------------------------------------------------


@pytest.mark.ux(86, 87, 89, 95)
def test_a_run_is_stopped_from_the_canvas_and_no_step_goes_on_spinning(owner_page: Page, owner: Client) -> None:
    page = owner_page
    rest = node("rest", "wait", {"amount": 3, "unit": "hours"})
    bare = {**START, "config": {"fields": []}}
    made = graph([bare, sets("one", "1"), rest, sets("after", "1")], [])
    made["edges"] = [line("start", "one"), line("one", "rest"), line("rest", "after")]
    page.goto(f"/workflows/{make(owner, 'Rest and stop', drawn(made))}")
    page.get_by_role("button", name="Run", exact=True).click()
    expect(step(page, "Rest")).to_have_attribute("data-step-status", "waiting")
    expect(step(page, "One")).to_have_attribute("data-step-status", "done")
    expect(page.get_by_role("button", name="Run", exact=True)).to_have_count(0)
    page.get_by_role("button", name="Stop", exact=True).click()
    expect(bar(page).get_by_role("status")).to_contain_text(re.compile(r"Stopped\s*[\d.]+ (milli)?seconds"))
    expect(step(page, "Rest")).to_have_attribute("data-step-status", "stopped")
    expect(page.locator("[data-step-status=running]")).to_have_count(0)
    run = str(bar(page).get_by_role("link", name="Open run").get_attribute("href"))
    page.get_by_role("button", name="Clear results from the canvas").click()
    expect(page.locator("[data-step-status=done]")).to_have_count(0)
    page.goto(run)
    expect(heading(page)).to_contain_text("Stopped")


@pytest.mark.ux(90, 94, 99)
def test_one_of_several_starts_is_chosen_and_the_run_ends_at_the_step_that_is_not_ready(
    owner_page: Page, owner: Client
) -> None:
    page = owner_page
    first, second = ({**START, "key": k, "name": k.title(), "config": {"fields": []}} for k in ("ann", "ben"))
    faulty = node("check", "condition", {}, position={"x": 640, "y": 0})
    nodes = [
        {**first, "position": {"x": 0, "y": 0}},
        {**second, "position": {"x": 0, "y": 144}},
        {**sets("one", "1"), "position": {"x": 320, "y": 0}},
        faulty,
    ]
    made = graph(nodes, [line("ann", "one"), line("ben", "one"), line("one", "check")])
    page.goto(f"/workflows/{make(owner, 'Two starts', made)}")
    run = page.get_by_role("button", name="Run", exact=True)
    expect(run).to_have_accessible_description("“Check” is not ready yet: the run goes up to there.")
    run.click()
    page.get_by_role("menuitem", name="Ben").click()
    expect(bar(page).get_by_role("status")).to_contain_text("Failed")
    expect(step(page, "One")).to_have_attribute("data-step-status", "done")
    expect(step(page, "Check")).to_have_attribute("data-step-status", "failed")
    expect(bar(page)).to_contain_text("When is missing.")
    panel = page.get_by_role("region", name="Settings of Check")
    expect(panel).to_contain_text("It failed in the last run")
    bar(page).get_by_role("button", name="Log").click()
    log = bar(page).get_by_role("rowheader")
    expect(log).to_have_text(["Ben", "Ann", "One", "Check"])
    expect(bar(page).get_by_role("button", name="Check")).to_have_attribute("aria-current", "true")


@pytest.mark.ux(91)
def test_up_to_here_does_not_send_the_mail_again(owner_page: Page, owner: Client) -> None:
    page = owner_page
    address = "once@example.com"
    made = thanks()
    made["nodes"][1]["config"]["to"] = address
    workflow = make(owner, "Up to here", made)
    settled(owner, begin(owner, workflow, customer="Ada", mail="ada@example.com"))
    assert mails_to(owner, address) == 1
    page.goto(f"/workflows/{workflow}")
    step(page, "Work").dblclick()
    page.get_by_role("button", name="Run up to here").click()
    expect(bar(page).get_by_role("status")).to_contain_text("Done")
    expect(step(page, "Work")).to_have_attribute("data-step-status", "done")
    expect(page.get_by_role("dialog")).to_have_count(0)
    assert mails_to(owner, address) == 1


# -- J3: a live run failed overnight ---------------------------------------------------------------------------------


@pytest.mark.ux(92, 97, 98, 100, 107)
def test_a_failed_live_run_is_understood_mended_in_the_editor_and_tried_again(owner_page: Page, owner: Client) -> None:
    page = owner_page
    workflow = make(owner, "Thank for orders", thanks())
    publish(owner, workflow)
    started = owner.post(f"/api/workflows/{workflow}/runs", json={"input": {"customer": "Ada", "mail": ""}})
    failed = str(started.raise_for_status().json()["id"])
    assert settled(owner, failed)["status"] == "failed"
    before = mails_to(owner, "sales@example.com")

    page.goto("/")
    page.get_by_role("button", name=re.compile("^Notifications, [1-9]")).click()
    page.get_by_role("link", name=re.compile("A live run of “Thank for orders” failed")).click()
    page.wait_for_url(f"**/runs/{failed}*")
    expect(heading(page)).to_contain_text("Failed")
    for name, status in (("Tell", "done"), ("Work", "done"), ("Thank", "failed")):
        expect(step(page, name)).to_have_attribute("data-step-status", status)
    expect(page.get_by_role("complementary", name="Step").get_by_role("heading", level=2)).to_have_text("Thank")
    failure = page.get_by_role("alert", name="What went wrong")
    for words in ("“Thank” failed", "A setting of the step is missing or wrong.", "To is empty.", "Open the step"):
        expect(failure).to_contain_text(words)
    expect(failure.get_by_text("invalid_settings")).to_be_hidden()
    failure.get_by_text("Technical details").click()
    expect(failure.get_by_text("invalid_settings")).to_be_visible()
    expect(failure.get_by_role("button", name="Copy")).to_be_visible()
    look_through(page)

    failure.get_by_role("link", name="Load into editor").click()
    page.wait_for_url(f"**/workflows/{workflow}?run={failed}")
    expect(page.get_by_role("status").filter(has_text="The run is loaded")).to_be_visible()
    debugging = page.get_by_role("region", name="Debugging")
    expect(debugging).to_be_visible()
    for name in ("Tell", "Work"):
        expect(step(page, name).get_by_role("img", name="Sample kept")).to_be_visible()
    expect(step(page, "Thank")).to_have_attribute("data-step-status", "failed")
    look_through(page)
    page.reload()
    expect(debugging).to_be_visible()

    panel = page.get_by_role("region", name="Settings of Thank")
    to = panel.get_by_role("textbox", name="To")
    to.fill('start.mail == null || start.mail == "" ? "desk@example.com" : start.mail')
    to.press("Tab")
    expect(page.get_by_role("status").filter(has_text="Saved")).to_be_visible()
    panel.get_by_role("button", name="Test step").click()
    expect(step(page, "Thank")).to_have_attribute("data-step-status", "done")
    expect(debugging).to_be_visible()
    page.get_by_role("button", name="Run", exact=True).click()
    expect(page.get_by_role("status").filter(has_text="It works.")).to_be_visible()
    expect(debugging).to_have_count(0)
    expect(page).to_have_url(re.compile(rf"/workflows/{workflow}$"))
    expect(step(page, "Tell").get_by_role("img", name="Sample kept")).to_have_count(0)
    assert mails_to(owner, "sales@example.com") == before
    publish(owner, workflow)

    page.goto(f"/runs/{failed}")
    failure.get_by_role("button", name="Choose the version to try again with").click()
    page.get_by_role("menuitem", name="With the latest version").click()
    expect(page).not_to_have_url(re.compile(failed))
    expect(heading(page)).to_contain_text("Done")
    expect(open_step(page, "Tell").get_by_text("Kept from an earlier run")).to_be_visible()
    again = path_id(page)
    page.get_by_role("link", name="Repeats an earlier run").click()
    page.wait_for_url(f"**/runs/{failed}*")
    expect(heading(page)).to_contain_text("Failed")
    expect(page.get_by_role("link", name="It was run again: show that run")).to_have_attribute("href", f"/runs/{again}")
    assert mails_to(owner, "sales@example.com") == before
    step(page, "Thank").click()
    panel = page.get_by_role("complementary", name="Step")
    expect(panel.get_by_role("row", name=re.compile("^To"))).to_contain_text("empty")

    page.goto(f"/runs?workflow={workflow}&status=failed")
    old = row_with(page.get_by_role("table", name="Runs"), "Thank for orders")
    expect(old).to_have_count(1)
    expect(old).to_contain_text("Failed")
    expect(old.get_by_role("link", name="It was run again: show that run")).to_be_visible()


@pytest.mark.ux(97)
def test_kept_samples_are_replaced_only_after_asking(owner_page: Page, owner: Client, watch: Watch) -> None:
    page = owner_page
    watch.expect_answer(409, "/load")
    workflow = make(owner, "Keep what is mine", thanks())
    run = begin(owner, workflow, customer="Ada", mail="ada@example.com")
    settled(owner, run)
    owner.put(f"/api/workflows/{workflow}/samples/work", json={"value": {"n": "Mine"}}).raise_for_status()
    page.goto(f"/runs/{run}")
    page.get_by_role("link", name="Load into editor").click()
    dialog = page.get_by_role("dialog", name="Replace 1 kept sample?")
    expect(dialog).to_contain_text("Work")
    dialog.get_by_role("button", name="Keep the samples").click()
    expect(dialog).to_have_count(0)
    expect(page.get_by_role("region", name="Debugging")).to_have_count(0)
    assert owner.get(f"/api/workflows/{workflow}/samples").json() == {"work": {"n": "Mine"}}
    page.goto(f"/workflows/{workflow}?run={run}")
    dialog.get_by_role("button", name="Replace and load").click()
    expect(page.get_by_role("region", name="Debugging")).to_be_visible()
    page.get_by_role("button", name="End debugging").click()
    expect(page.get_by_role("region", name="Debugging")).to_have_count(0)
    assert owner.get(f"/api/workflows/{workflow}/samples").json() == {}


@pytest.mark.ux(108)
def test_a_wrong_value_is_corrected_on_the_page_and_the_run_goes_on(owner_page: Page, owner: Client) -> None:
    page = owner_page
    workflow = make(owner, "Correct the address", thanks())
    publish(owner, workflow)
    started = owner.post(f"/api/workflows/{workflow}/runs", json={"input": {"customer": "Ada", "mail": ""}})
    failed = started.raise_for_status().json()["id"]
    settled(owner, failed)
    before = mails_to(owner, "sales@example.com")
    page.goto(f"/runs/{failed}")
    page.get_by_role("button", name="Correct the data").click()
    dialog = page.get_by_role("dialog", name="Correct what “Thank” was given")
    dialog.get_by_role("textbox", name="Start: Mail").fill("ada@example.com")
    look_through(page)
    dialog.get_by_role("button", name="Try again from this step").click()
    expect(page).not_to_have_url(re.compile(str(failed)))
    expect(heading(page)).to_contain_text("Done")
    assert mails_to(owner, "sales@example.com") == before
    page.goto(f"/runs?dead=true&workflow={workflow}")
    expect(page.get_by_text("Nothing has failed.").or_(page.get_by_text("No run fits these filters."))).to_be_visible()


# -- looking at what ran ---------------------------------------------------------------------------------------------


@pytest.mark.ux(93)
def test_a_run_is_run_again_as_it_was_or_with_the_latest_version(owner_page: Page, owner: Client) -> None:
    page = owner_page
    workflow = make(owner, "Run it again", drawn(row(sets("one", "start.n * 2"))))
    publish(owner, workflow)
    started = owner.post(f"/api/workflows/{workflow}/runs", json={"input": {"n": 4}})
    run = started.raise_for_status().json()["id"]
    settled(owner, run)
    changed = drawn(row(sets("one", "start.n * 100")))
    token = owner.get(f"/api/workflows/{workflow}/draft").json()["token"]
    owner.put(f"/api/workflows/{workflow}/draft", json={"graph": changed}, headers={"If-Match": f'"{token}"'})
    publish(owner, workflow)
    for choice, version, value in (
        ("With the version of this run", "Version 1", "8"),
        ("With the latest version", "Version 2", "400"),
    ):
        page.goto(f"/runs/{run}")
        page.get_by_role("button", name="Choose the version to run again").click()
        page.get_by_role("menuitem", name=choice).click()
        expect(page).not_to_have_url(re.compile(str(run)))
        expect(page.get_by_text(version, exact=True)).to_be_visible()
        expect(open_step(page, "One").get_by_role("row", name=f"N {value}", exact=True)).to_be_visible()


@pytest.mark.ux(96)
def test_runs_are_found_by_filters_that_stay_open_and_live_in_the_address(owner_page: Page, owner: Client) -> None:
    page = owner_page
    workflow = make(owner, "Zebra counting", drawn(row(sets("one", "start.n / 0"))))
    publish(owner, workflow)
    for n in (1, 2):
        started = owner.post(f"/api/workflows/{workflow}/runs", json={"input": {"n": n}})
        settled(owner, started.raise_for_status().json()["id"])
    page.goto("/runs")
    table = page.get_by_role("table", name="Runs")
    search = page.get_by_role("searchbox", name="Search runs")
    search.fill("zebra")
    expect(table.get_by_role("link", name="Zebra counting")).to_have_count(2)
    expect(page).to_have_url(re.compile("search=zebra"))
    first = table.get_by_role("row").nth(1)
    expect(first).to_contain_text("Failed")
    expect(first).to_contain_text("Olivia Owner by hand")
    expect(first.get_by_role("cell", name="1", exact=True)).to_be_visible()

    page.get_by_role("combobox", name="Status").click()
    page.get_by_role("option", name="Stopped").click()
    expect(page.get_by_text("No run fits these filters.")).to_be_visible()
    page.get_by_role("option", name="Failed").click()
    expect(table.get_by_role("link", name="Zebra counting")).to_have_count(2)
    expect(page).to_have_url(re.compile("status=cancelled%2Cfailed"))
    page.keyboard.press("Escape")
    table.get_by_role("link", name="Zebra counting").first.click()
    expect(heading(page)).to_contain_text("Zebra counting")
    page.go_back()
    expect(table.get_by_role("link", name="Zebra counting")).to_have_count(2)
    expect(search).to_have_value("zebra")
    page.reload()
    expect(table.get_by_role("link", name="Zebra counting")).to_have_count(2)
    page.get_by_role("button", name="Reset filters").click()
    expect(search).to_have_value("")
    look_through(page)


@pytest.mark.ux(99, 103, 104)
def test_one_item_of_a_loop_is_chosen_and_followed_across_its_steps(owner_page: Page, owner: Client) -> None:
    page = owner_page
    run = run_loop(owner, make(owner, "Rate the orders", loop()), 12)
    page.goto(f"/runs/{run}")
    problems = page.get_by_role("region", name="Problems of this run")
    expect(problems).to_contain_text("1 problem")
    problems.get_by_role("button").click()
    panel = page.get_by_role("complementary", name="Step")
    times = panel.get_by_role("region", name="Which one")
    expect(times.get_by_role("status")).to_have_text("6 of 12")
    expect(panel.get_by_role("heading", level=2)).to_have_text("Rate")
    expect(step(page, "Rate")).to_have_attribute("data-step-status", "failed")

    times.get_by_role("button", name="The next time").click()
    expect(times.get_by_role("status")).to_have_text("7 of 12")
    expect(panel.get_by_role("row", name="N 20", exact=True)).to_be_visible()
    times.get_by_role("button", name="Follow this item").click()
    expect(page.get_by_role("region", name="Followed item")).to_contain_text("item 7 of “Each”")
    expect(step(page, "Rate")).to_have_attribute("data-step-status", "done")
    step(page, "Check").click()
    expect(panel.get_by_role("heading", level=2)).to_have_text("Check")
    expect(times.get_by_role("status")).to_have_text("7 of 12")
    panel.get_by_role("tab", name="Input").click()
    page.get_by_role("button", name="Show all items").click()
    expect(step(page, "Rate")).to_have_attribute("data-step-status", "failed")

    times.get_by_role("combobox", name="Path taken").click()
    page.get_by_role("option", name="No, 3 times").click()
    expect(times.get_by_role("status")).to_have_text("1 of 3")
    timeline = page.get_by_role("region", name="Timeline")
    expect(timeline.get_by_role("rowheader", name="Item 1", exact=True)).to_be_visible()
    look_through(page)


@pytest.mark.ux(105)
def test_a_file_is_looked_into_and_downloaded(owner_page: Page, owner: Client) -> None:
    page = owner_page
    run = get(owner, "runs", search="invoice-harbour-tools.pdf")[0]
    page.goto(f"/runs/{run['id']}?step=1")
    panel = page.get_by_role("complementary", name="Step")
    panel.get_by_role("button", name="Look into invoice-harbour-tools.pdf").click()
    dialog = page.get_by_role("dialog", name="invoice-harbour-tools.pdf")
    expect(dialog.get_by_role("region", name="Text in invoice-harbour-tools.pdf")).not_to_be_empty()
    expect(dialog).to_contain_text(re.compile(r"\d+ pages?\."))
    look_through(page)
    with page.expect_download() as download:
        dialog.get_by_role("link", name=re.compile("invoice-harbour-tools.pdf, .+, download")).click()
    assert download.value.suggested_filename == "invoice-harbour-tools.pdf"


@pytest.mark.ux(106, 109)
def test_a_waiting_run_says_what_it_waits_for_and_its_start_stays_true(owner_page: Page, owner: Client) -> None:
    page = owner_page
    rest = node("rest", "wait", {"amount": 2, "unit": "seconds"})
    workflow = make(owner, "Short rest", drawn(row(rest, sets("after", "1"))))
    run = begin(owner, workflow, n=1)
    page.goto(f"/runs/{run}")
    expect(heading(page)).to_contain_text(re.compile("Waiting|Done"))
    expect(heading(page)).to_contain_text("Done")
    found = settled(owner, run)
    steps = {one["node"]: one for one in found["steps"]}
    assert (
        found["created_at"] <= steps["rest"]["started_at"] < steps["rest"]["ended_at"] <= steps["after"]["started_at"]
    )
    timeline = page.get_by_role("region", name="Timeline")
    rested = timeline.get_by_role("row").filter(has_text="Rest")
    expect(rested).to_contain_text(re.compile(r"took longest\s*2.* sec"))


def test_an_auditor_plays_a_run_again_moment_by_moment(page_of: Any, owner: Client) -> None:
    run = run_loop(owner, make(owner, "Play it again", loop()), 8)
    page: Page = page_of("Aud Auditor", "auditor")
    page.goto(f"/runs/{run}")
    page.get_by_role("button", name="Replay", exact=True).click()
    replay = page.get_by_role("region", name="Replay")
    expect(replay.get_by_role("status")).to_contain_text("Nothing has happened yet.")
    expect(page.locator("[data-step-status=done]")).to_have_count(0)
    replay.get_by_role("button", name="One moment on").click()
    expect(replay.get_by_role("status")).to_contain_text("The run started.")
    expect(step(page, "Hook")).to_have_attribute("data-step-status", "done")
    slider = replay.get_by_role("slider", name="Moment of the run")
    slider.focus()
    page.keyboard.press("End")
    expect(replay.get_by_role("status")).to_contain_text("The run ended.")
    expect(step(page, "Sum")).to_have_attribute("data-step-status", "done")
    page.keyboard.press("Home")
    expect(step(page, "Sum")).not_to_have_attribute("data-step-status", "done")
    look_through(page)
    replay.get_by_role("button", name="End replay").click()
    expect(step(page, "Sum")).to_have_attribute("data-step-status", "done")


@pytest.mark.ux(110)
def test_many_runs_are_paused_resumed_and_stopped_with_counts(owner_page: Page, owner: Client) -> None:
    page = owner_page
    workflow = make(owner, "Many at rest", drawn(row(node("rest", "wait", {"amount": 3, "unit": "hours"}))))
    for n in (1, 2):
        settled(owner, begin(owner, workflow, n=n))
    page.goto(f"/runs?workflow={workflow}")
    table, chosen = page.get_by_role("table", name="Runs"), page.get_by_role("region", name="With the chosen runs")

    def press(verb: str) -> None:
        page.get_by_role("checkbox", name="Choose all shown").check()
        expect(chosen.get_by_role("status")).to_have_text("2 runs chosen")
        chosen.get_by_role("button", name=verb, exact=True).click()

    press("Pause")
    expect(page.get_by_role("status").filter(has_text="2 runs are being paused")).to_be_visible()
    expect(table.get_by_text("Paused", exact=True)).to_have_count(2)
    press("Resume")
    expect(table.get_by_text("Waiting", exact=True)).to_have_count(2)
    press("Stop")
    page.get_by_role("dialog", name="Stop 2 runs?").get_by_role("button", name="Stop").click()
    expect(table.get_by_text("Stopped", exact=True)).to_have_count(2)
