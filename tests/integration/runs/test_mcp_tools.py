"""A tool of an MCP server, called by a run through its own door."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import mcp_types as types
import uvicorn

from builder.models import Workflow
from orchestrator.assets import actions
from orchestrator.assets.models import AssetCall, Kind
from orchestrator.connectors.mcp import pin_of
from orchestrator.governance.models import Workspace
from orchestrator.governance.principal import system
from orchestrator.runs.models import Run, RunStatus
from tests.integration.authoring import Browser
from tests.integration.runs.graphs import node, row
from tests.unit.connectors.test_mcp import SCHEMA, Shop

Publish = Callable[[dict[str, Any]], Workflow]
Start = Callable[..., Run]
Drive = Callable[[Run], Run]
START_SECONDS = 10


@contextmanager
def listening(shop: Shop) -> Iterator[str]:
    """The server on a real port; gives its host."""
    app = shop.server().streamable_http_app(json_response=True, stateless_http=True)
    server = uvicorn.Server(uvicorn.Config(app, host="127.0.0.1", port=0, log_level="error"))
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    until = time.monotonic() + START_SECONDS
    while not server.started:
        assert time.monotonic() < until, "the server did not start"
        time.sleep(0.02)
    try:
        yield f"127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"
    finally:
        server.should_exit = True
        thread.join(timeout=START_SECONDS)


def test_it_is_called_as_long_as_it_is_what_was_taken(
    committed: None, workspace: Workspace, publish: Publish, start: Start, drive: Drive, maria: Browser
) -> None:
    shop = Shop()
    with listening(shop) as host:
        Workspace.objects.filter(pk=workspace.pk).update(allowed_hosts=[host])
        config = {"type": "mcp", "name": "order", "description": "An order.", "input_schema": SCHEMA, "effect": "read"}
        config |= {"url": f"http://{host}/mcp", "tool": "order", "pin": pin_of(shop.tools[0])}
        about = {"name": "order", "title": "Order", "kind": Kind.TOOL, "version": {"config": config}}
        actions.register_asset(system("test"), workspace.pk, **about)
        given = [{"name": "id", "value": {"$expr": "start.n"}}]
        workflow = publish(row(node("tool", "call_tool", {"tool": "order", "arguments": given})))
        run = drive(start(workflow, input={"n": 7}))
        assert RunStatus(run.status) is RunStatus.DONE, run.error
        assert maria.get(f"runs/{run.pk}/values").json()["tool"]["value"] == {"total": 9}
        shop.tools = [types.Tool(name="order", description="An order, and more.", input_schema=SCHEMA)]
        run = drive(start(workflow, input={"n": 7}))
    assert (RunStatus(run.status), run.error["code"]) == (RunStatus.FAILED, "tool_changed")
    assert shop.called == [{"id": 7}]
    assert list(AssetCall.objects.order_by("id").values_list("code", flat=True)) == ["", "tool_changed"]
