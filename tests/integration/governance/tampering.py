"""What somebody who owns the database can do to the trail: its guards are asleep, and every statement is obeyed."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.db import connection
from pytest_django import Settings

from orchestrator.artifacts.stores import store
from orchestrator.governance import audit
from orchestrator.governance.chain import FIRST_HASH, hash_of
from orchestrator.governance.guards import GUARDS
from orchestrator.governance.models import Workspace
from orchestrator.governance.principal import Kind, Principal, system
from orchestrator.governance.verification import links_of


def sql(statement: str, *values: object) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)


def write(workspace: Workspace | UUID, *names: str) -> None:
    """An event a name, of the system."""
    for name in names:
        audit.record(
            system("terminal"),
            "workflow.published",
            workspace_id=workspace if isinstance(workspace, UUID) else workspace.id,
            object_type="workflow",
            object_id=uuid4(),
            object_name=name,
            after={"größe": 3, "hash": "ab", "list": [None, True]},
            reason="first\x00try",
        )


def maria(name: str = "Maria", **fields: Any) -> Principal:
    """A person of the trail; there need not be an account."""
    return Principal(kind=Kind.PERSON, id=fields.pop("id", None) or uuid4(), name=name, auth="session", **fields)


@pytest.fixture
def as_owner(db: None) -> Callable[..., None]:
    """The database without its guards."""
    for table, guards in GUARDS.items():
        for guard in guards:
            sql(f"ALTER TABLE {table} DISABLE TRIGGER {guard}")
    return sql


@pytest.fixture
def outside(tmp_path: Path, settings: Settings) -> Path:
    """The place outside, empty, for this test."""
    settings.STORAGES = {**settings.STORAGES, "checkpoints": store(f"file://{tmp_path}", Path("/nowhere"))}
    return tmp_path


@pytest.fixture
def long_ago(monkeypatch: pytest.MonkeyPatch) -> Callable[[timedelta], None]:
    """long_ago(timedelta(days=400)): what is written from now on bears the time of then; timedelta() ends it."""
    then = audit.HEAD

    def go(back: timedelta) -> None:
        seconds = int(back.total_seconds())
        statement = then.replace("clock_timestamp()", f"clock_timestamp() - interval '{seconds} seconds'")
        monkeypatch.setattr(audit, "HEAD", statement)

    return go


def chain_anew(workspace_id: UUID, last: int) -> None:
    """Compute every hash again, as somebody would who covers their tracks; the guards have to be asleep."""
    previous = FIRST_HASH
    for link, _, _ in list(links_of(workspace_id, last)):
        hash = hash_of(previous, str(workspace_id), link)
        sql(
            "UPDATE governance_auditevent SET prev_hash = %s, hash = %s WHERE workspace_id = %s AND seq = %s",
            previous,
            hash,
            workspace_id,
            link.seq,
        )
        previous = hash
    sql("UPDATE governance_audithead SET seq = %s, hash = %s WHERE workspace_id = %s", last, previous, workspace_id)
