"""What no store keeps, and what is too much, is an error of that step: nothing else suffers."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from builder.models import Workflow
from orchestrator.artifacts.models import Artifact
from orchestrator.runs import remote
from orchestrator.runs.database import in_database
from orchestrator.runs.models import Run, RunStatus, RunValue, Step, StepTask
from tests.integration.authoring import Browser
from tests.integration.runs.graphs import graph, line, node, row

Publish = Callable[[dict[str, Any]], Workflow]
Start = Callable[..., Run]
Drive = Callable[[Run], Run]

TEXT_START = node("start", "start_manual", {"fields": [{"key": "text", "label": "Text", "type": "text"}]})


def fields(value: Any) -> dict[str, Any]:
    return {"fields": [{"name": "n", "value": value}]}


def code(text: str, **rest: Any) -> dict[str, Any]:
    return node("make", "run_code", {"code": text, "timeout_s": 2}, **rest)


@pytest.fixture
def finish(drive: Drive) -> Drive:
    """Drive a run and do its steps elsewhere until it ends or parks."""

    def finish(run: Run) -> Run:
        run = drive(run)
        while waiting := list(StepTask.objects.filter(run_id=run.pk, state=0)):
            for task in waiting:
                remote.work(task.run_id, task.step, task.attempt)
            run = drive(run)
        return run

    return finish


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("result = 'a' * 25_000_000", "too_large"),
        ("result = float('nan')", "code_result"),
        ("result = 'a\\x00b'", "code_result"),
        ("result = []\nfor _ in range(10_000):\n    result = [result]", "code_result"),
        ("while True:\n    pass", "code_time_limit"),
    ],
)
def test_a_bad_result_of_code_fails_its_step(
    publish: Publish, start: Start, finish: Drive, text: str, expected: str
) -> None:
    run = finish(start(publish(row(code(text)))))
    assert (RunStatus(run.status), run.error["code"]) == (RunStatus.FAILED, expected)


@pytest.mark.parametrize(("size", "inline"), [(200_000, True), (300_000, False), (19_000_000, False)])
def test_large_results_are_kept_as_files_and_read_again(
    publish: Publish, start: Start, finish: Drive, size: int, inline: bool
) -> None:
    steps = [code(f"result = {{'text': 'a' * {size}}}"), node("next", "set_fields", fields({"$expr": "make"}))]
    run = finish(start(publish(row(*steps))))
    assert RunStatus(run.status) is RunStatus.DONE
    values = list(RunValue.objects.filter(run_id=run.pk, number__gt=0).order_by("number"))
    assert [value.artifact_id is None for value in values] == [inline, inline]
    if not inline:
        digests = Artifact.objects.filter(pk__in=[value.artifact_id for value in values]).values_list("size", flat=True)
        assert min(digests) > size


def test_a_text_that_only_looks_like_a_nul_is_kept(
    publish: Publish, start: Start, drive: Drive, maria: Browser
) -> None:
    run = drive(start(publish(row(node("keep", "set_fields", fields("\\u0000"))))))
    assert RunStatus(run.status) is RunStatus.DONE
    assert maria.get(f"runs/{run.pk}/steps/2").json()["output"] == {"n": "\\u0000"}


def test_other_runs_of_the_process_go_on_beside_the_bad_ones(
    publish: Publish, start: Start, drive: Drive, maria: Browser
) -> None:
    heavy = publish(row(node("grow", "set_fields", fields({"$expr": "start.text + start.text"}))))
    digits = "[1, 2, 3, 4, 5, 6, 7, 8, 9]"
    endless = "".join(f"{digits}.map({name}, " for name in "abcde") + "a" + ")" * 5
    long = publish(row(node("long", "set_fields", fields({"$expr": endless}))))
    good = publish(row(node("add", "set_fields", fields({"$expr": "start.n + 1"}))))
    runs = [start(heavy, input={"n": 1}), start(long, input={"n": 1}), *(start(good, input={"n": 1}) for _ in range(5))]
    with ThreadPoolExecutor(len(runs)) as pool:
        ended = list(pool.map(partial(in_database, drive), runs))
    assert [RunStatus(run.status).name for run in ended] == ["FAILED", "FAILED", *["DONE"] * 5]


def test_a_store_that_fails_is_an_error_that_is_tried_again(
    publish: Publish, start: Start, drive: Drive, settings: Any, tmp_path: Path
) -> None:
    blocked = tmp_path / "full"
    blocked.write_text("not a folder")
    again = {"retry": {"attempts": 20, "first_wait_s": 0.5, "max_wait_s": 0.5}}
    texts = [{"$expr": "start.text"} for _ in range(8)]
    nodes = [TEXT_START, node("many", "set_fields", fields(texts), policy=again)]
    run = start(publish(graph(nodes, [line("start", "many")])), input={"text": "a" * 60_000})
    places = {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": {"location": blocked}}
    settings.STORAGES = {**settings.STORAGES, "artifacts": places}
    with ThreadPoolExecutor(1) as pool:
        ending = pool.submit(in_database, drive, run)
        while not Step.objects.filter(run_id=run.pk, step=2, error__isnull=False).exists():
            assert not ending.done()
        blocked.unlink()
        ended = ending.result()
    assert RunStatus(ended.status) is RunStatus.DONE
    step = Step.objects.get(run_id=run.pk, step=2)
    assert step.attempt > 1
    assert Artifact.objects.filter(pk=RunValue.objects.get(run_id=run.pk, number=step.value_id).artifact_id).exists()


def test_a_value_that_is_gone_fails_the_step_that_needs_it(
    publish: Publish, start: Start, drive: Drive, maria: Browser, settings: Any, tmp_path: Path
) -> None:
    places = {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": {"location": tmp_path}}
    settings.STORAGES = {**settings.STORAGES, "artifacts": places}
    nodes = [
        TEXT_START,
        node("first", "set_fields", fields({"$expr": "start.text"}), policy={"on_error": "path"}),
        node("told", "set_fields", fields({"$expr": "error.code"})),
    ]
    lines = [line("start", "first"), line("first", "told", "error")]
    run = start(publish(graph(nodes, lines)), input={"text": "a" * 300_000})
    for stored in tmp_path.rglob("*"):
        if stored.is_file():
            stored.write_bytes(b"something else")
    assert RunStatus(drive(run).status) is RunStatus.DONE
    assert maria.get(f"runs/{run.pk}/steps/3").json()["output"] == {"n": "no_file"}
