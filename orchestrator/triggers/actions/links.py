"""Incoming links: their registration, their secrets, and the calls they take."""

from __future__ import annotations

import hashlib
import hmac
import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import QuerySet

from builder.actions import freeze_draft
from builder.models import Draft, Version, Workflow
from orchestrator.api import bodies
from orchestrator.api.errors import Invalid, NotFound, ProblemError
from orchestrator.engine.errors import Problem
from orchestrator.engine.graph import Node
from orchestrator.governance import audit, sharing
from orchestrator.governance.errors import CallerRefused, Denied
from orchestrator.governance.models import User
from orchestrator.governance.principal import Principal, person, system
from orchestrator.nodes.start_link import StartLink, delivery_key
from orchestrator.runs.actions import start_run
from orchestrator.runs.models import Run
from orchestrator.triggers.actions.listening import catch
from orchestrator.triggers.allowance import count_call
from orchestrator.triggers.errors import SecretUnreadable
from orchestrator.triggers.links import read_test_token, start_links
from orchestrator.triggers.models import IncomingLink
from orchestrator.triggers.pauses import is_paused
from orchestrator.triggers.sealing import reveal

SIGNATURE = "x-tutti-signature"
IDEMPOTENCY_KEY = "idempotency-key"
PREFER = "prefer"
LONGEST_KEY = 100
CALLS = 600
"""How many calls of one link are taken in a minute. Counted after the signature is checked: strangers cannot use up the
allowance of those who hold the secret."""


@dataclass(frozen=True, kw_only=True)
class Call:
    """What somebody sent to a link. Header names are in lower case."""

    method: str
    body: bytes
    headers: Mapping[str, str]
    query: Mapping[str, str]


@dataclass(frozen=True, kw_only=True)
class Accepted:
    """A run that a call started, and how many seconds the caller may wait for its end."""

    run: Run
    wait_s: float


def register_links(workflow_id: UUID, version_id: UUID) -> None:
    """A version went live: each of its incoming links has an address, kept if it had one."""
    version = Version.objects.select_related("workflow").get(pk=version_id)
    nodes = start_links(version.graph)
    IncomingLink.objects.filter(workflow_id=workflow_id).exclude(node__in=nodes).delete()
    IncomingLink.objects.bulk_create(
        [
            IncomingLink(workspace_id=version.workflow.workspace_id, workflow_id=workflow_id, node=node)
            for node in nodes
        ],
        ignore_conflicts=True,
    )
    _register_paths(version, nodes)


def _register_paths(version: Version, nodes: Mapping[str, Node]) -> None:
    """Raises Invalid where another start of the workspace has the path already: two must not claim one address."""
    links = IncomingLink.objects.filter(workflow_id=version.workflow_id)
    links.update(path="")  # two steps of it may have changed places
    for key, node in nodes.items():
        path = str(node.config.get("path") or "")
        try:
            with transaction.atomic():
                links.filter(node=key).update(path=path)
        except IntegrityError as error:
            message = f"Another start of this workspace has the path “{path}” already."
            problem = Problem(
                code="path_taken", message=message, hint="Choose another path.", node=key, field="config.path"
            )
            raise Invalid("path_taken", message, [problem.as_json()]) from error


def replace_secret(principal: Principal, workflow: Workflow, node: str) -> str:
    """A new secret for the link, given this once. The one before stops working at once."""
    sharing.require(principal, "workflow:edit", workflow)
    _refuse_unknown_start(workflow, node)
    secret = secrets.token_urlsafe(32)
    with transaction.atomic():
        IncomingLink.objects.bulk_create(
            [IncomingLink(workspace_id=workflow.workspace_id, workflow=workflow, node=node)], ignore_conflicts=True
        )
        link = IncomingLink.objects.select_for_update().get(workflow=workflow, node=node)
        had_one = link.has_secret
        link.close(secret.encode())
        link.save(update_fields=["key", "sealed"])
        audit.record(
            principal,
            "link_secret.replaced",
            workspace_id=workflow.workspace_id,
            object_type="workflow",
            object_id=workflow.pk,
            object_name=workflow.name,
            before={"secret_set": had_one},
            after={"secret_set": True},
            detail={"node": node},
        )
    return secret


def receive(token: str, call: Call) -> Accepted:
    """Start a run of the live version. One 404 for an unknown address, a workflow that is not live, and a start that is
    paused."""
    return _receive(IncomingLink.objects.filter(token=token), call)


def receive_at(workspace: UUID, path: str, call: Call) -> Accepted:
    """The same by the readable address."""
    return _receive(IncomingLink.objects.filter(workspace_id=workspace, path=path).exclude(path=""), call)


def _receive(links: QuerySet[IncomingLink], call: Call) -> Accepted:
    link = links.filter(workflow__in=Workflow.objects.live()).first()
    if link is None or is_paused(link.workflow_id, link.node):
        raise NotFound()
    workflow = Workflow.objects.select_related("live_version").get(pk=link.workflow_id)
    version = workflow.live_version
    start = _start_in(version, link.node)
    _check_sender(start, link, call)
    count_call(f"link:{link.pk}", CALLS)
    payload = payload_of(call)
    run = start_run(
        system("incoming link"),
        workflow=workflow,
        version=version,
        start=start.key,
        payload=payload,
        how="link",
        start_key=_start_key("link", start, call, payload),
    )
    return Accepted(run=run, wait_s=_wait_s(start, call))


def receive_test(token: str, call: Call) -> Accepted | None:
    """Start a test run of the draft, with the rights that the owner of the test address has now.

    None: somebody listened for a call, and this one is the sample now.
    """
    known = read_test_token(token)
    user = User.objects.filter(pk=known.person_id, is_active=True).first() if known else None
    if known is None or user is None:
        raise NotFound()
    principal = person(user, auth="test link")
    workflow = Workflow.objects.visible_to(principal).filter(pk=known.workflow_id, archived_at__isnull=True).first()
    if workflow is None or not sharing.may(principal, "workflow:run_draft", workflow):
        raise NotFound()
    if catch(principal, workflow, known.node, lambda: payload_of(call)):
        return None
    version = freeze_draft(workflow, principal)
    start = _start_in(version, known.node)
    link = IncomingLink.objects.visible_to(principal).filter(workflow=workflow, node=start.key).first()
    _check_sender(start, link, call)
    count_call(f"test:{workflow.pk}", CALLS)
    payload = payload_of(call)
    run = start_run(
        principal,
        workflow=workflow,
        version=version,
        start=start.key,
        payload=payload,
        how="link",
        mode="test",
        start_key=_start_key("test", start, call, payload),
    )
    return Accepted(run=run, wait_s=_wait_s(start, call))


def _refuse_unknown_start(workflow: Workflow, node: str) -> None:
    drafted = start_links(Draft.objects.get(workflow=workflow).graph)
    if node not in drafted and not IncomingLink.objects.filter(workflow=workflow, node=node).exists():
        raise NotFound()


def _start_in(version: Version, key: str) -> Node:
    start = start_links(version.graph).get(key)
    if start is None or start.off:
        raise NotFound()
    return start


def _check_sender(start: Node, link: IncomingLink | None, call: Call) -> None:
    """A link with a secret takes signed bodies only; a GET has none, so it is no address at all."""
    if start.config.get("access", "secret") == "public":
        return
    if call.method != "POST":
        raise NotFound()
    if link is None or not link.has_secret:
        raise _unsigned(link, "This link has no secret yet. Make one in the workflow, and sign with it.")
    try:
        secret = reveal(link)
    except SecretUnreadable as error:
        raise _unsigned(
            link, "The secret of this link cannot be read any more. Make a new one in the workflow."
        ) from error
    expected = hmac.new(secret.encode(), call.body, hashlib.sha256).hexdigest()
    given = call.headers.get(SIGNATURE, "")
    if not hmac.compare_digest(f"sha256={expected}".encode(), given.encode()):
        raise _unsigned(
            link, "Send X-Tutti-Signature: sha256=<HMAC-SHA256 of the raw body with the link's secret, in hex>."
        )


def _unsigned(link: IncomingLink | None, detail: str) -> ProblemError:
    """Whoever reads the workflow's trail sees that somebody tried."""
    if link is None:
        return ProblemError(401, "signature_invalid", detail)
    denied = Denied(
        "workflow:run",
        workspace_id=link.workspace_id,
        object_type="workflow",
        object_id=link.workflow_id,
        message=detail,
    )
    return CallerRefused("signature_invalid", detail, denied)


def payload_of(call: Call) -> dict[str, Any]:
    """What was sent as `{"body": JSON, "headers": ..., "query": ...}`; a 400 for what no run can use."""
    payload = {"body": bodies.parse(call.body), "headers": dict(call.headers), "query": dict(call.query)}
    try:
        bodies.check(payload["query"])
        bodies.check(payload["headers"])
    except bodies.BodyRefused as error:
        raise ProblemError(400, "call_unreadable", f"The call cannot be used: {error}.") from error
    return payload


def _wait_s(start: Node, call: Call) -> float:
    """As long as the step says; the caller may ask for less by `Prefer: wait=<seconds>` or `respond-async`."""
    config = StartLink.Config.model_validate(start.config)
    if config.answer == "at_once":
        return 0
    asked = re.search(r"(?:^|[,;\s])(?:wait\s*=\s*(\d{1,6})|respond-async)(?=$|[,;\s])", call.headers.get(PREFER, ""))
    return min(config.wait_s, float(asked[1] or 0)) if asked else config.wait_s


def _start_key(kind: str, start: Node, call: Call, payload: Mapping[str, Any]) -> str | None:
    """Keys are unique in a workflow; two links of it must not share theirs, nor a test and what is live."""
    key = call.headers.get(IDEMPOTENCY_KEY, "")
    if not key:
        told = delivery_key(StartLink.Config.model_validate(start.config).dedupe, payload)
        # Hashed, because it may be long, and with a sign that no header can begin with.
        return f"{kind}:{start.key}:\n{hashlib.sha256(told.encode()).hexdigest()}" if told else None
    if len(key) > LONGEST_KEY or not key.isascii() or not key.isprintable():
        raise ProblemError(400, "key_invalid", f"Idempotency-Key takes up to {LONGEST_KEY} printable ASCII characters.")
    return f"{kind}:{start.key}:{key}"
