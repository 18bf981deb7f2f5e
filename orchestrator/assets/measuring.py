"""Does an evaluation: asks a version every case of a data set, a few at a time, and keeps the report.

A worker does it, away from every request; one that dies is found by its silence, and the evaluation begins anew.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

import orjson
from asgiref.sync import sync_to_async
from django.db import transaction
from django.utils import timezone

from orchestrator.artifacts.actions import read_file, save_file
from orchestrator.artifacts.errors import ArtifactError
from orchestrator.assets.actions.evaluations import fail_evaluation, say_ended
from orchestrator.assets.calls import ask_version
from orchestrator.assets.data_sets import cases_of
from orchestrator.assets.errors import AssetError
from orchestrator.assets.evaluation.report import Case, Given, Report
from orchestrator.assets.evaluations import Evaluation, EvaluationState
from orchestrator.assets.judging import Rubric, grade, rubric_of
from orchestrator.assets.models import Arm
from orchestrator.assets.records import CallRecord
from orchestrator.assets.versions import Answering, exactly, in_database
from orchestrator.connectors.http import HttpClient
from orchestrator.engine.errors import StepFailed

AT_ONCE = 4
"""Questions under way: a model behind an address answers several, and none is flooded."""
TELL_EVERY_S = 1.0


def measure(evaluation_id: UUID) -> None:
    """Do it, unless it has ended, or another worker is at it. Raises nothing that the person could mend: that is kept
    as the reason why there is no report."""
    from orchestrator.assets.evaluation.evaluate import evaluate  # its libraries are large

    evaluation = _begin(evaluation_id)
    if evaluation is None:
        return
    try:
        cases = _cases(evaluation)
        answers = asyncio.run(_ask_all(evaluation, cases))
        if answers is None:
            return
        _keep(evaluation, cases, answers, evaluate(evaluation.asset.task, cases, answers))
    except (AssetError, ArtifactError) as refused:
        fail_evaluation(evaluation, str(refused))
    except StepFailed as failed:
        fail_evaluation(evaluation, failed.error.message)


def _begin(evaluation_id: UUID) -> Evaluation | None:
    """Taken by one worker: a second one that hears the same bell finds it running."""
    with transaction.atomic():
        rows = Evaluation.objects.select_for_update(of=("self",), skip_locked=True)
        rows = rows.select_related("asset__workspace", "version", "data_set__artifact")
        evaluation = rows.filter(id=evaluation_id, state=EvaluationState.QUEUED).first()
        if evaluation is not None:
            evaluation.state, evaluation.alive_at, evaluation.asked = EvaluationState.RUNNING, timezone.now(), 0
            evaluation.tries += 1
            evaluation.save(update_fields=["state", "alive_at", "asked", "tries"])
    return evaluation


def _cases(evaluation: Evaluation) -> list[Case]:
    file = evaluation.data_set.artifact
    assert file is not None, "a data set without a file is refused when the evaluation is asked for"
    data = read_file(evaluation.asset.workspace_id, file.id)
    cases = cases_of(evaluation.asset.task, evaluation.data_set.config, data)
    Evaluation.objects.filter(id=evaluation.id).update(cases=len(cases))
    return cases


async def _ask_all(evaluation: Evaluation, cases: Sequence[Case]) -> list[Given] | None:
    """None: somebody stopped it."""
    workspace = evaluation.asset.workspace
    http = HttpClient(allowed_hosts=workspace.allowed_hosts, limits=workspace.limits)
    version = await exactly(workspace.id, evaluation.asset.name, str(evaluation.version_id), Arm.PINNED)
    judge = await _judge(workspace.id, evaluation)
    left = iter(cases)
    answers: list[Given] = []

    async def ask_some() -> None:
        for case in left:
            given = await _ask(workspace.id, version, evaluation.asset.task, case, http)
            answers.append(await _graded(workspace.id, judge, case, given, http))

    try:
        async with asyncio.TaskGroup() as group:
            asking = [group.create_task(ask_some()) for _ in range(AT_ONCE)]
            while any(not one.done() for one in asking):
                await asyncio.wait(asking, timeout=TELL_EVERY_S)
                if not await sync_to_async(in_database)(_alive, evaluation.id, len(answers)):
                    for one in asking:
                        one.cancel()
                    return None
    except ExceptionGroup as group_of:
        first = group_of.exceptions[0]
        raise first from group_of
    finally:
        await http.close()
    return answers


async def _ask(workspace_id: UUID, version: Answering, task: str, case: Case, http: HttpClient) -> Given:
    records: list[CallRecord] = []
    try:
        answer = await ask_version(workspace_id, version, task, case.input, http, told=records.append)
    except StepFailed as failed:
        return Given(id=case.id, value=None, code=failed.error.code, ms=records[0].ms if records else None)
    cost = records[0].cost
    return Given(id=case.id, value=answer.value, ms=records[0].ms, cost=None if cost is None else float(cost))


async def _judge(workspace_id: UUID, evaluation: Evaluation) -> tuple[Rubric, Answering] | None:
    rubric = rubric_of(evaluation.data_set.config) if evaluation.asset.task == "chat" else None
    if rubric is None:
        return None
    return rubric, await exactly(workspace_id, rubric.judge, str(rubric.version), Arm.PINNED)


async def _graded(
    workspace_id: UUID, judge: tuple[Rubric, Answering] | None, case: Case, given: Given, http: HttpClient
) -> Given:
    """A judge that does not answer ends the evaluation: figures of some of the cases would not compare with others."""
    said = "" if given.value is None else str(given.value.get("text") or "")
    if judge is None or not said:
        return given
    rubric, version = judge

    async def ask(payload: dict[str, Any]) -> Mapping[str, Any]:
        return (await ask_version(workspace_id, version, "chat", payload, http)).value

    return given.model_copy(update={"grades": await grade(rubric, case, said, ask)})


def _alive(evaluation_id: UUID, asked: int) -> bool:
    """Tells how far it is. False: it is wanted no longer."""
    running = Evaluation.objects.filter(id=evaluation_id, state=EvaluationState.RUNNING)
    return bool(running.update(asked=asked, alive_at=timezone.now()))


def _keep(evaluation: Evaluation, cases: Sequence[Case], answers: Sequence[Given], report: Report) -> None:
    lines = b"\n".join(_line(case, answer, report) for case, answer in _paired(cases, answers))
    name = f"{evaluation.asset.name}-{evaluation.version.number}.jsonl"
    rows = save_file(None, evaluation.asset.workspace_id, name, "application/x-ndjson", lines)
    with transaction.atomic():
        kept = Evaluation.objects.filter(id=evaluation.id, state=EvaluationState.RUNNING).update(
            state=EvaluationState.DONE,
            report=report.model_dump(mode="json", exclude={"outcomes"}),
            rows=rows,
            asked=len(cases),
            ended_at=timezone.now(),
        )
        if kept:
            say_ended(evaluation, {"state": "done", report.main: f"{report.figures[report.main]:.4f}"})


def _paired(cases: Sequence[Case], answers: Sequence[Given]) -> list[tuple[Case, Given]]:
    known = {answer.id: answer for answer in answers}
    return [(case, known[case.id]) for case in cases]


def _line(case: Case, answer: Given, report: Report) -> bytes:
    row: dict[str, Any] = {"id": case.id, "expected": case.expected, "given": answer.value, "code": answer.code}
    return orjson.dumps({**row, "ms": answer.ms, "cost": answer.cost, "outcome": report.outcomes.get(case.id)})


def outcomes_of(evaluation: Evaluation) -> dict[str, float]:
    """By case: how good its answer was, from the file that was kept with the report."""
    assert evaluation.rows_id is not None, "only what has a report is compared"
    data = read_file(evaluation.asset.workspace_id, evaluation.rows_id)
    rows = [orjson.loads(line) for line in data.splitlines()]
    return {row["id"]: float(row["outcome"]) for row in rows if row["outcome"] is not None}
