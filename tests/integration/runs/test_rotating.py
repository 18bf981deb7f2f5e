"""The keys are turned while secrets are added and used."""

from __future__ import annotations

import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connections

from orchestrator.governance import rotation
from orchestrator.governance.actions.credentials import add_credential
from orchestrator.governance.credentials import reveal
from orchestrator.governance.keys import ring
from orchestrator.governance.models import Credential, Workspace
from orchestrator.governance.principal import system

TURNS = 3


@pytest.mark.usefixtures("committed")
def test_nothing_fails_while_the_keys_are_turned(
    workspace: Workspace, settings: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.FIELD_KEYS, settings.DATA_DIR = "", tmp_path
    monkeypatch.setattr(rotation, "BATCH", 5)
    over, failures, used = threading.Event(), [], {"added": 0, "read": 0}

    def add() -> None:
        number = used["added"] = used["added"] + 1
        given = {"name": f"account {number}", "kind": "bearer", "secret": {"token": f"secret {number}"}}
        add_credential(system("test"), workspace.pk, hosts=["example.com"], **given)

    def read() -> None:
        for row in list(Credential.objects.order_by("?")[:20]):
            assert reveal(row)["token"].startswith("secret ")
            used["read"] += 1

    def again(work: Callable[[], None]) -> None:
        try:
            while not over.is_set():
                work()
        except Exception as error:  # noqa: BLE001  told to the test
            failures.append(error)
        finally:
            connections.close_all()

    for _ in range(20):
        add()
    people = [threading.Thread(target=again, args=[work]) for work in (add, read, read)]
    for one in people:
        one.start()
    try:
        for _ in range(TURNS):
            call_command("rotate_keys")
    finally:
        over.set()
        for one in people:
            one.join()
    assert failures == []
    assert list(ring()) == [f"k{1 + TURNS}"]
    assert set(Credential.objects.values_list("key", flat=True)) == {f"k{1 + TURNS}"}
    assert all(reveal(row) for row in Credential.objects.all())
    assert used["read"] > 20
