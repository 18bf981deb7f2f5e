"""`manage.py run WORKFLOW [FILE...]`: start runs from the terminal and, if wanted, watch them."""

from __future__ import annotations

import asyncio
import contextlib
import json
import mimetypes
from argparse import ArgumentParser
from pathlib import Path
from typing import Any
from uuid import UUID

from django.core.management.base import BaseCommand, CommandError

from builder.models import Workflow
from orchestrator.api.errors import ProblemError
from orchestrator.artifacts.actions import save_file
from orchestrator.governance.principal import system
from orchestrator.runs.actions import start_run
from orchestrator.runs.following import follow
from orchestrator.runs.models import Run, RunStatus
from orchestrator.runs.snapshots import latest_values

SIGNS = {"step_done": "✓", "step_failed": "✗", "step_waiting": "…", "step_skipped": "-", "step_started": "▸"}


class Command(BaseCommand):
    help = "Start a workflow: once with --input, or once for each FILE."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("workflow", help="name or id of a published workflow")
        parser.add_argument("files", nargs="*", type=Path, metavar="FILE")
        parser.add_argument("--input", default="{}", help="the input of the start, as JSON")
        parser.add_argument(
            "--wait", action="store_true", help="show the progress until the runs end or wait for a person"
        )
        parser.add_argument("--json", action="store_true", help="print one JSON object a line")

    def handle(self, **options: Any) -> None:
        workflow = self._workflow(options["workflow"])
        try:
            runs = [self._start(workflow, path) for path in options["files"]]
            runs = runs or [self._start_with(workflow, options["input"])]
        except ProblemError as problem:
            raise CommandError(problem.detail) from problem
        if options["wait"]:
            asyncio.run(self._watch(runs, as_json=options["json"]))
        for run in Run.objects.filter(id__in=[run.id for run in runs]).order_by("id"):
            self._tell(run, as_json=options["json"])

    def _workflow(self, name: str) -> Workflow:
        found = Workflow.objects.filter(archived_at__isnull=True, name=name)
        with contextlib.suppress(ValueError):
            found = found or Workflow.objects.filter(id=UUID(name))
        if len(found) != 1:
            names = ", ".join(sorted(Workflow.objects.values_list("name", flat=True))) or "none yet"
            raise CommandError(
                f"There is {'no' if not found else 'more than one'} workflow “{name}”. There are: {names}."
            )
        return found[0]

    def _start(self, workflow: Workflow, path: Path) -> Run:
        try:
            data = path.read_bytes()
        except OSError as error:
            raise CommandError(f"{path} cannot be read: {error.strerror}.") from error
        media_type = mimetypes.guess_type(path.name)[0] or "application/octet-stream"
        file = save_file(system("terminal"), workflow.workspace_id, path.name, media_type, data)
        return start_run(
            system("terminal"), workflow=workflow, payload={"file": file.as_ref()}, how="file", title=path.name
        )

    def _start_with(self, workflow: Workflow, text: str) -> Run:
        try:
            payload = json.loads(text)
        except ValueError as error:
            raise CommandError(f"--input is not JSON: {error}.") from error
        if not isinstance(payload, dict):
            raise CommandError("--input is a JSON object, e.g. --input '{\"amount\": 12}'.")
        return start_run(system("terminal"), workflow=workflow, payload=payload, how="terminal")

    async def _watch(self, runs: list[Run], *, as_json: bool) -> None:
        titles = {run.id: run.title or str(run.id)[:8] for run in runs}
        async for run, event in follow([run.id for run in runs]):
            if as_json:
                self.stdout.write(json.dumps({"run": str(run), **event}))
            elif event["kind"] in SIGNS:
                body = event["body"]
                facts = body.get("facts") or {}
                told = (
                    body.get("error", {}).get("message") or body.get("wait", {}).get("title") or facts.get("label", "")
                )
                self.stdout.write(f"  {SIGNS[event['kind']]} {titles[run]}: {body['node']} {told}".rstrip())

    def _tell(self, run: Run, *, as_json: bool) -> None:
        word = RunStatus(run.status).name.lower()
        if as_json:
            line: dict[str, Any] = {"run": str(run.id), "title": run.title, "status": word}
            if run.ended:
                line["values"] = latest_values(run)
            self.stdout.write(json.dumps(line))
            return
        why = run.waiting_for or (run.error or {}).get("message", "")
        self.stdout.write(f"{run.id}  {word:<10} {run.title}  {why}".rstrip())
