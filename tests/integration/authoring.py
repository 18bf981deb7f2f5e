"""People, browsers and small graphs for tests of authoring."""

from __future__ import annotations

from typing import Any

from django.test import Client
from uuid_utils.compat import uuid7

from builder.models import Workflow
from orchestrator.governance.models import Membership, User, Workspace
from orchestrator.governance.principal import Principal, person

MAKER = ("builder", "publisher")


class Browser:
    """A signed-in person who speaks JSON."""

    def __init__(self, user: User) -> None:
        self.user = user
        self.client = Client()
        self.client.force_login(user)

    @property
    def principal(self) -> Principal:
        return person(self.user)

    def get(self, address: str, **query: Any) -> Any:
        return self.client.get(f"/api/{address}", query)

    def post(self, address: str, body: Any = None, **headers: str) -> Any:
        return self._send("post", address, body, headers)

    def patch(self, address: str, body: Any) -> Any:
        return self._send("patch", address, body, {})

    def delete(self, address: str) -> Any:
        return self._send("delete", address, None, {})

    def put(self, address: str, body: Any, **headers: str) -> Any:
        return self._send("put", address, body, headers)

    def make(self, workspace: Workspace, name: str = "Invoices", **fields: Any) -> Workflow:
        answer = self.post(f"workspaces/{workspace.pk}/workflows", {"name": name, **fields})
        assert answer.status_code == 201, answer.json()
        return Workflow.objects.get(pk=answer.json()["id"])

    def save(self, workflow: Workflow, graph: dict[str, Any], token: str | None = None) -> Any:
        current = token or str(self.get(f"workflows/{workflow.pk}/draft").json()["token"])
        return self.put(f"workflows/{workflow.pk}/draft", {"graph": graph}, if_match=f'"{current}"')

    def publish(self, workflow: Workflow, note: str = "As agreed") -> Any:
        return self.post(f"workflows/{workflow.pk}/publish", {"note": note})

    def _send(self, method: str, address: str, body: Any, headers: dict[str, str]) -> Any:
        send = getattr(self.client, method)
        return send(
            f"/api/{address}",
            body if body is not None else {},
            content_type="application/json",
            headers={name.replace("_", "-"): value for name, value in headers.items()},
        )


def join(workspace: Workspace, *roles: str, name: str = "Maria") -> Browser:
    user = User.objects.create_user(email=f"{uuid7().hex}@example.com", name=name)
    Membership.objects.create(workspace=workspace, user=user, roles=list(roles))
    return Browser(user)


def node(key: str, type: str, **more: Any) -> dict[str, Any]:
    return {"key": key, "type": type, **more}


def edge(source: str, target: str, port: str = "out") -> dict[str, Any]:
    return {"id": f"{source}-{target}", "source": source, "source_port": port, "target": target}


def graph(*nodes: dict[str, Any], edges: tuple[dict[str, Any], ...] = ()) -> dict[str, Any]:
    return {"schema": "graph@1", "nodes": list(nodes), "edges": list(edges), "notes": []}


def sound(value: str = "hello", **start: Any) -> dict[str, Any]:
    """A graph that can be published as it is."""
    first = node("start", **{"type": "start_manual", **start})
    second = node("greet", "set_fields", config={"fields": [{"name": "greeting", "value": value}]})
    return graph(first, second, edges=(edge("start", "greet"),))
