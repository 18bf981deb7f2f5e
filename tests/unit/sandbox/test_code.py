"""The process that people's code runs in: what it has, and that nothing of it stays behind."""

from __future__ import annotations

import asyncio
import os
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from orchestrator.engine.errors import StepFailed
from orchestrator.sandbox.code import CHILD, run_code

FOREVER = "while True:\n    pass"

linux = pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")


def family(pid: int) -> Iterator[Path]:
    """The processes below `pid`, as folders of /proc."""
    for folder in Path("/proc").iterdir():
        if not folder.name.isdigit():
            continue
        try:
            parent = int((folder / "stat").read_text().rpartition(")")[2].split()[1])
        except (FileNotFoundError, ProcessLookupError):
            continue
        if parent == pid:
            yield folder
            yield from family(int(folder.name))


def sandboxes() -> list[Path]:
    """The processes below this one that run code: the child and Monty's worker."""
    return [each for each in family(os.getpid()) if str(CHILD).encode() in read(each) or b"subprocess" in read(each)]


def read(folder: Path, name: str = "cmdline") -> bytes:
    try:
        return (folder / name).read_bytes()
    except (FileNotFoundError, ProcessLookupError):
        return b""


async def running(seconds: float = 20) -> tuple[asyncio.Task[object], Path, Path]:
    """Code that does not end, and the two processes it runs in."""
    task = asyncio.create_task(run_code(FOREVER, {}, seconds=seconds, seed="s"))
    limit = time.monotonic() + 10
    while len(sandboxes()) < 2 or b"Max processes             0" not in limits(sandboxes()[-1]):
        assert time.monotonic() < limit, "the sandbox does not start"
        await asyncio.sleep(0.01)
    child, worker = sandboxes()
    return task, child, worker


def limits(folder: Path) -> bytes:
    return read(folder, "limits")


def opened_by_name(folder: Path) -> list[str]:
    """Files that still have a name; the job itself has none."""
    names = [str(file.readlink()) for file in (folder / "fd").iterdir()]
    return [name for name in names if name.startswith("/") and name != "/dev/null" and "(deleted)" not in name]


def network_of(folder: Path) -> Path:
    return (folder / "ns/net").readlink()


def temporary_files() -> set[Path]:
    return set(Path(tempfile.gettempdir()).iterdir())


async def stop(task: asyncio.Task[object]) -> None:
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task


@linux
async def test_the_code_knows_no_secret_and_no_open_file_of_ours(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgres://canary")
    with tempfile.NamedTemporaryFile() as ours:
        os.set_inheritable(ours.fileno(), True)
        task, child, worker = await running()
        try:
            for each in (child, worker):
                assert b"canary" not in read(each, "environ")
                assert opened_by_name(each) == []
            assert {entry.partition(b"=")[0] for entry in read(child, "environ").split(b"\0") if entry} <= {
                b"PATH",
                b"LANG",
            }
            assert str((child / "cwd").readlink()).endswith("(deleted)")
        finally:
            await stop(task)


@linux
async def test_both_processes_stand_in_a_group_of_their_own_and_are_bounded() -> None:
    task, child, worker = await running(seconds=5)
    try:
        for each in (child, worker):
            assert os.getpgid(int(each.name)) == int(child.name)
            said = limits(each).decode()
            for limit in ("cpu time              7", "file size             0", "address space         1073741824"):
                assert f"Max {limit} " in said
            assert b"NoNewPrivs:\t1" in read(each, "status")
        if os.geteuid() == 0:
            assert network_of(worker) != network_of(Path("/proc/self"))
    finally:
        await stop(task)


@linux
async def test_a_step_that_is_cancelled_leaves_nothing_behind() -> None:
    before = temporary_files()
    task, *_ = await running()
    await stop(task)
    assert sandboxes() == []
    assert temporary_files() <= before


@linux
async def test_code_that_overstays_leaves_nothing_behind() -> None:
    with pytest.raises(StepFailed):
        await run_code(FOREVER, {}, seconds=0.5, seed="s")
    assert sandboxes() == []


@linux
async def test_a_child_that_is_stuck_is_ended_from_outside() -> None:
    began = time.monotonic()
    task, child, worker = await running(seconds=1)
    os.kill(int(worker.name), 19)  # nobody answers any more
    os.kill(int(child.name), 19)
    with pytest.raises(StepFailed) as refused:
        await task
    assert refused.value.error.code == "code_time_limit"
    assert time.monotonic() - began < 3.5
    assert sandboxes() == []


@linux
async def test_a_worker_that_dies_is_a_failure_of_the_step_only() -> None:
    task, _, worker = await running()
    os.kill(int(worker.name), 9)
    with pytest.raises(StepFailed) as refused:
        await task
    assert refused.value.error.code == "code_crashed"
    assert await run_code("result = 1", {}, seconds=5, seed="s") == 1


@linux
async def test_the_code_ends_with_the_process_that_wants_it() -> None:
    program = (
        "import asyncio; from orchestrator.sandbox.code import run_code;"
        f"asyncio.run(run_code({FOREVER!r}, {{}}, seconds=30, seed='s'))"
    )
    owner = await asyncio.create_subprocess_exec(sys.executable, "-c", program)
    limit = time.monotonic() + 10
    while len(found := list(family(owner.pid))) < 2:
        assert time.monotonic() < limit
        await asyncio.sleep(0.01)
    owner.kill()
    await owner.wait()
    while any(read(each) for each in found):
        assert time.monotonic() < limit, "it outlives the worker that started it"
        await asyncio.sleep(0.01)


async def test_codes_run_side_by_side() -> None:
    began = time.monotonic()
    ends = [run_code(FOREVER, {}, seconds=1, seed="s") for _ in range(3)]
    good = run_code("result = n + 1", {"n": 1}, seconds=5, seed="s")
    *failed, answer = await asyncio.gather(*ends, good, return_exceptions=True)
    assert answer == 2
    assert all(isinstance(each, StepFailed) for each in failed)
    assert time.monotonic() - began < 5
