"""`manage.py run`: what the terminal says of a run that it started, and why it started none."""

from __future__ import annotations

import json
from collections.abc import Callable
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from builder.models import Workflow
from orchestrator.runs.models import Run
from tests.integration.runs.graphs import approval_row

Publish = Callable[[dict[str, Any]], Workflow]


def test_a_run_is_started_with_the_input_and_told_as_json(publish: Publish) -> None:
    workflow = publish(approval_row())
    said = StringIO()
    call_command("run", workflow.name, "--input", '{"n": 1}', "--json", stdout=said)
    told = json.loads(said.getvalue())
    run = Run.objects.get(workflow=workflow)
    assert (told["run"], told["status"], run.how, run.started_by) == (str(run.id), "queued", "terminal", None)


@pytest.mark.parametrize(
    ("options", "why"),
    [
        (["--input", "n = 1"], "is not JSON"),
        (["--input", "[1]"], "is a JSON object"),
        (["--input", '{"n": "many"}'], "Number"),
    ],
)
def test_an_input_that_cannot_be_used_is_explained(publish: Publish, options: list[str], why: str) -> None:
    workflow = publish(approval_row())
    with pytest.raises(CommandError, match=why):
        call_command("run", workflow.name, *options, stdout=StringIO())
    assert not Run.objects.filter(workflow=workflow).exists()


def test_a_missing_file_and_an_unknown_workflow_are_named(publish: Publish, tmp_path: Path) -> None:
    workflow = publish(approval_row())
    with pytest.raises(CommandError, match=r"letter\.txt cannot be read"):
        call_command("run", workflow.name, str(tmp_path / "letter.txt"), stdout=StringIO())
    with pytest.raises(CommandError, match=rf"no workflow “Payroll”. There are: .*{workflow.name}"):
        call_command("run", "Payroll", stdout=StringIO())
