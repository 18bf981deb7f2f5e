"""Worker processes by fork: one process loads everything once, each worker is a fork of it.

    python -m tests.faults.zygote SOCKET_FD

A fork takes milliseconds where a fresh worker takes seconds, so hundreds can be killed in a minute. The child is an
ordinary Celery worker: the same application, pool and options as `manage.py up` gives it. Orders come as JSON over the
socket, each with the file descriptor for the worker's output; the answers are `{"born": pid}` and `{"ended": pid}`.
"""

from __future__ import annotations

import contextlib
import gc
import json
import os
import selectors
import signal
import socket
import sys
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import django

LONGEST_ORDER = 65_536


def main() -> None:
    line = socket.socket(fileno=int(sys.argv[1]))
    django.setup()
    # Loaded here so that the children need not: the Celery application, the host and what steps are made of.
    from orchestrator.celery import app
    from orchestrator.nodes.registry import catalogue

    app.loader.import_default_modules()
    catalogue()
    gc.collect()
    gc.freeze()
    _serve(line, app)


def _serve(line: socket.socket, app: Any) -> None:
    awake, alarm = socket.socketpair()
    alarm.setblocking(False)
    signal.set_wakeup_fd(alarm.fileno())
    signal.signal(signal.SIGCHLD, lambda *_: None)
    selector = selectors.DefaultSelector()
    selector.register(line, selectors.EVENT_READ)
    selector.register(awake, selectors.EVENT_READ)
    children: set[int] = set()
    _tell(line, {"ready": True})
    while True:
        for key, _ in selector.select():
            if key.fileobj is awake:
                awake.recv(4096)
                continue
            data, given, _, _ = socket.recv_fds(line, LONGEST_ORDER, 1)
            if not data:
                _end(children)
                return
            children.add(_fork(line, json.loads(data), given[0], app))
        _bury(line, children)


def _bury(line: socket.socket, children: set[int]) -> None:
    for pid in list(children):
        ended, status = os.waitpid(pid, os.WNOHANG)
        if ended:
            children.discard(pid)
            _tell(line, {"ended": pid, "code": os.waitstatus_to_exitcode(status)})


def _end(children: set[int]) -> None:
    """The tests have ended, however: nothing of theirs stays."""
    for pid in children:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(pid, signal.SIGKILL)


def _tell(line: socket.socket, message: dict[str, Any]) -> None:
    line.sendall(json.dumps(message).encode() + b"\n")


def _fork(line: socket.socket, order: dict[str, Any], output: int, app: Any) -> int:
    reading, writing = os.pipe()
    pid = os.fork()
    if pid:
        os.close(output)
        os.close(writing)
        os.read(reading, 1)  # ends once it has a session of its own: only then can its whole group be killed
        os.close(reading)
        _tell(line, {"born": pid})
        return pid
    os.setsid()
    os.close(reading)
    os.close(writing)
    signal.set_wakeup_fd(-1)
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    line.close()
    os.dup2(output, 1)
    os.dup2(output, 2)
    os.close(output)
    code = 1
    try:
        code = _be_worker(order, app)
    except SystemExit as asked:
        code = asked.code if isinstance(asked.code, int) else 1
    finally:
        sys.stdout.flush()
        os._exit(code)


def _be_worker(order: dict[str, Any], app: Any) -> int:
    from django.conf import settings

    for name, value in order["settings"].items():
        setattr(settings, name, value)
    os.environ.update(order["environment"])
    _use(app, settings, order.get("database_port"), order.get("broker_port"))
    settings.DATABASES["default"]["OPTIONS"]["pool"].update(order["connections"])
    if order["late_acks"]:
        app.conf.update(task_acks_late=True, task_reject_on_worker_lost=True)
    from tests.faults import clock, injection

    injection.inject(order["faults"], order["mutation"])
    if order["clock"]:
        clock.shift(order["clock"])
    app.worker_main(order["argv"])
    return 0


def _use(app: Any, settings: Any, database_port: int | None, broker_port: int | None) -> None:
    """Reach the servers by other ports: those of proxies."""
    if database_port is not None:
        settings.DATABASES["default"]["PORT"] = database_port
    if broker_port is not None:
        parts = urlsplit(settings.REDIS_URL)
        netloc = f"{parts.netloc.rpartition(':')[0]}:{broker_port}"
        url = urlunsplit(parts._replace(netloc=netloc))
        settings.REDIS_URL = settings.CELERY_BROKER_URL = url
        settings.CACHES["default"]["LOCATION"] = url
        settings.CHANNEL_LAYERS["default"]["CONFIG"]["hosts"] = [url]
        app.conf.broker_url = url


if __name__ == "__main__":
    main()
