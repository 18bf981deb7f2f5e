"""The embedded servers and their supervisor, with real processes."""

from __future__ import annotations

import json
import os
import signal
import stat
import subprocess
import sys
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import psutil
import psycopg
import pytest
import redis
from redis.backoff import NoBackoff
from redis.retry import Retry

from orchestrator.embedded.processes import Command, birth
from orchestrator.embedded.supervisor import AlreadyRunning, StartFailed, StopRequested, Supervisor, start_services

LONGEST_S = 30
EXEC = [sys.executable, "-m", "orchestrator.embedded", "exec", "--"]


@pytest.fixture(autouse=True)
def _no_servers_of_ours(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("DATABASE_URL", "REDIS_URL", "DATA_DIR"):
        monkeypatch.delenv(name, raising=False)


class Said(list[tuple[str, str]]):
    def __call__(self, name: str, line: str) -> None:
        self.append((name, line))


@pytest.fixture
def supervisor(tmp_path: Path) -> Iterator[Supervisor]:
    with Supervisor(tmp_path, Said()) as supervisor:
        yield supervisor


def facts(data_dir: Path) -> dict:
    return json.loads((data_dir / "run" / "services.json").read_text())


def pid_of(data_dir: Path, name: str) -> int | None:
    return next((p["pid"] for p in facts(data_dir)["processes"] if p["name"] == name), None)


def family(pid: int) -> list[psutil.Process]:
    return psutil.Process(pid).children(recursive=True)


def rows(url: str) -> list[int] | None:
    try:
        with psycopg.connect(url, connect_timeout=2) as connection:
            return [row[0] for row in connection.execute("SELECT n FROM kept ORDER BY n").fetchall()]
    except psycopg.OperationalError:
        return None


def answers(broker: redis.Redis) -> bool:
    try:
        return bool(broker.ping())
    except redis.ConnectionError:
        return False


def start_beside(data_dir: Path, script: str) -> subprocess.Popen[str]:
    """`exec` in the background; returns once the script has said "ready"."""
    running = subprocess.Popen(
        [*EXEC, "sh", "-c", script], env={**os.environ, "DATA_DIR": str(data_dir)}, stdout=subprocess.PIPE, text=True
    )
    assert running.stdout is not None
    assert running.stdout.readline() == "ready\n"
    return running


def test_a_command_finds_both_servers_and_its_exit_code_is_ours() -> None:
    script = (
        "import os, sys, psycopg, redis;"
        "version = psycopg.connect(os.environ['DATABASE_URL']).info.server_version;"
        "sys.exit(7 if version >= 180000 and redis.Redis.from_url(os.environ['REDIS_URL']).ping() else 1)"
    )
    assert subprocess.run([*EXEC, sys.executable, "-c", script], check=False).returncode == 7


def test_a_temporary_data_folder_is_removed_and_no_process_is_left() -> None:
    ran = subprocess.run(
        [*EXEC, "sh", "-c", 'echo "$DATA_DIR"; cat "$DATA_DIR/run/services.json"'],
        capture_output=True,
        text=True,
        check=True,
    )
    folder, _, written = ran.stdout.partition("\n")
    assert not Path(folder).exists()
    processes = json.loads(written)["processes"]
    assert {process["name"] for process in processes} == {"postgres", "valkey"}
    assert all(birth(process["pid"]) != process["born"] for process in processes)


def test_a_data_folder_that_is_named_keeps_its_rows(tmp_path: Path) -> None:
    with Supervisor(tmp_path, Said()) as supervisor:
        url = start_services(supervisor, tmp_path)["DATABASE_URL"]
        with psycopg.connect(url) as connection:
            connection.execute("CREATE TABLE kept AS SELECT 1 AS n")
    with Supervisor(tmp_path, Said()) as supervisor:
        assert rows(start_services(supervisor, tmp_path)["DATABASE_URL"]) == [1]


def test_a_server_of_yours_is_used_instead(
    supervisor: Supervisor, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgres://somebody@db.example/app")
    urls = start_services(supervisor, tmp_path)
    assert urls["DATABASE_URL"] == "postgres://somebody@db.example/app"
    assert [process["name"] for process in facts(tmp_path)["processes"]] == ["valkey"]


def test_a_killed_database_is_started_again_with_its_rows(supervisor: Supervisor, tmp_path: Path) -> None:
    url = start_services(supervisor, tmp_path)["DATABASE_URL"]
    with psycopg.connect(url) as connection:
        connection.execute("CREATE TABLE kept AS SELECT generate_series(1, 500) AS n")
    killed = pid_of(tmp_path, "postgres")
    assert killed is not None
    os.kill(killed, signal.SIGKILL)
    supervisor.wait_for("postgres", lambda: rows(url) is not None, within_s=LONGEST_S)
    assert pid_of(tmp_path, "postgres") != killed
    assert rows(url) == list(range(1, 501))


def test_a_killed_broker_is_started_again(supervisor: Supervisor, tmp_path: Path) -> None:
    broker = redis.Redis.from_url(start_services(supervisor, tmp_path)["REDIS_URL"])
    killed = pid_of(tmp_path, "valkey")
    assert killed is not None
    os.kill(killed, signal.SIGKILL)
    supervisor.wait_for("valkey", lambda: answers(broker), within_s=LONGEST_S)
    assert pid_of(tmp_path, "valkey") not in (None, killed)
    broker.close()


def test_neither_server_answers_without_its_password(supervisor: Supervisor, tmp_path: Path) -> None:
    urls = start_services(supervisor, tmp_path)
    port = psycopg.conninfo.conninfo_to_dict(urls["DATABASE_URL"])["port"]
    with pytest.raises(psycopg.OperationalError, match="password"):
        psycopg.connect(host="127.0.0.1", port=port, user="app", dbname="postgres")
    port = urls["REDIS_URL"].rpartition(":")[2].partition("/")[0]
    stranger = redis.Redis(port=int(port), retry=Retry(NoBackoff(), 0))
    with pytest.raises(redis.AuthenticationError):
        stranger.ping()
    stranger.close()


def test_passwords_are_on_no_command_line_and_in_no_file_for_others(supervisor: Supervisor, tmp_path: Path) -> None:
    start_services(supervisor, tmp_path)
    passwords = [(tmp_path / "keys" / name).read_text() for name in ("postgres", "valkey")]
    lines = []
    for process in family(os.getpid()):
        with suppress(psutil.NoSuchProcess):  # what has ended meanwhile shows no line either
            lines.append(" ".join(process.cmdline()))
    assert not [line for line in lines for password in passwords if password in line]
    holders = [path for path in tmp_path.glob("[kr]*/*") if any(password in path.read_text() for password in passwords)]
    assert {path.name for path in holders} == {"postgres", "valkey", "services.json", "valkey.conf"}
    assert {stat.S_IMODE(path.stat().st_mode) for path in holders} == {0o600}


def test_a_supervisor_that_is_killed_takes_everything_along(tmp_path: Path) -> None:
    running = start_beside(tmp_path, "echo ready; exec sleep 1000")
    children = family(running.pid)
    assert {"postgres", "valkey-server", "sleep"} <= {child.name() for child in children}
    running.kill()
    running.communicate()
    _, alive = psutil.wait_procs(children, timeout=LONGEST_S)
    assert alive == []
    with Supervisor(tmp_path, Said()) as supervisor:
        start_services(supervisor, tmp_path)


def test_a_request_to_stop_is_passed_on_and_nothing_is_left(tmp_path: Path) -> None:
    running = start_beside(tmp_path, "echo ready; exec sleep 1000")
    children = family(running.pid)
    running.terminate()
    running.communicate(timeout=LONGEST_S)
    assert running.returncode == 128 + signal.SIGTERM
    assert [child for child in children if child.is_running()] == []
    assert not (tmp_path / "run" / "services.json").exists()


def test_a_second_supervisor_learns_what_runs(supervisor: Supervisor, tmp_path: Path) -> None:
    supervisor.publish(address="http://127.0.0.1:8000")
    with pytest.raises(AlreadyRunning) as refused, Supervisor(tmp_path, Said()):
        pass
    assert refused.value.facts["address"] == "http://127.0.0.1:8000"


def test_what_a_crashed_supervisor_left_is_ended_first(tmp_path: Path) -> None:
    left = subprocess.Popen(["sleep", "1000"], start_new_session=True)
    write_facts(tmp_path, pid=left.pid, born=birth(left.pid))
    with Supervisor(tmp_path, Said()):
        assert left.wait(timeout=LONGEST_S) == -signal.SIGTERM


def test_a_process_that_only_inherited_the_pid_is_left_alone(tmp_path: Path) -> None:
    other = subprocess.Popen(["sleep", "1000"], start_new_session=True)
    write_facts(tmp_path, pid=other.pid, born="1")
    with Supervisor(tmp_path, Said()):
        assert other.poll() is None
    other.kill()
    other.wait()


def write_facts(data_dir: Path, *, pid: int, born: str | None) -> None:
    (data_dir / "run").mkdir()
    left = {"name": "web", "pid": pid, "born": born, "ends_by": int(signal.SIGTERM)}
    (data_dir / "run" / "services.json").write_text(json.dumps({"processes": [left]}))


def test_a_lock_file_of_a_database_that_crashed_does_not_keep_it_from_starting(tmp_path: Path) -> None:
    with Supervisor(tmp_path, Said()) as supervisor:
        start_services(supervisor, tmp_path)
    (tmp_path / "postgres" / "postmaster.pid").write_text(f"{os.getppid()}\n{tmp_path / 'postgres'}\n1\n1\n\n\n1 1\n")
    with Supervisor(tmp_path, Said()) as supervisor:
        start_services(supervisor, tmp_path)


def test_a_database_whose_making_was_interrupted_is_made_again(tmp_path: Path) -> None:
    (tmp_path / "postgres.new").mkdir()
    (tmp_path / "postgres.new" / "PG_VERSION").write_text("18\n")
    with Supervisor(tmp_path, Said()) as supervisor:
        start_services(supervisor, tmp_path)


def test_a_program_that_does_not_start_is_told_with_its_last_words(supervisor: Supervisor) -> None:
    supervisor.keep(Command(name="broken", argv=("sh", "-c", "echo no such setting: colour; exit 3")))
    with pytest.raises(StartFailed, match=r"broken does not start.*\n.*no such setting: colour"):
        supervisor.wait_for("broken", lambda: False, within_s=LONGEST_S)


def test_programs_end_in_the_reverse_order_of_their_start(tmp_path: Path) -> None:
    ended = tmp_path / "ended"
    with Supervisor(tmp_path, Said()) as supervisor:
        for name in ("first", "second", "third"):
            script = f"trap 'echo {name} >> {ended}; exit' TERM; echo now ready; while true; do sleep 0.05; done"
            supervisor.keep(Command(name=name, argv=("sh", "-c", script), ready_says="now ready"))
            supervisor.wait_for(name, lambda name=name: supervisor.said_ready(name), within_s=LONGEST_S)
    assert ended.read_text().split() == ["third", "second", "first"]


def test_a_program_that_does_not_want_to_end_is_killed_with_its_children(tmp_path: Path) -> None:
    script = "trap '' TERM; sleep 1000 & echo now ready; while true; do sleep 1000; done"
    with Supervisor(tmp_path, Said()) as supervisor:
        supervisor.keep(Command(name="deaf", argv=("sh", "-c", script), ready_says="now ready", grace_s=0.2))
        supervisor.wait_for("deaf", lambda: supervisor.said_ready("deaf"), within_s=LONGEST_S)
        children = family(os.getpid())
    _, alive = psutil.wait_procs(children, timeout=LONGEST_S)
    assert alive == []


def test_a_step_gives_its_exit_code_and_shows_what_it_says(tmp_path: Path) -> None:
    said = Said()
    with Supervisor(tmp_path, said) as supervisor:
        code = supervisor.run(Command(name="migrate", argv=("sh", "-c", "echo one; printf two; exit 4")))
    assert code == 4
    assert said == [("migrate", "one"), ("migrate", "two")]


def test_a_request_to_stop_interrupts_a_step(supervisor: Supervisor) -> None:
    with pytest.raises(StopRequested) as request:
        supervisor.run(Command(name="migrate", argv=("sh", "-c", "kill -INT $PPID; exec sleep 1000")))
    assert request.value.by == signal.SIGINT
