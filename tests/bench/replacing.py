"""Replacing a live model under load: whether any call fails, and how long the old version still answers."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from typing import Any

import psycopg

from tests.bench import graphs
from tests.bench.report import Beside, say
from tests.bench.running import ROOT, Bench

A_SECOND, SECONDS = 50, 20
BEFORE_S = 8.0
"""Under load before somebody agrees."""
TEXT = "Please pay the invoice number 4711 over 450 euros within thirty days."
CALLS = """
SELECT v.number, count(*), count(*) FILTER (WHERE c.code <> ''), extract(epoch FROM max(c.at))::float8
FROM assets_assetcall c JOIN assets_assetversion v ON v.id = c.version_id
WHERE c.asset_id = %s GROUP BY 1 ORDER BY 1
"""


def measure(bench: Bench) -> None:
    asset = _two_versions(bench)
    workflow = bench.publish("replaced under load", graphs.read_by(asset["name"], TEXT))
    bench.many(workflow, 20, 4)  # the model is loaded
    asked = _asked(bench, asset["id"])
    wanted = {
        "port": bench.product.port,
        "path": f"/api/workflows/{workflow}/runs",
        "headers": bench.headers,
        "body": '{"input": {"n": 0}}',
        "a_second": A_SECOND,
        "seconds": SECONDS,
    }
    with subprocess.Popen(
        [sys.executable, "-m", "tests.bench.starts"], cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as starter:
        assert starter.stdin is not None
        starter.stdin.write(json.dumps(wanted) + "\n")
        starter.stdin.flush()
        time.sleep(BEFORE_S)
        agreed = _agree(bench, asked)
        told: dict[str, Any] = json.loads(starter.communicate()[0])
    assert not told["refused"], told["refused"][:3]
    bench.ended(workflow, set(told["ids"]), pause_s=0.2)
    with psycopg.connect(bench.database) as connection:
        rows = {number: rest for number, *rest in connection.execute(CALLS, [asset["id"]]).fetchall()}
    failed = sum(row[1] for row in rows.values())
    late = max(0.0, rows[1][2] - agreed)
    bench.report.figures["replacing"] = {"calls": {str(n): row[0] for n, row in rows.items()}, "failed": failed}
    say(
        f"replacing  {len(told['ids'])} runs at {A_SECOND} a second: {rows[1][0]} calls of the old version, "
        f"{rows[2][0]} of the new one, {failed} failed   goal 0 failed"
    )
    knows = Beside(name="known for at most", figure=1.0, ratio=late, words="times as long")
    bench.report.tell("replacing", "agreed to last call of the old version", late, "s", knows)


def _two_versions(bench: Bench) -> dict[str, Any]:
    """A reader of documents by rules, and a second version of it that is the same."""
    version = {"runtime": "patterns", "config": {}}
    about = {"name": "replaced", "title": "Replaced", "kind": "model", "task": "extract", "version": version}
    made = bench.client.post(f"/api/workspaces/{bench.workspace}/assets", json=about).raise_for_status().json()
    bench.client.post(f"/api/assets/{made['id']}/versions", json=version).raise_for_status()
    return dict(made)


def _asked(bench: Bench, asset: str) -> dict[str, Any]:
    sent = {"version": 2, "plan": {"how": "at_once"}, "reason": "Measured"}
    return dict(bench.client.post(f"/api/assets/{asset}/replacements", json=sent).raise_for_status().json())


def _agree(bench: Bench, asked: dict[str, Any]) -> float:
    """When the answer came: from then on every new call should be the new version's."""
    sent = {"approve": True, "reason": "Alone here", "content_hash": asked["request"]["content_hash"]}
    bench.client.post(f"/api/replacements/{asked['id']}/decide", json=sent).raise_for_status()
    return time.time()
