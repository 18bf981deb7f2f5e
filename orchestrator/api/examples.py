"""What programs send and get at the doors they use most, as the API description shows it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

RUN = "01985d2e-7c1b-7c55-9d0e-3f1d2a6b8c90"
PERSON = "01985d2e-6a10-7b21-8f4e-1c2d3e4f5a6b"


@dataclass(frozen=True, kw_only=True)
class Example:
    sends: Any = None
    gets: Any = None


EXAMPLES: Mapping[str, Example] = {
    "api_workspaces_workflows_create": Example(sends={"name": "Invoices"}),
    "api_workflows_runs_create": Example(sends={"input": {"order": 4711, "express": True}}, gets={"id": RUN}),
    "api_runs_cancel_create": Example(sends={"reason": "The order was withdrawn"}),
    "api_runs_repeat_create": Example(sends={"version": "latest", "from_failed": True}),
    "api_workspaces_messages_create": Example(
        sends={"name": "order paid", "correlation": "4711", "body": {"amount": 120.5}, "key": "payment-8812"},
        gets={"id": RUN, "outcome": "delivered"},
    ),
    "api_tasks_decide_create": Example(sends={"decision": "approve", "comment": "Checked against the order"}),
    "token_create": Example(
        sends={
            "name": "Nightly import",
            "scopes": ["workflow:read", "workflow:run"],
            "expires_at": "2030-06-30T00:00:00Z",
            "networks": ["192.0.2.0/24"],
        }
    ),
    "service_account_create": Example(
        sends={
            "name": "Nightly import",
            "purpose": "Brings the orders of the day in",
            "roles": ["operator"],
            "owner": PERSON,
            "review_on": "2030-03-31",
        }
    ),
    "policy_create": Example(
        sends={"role": "operator", "verbs": ["run:payload"], "reason": "Until the review of the data is over"}
    ),
    "share": Example(sends={"user": PERSON, "level": "use", "expires_at": "2030-06-30T00:00:00Z"}),
    "invite": Example(sends={"email": "vera@example.com", "roles": ["viewer"]}),
    "credential_add": Example(
        sends={"name": "CRM", "kind": "bearer", "secret": {"token": "…"}, "hosts": ["crm.example.com"]}
    ),
}
"""By the id of the operation."""


def add_examples(result: dict[str, Any], generator: Any, request: Any, public: bool) -> dict[str, Any]:
    """The hook of the description's generator."""
    for operation in operations(result):
        example = EXAMPLES.get(operation["operationId"])
        if example is not None:
            _add(operation.get("requestBody", {}), example.sends)
            for status, answer in operation["responses"].items():
                if status.startswith("2"):
                    _add(answer, example.gets)
    return result


def operations(description: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    for path in description["paths"].values():
        yield from (one for one in path.values() if isinstance(one, dict) and "operationId" in one)


def _add(body: Mapping[str, Any], example: Any) -> None:
    content = body.get("content", {}).get("application/json")
    if content is not None and example is not None:
        content["example"] = example
