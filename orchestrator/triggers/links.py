"""What a builder sees of the incoming links of a workflow.

The live address belongs to the published version. The test address belongs to the person who asked for it: it runs
the draft with that person's rights and ends after a day, so that a forgotten one opens nothing.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from django.conf import settings
from django.core import signing

from builder.models import Draft, Workflow
from orchestrator.engine.graph import Node, parse_graph
from orchestrator.governance import sharing
from orchestrator.governance.principal import Principal
from orchestrator.triggers.models import IncomingLink

START = "start_link"
TEST_LIFE = timedelta(days=1)
TEST_SALT = "triggers.test_link"


@dataclass(frozen=True, kw_only=True)
class ShownLink:
    node: str
    address: str | None
    """None until the step is published for the first time."""
    path_address: str | None
    """The readable address of the live version, where it has one."""
    secret_set: bool
    test_address: str | None
    """None for a step that is not in the draft, and for people who may not run drafts."""


@dataclass(frozen=True, kw_only=True)
class TestCall:
    """What a test address stands for."""

    workflow_id: UUID
    node: str
    person_id: UUID


def start_links(graph: dict[str, object]) -> dict[str, Node]:
    """The steps of a stored graph that have an incoming link, by key."""
    return {node.key: node for node in parse_graph(graph).nodes if node.type == START}


def links_of(workflow: Workflow, principal: Principal) -> list[ShownLink]:
    """Every incoming link of the draft, then those that only the live version still has."""
    drafted = start_links(Draft.objects.get(workflow=workflow).graph)
    live = start_links(workflow.live_version.graph) if workflow.live_version else {}
    rows = {link.node: link for link in IncomingLink.objects.visible_to(principal).filter(workflow=workflow)}
    may_test = sharing.may(principal, "workflow:run_draft", workflow)
    return [
        ShownLink(
            node=node,
            address=address(rows[node].token) if node in live and node in rows else None,
            path_address=path_address(workflow.workspace_id, rows[node].path)
            if node in live and node in rows and rows[node].path
            else None,
            secret_set=node in rows and rows[node].has_secret,
            test_address=test_address(workflow, node, principal) if may_test and node in drafted else None,
        )
        for node in {**drafted, **live}
    ]


def address(token: str) -> str:
    return f"{settings.PUBLIC_URL}/hooks/{token}"


def path_address(workspace: UUID, path: str) -> str:
    return f"{settings.PUBLIC_URL}/hooks/in/{workspace}/{path}"


def path_is_free(workflow: Workflow, node: str, path: str) -> bool:
    """No other start of the workspace that is live, and none of this draft, has it."""
    taken = IncomingLink.objects.filter(workspace_id=workflow.workspace_id, path=path)
    if taken.exclude(workflow=workflow).exists():
        return False
    drafted = start_links(Draft.objects.get(workflow=workflow).graph)
    return all(key == node or one.config.get("path") != path for key, one in drafted.items())


def test_address(workflow: Workflow, node: str, principal: Principal) -> str:
    token = signing.dumps([str(workflow.pk), node, str(principal.id)], salt=TEST_SALT)
    return f"{settings.PUBLIC_URL}/hooks/test/{token}"


def read_test_token(token: str) -> TestCall | None:
    """None for one that is forged or too old."""
    try:
        workflow_id, node, person_id = signing.loads(token, salt=TEST_SALT, max_age=TEST_LIFE)
    except signing.BadSignature:
        return None
    return TestCall(workflow_id=UUID(workflow_id), node=node, person_id=UUID(person_id))
