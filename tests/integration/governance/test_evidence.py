"""The trail as evidence: a program without the product checks it, and notices what was done to it."""

from __future__ import annotations

import csv
import io
import json
import subprocess
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from orchestrator.governance import audit
from orchestrator.governance.actions.checkpoints import sign_chain
from orchestrator.governance.models import AuditEvent, AuditValue, Workspace
from orchestrator.governance.signing import public_keys
from tests.integration.governance.people import Browser
from tests.integration.governance.tampering import chain_anew, maria, write


@pytest.fixture
def told(workspace: Workspace, outside: Path) -> Workspace:
    """Three events, signed, one of them by somebody whose name a spreadsheet would work out."""
    write(workspace, "Größe “1”", "two")
    audit.record(
        maria("=HYPERLINK(1)", ip="192.0.2.7"),
        "workflow.changed",
        workspace_id=workspace.id,
        object_type="workflow",
        object_id=None,
        detail={"person": "Vera", "lines": "a\u2028b\x7f"},
    )
    sign_chain(workspace.id)
    return workspace


@pytest.fixture
def evidence(told: Workspace, browser_of: Callable[..., Browser], tmp_path: Path) -> Callable[[], Path]:
    """Downloads and unpacks it."""

    def unpack() -> Path:
        answer = browser_of("auditor", name="Otto").get(f"workspaces/{told.id}/audit/evidence")
        assert answer.status_code == 200
        assert answer.headers["Content-Disposition"].endswith('.zip"')
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        folder = tmp_path / "unpacked"
        with zipfile.ZipFile(io.BytesIO(b"".join(answer.streaming_content))) as archive:
            archive.extractall(folder)
        return folder

    return unpack


def check(folder: Path, *arguments: str) -> tuple[int, str]:
    """With a bare Python: nothing of the product can be imported."""
    command = [sys.executable, "-I", "-S", str(folder / "verify.py"), *arguments]
    ended = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False, timeout=60)
    return ended.returncode, ended.stdout + ended.stderr


def edit(folder: Path, name: str, change: Callable[[list[str]], list[str]]) -> None:
    lines = (folder / name).read_text(encoding="utf-8").split("\n")[:-1]
    (folder / name).write_text("".join(f"{line}\n" for line in change(lines)), encoding="utf-8")


def test_an_untouched_export_is_whole_and_names_the_key(evidence: Callable[[], Path]) -> None:
    code, said = check(evidence())
    assert code == 0, said
    assert said.startswith(
        "The events 1 to 4 are whole.\nSigned checkpoints: 1. They stand for everything up to event 3."
    )
    (key,) = public_keys().values()
    assert f"has the public key {key.hex()}." in said


def test_the_archive_is_checked_as_it_is_too(evidence: Callable[[], Path], tmp_path: Path) -> None:
    folder = evidence()
    packed = tmp_path / "again.zip"
    with zipfile.ZipFile(packed, "w") as archive:
        for file in folder.iterdir():
            archive.write(file, file.name)
    assert check(folder, str(packed))[0] == 0


def test_what_people_read_is_safe_to_open_and_the_export_is_told(evidence: Callable[[], Path], told: Workspace) -> None:
    folder = evidence()
    with (folder / "events.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    assert [row["number"] for row in rows] == ["4", "3", "2", "1"]
    assert rows[1]["actor"] == "'=HYPERLINK(1)"
    event = AuditEvent.objects.get(workspace_id=told.id, action="audit.exported")
    assert (event.seq, event.detail["format"], event.actor_name) == (4, "evidence", "Otto")


def test_events_hold_no_names_and_the_values_stand_beside_them(evidence: Callable[[], Path]) -> None:
    folder = evidence()
    assert "Vera" not in (folder / "events.jsonl").read_text()
    values = [json.loads(line) for line in (folder / "values.jsonl").read_text().splitlines()]
    assert {"Vera", "192.0.2.7", "=HYPERLINK(1)", "Otto"} <= {value["value"] for value in values}


@pytest.mark.parametrize(
    ("name", "change", "finding"),
    [
        (
            "events.jsonl",
            lambda lines: [lines[0], lines[1].replace("first", "last"), *lines[2:]],
            "Event 2 (workflow.pub",
        ),
        ("events.jsonl", lambda lines: [lines[0], *lines[2:]], "Event 2 is missing."),
        ("events.jsonl", lambda lines: lines[1:], "Event 1 is missing."),
        ("events.jsonl", lambda lines: lines[:-1], "Event 4 is missing: the export ends early."),
        ("events.jsonl", lambda lines: [lines[1], lines[0], *lines[2:]], "Event 1 is missing."),
        ("values.jsonl", lambda lines: [line.replace("Vera", "Finn") for line in lines], "The value 'Finn' is not"),
        ("values.jsonl", lambda lines: [line for line in lines if "Vera" not in line], "event 3 tells is missing"),
        (
            "checkpoints.jsonl",
            lambda lines: [line.replace('"seq": 3', '"seq": 2') for line in lines],
            "not signed by a",
        ),
        (
            "checkpoints.jsonl",
            lambda lines: [line.replace('"signature": "', '"signature": "00') for line in lines],
            "not",
        ),
    ],
)
def test_what_was_done_to_the_export_is_named(
    evidence: Callable[[], Path], name: str, change: Callable[[list[str]], list[str]], finding: str
) -> None:
    folder = evidence()
    edit(folder, name, change)
    code, said = check(folder)
    assert code == 1
    assert finding in said
    assert "Traceback" not in said


def test_what_was_chained_anew_before_the_export_does_not_match_the_checkpoint(
    evidence: Callable[[], Path], told: Workspace, as_owner: Callable[..., None]
) -> None:
    as_owner("UPDATE governance_auditevent SET reason = 'none' WHERE workspace_id = %s AND seq = 1", told.id)
    chain_anew(told.id, 3)
    code, said = check(evidence())
    assert (code, "Event 3 is not the one that was signed at " in said) == (1, True)


def test_a_tail_that_was_cut_off_before_the_export_is_missed_by_a_checkpoint_from_outside(
    evidence: Callable[[], Path], told: Workspace, as_owner: Callable[..., None], outside: Path
) -> None:
    (kept,) = outside.glob("*/*.json")
    as_owner("DELETE FROM governance_auditevent WHERE workspace_id = %s AND seq > 1", told.id)
    as_owner("DELETE FROM governance_auditcheckpoint WHERE workspace_id = %s", told.id)
    chain_anew(told.id, 1)
    folder = evidence()
    assert check(folder)[0] == 0  # from inside nothing can be seen
    code, said = check(folder, str(folder), str(kept))
    assert (code, "Event 3 is missing" in said) == (1, True)


def test_an_erased_name_is_no_finding_where_an_event_says_so(
    evidence: Callable[[], Path], told: Workspace, person: Callable[..., object], browser_of: Callable[..., Browser]
) -> None:
    gone = AuditValue.objects.get(workspace_id=told.id, value="=HYPERLINK(1)").about
    answer = browser_of("admin").post(f"workspaces/{told.id}/erasures", {"person": str(gone), "reason": "Their wish"})
    assert answer.status_code == 200
    code, said = check(evidence())
    assert code == 0, said


def test_who_may_not_export_gets_no_evidence(told: Workspace, browser_of: Callable[..., Browser]) -> None:
    assert browser_of("admin").get(f"workspaces/{told.id}/audit/evidence").status_code == 403
