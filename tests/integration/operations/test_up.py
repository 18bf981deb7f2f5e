"""What `manage.py up` says before it starts anything."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from pytest_django import Settings

from orchestrator.embedded.processes import free_port
from orchestrator.embedded.supervisor import Supervisor
from orchestrator.operations.management.commands.up import _web as web_server

ROOT = Path(__file__).parents[3]


@pytest.fixture(autouse=True)
def _no_servers_of_ours(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("DATABASE_URL", "REDIS_URL"):
        monkeypatch.delenv(name, raising=False)


def up(data_dir: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "manage.py", "up"],
        cwd=ROOT,
        env={**os.environ, "DATA_DIR": str(data_dir), **environment},
        capture_output=True,
        text=True,
        check=False,
    )


def test_a_second_start_says_what_runs_and_where(tmp_path: Path) -> None:
    with Supervisor(tmp_path, lambda name, line: None) as supervisor:
        supervisor.publish(address="http://127.0.0.1:8123")
        second = up(tmp_path)
    assert second.returncode == 0
    assert "Tutti already runs at http://127.0.0.1:8123" in second.stdout


def test_a_taken_port_is_told_before_anything_starts(tmp_path: Path) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        refused = up(tmp_path, PORT=str(port))
    assert refused.returncode == 1
    assert f"Port {port} is taken by another program" in refused.stderr
    assert f"PORT={port + 1} make up" in refused.stderr
    assert not (tmp_path / "postgres").exists()


def test_a_missing_browser_application_is_told_with_the_command_that_builds_it(
    tmp_path: Path, settings: Settings
) -> None:
    settings.DATA_DIR, settings.PORT, settings.DEBUG = tmp_path, free_port(), False
    settings.DJANGO_VITE = {"default": {"manifest_path": tmp_path / "manifest.json"}}
    with pytest.raises(CommandError, match="make up"):
        call_command("up")
    assert not (tmp_path / "postgres").exists()


def test_a_header_says_where_a_request_comes_from_only_if_it_is_the_proxys(settings: Settings) -> None:
    settings.TRUSTED_PROXIES = ""
    assert "--no-proxy-headers" in web_server().argv
    settings.TRUSTED_PROXIES = "10.0.0.7"
    argv = web_server().argv
    assert argv[argv.index("--forwarded-allow-ips") + 1] == "10.0.0.7"
    assert "--no-proxy-headers" not in argv
