"""What auditors ask about runs and their steps."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from builder.models import Workflow
from orchestrator.assets.models import Asset, AssetVersion
from orchestrator.governance.models import Workspace
from orchestrator.runs.host import Host
from orchestrator.runs.models import OutsideCall, Run, RunStatus, RunValue
from tests.integration.authoring import Browser, join
from tests.integration.questions.asking import entries, manifest, new_token, program, report
from tests.integration.runs.conftest import upload_note
from tests.integration.runs.families import calling, drive_family
from tests.integration.runs.graphs import get, graph, line, node, row
from tests.integration.runs.outside import Outside
from tests.integration.runs.test_agents import asking, decide
from tests.integration.runs.test_chunks import begin, looping, sum_of

Publish = Callable[[dict[str, Any]], Workflow]
Start = Callable[..., Run]
Drive = Callable[[Run], Run]
KEEP = node("keep", "set_fields", {"fields": [{"name": "n", "value": {"$expr": "start.n"}}]})


def add_connection(person: Browser, workspace: Workspace, host: str) -> str:
    wanted = {"name": "Ledger", "kind": "bearer", "secret": {"token": "s3cr3t-ABC"}, "hosts": [host]}
    answer = person.post(f"workspaces/{workspace.pk}/credentials", wanted)
    assert answer.status_code == 201, answer.json()
    return str(answer.json()["id"])


def test_q01_a_run_says_who_started_it_how_and_with_which_token(
    maria: Browser, otto: Browser, workspace: Workspace, publish: Publish, start: Start
) -> None:
    workflow = publish(row(KEEP))
    by_hand = start(workflow)
    token = new_token(maria, workspace, "workflow:run", "workflow:read")
    address, body = f"/api/workflows/{workflow.pk}/runs", {"input": {"n": 2}}
    sent = program(token["secret"]).post(address, body, content_type="application/json")
    by_program = Run.objects.get(pk=sent.json()["id"])
    shown = otto.get(f"runs/{by_hand.pk}").json()
    assert (shown["started_by"]["name"], shown["how"], shown["token"]) == ("Maria", "manual", None)
    told = manifest(otto, by_program)
    assert (told["started_by"]["name"], told["token"]) == ("Maria", {"id": token["id"], "name": "Nightly"})
    assert token["secret"] not in json.dumps(told)


def test_q02_a_run_says_whom_it_acts_for_and_each_step_whose_account_it_used(
    maria: Browser,
    otto: Browser,
    workspace: Workspace,
    publish: Publish,
    start: Start,
    drive: Drive,
    outside: Outside,
) -> None:
    keeper = join(workspace, "connection_manager", name="Carl")
    ledger = add_connection(keeper, workspace, outside.host)
    fetch = node("fetch", "http_request", {"method": "GET", "url": outside.url("orders"), "credential": ledger})
    run = drive(start(publish(row(fetch))))
    assert RunStatus(run.status) is RunStatus.DONE, run.error
    assert manifest(otto, run)["acts_for"] == "Maria"
    [left] = report(otto, workspace, "outside", run=str(run.pk))
    assert (left["step"], left["connection"]) == ("Fetch", {"type": "credential", "id": ledger, "name": "Ledger"})


def test_q03_a_run_names_its_version_and_two_versions_can_be_compared(
    maria: Browser, otto: Browser, workspace: Workspace, publish: Publish, start: Start
) -> None:
    workflow = publish(row(KEEP))
    run = start(workflow)
    other = node("keep", "set_fields", {"fields": [{"name": "n", "value": 2}]})
    assert maria.save(workflow, row(other)).status_code == 200
    assert maria.publish(workflow, note="Always two").status_code == 200
    told = manifest(otto, run)
    versions = otto.get(f"workflows/{workflow.pk}/versions").json()["results"]
    assert [one["number"] for one in versions] == [2, 1]
    first, second = (otto.get(f"versions/{one['id']}").json() for one in reversed(versions))
    published = entries(otto, workspace, action="workflow.published")
    assert (told["version"], told["content_hash"]) == (1, published[1]["after"]["content_hash"])
    values = [one["graph"]["nodes"][1]["config"]["fields"][0]["value"] for one in (first, second)]
    assert values == [{"$expr": "start.n"}, 2]


def test_q06_a_run_holds_the_words_its_agent_was_given_and_the_hashes_of_prompt_model_and_tools(
    clerk: Asset, otto: Browser, publish: Publish, start: Start, drive: Drive
) -> None:
    run = drive(start(publish(row(asking()))))
    first = otto.get(f"runs/{run.pk}").json()["calls"][0]
    words = otto.get(f"runs/{run.pk}/calls/{first['seq']}").json()
    assert "You help." in json.dumps(words["arguments"])
    told = {one["asset"]["name"]: one for one in manifest(otto, run)["assets"]}
    assert set(told) == {"Assistant", "Order-status"}
    drive(run)
    model = AssetVersion.objects.get(asset__name="assistant")
    assert (told["Assistant"]["version"], told["Assistant"]["content_hash"]) == (1, bytes(model.content_hash).hex())


def test_q07_a_step_shows_what_went_in_and_came_out_and_what_was_erased_leaves_its_digest(
    otto: Browser, publish: Publish, start: Start, drive: Drive
) -> None:
    run = drive(start(publish(row(KEEP)), input={"n": 7}))
    step = otto.get(f"runs/{run.pk}/steps/2").json()
    assert (step["input"]["fields"][0]["value"], step["output"]) == (7, {"n": 7})
    before = manifest(otto, run)["steps"][1]
    RunValue.objects.filter(run_id=run.pk, number=1).delete()
    after = manifest(otto, run)["steps"][1]
    assert (after["digest"], before["kept"], after["kept"]) == (before["digest"], True, False)
    assert len(before["digest"]) == 64
    assert otto.get(f"runs/{run.pk}/steps/2").json()["output"] is None


def test_q08_the_evidence_lists_the_files_with_their_digests(
    maria: Browser, otto: Browser, workspace: Workspace, publish: Publish, drive: Drive
) -> None:
    note = upload_note(maria, workspace)
    begin = node("start", "start_file", {})
    workflow = publish(graph([begin, node("keep", "set_fields", {"fields": []})], [line("start", "keep")]))
    started = maria.post(f"workflows/{workflow.pk}/runs", {"file": note["file_id"]})
    run = drive(Run.objects.get(pk=started.json()["id"]))
    [file] = manifest(otto, run)["files"]
    assert (file["name"], file["sha256"], file["kept"]) == ("note.txt", note["sha256"], True)


def test_q13_a_run_lists_the_calls_of_its_agent_and_why_one_was_refused(
    clerk: Asset, otto: Browser, adam: Browser, publish: Publish, start: Start, drive: Drive
) -> None:
    run = drive(start(publish(row(asking()))))
    decide(run, adam, "reject", comment="Ask the carrier first.")
    run = drive(run)
    calls = otto.get(f"runs/{run.pk}").json()["calls"]
    tools = [(one["name"], one["failed"]) for one in calls if one["kind"] == "tool"]
    assert tools == [("order_status", False), ("refund", True)]
    refused = next(one for one in calls if one["name"] == "refund")
    words = otto.get(f"runs/{run.pk}/calls/{refused['seq']}").json()
    assert words["arguments"] == {"id": 7, "payment": {"amount": 9.5}}
    assert "Ask the carrier first." in words["error"]


def test_q15_unknown_outcomes_are_listed_with_what_people_found_out(
    maria: Browser, otto: Browser, workspace: Workspace, publish: Publish, start: Start, drive: Drive, outside: Outside
) -> None:
    outside.answers["pay"] = 0
    pay = node("pay", "http_request", {"method": "POST", "url": outside.url("pay")})
    workflow = publish(row(pay))
    first, second = drive(start(workflow)), drive(start(workflow))
    answer = {"answer": "done", "note": "The bank shows it", "output": {}}
    maria.post(f"runs/{first.pk}/steps/2/review", answer)
    drive(first)
    newer, older = report(otto, workspace, "unknown")
    assert (newer["run"]["id"], newer["answer"], newer["by"]) == (str(second.pk), "open", "")
    assert (older["run"]["id"], older["step"], older["attempt"]) == (str(first.pk), "Pay", 1)
    assert (older["answer"], older["by"], older["note"]) == ("done", "Maria", "The bank shows it")
    assert outside.hits == ["pay", "pay"]


def test_q16_a_failed_run_says_why_and_who_tried_it_again(
    maria: Browser, otto: Browser, workspace: Workspace, publish: Publish, start: Start, drive: Drive
) -> None:
    stop = node("stop", "stop_with_error", {"message": "No such order"})
    run = drive(start(publish(row(stop))))
    again = maria.post(f"workspaces/{workspace.pk}/runs/bulk", {"action": "retry", "ids": [str(run.pk)]})
    assert again.json()["done"] == [str(run.pk)]
    [failed] = otto.get(f"workspaces/{workspace.pk}/runs", status="failed").json()["results"]
    assert failed["error"]["message"] == "No such order"
    [resolved] = entries(otto, workspace, object_type="run", object_id=str(run.pk))
    assert (resolved["sentence"], resolved["detail"]["run"]) == (
        "Maria tried the failed run again",
        failed["repeated_by"],
    )


def test_q25_a_run_of_what_is_kept_can_be_reproduced_and_any_other_says_what_is_missing(
    otto: Browser, publish: Publish, start: Start, drive: Drive, outside: Outside
) -> None:
    whole = drive(start(publish(row(KEEP))))
    told = manifest(otto, whole)
    assert told["missing"] == []
    assert [(one["name"], one["type"], one["type_version"], one["effect"]) for one in told["steps"]][1] == (
        *("Keep", "set_fields", 1, "pure"),
    )
    assert (told["events"], told["head"]) == (whole.seq, bytes(whole.head).hex())
    fetched = drive(start(publish(row(get("fetch", outside.url("rate"))))))
    RunValue.objects.filter(run_id=fetched.pk, number=0).delete()
    assert [(one["code"], one["name"]) for one in manifest(otto, fetched)["missing"]] == [
        ("value_gone", "Start"),
        ("outside_world", "Fetch"),
    ]


def test_q25_what_a_called_workflow_did_counts_for_the_step_that_called_it(
    otto: Browser, publish: Publish, start: Start, host: Host, outside: Outside
) -> None:
    called = publish(row(get("fetch", outside.url("rate"))))
    run = drive_family(host, start(publish(row(calling(called)))))
    assert RunStatus(run.status) is RunStatus.DONE, run.error
    told = manifest(otto, run)
    assert [(one["code"], one["node"]) for one in told["missing"]] == [("outside_world", "call")]
    assert told["outside"] == [], "those of the called run are told there"


def test_q25_what_the_pieces_of_a_long_for_each_did_counts_as_done_by_the_run(
    otto: Browser, publish: Publish, host: Host
) -> None:
    run = drive_family(host, begin(publish(looping(sum_of("item"))), list(range(501))))
    piece = Run.objects.filter(parent_id=run.pk).last()
    assert piece is not None
    OutsideCall.objects.create(
        workspace_id=run.workspace_id, run_id=piece.pk, node="sum", attempt=1, kind="http", host="rates.test", bytes=1
    )
    told = manifest(otto, run)
    assert [(one["host"], one["node"], one["calls"]) for one in told["outside"]] == [("rates.test", "sum", 1)]
    assert [(one["code"], one["name"]) for one in told["missing"]] == [("outside_world", "Sum")]


def test_q34_a_stop_says_who_pressed_it_what_was_under_way_and_how_fast_all_was_quiet(
    maria: Browser, otto: Browser, workspace: Workspace, publish: Publish, start: Start, drive: Drive
) -> None:
    ask = node("ask", "approval", {"title": "Go on?"})
    yes = node("yes", "set_fields", {})
    asking_row = graph([*row(ask)["nodes"], yes], [line("start", "ask"), line("ask", "yes", "approved")])
    run = drive(start(publish(asking_row)))
    maria.post(f"runs/{run.pk}/cancel", {"reason": "Sent twice"})
    stopped = drive(run)
    assert RunStatus(stopped.status) is RunStatus.CANCELLED
    [stop] = report(otto, workspace, "stops")
    assert (stop["run"]["id"], stop["by"], stop["reason"]) == (str(run.pk), "Maria", "Sent twice")
    assert stop["under_way"] == "Ask"
    assert 0 <= stop["milliseconds"] < 20_000


def test_evidence_is_for_those_who_may_see_the_data_of_runs(
    viewer: Browser, otto: Browser, publish: Publish, start: Start
) -> None:
    run = start(publish(row(KEEP)))
    assert otto.get(f"runs/{run.pk}/manifest").status_code == 200
    assert viewer.get(f"runs/{run.pk}/manifest").status_code == 403
    stranger = join(Workspace.objects.create(name="Elsewhere"), "auditor", name="Sam")
    assert stranger.get(f"runs/{run.pk}/manifest").status_code == 404
