"""Text that a model writes is heard while it comes, by those who may see data, and stands in no log."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any
from uuid import UUID

import pytest

from builder.models import Workflow
from orchestrator.assets import actions
from orchestrator.governance.models import Workspace
from orchestrator.governance.principal import system
from orchestrator.runs.host import Host
from orchestrator.runs.models import Run
from orchestrator.runs.snapshots import events_json
from tests.integration.authoring import Browser
from tests.integration.runs.graphs import node, row
from tests.integration.runs.test_sockets import Socket, opened
from tests.peers.shop import REPLY, Shop, shop

Publish = Callable[[dict[str, Any]], Workflow]
Start = Callable[..., Run]


@pytest.fixture
def peer(committed: None, workspace: Workspace) -> Iterator[Shop]:
    with shop() as peer:
        Workspace.objects.filter(pk=workspace.pk).update(allowed_hosts=[peer.host])
        version = {"runtime": "chat", "config": peer.model()}
        actions.register_asset(system("test"), workspace.pk, name="assistant", title="A", task="chat", version=version)
        yield peer


@pytest.fixture
def run(peer: Shop, publish: Publish, start: Start) -> Run:
    return start(publish(row(node("write", "ask_model", {"asset": "assistant", "prompt": "Write."}))))


async def all_of(socket: Socket) -> list[dict[str, Any]]:
    """What is told until the run has ended."""
    heard: list[dict[str, Any]] = []
    while not any(event["kind"] == "run_finished" for one in heard for event in one.get("events", ())):
        heard.append(await socket.hear())
    return heard


async def until_said(socket: Socket) -> dict[str, Any]:
    while (message := await socket.hear())["type"] != "said":
        continue
    return dict(message["said"][0])


async def test_the_text_is_heard_before_the_step_is_done_and_by_nobody_without_the_right(
    run: Run, peer: Shop, host: Host, maria: Browser, viewer: Browser
) -> None:
    peer.held = True
    address = f"/ws/runs/{run.pk}"
    async with opened(address, maria) as socket, opened(address, viewer) as other:
        host.execute(UUID(str(run.pk)))
        said = await until_said(socket)
        assert said == {"step": 2, "attempt": 1, "from": 0, "text": REPLY[0]}
        peer.held = False
        rest = await all_of(socket)
        assert {one["type"] for one in rest} <= {"events", "said"}
        assert {one["type"] for one in await all_of(other)} == {"snapshot", "events"}


def test_the_log_holds_none_of_it(run: Run, host: Host) -> None:
    host.execute(UUID(str(run.pk))).result(20)
    log = events_json(run.pk, 0)
    assert [event["kind"] for event in log] == ["run_started", "step_started", "step_done", "run_finished"]
    assert REPLY[0].strip() not in str(log)
