"""`manage.py load_starters`: the starter assets and workflows, and their sample documents run once.

It can be repeated: what is there stays, a sample that was run is not run again; the table is printed each time.
"""

from __future__ import annotations

import asyncio
from typing import Any

from django.core.management.base import BaseCommand
from django.db.models import QuerySet

from builder.models import SampleFile, Workflow
from builder.starters.load import load_starter, starters
from orchestrator.assets.starters.load import load_starter_assets
from orchestrator.governance.models import Workspace
from orchestrator.governance.principal import system
from orchestrator.runs.actions import start_run
from orchestrator.runs.following import follow
from orchestrator.runs.models import OutgoingMail, Run, RunStatus, Step
from orchestrator.runs.values import read_value


class Command(BaseCommand):
    help = "Load the starter workflows and assets, and run their sample documents once."

    def handle(self, **options: Any) -> None:
        principal = system("set-up")
        # It waits without members until the first owner comes; theirs is the name it gets then.
        workspace = Workspace.objects.order_by("id").first() or Workspace.objects.create(name="My workspace")
        load_starter_assets(workspace, principal)
        for starter in (each for each in starters() if each.inbox):
            workflow = load_starter(starter.key, workspace, principal)
            if workflow.archived_at is not None:
                continue  # its people have put it away
            runs = [self._run(workflow, sample) for sample in _samples(workflow)]
            asyncio.run(self._settle(runs))
            self._table(workflow, runs)

    def _run(self, workflow: Workflow, sample: SampleFile) -> Run:
        return start_run(
            system("set-up"),
            workflow=workflow,
            payload={"file": sample.artifact.as_ref()},
            how="file",
            title=sample.name,
            start_key=f"sample:{sample.name}",
        )

    async def _settle(self, runs: list[Run]) -> None:
        async for _ in follow([run.id for run in runs]):
            pass

    def _table(self, workflow: Workflow, runs: list[Run]) -> None:
        self.stdout.write(f"\n{workflow.name}: what became of the sample documents\n")
        rows = [_row(run) for run in Run.objects.filter(id__in=[run.id for run in runs]).order_by("title")]
        rows.insert(0, ("document", "recognised as", "risk", "outcome"))
        widths = [max(len(row[column]) for row in rows) for column in range(3)]
        for row in rows:
            cells = [cell.ljust(width) for cell, width in zip(row, widths, strict=False)]
            self.stdout.write("  ".join([*cells, row[3]]).rstrip())


def _samples(workflow: Workflow) -> QuerySet[SampleFile]:
    found = SampleFile.objects.filter(workspace_id=workflow.workspace_id, starter=workflow.starter)
    return found.select_related("artifact").order_by("id")


def _row(run: Run) -> tuple[str, str, str, str]:
    label = level = ""
    kinds = {node["key"]: node["type"] for node in run.version.graph["nodes"]}
    for step in Step.objects.filter(run_id=run.id, scope="", value_id__isnull=False):
        kind = kinds.get(step.node)
        if kind == "classify_text":
            value = read_value(run.id, run.workspace_id, step.value_id)
            label = value["label"] if value["sure"] else f"{value['label']} (unsure)"
        elif kind == "score_risk":
            level = read_value(run.id, run.workspace_id, step.value_id)["level"]
    return run.title, label, level, _outcome(run)


def _outcome(run: Run) -> str:
    if run.status == RunStatus.FAILED:
        return f"failed: {(run.error or {}).get('message', '')}"
    if run.status == RunStatus.WAITING:
        return f"waits for a person: {run.waiting_for}"
    mail = OutgoingMail.objects.filter(run_id=run.id).order_by("-id").first()
    return f"mail: {mail.subject}" if mail else RunStatus(run.status).name.lower()
