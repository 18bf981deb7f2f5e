"""Ids inside graphs, inputs and settings; rights that an edit would take along."""

from __future__ import annotations

import json
from typing import Any

from tests.integration.runs.graphs import graph, line, node
from tests.redteam.register import attempt
from tests.redteam.world import World

DRAFT = "api/workflows/<uuid:id>/draft"
PUBLISH = "api/workflows/<uuid:id>/publish"
START = "api/workflows/<uuid:id>/runs"
TRY = "api/workflows/<uuid:id>/steps/<str:node>/test"
SHA = "0" * 64


def _foreign(world: World) -> dict[str, dict[str, Any]]:
    """A step for each kind of thing that a graph can name, each of the other tenant."""
    there = world.there.ids
    file = {"file_id": there["artifact"], "name": "order.txt", "media_type": "text/plain", "size": 22, "sha256": SHA}
    return {
        "credential": node(
            "step", "http_request", {"url": world.web.url("/open/x"), "credential": there["credential"]}
        ),
        "file": node("step", "parse_document", {"file": file}),
        "workflow": node("step", "run_workflow", {"workflow": there["workflow"]}),
        "attachment": node(
            "step", "send_mail", {"to": "a@example.com", "subject": "x", "body": "x", "attachments": [file]}
        ),
    }


@attempt(
    "A31",
    "The other tenant's ids inside graphs, inputs, step tests, assets and lists of many",
    DRAFT,
    PUBLISH,
    START,
    TRY,
    *(
        "api/workspaces/<uuid:workspace>/runs/bulk",
        "api/workspaces/<uuid:workspace>/workflows/bulk",
        "api/workflows/<uuid:id>/grants",
        "api/workspaces/<uuid:workspace>/assets",
    ),
)
def nested_ids(world: World) -> None:
    insider, there, place = world.insider, world.there.ids, f"/api/workspaces/{world.here.workspace}"
    for kind, step in _foreign(world).items():
        document = graph([node("start", "start_manual"), step], [line("start", "step")])
        workflow = world.make(insider, world.here.workspace, document, live=False)
        problems = insider.get(f"/api/workflows/{workflow}/draft").json()["problems"]
        assert problems, f"{kind}: saved without a word"
        assert world.publish(insider, workflow).status_code == 422, f"{kind}: it went live"
        for address, body in (
            (f"/api/workflows/{workflow}/runs", {"draft": True, "input": {}}),
            (f"/api/workflows/{workflow}/steps/step/test", {}),
        ):
            started = insider.post(address, json=body)
            if started.status_code == 202:
                told = world.told(insider, started.json()["id"])
                assert told["status"] == "failed", f"{kind}: {told['status']}"
                assert "4711" not in json.dumps(told["values"]), f"{kind}: it was read"
    _files_at_the_start(world)
    ids = [there["run"], there["waiting_run"]]
    done = insider.post(f"{place}/runs/bulk", json={"action": "cancel", "ids": ids, "reason": "x"})
    assert done.status_code == 200 and done.json()["done"] == [], done.text
    for action in ("archive", "delete", "move"):
        done = insider.post(
            f"{place}/workflows/bulk", json={"action": action, "ids": [there["workflow"]], "folder": there["folder"]}
        )
        assert done.status_code in {404, 422} or done.json()["done"] == [], done.text
    foreign = str(world.there.people["viewer"].id)
    grants = f"/api/workflows/{world.here.ids['workflow']}/grants"
    assert insider.post(grants, json={"user": foreign, "level": "use"}).status_code in {404, 409, 422}
    assert insider.post(grants, json={"team": there["team"], "level": "use"}).status_code in {404, 409, 422}
    _assets(world, place)
    for field in ("folder", "copy_of"):
        made = insider.post(
            f"{place}/workflows", json={"name": "x", field: there["folder" if field == "folder" else "workflow"]}
        )
        assert made.status_code in {404, 422}, f"{field}: {made.text}"


def _files_at_the_start(world: World) -> None:
    insider, there = world.insider, world.there.ids
    first = {"fields": [{"key": "document", "label": "Document", "type": "file"}]}
    steps = [
        node("start", "start_manual", first),
        node("read", "parse_document", {"file": {"$expr": "start.document"}}),
    ]
    workflow = world.make(insider, world.here.workspace, graph(steps, [line("start", "read")]))
    file = {"file_id": there["artifact"], "name": "order.txt", "media_type": "text/plain", "size": 22, "sha256": SHA}
    for body in (
        {"input": {"document": file}},
        {"file": there["artifact"]},
        {"input": {"document": there["artifact"]}},
    ):
        started = insider.post(f"/api/workflows/{workflow}/runs", json=body)
        if started.status_code == 202:
            told = world.told(insider, started.json()["id"])
            assert told["status"] == "failed", f"{body}: {told['status']}"
            assert "4711" not in json.dumps(told["values"])


def _assets(world: World, place: str) -> None:
    insider, there = world.insider, world.there.ids
    remote = {"base_url": world.web.url("/open/v1"), "model": "m", "credential": there["credential"]}
    versions = (
        ("model", "chat", {"runtime": "chat", "config": remote}),
        ("model", "classify", {"runtime": "onnx_model", "config": {}, "artifact": there["artifact"]}),
        (
            "tool",
            "",
            {
                "config": {
                    "type": "workflow",
                    "name": "x",
                    "workflow": there["workflow"],
                    "input_schema": {},
                    "effect": "read",
                    "description": "x",
                }
            },
        ),
    )
    for kind, task, version in versions:
        made = insider.post(
            f"{place}/assets",
            json={"name": f"f-{kind}-{task}", "kind": kind, "task": task, "title": "x", "version": version},
        )
        assert made.status_code in {404, 422}, f"{kind} {task}: {made.status_code} {made.text}"
    card = insider.patch(f"/api/assets/{world.here.ids['asset']}", json={"evaluation_set": there["asset"]})
    assert card.status_code in {404, 422}
    looked = insider.post(f"{place}/model-files/look", json={"artifact": there["artifact"]})
    assert looked.status_code in {404, 422}


@attempt("A38", "Change a workflow that others started with more rights, then start it", DRAFT, PUBLISH, START)
def inherited_rights(world: World) -> None:
    """What is live stays what was published; a draft runs as whoever edits it."""
    builder, insider = world.as_role("builder"), world.insider
    before = graph(
        [node("start", "start_manual"), node("mark", "set_fields", {"fields": [{"name": "a", "value": "old"}]})],
        [line("start", "mark")],
    )
    workflow = world.make(insider, world.here.workspace, before)
    after = json.loads(json.dumps(before).replace("old", "new"))
    world.save(builder, workflow, after).raise_for_status()
    assert world.publish(builder, workflow).status_code == 403
    told = world.told(insider, world.start(insider, workflow, input={}))
    assert "old" in json.dumps(told["values"]), "an edit went live by itself"
    assert "new" not in json.dumps(told["values"])
    drafted = builder.post(f"/api/workflows/{workflow}/runs", json={"draft": True, "input": {}})
    shown = world.rest(insider, drafted.raise_for_status().json()["id"])
    assert (shown["mode"], shown["started_by"]["id"]) == ("test", str(world.here.people["builder"].id))
    operator = world.as_role("operator")
    assert operator.post(f"/api/workflows/{workflow}/runs", json={"draft": True, "input": {}}).status_code == 403
