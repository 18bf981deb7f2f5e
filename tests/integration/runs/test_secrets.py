"""A secret is planted and used; afterwards it is looked for wherever the product keeps, shows or writes anything."""

from __future__ import annotations

import base64
import logging
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from django.conf import settings
from django.db import connection
from psycopg.sql import SQL, Identifier

from builder.models import Workflow
from orchestrator.connectors.secret import HIDDEN
from orchestrator.governance.actions.credentials import add_credential
from orchestrator.governance.log_lines import LogLine
from orchestrator.governance.models import Credential, Workspace
from orchestrator.governance.principal import system
from orchestrator.runs.models import Run, RunStatus, Step
from tests.integration.authoring import Browser, join
from tests.integration.runs.graphs import get, node, row
from tests.integration.runs.outside import Handler, Outside

CANARY = "canary-7f3a/9c41+d2"
FORMS = (CANARY, quote(CANARY, safe=""), CANARY.encode().hex(), base64.b64encode(CANARY.encode()).decode())

Publish = Callable[[dict[str, Any]], Workflow]
Start = Callable[..., Run]
Drive = Callable[[Run], Run]


class Parrot(Handler):
    """Says what it was sent, in more than one way; /refuse does so with status 400."""

    def do_GET(self) -> None:  # noqa: N802  the interface is the library's
        sent = self.headers.get("Authorization", "")
        coded = base64.b64encode(f"it was {sent}".encode()).decode()
        body = f'{{"sent": "{sent}", "coded": "{coded}", "quoted": "{quote(sent, safe="")}"}}'.encode()
        self.send_response(400 if self.path == "/refuse" else 200)
        self.send_header("Content-Type", "application/json")
        self.send_header("X-Sent", sent)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


@pytest.fixture
def parrot(outside: Outside) -> Outside:
    handler: type[BaseHTTPRequestHandler] = Parrot
    outside.RequestHandlerClass = handler
    return outside


@pytest.fixture
def account(workspace: Workspace, parrot: Outside) -> Credential:
    secret = {"token": CANARY}
    return add_credential(system("test"), workspace.pk, name="CRM", kind="bearer", secret=secret, hosts=[parrot.host])


@pytest.fixture
def lines() -> Iterator[list[str]]:
    """What the log would show."""
    written: list[str] = []

    class Keep(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            written.append(self.format(record))

    keep = Keep()
    keep.setFormatter(LogLine("%(message)s"))
    logging.getLogger().addHandler(keep)
    yield written
    logging.getLogger().removeHandler(keep)


def holds(text: str) -> list[str]:
    return [form for form in FORMS if form in text]


def everything_kept() -> Iterator[tuple[str, str]]:
    """Each table as text, and each file of the data folder but the keys."""
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(SQL("SELECT coalesce(string_agg(t::text, ' '), '') FROM {} t").format(Identifier(table)))
            yield table, cursor.fetchone()[0]
            cursor.execute(
                "SELECT column_name FROM information_schema.columns WHERE table_name = %s AND data_type = 'bytea'",
                [table],
            )
            for (column,) in cursor.fetchall():
                looked = SQL("SELECT coalesce(string_agg(encode({}, 'escape'), ' '), '') FROM {}")
                cursor.execute(looked.format(Identifier(column), Identifier(table)))
                yield f"{table}.{column}", cursor.fetchone()[0]
    for path in Path(settings.DATA_DIR).rglob("*"):
        if path.is_file() and "keys" not in path.parts and path.stat().st_size < 10_000_000:
            yield str(path), path.read_bytes().decode("latin-1")


@pytest.mark.usefixtures("lines")
def test_what_the_other_side_says_of_a_secret_is_hidden_from_the_steps(
    publish: Publish, start: Start, drive: Drive, parrot: Outside, account: Credential
) -> None:
    call = get("ask", parrot.url("say"))
    call["config"]["credential"] = str(account.pk)
    keep = node("keep", "set_fields", {"fields": [{"name": "said", "value": {"$expr": "ask.json.sent"}}]})
    run = drive(start(publish(row(call, keep))))
    assert RunStatus(run.status) is RunStatus.DONE
    reader = join(run.workflow.workspace, "operator", name="Olaf")
    steps = {step.node: step.step for step in Step.objects.filter(run_id=run.pk)}
    said = reader.get(f"runs/{run.pk}/steps/{steps['keep']}").json()["output"]["said"]
    assert said == f"Bearer {HIDDEN}"


def test_the_secret_is_nowhere_but_sealed_in_its_row(
    publish: Publish,
    start: Start,
    drive: Drive,
    maria: Browser,
    workspace: Workspace,
    parrot: Outside,
    account: Credential,
    lines: list[str],
) -> None:
    good, bad = get("ask", parrot.url("say")), get("refused", parrot.url("refuse"))
    for call in (good, bad):
        call["config"]["credential"] = str(account.pk)
    workflow = publish(row(good, bad))
    run = drive(start(workflow))
    assert RunStatus(run.status) is RunStatus.FAILED
    owner = join(workspace, "owner", "auditor", "operator", "connection_manager", name="Olga")
    owner.post(f"credentials/{account.pk}/trial", {"address": parrot.url("say")})
    logging.getLogger("test").warning("Somebody logged %s", CANARY)
    steps = Step.objects.filter(run_id=run.pk).values_list("step", flat=True)
    shown = [
        f"runs/{run.pk}",
        f"runs/{run.pk}/events",
        *(f"runs/{run.pk}/steps/{step}" for step in steps),
        f"workflows/{workflow.pk}",
        f"workflows/{workflow.pk}/draft",
        f"workflows/{workflow.pk}/export",
        f"workspaces/{workspace.pk}/credentials",
        f"workspaces/{workspace.pk}/audit-events",
        f"workspaces/{workspace.pk}/audit/export?format=jsonl",
        "schema",
    ]
    for address in shown:
        answer = owner.get(address)
        content = b"".join(answer.streaming_content) if answer.streaming else answer.content
        assert holds(content.decode()) == [], address
    assert lines
    assert [line for line in lines if holds(line)] == []
    assert [place for place, text in everything_kept() if holds(text)] == []


@pytest.mark.parametrize(
    ("limits", "code"),
    [
        ({"node_types": ["demo_mail"]}, "credential_step"),
        ({"workflows": ["018f0000-0000-7000-8000-000000000001"]}, "credential_workflow"),
    ],
)
def test_a_connection_is_used_by_what_it_is_for(
    publish: Publish,
    start: Start,
    drive: Drive,
    parrot: Outside,
    account: Credential,
    limits: dict[str, list[str]],
    code: str,
) -> None:
    call = get("ask", parrot.url("say"))
    call["config"]["credential"] = str(account.pk)
    workflow = publish(row(call))
    Credential.objects.filter(pk=account.pk).update(**limits)
    refused = drive(start(workflow))
    assert (RunStatus(refused.status), refused.error["code"]) == (RunStatus.FAILED, code)
    assert CANARY not in str(refused.error)
    Credential.objects.filter(pk=account.pk).update(node_types=["http_request"], workflows=[workflow.pk])
    assert RunStatus(drive(start(workflow)).status) is RunStatus.DONE


def test_a_connection_that_is_for_something_else_is_a_problem_of_the_draft(
    maria: Browser, workspace: Workspace, parrot: Outside, account: Credential
) -> None:
    call = get("ask", parrot.url("say"))
    call["config"]["credential"] = str(account.pk)
    workflow = maria.make(workspace)

    def codes(**limits: list[Any]) -> list[str]:
        Credential.objects.filter(pk=account.pk).update(**{"node_types": [], "workflows": [], **limits})
        saved = [problem["code"] for problem in maria.save(workflow, row(call)).json()["problems"]]
        refused = maria.publish(workflow)
        assert (refused.status_code == 422) == bool(saved)
        return saved

    assert codes(node_types=["demo_mail"]) == ["credential_step"]
    assert codes(workflows=["018f0000-0000-7000-8000-000000000001"]) == ["credential_workflow"]
    assert codes(node_types=["http_request"], workflows=[workflow.pk]) == []
