"""Run a command beside a database and a broker of its own.

    python -m orchestrator.embedded exec [--durable] -- COMMAND

The servers live in a temporary data folder, unless DATA_DIR names one, and end with the command.
"""

from __future__ import annotations

import argparse
import contextlib
import os
import shutil
import signal
import subprocess
import sys
import tempfile
from pathlib import Path

from orchestrator.embedded.postgres import PostgresFailed
from orchestrator.embedded.processes import asked_to_end_with_parent
from orchestrator.embedded.supervisor import (
    OURSELVES,
    AlreadyRunning,
    StartFailed,
    StopRequested,
    Supervisor,
    start_services,
)
from orchestrator.embedded.valkey import ValkeyFailed

STOPPED = 130


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="python -m orchestrator.embedded")
    commands = parser.add_subparsers(required=True)
    execute = commands.add_parser("exec", help="run a command beside a database and a broker of its own")
    execute.add_argument("--durable", action="store_true", help="write to disk at each commit, as in production")
    execute.add_argument("command", nargs=argparse.REMAINDER, metavar="-- COMMAND")
    asked = parser.parse_args(arguments)
    command = asked.command[1:] if asked.command[:1] == ["--"] else asked.command
    if not command:
        parser.error("no command to run")
    with contextlib.ExitStack() as folders:
        data_dir = _data_dir(folders)
        try:
            with Supervisor(data_dir, _show) as supervisor:
                urls = start_services(supervisor, data_dir, durable=asked.durable)
                return _run_beside(supervisor, command, {**urls, "DATA_DIR": str(data_dir)})
        except StopRequested:
            return STOPPED
        except (AlreadyRunning, StartFailed, PostgresFailed, ValkeyFailed, FileNotFoundError) as error:
            print(error, file=sys.stderr)
            return 1


def _data_dir(folders: contextlib.ExitStack) -> Path:
    if os.environ.get("DATA_DIR"):
        return Path(os.environ["DATA_DIR"]).resolve()
    folder = tempfile.mkdtemp(prefix="tutti-")
    folders.callback(shutil.rmtree, folder, ignore_errors=True)
    return Path(folder)


def _run_beside(supervisor: Supervisor, argv: list[str], environment: dict[str, str]) -> int:
    """The command keeps our terminal, so a Ctrl-C reaches it without our help; other requests are passed on."""
    command = subprocess.Popen(
        argv, env={**os.environ, **environment}, preexec_fn=asked_to_end_with_parent(signal.SIGTERM)
    )
    while command.poll() is None:
        try:
            supervisor.watch(lambda: command.poll() is not None)
        except StopRequested as request:
            if request.by != signal.SIGINT:
                command.send_signal(request.by)
    return command.returncode if command.returncode >= 0 else 128 - command.returncode


def _show(name: str, line: str) -> None:
    """Servers talk a lot; only what we say about them is worth mixing into the command's own output."""
    if name == OURSELVES:
        print(line, file=sys.stderr)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
