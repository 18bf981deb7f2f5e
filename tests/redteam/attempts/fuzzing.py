"""The OpenAPI document against the product: whatever fits it, and much that does not, sent by several people."""

from __future__ import annotations

import json
import re
import subprocess
from pathlib import Path
from typing import Any

from tests.redteam.attacker import Attacker, Knock
from tests.redteam.register import attempt
from tests.redteam.world import COLLECTIONS, World
from tests.running import ROOT

PROGRAM = ROOT / ".tools/audit/bin/schemathesis"
SECONDS = 40
"""For each person."""
CHECKS = "not_a_server_error,content_type_conformance,response_schema_conformance"
LEFT_OUT = r"^/api/(welcome|invitations/(look|accept)|workflows/[^/]+/access-requests)$"
"""They count tries from one address, and would answer nothing else after twenty."""
SAID = 1_500


def with_ids(document: dict[str, Any], world: World) -> dict[str, Any]:
    """The document with the ids of real things in its addresses: made up ones would all end at 404."""
    paths = {}
    for path, methods in document["paths"].items():
        collection = path.partition("{id}")[0].rstrip("/").rpartition("/")[2]
        known = {"workspace": world.yard.workspace, "node": "hook", "step": "1", "seq": "1", "name": "live"}
        if collection in COLLECTIONS:
            known["id"] = world.yard.ids[COLLECTIONS[collection]]
        named = {name: value for name, value in known.items() if f"{{{name}}}" in path}
        written = re.sub(r"\{(\w+)\}", lambda match, named=named: named.get(match[1], match[0]), path)
        paths[written] = {
            method: {
                **operation,
                "parameters": [one for one in operation.get("parameters", []) if not _filled(one, named)],
            }
            for method, operation in methods.items()
        }
    return {**document, "paths": paths}


def _filled(parameter: dict[str, Any], named: dict[str, str]) -> bool:
    return parameter.get("in") == "path" and parameter.get("name") in named


def _headers(person: Attacker) -> list[str]:
    headers = {"Origin": str(person.base_url).rstrip("/")}
    if person.token:
        headers["Authorization"] = f"Bearer {person.token}"
    elif person.cookies:
        headers["Cookie"] = "; ".join(f"{one.name}={one.value}" for one in person.cookies.jar)
        headers["X-CSRFToken"] = str(person.cookies.get("csrftoken"))
    return [part for name, value in headers.items() for part in ("--header", f"{name}: {value}")]


def fuzz(world: World, person: Attacker, folder: Path) -> None:
    file = folder / "openapi.json"
    file.write_text(json.dumps(with_ids(world.bodies.document, world)))
    command = [str(PROGRAM), "run", str(file), "--url", world.product.address, "--checks", CHECKS]
    command += ["--max-time", str(SECONDS), "--max-examples", "5", "--seed", "7", "--exclude-path-regex", LEFT_OUT]
    command += [
        "--suppress-health-check",
        "all",
        "--warnings",
        "off",
        "--no-color",
        "--continue-on-failure",
        *_headers(person),
    ]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False, timeout=SECONDS * 4)
    world.notes.note(Knock(who=person.who, method="*", door="api/schema", path="/api/schema", status=200), done.stdout)
    failures = done.stdout.partition("FAILURES")[2] or done.stdout[-SAID:] + done.stderr[-SAID:]
    assert done.returncode == 0, f"{person.who}: {' '.join(failures.split())[:SAID]}"


@attempt(
    "S1",
    "Everything the OpenAPI document allows and much it does not, as owner, by token and as a stranger",
    "api/schema",
)
def fuzzed(world: World) -> None:
    folder = world.product.folder / "fuzz"
    folder.mkdir()
    owner = world.as_role("everything", world.yard)
    token = world.new_token("workflow:read", "run:read", "asset:read", owner=owner, tenant=world.yard)["secret"]
    for person in (owner, world.stranger("T3.token", token=token), world.stranger()):
        fuzz(world, person, folder)
    world.work()
