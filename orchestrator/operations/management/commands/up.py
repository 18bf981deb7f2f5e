"""Start the whole product on this machine and keep it running until Ctrl-C."""

from __future__ import annotations

import contextlib
import http.client
import itertools
import os
import socket
import sys
from functools import partial
from http import HTTPStatus
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from orchestrator.embedded.postgres import PostgresFailed
from orchestrator.embedded.processes import Command as Program
from orchestrator.embedded.supervisor import (
    OURSELVES,
    AlreadyRunning,
    StartFailed,
    StopRequested,
    Supervisor,
    start_services,
)
from orchestrator.embedded.valkey import ValkeyFailed

HOST = "127.0.0.1"
STARTS_WITHIN_S = 120
WIDEST_NAME = 13
COLOURS = ("\033[36m", "\033[33m", "\033[35m", "\033[32m", "\033[34m", "\033[31m")
PLAIN = "\033[0m"
ENGINE_CONCURRENCY = "256"
WORKER_OPTIONS = ("--without-gossip", "--without-mingle", "--without-heartbeat", "--loglevel", "INFO")


class Command(BaseCommand):
    help = "Starts database, broker, web and workers, and prints the address."
    requires_system_checks = ()

    def handle(self, *args: Any, **options: Any) -> None:
        log = Log()
        try:
            with Supervisor(settings.DATA_DIR, log.show) as supervisor, contextlib.suppress(StopRequested):
                _check_port()
                _check_front_end()
                supervisor.publish(address=settings.PUBLIC_URL)
                _start(supervisor)
                if supervisor.run(_manage("load_starters")) != 0:
                    log.show(OURSELVES, "The starters could not be loaded (see above). Everything else works.")
                self.stdout.write(f"\nTutti runs at {settings.PUBLIC_URL}   (Ctrl-C stops it)\n\n")
                supervisor.run(_manage("first_sign_in"))
                supervisor.watch()
        except AlreadyRunning as running:
            self.stdout.write(_what_runs(running.facts))
        except (StartFailed, PostgresFailed, ValkeyFailed) as error:
            raise CommandError(str(error)) from error


class Log:
    """Lines of all processes, each behind the name of its process."""

    def __init__(self) -> None:
        self._coloured = sys.stdout.isatty() and "NO_COLOR" not in os.environ
        self._next_colour = itertools.cycle(COLOURS)
        self._colours: dict[str, str] = {}

    def show(self, name: str, line: str) -> None:
        if not line:
            return
        label = f"{name:{WIDEST_NAME}} |"
        if self._coloured:
            if name not in self._colours:
                self._colours[name] = next(self._next_colour)
            label = f"{self._colours[name]}{label}{PLAIN}"
        print(label, line, flush=True)


def _start(supervisor: Supervisor) -> None:
    services = start_services(supervisor, settings.DATA_DIR)
    os.environ.update(services, DATA_DIR=str(settings.DATA_DIR), PORT=str(settings.PORT), PYTHONUNBUFFERED="1")
    for step in ("migrate", "build_models"):
        if supervisor.run(_manage(step)) != 0:
            raise StartFailed(f"The step {step!r} failed; the lines above say why.")
    workers = (_cpu_worker(), _engine_worker())
    for program in workers:
        supervisor.keep(program)
    if settings.DEBUG:
        supervisor.keep(_vite())
    web = _web()
    supervisor.keep(web)
    for program in workers:
        supervisor.wait_for(program.name, partial(supervisor.said_ready, program.name), within_s=STARTS_WITHIN_S)
    supervisor.wait_for(web.name, _web_ready, within_s=STARTS_WITHIN_S)


def _manage(command: str) -> Program:
    manage = str(settings.BASE_DIR / "manage.py")
    return Program(name=command, argv=(sys.executable, manage, command), environment={"DATABASE_POOL": "4"})


def _web() -> Program:
    options = ["--host", HOST, "--port", str(settings.PORT), "--lifespan", "off", "--timeout-graceful-shutdown", "5"]
    options += ["--no-server-header"]
    options += ["--ws-per-message-deflate", "false"]  # frames are small and many: compressing each costs the most
    if settings.TRUSTED_PROXIES:
        options += ["--forwarded-allow-ips", settings.TRUSTED_PROXIES]
    else:
        options.append("--no-proxy-headers")  # else whoever sits on this machine says who they are
    if settings.DEBUG:
        options += ["--reload", "--reload-dir", "orchestrator", "--reload-dir", "builder"]
    else:
        options += ["--no-access-log"]
    return Program(
        name="web",
        argv=(sys.executable, "-m", "uvicorn", "orchestrator.asgi:application", *options),
        environment={"DATABASE_POOL": "16"},
    )


def _engine_worker() -> Program:
    concurrency = os.environ.get("ENGINE_CONCURRENCY", ENGINE_CONCURRENCY)
    return _worker("engine", "--pool", "threads", "--concurrency", concurrency, pool="8", grace_s=30)


def _cpu_worker() -> Program:
    return _worker("cpu", "--pool", "prefork", "--concurrency", "1", pool="2", grace_s=15)


def _worker(queue: str, *options: str, pool: str, grace_s: float) -> Program:
    # Celery warns root of code in messages; ours are JSON, and `make up` runs as whoever calls it.
    python = (sys.executable, "-W", "ignore::UserWarning:celery.platforms")
    celery = (*python, "-m", "celery", "--quiet", "--app", "orchestrator.celery", "worker")
    return Program(
        name=queue,
        argv=(*celery, "--queues", queue, "--hostname", f"{queue}@%h", *options, *WORKER_OPTIONS),
        environment={"DATABASE_POOL": pool, "CELERY_SKIP_CHECKS": "1"},  # the web process checks
        grace_s=grace_s,
        ready_says=" ready.",
    )


def _vite() -> Program:
    return Program(name="vite", argv=("npm", "--prefix", str(settings.BASE_DIR / "frontend"), "run", "dev"))


def _web_ready() -> bool:
    """Asked as a browser would ask through the public address, so that host and https rules let it pass."""
    public = urlsplit(settings.PUBLIC_URL)
    line = http.client.HTTPConnection(HOST, settings.PORT, timeout=5)
    try:
        line.request("GET", "/health/ready", headers={"Host": public.netloc, "X-Forwarded-Proto": public.scheme})
        return line.getresponse().status == HTTPStatus.OK
    except (OSError, http.client.HTTPException):
        return False
    finally:
        line.close()


def _check_front_end() -> None:
    built = Path(settings.DJANGO_VITE["default"]["manifest_path"])
    if not settings.DEBUG and not built.exists():
        raise CommandError("The browser application is not built yet. Start with: make up")


def _check_port() -> None:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, settings.PORT))
        except PermissionError as error:
            raise CommandError(f"Port {settings.PORT} needs more rights. Choose another: PORT=8000 make up") from error
        except OSError as error:
            raise CommandError(
                f"Port {settings.PORT} is taken by another program. "
                f"Stop that program, or choose another port: PORT={settings.PORT + 1} make up"
            ) from error


def _what_runs(facts: dict[str, Any]) -> str:
    processes = facts.get("processes", [])
    running = "".join(f"\n  {process['name']:{WIDEST_NAME}} pid {process['pid']}" for process in processes)
    if "address" not in facts:
        return f"The data folder {settings.DATA_DIR} is in use:{running}"
    return f"Tutti already runs at {facts['address']}{running}"
