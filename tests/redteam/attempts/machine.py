"""What somebody can do who got hold of the database, the broker, the start or the build."""

from __future__ import annotations

import base64
import json
import os
import re
import secrets
import subprocess
import sys
import uuid
from pathlib import Path
from typing import Any

import psycopg
import redis
from django.conf import settings

from tests.redteam.register import COMMAND, STORE, attempt
from tests.redteam.world import World
from tests.running import ROOT

WORD = secrets.token_urlsafe(18)
GOOD = {
    "ENVIRONMENT": "production",
    "SECRET_KEY": secrets.token_urlsafe(48),
    "DATABASE_URL": f"postgres://tutti:{WORD}@db.example.com/tutti",
    "REDIS_URL": f"rediss://:{WORD}@broker.example.com/0",
    "FIELD_KEYS": f"k1:{base64.b64encode(secrets.token_bytes(32)).decode()}",
    "PUBLIC_URL": "https://tutti.example.com",
    "ALLOWED_HOSTS": "tutti.example.com",
}
BAD = {
    "debug pages": {"DEBUG": "true"},
    "no key": {"SECRET_KEY": ""},
    "a short key": {"SECRET_KEY": "x"},
    "any host": {"ALLOWED_HOSTS": "*"},
    "no hosts": {"ALLOWED_HOSTS": ""},
    "without TLS": {"PUBLIC_URL": "http://tutti.example.com"},
    "no ring of keys": {"FIELD_KEYS": ""},
    "no database": {"DATABASE_URL": ""},
    "no broker": {"REDIS_URL": ""},
}


@attempt("A25", "Start production with debug on, a default key, any host, no keys", f"{COMMAND}check")
def unsafe_start(world: World) -> None:
    for name, change in BAD.items():
        done = _settings({**GOOD, **change})
        assert done.returncode != 0, f"production starts with {name}"
        assert "This installation does not start" in done.stderr, f"{name}: {done.stderr[-300:]}"
    good = _settings(GOOD)
    assert good.returncode == 0, good.stderr[-500:]
    assert good.stdout.strip() == "False", "debug can be switched on in production"


def _settings(environment: dict[str, str]) -> subprocess.CompletedProcess[str]:
    code = "from django.conf import settings; print(settings.DEBUG)"
    kept = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
    return subprocess.run(
        [sys.executable, "-c", code],
        cwd=ROOT,
        env={**kept, "DJANGO_SETTINGS_MODULE": "orchestrator.settings", **environment},
        capture_output=True,
        text=True,
        check=False,
    )


@attempt(
    "A99",
    "UPDATE, DELETE and TRUNCATE on the trail with the product's own account",
    f"{STORE}governance_auditevent",
    f"{STORE}governance_audithead",
)
def rewritten_trail(world: World) -> None:
    statements = (
        "UPDATE governance_auditevent SET actor_name = 'nobody'",
        "DELETE FROM governance_auditevent",
        "TRUNCATE governance_auditevent",
        "TRUNCATE governance_auditevent, governance_audithead CASCADE",
        "DELETE FROM governance_audithead",
        "UPDATE governance_auditevent SET at = now() - interval '1 day' WHERE seq = 1",
        "WITH x AS (DELETE FROM governance_auditevent RETURNING 1) SELECT count(*) FROM x",
        "MERGE INTO governance_auditevent a USING (SELECT 1) s ON true WHEN MATCHED THEN DELETE",
    )
    for statement in statements:
        with world.database() as database:
            try:
                database.execute(statement)  # type: ignore[call-overload]
            except psycopg.Error as refused:
                assert "append-only" in str(refused) or "permission denied" in str(refused), f"{statement}: {refused}"
            else:
                raise AssertionError(f"the database took: {statement}")
    world.product.manage("verify_audit")


def _message(task: str, body: bytes, content_type: str, encoding: str = "utf-8") -> str:
    """As Celery's transport keeps one."""
    tag = str(uuid.uuid4())
    return json.dumps(
        {
            "body": base64.b64encode(body).decode(),
            "content-encoding": encoding,
            "content-type": content_type,
            "headers": {"task": task, "id": tag, "lang": "py", "argsrepr": "", "kwargsrepr": ""},
            "properties": {
                "delivery_mode": 2,
                "delivery_tag": tag,
                "delivery_info": {"exchange": "", "routing_key": "engine"},
                "body_encoding": "base64",
                "priority": 0,
                "correlation_id": tag,
            },
        }
    )


@attempt(
    "A77",
    "Pickles, YAML, unknown tasks and foreign steps pushed into the broker",
    f"{STORE}engine and cpu queues",
    "api/runs/<uuid:id>",
)
def poisoned_queue(world: World) -> None:
    mark = world.product.folder / "touched-by-the-queue"
    evil = f"cposix\nsystem\n(S'touch {mark}'\ntR.".encode()
    call = json.dumps([[], {}, {}]).encode()
    there = [world.there.ids["run"]]
    messages = [
        _message("runs.advance_run", evil, "application/x-python-serialize", "binary"),
        _message("runs.advance_run", evil, "application/pickle", "binary"),
        _message(
            "runs.advance_run", f"!!python/object/apply:os.system ['touch {mark}']".encode(), "application/x-yaml"
        ),
        _message("os.system", json.dumps([[f"touch {mark}"], {}, {}]).encode(), "application/json"),
        _message("celery.backend_cleanup", call, "application/json"),
        _message("runs.advance_run", json.dumps([["not an id"], {}, {}]).encode(), "application/json"),
        _message("runs.advance_run", json.dumps([there, {}, {}]).encode(), "application/json"),
        _message("runs.execute_step", json.dumps([[*there, 10**9, 1], {}, {}]).encode(), "application/json"),
        _message("runs.do_chore", json.dumps([["os.system", f"touch {mark}"], {}, {}]).encode(), "application/json"),
        _message("runs.do_chore", json.dumps([["measure", "x"], {}, {}]).encode(), "application/json"),
        "not even JSON",
        json.dumps({"body": "x"}),
    ]
    broker = redis.Redis.from_url(settings.REDIS_URL)
    for queue in ("engine", "cpu"):
        for message in messages:
            broker.lpush(queue, message)
    world.work()
    assert not mark.exists(), "what stood in the queue was run"
    assert world.as_role("everything", world.there).get(f"/api/runs/{there[0]}").json()["status"] == "done"


@attempt("A105", "Changed wheels, unpinned dependencies, code that loads itself at start", f"{COMMAND}check")
def supply(world: World) -> None:
    assert world.product.pid
    for name in ("requirements.lock", "requirements-dev.lock"):
        _all_hashed((ROOT / name).read_text(), name)
    packages = json.loads((ROOT / "frontend/package-lock.json").read_text())["packages"]
    loose = [name for name, one in packages.items() if name and not one.get("link") and "integrity" not in one]
    assert not loose, f"packages without a hash: {loose[:5]}"
    manifest = json.loads((ROOT / "frontend/package.json").read_text())
    wide = [
        name
        for part in ("dependencies", "devDependencies")
        for name, version in manifest[part].items()
        if re.match(r"[\^~*><]|latest", version)
    ]
    assert not wide, f"not pinned: {wide}"
    assert "--require-hashes" in (ROOT / "Makefile").read_text()
    assert not any(script in manifest["scripts"] for script in ("preinstall", "postinstall", "prepare"))
    ours = [file for file in ROOT.glob("**/*.pth") if not {".venv", ".tools", "node_modules"} & set(file.parts)]
    assert not ours, ours
    unpinned = [
        file.name
        for file in Path(ROOT / ".ci").glob("*")
        if re.search(r"pip install (?!.*==)|npx -y|curl .*\| *(ba)?sh", file.read_text())
    ]
    assert not unpinned, f"CI installs what is not pinned: {unpinned}"


def _all_hashed(lock: str, name: str) -> None:
    pinned: list[Any] = re.findall(
        r"^([A-Za-z0-9_.\[\]-]+)==\S+.*\\$(?:\n    --hash=sha256:[0-9a-f]{64}.*)+", lock, re.MULTILINE
    )
    named = re.findall(r"^[A-Za-z0-9_.\[\]-]+(?:==| @|>|<)", lock, re.MULTILINE)
    assert len(pinned) == len(named) > 50, f"{name}: {len(named) - len(pinned)} without a hash"
