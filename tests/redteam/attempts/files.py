"""Stored files: their names, their content, what they claim to be, and what somebody does to them behind our back."""

from __future__ import annotations

import csv
import io
import json
import pickle
import secrets
import tarfile
import zipfile
from pathlib import Path
from typing import Any

import numpy as np

from orchestrator.artifacts.models import Artifact
from tests.integration.runs.graphs import graph, line, node
from tests.redteam.attacker import Attacker
from tests.redteam.register import STORE, attempt, routes
from tests.redteam.world import World

UPLOAD = "api/workspaces/<uuid:workspace>/artifacts"
CONTENT = "api/artifacts/<uuid:id>/content"
PREVIEW = "api/artifacts/<uuid:id>/preview"
START = "api/workflows/<uuid:id>/runs"
ASSETS = "api/workspaces/<uuid:workspace>/assets"
FILE_LOOK = "api/workspaces/<uuid:workspace>/model-files/look"


def put(world: World, name: str, data: bytes, person: Attacker | None = None) -> str:
    """Its id; empty if it was refused."""
    files = {"file": (name, data, "text/html")}
    answer = (person or world.insider).post(f"/api/workspaces/{world.here.workspace}/artifacts", files=files)
    assert answer.status_code in {201, 400, 413, 422}, answer.text
    return str(answer.json()["file_id"]) if answer.status_code == 201 else ""


@attempt("A63", "File names with ../, absolute, NUL, ..\\, device names, 5,000 letters; ids with ../", UPLOAD, CONTENT)
def file_names(world: World) -> None:
    before = _outside(world)
    names = [
        "../../x.txt",
        "/etc/cron.d/x",
        "a\x00.txt",
        "..\\..\\x.txt",
        "CON",
        "x" * 5_000,
        ".",
        "..",
        "...",
        "~/.ssh/x",
        "%2e%2e%2fx",
    ]
    for name in names:
        if made := put(world, name, f"content of {name[:20]}".encode()):
            row = Artifact.objects.get(id=made)
            assert "/" not in row.name and "\\" not in row.name and "\0" not in row.name, row.name
            assert len(row.name) <= 255
            told = world.insider.get(f"/api/artifacts/{made}/content")
            assert told.headers["content-disposition"].startswith("attachment")
    for odd in ("../../../etc/passwd", "..%2f..%2fetc%2fpasswd", "%2e%2e/x"):
        climbed = world.insider.raw("GET", f"/api/artifacts/{odd}/content")
        assert climbed.status_code == 404 or "<title>Tutti" in climbed.text, climbed.text[:200]
    assert _outside(world) == before, "a file was written outside its place"


def _outside(world: World) -> set[str]:
    """What lies in the data folder beside the files themselves."""
    folder = world.product.folder
    return {str(file.relative_to(folder)) for file in folder.glob("*")} | {
        str(file) for file in folder.parent.glob("x.txt")
    }


@attempt(
    "A65",
    "..%2f, twice encoded, UNC and NUL at files, static files, exports and documents",
    CONTENT,
    PREVIEW,
    *(
        "api/workflows/<uuid:id>/export",
        "api/workspaces/<uuid:workspace>/templates/<str:key>",
        "api/forms/<str:slug>",
        "hooks/in/<uuid:workspace>/<path:path>",
    ),
)
def traversal(world: World) -> None:
    insider, ids = world.insider, world.here.ids
    climbs = [
        "../../../../etc/passwd",
        "..%2f..%2f..%2f..%2fetc%2fpasswd",
        "..%252f..%252fetc%252fpasswd",
        "%2e%2e/%2e%2e/%2e%2e/etc/passwd",
    ]
    climbs += [
        "..%5c..%5cwindows%5cwin.ini",
        "%5c%5chost%5cshare",
        "....//....//etc/passwd",
        "/etc/passwd",
        "%00",
        "etc%2fpasswd%00.css",
    ]
    places = [
        f"/api/artifacts/{ids['artifact']}/content/",
        f"/api/artifacts/{ids['artifact']}/preview/",
        "/static/",
        "/static/build/",
        f"/api/workflows/{ids['workflow']}/export/",
        f"/api/workspaces/{world.here.workspace}/templates/",
        "/api/forms/",
        f"/hooks/in/{world.here.workspace}/",
        "/mails/",
    ]
    for place in places:
        for climb in climbs:
            answer = insider.raw("GET", f"{place}{climb}")
            assert "root:" not in answer.text, f"{place}{climb}"
            page = (
                answer.status_code == 200 and "<title>Tutti" in answer.text
            )  # the application's own 404 is in the browser
            assert page or answer.status_code in {301, 400, 404}, f"{place}{climb}: {answer.status_code}"
    for door in (CONTENT, PREVIEW, "api/workflows/<uuid:id>/export"):
        insider.get(str(world.filled(door, routes()[door], world.here)))
    insider.get("/api/forms/etc")
    insider.get(f"/api/workspaces/{world.here.workspace}/templates/etc")


@attempt(
    "A66",
    "Take in workflows, models and data whose stored paths or addresses point elsewhere",
    ASSETS,
    *("api/workspaces/<uuid:workspace>/imports",),
)
def stored_references(world: World) -> None:
    insider, place = world.insider, f"/api/workspaces/{world.here.workspace}"
    file = {"file_id": "../../../etc/passwd", "name": "x", "media_type": "text/plain", "size": 1, "sha256": "0" * 64}
    for file_id in (
        "../../../etc/passwd",
        "/etc/passwd",
        "file:///etc/passwd",
        world.there.ids["artifact"],
        world.web.url(),
    ):
        step = node("step", "parse_document", {"file": {**file, "file_id": file_id}})
        document = {
            "format": "tutti.workflow",
            "version": 1,
            "name": "x",
            "graph": graph([node("start", "start_manual"), step], [line("start", "step")]),
        }
        taken = insider.post(f"{place}/imports", json={"document": document})
        assert taken.status_code in {201, 422}, taken.text
        if taken.status_code == 201:
            draft = insider.get(f"/api/workflows/{taken.json()['id']}/draft").text
            assert file_id not in draft, f"the import kept {file_id}"
    for config in (
        {"path": "/etc/passwd"},
        {"file": "../x"},
        {"url": world.web.url()},
        {"artifact": world.there.ids["artifact"]},
    ):
        for runtime in ("skops", "onnx_model", "labels", "patterns", "forecast"):
            version = {"runtime": runtime, "config": config}
            body = {"name": f"stored-{runtime}", "kind": "model", "task": "classify", "title": "x", "version": version}
            made = insider.post(f"{place}/assets", json=body)
            assert made.status_code < 500
            if made.status_code == 201:
                told = _asked(world, f"stored-{runtime}")
                assert "root:" not in json.dumps(told)
                insider.post(f"/api/assets/{made.json()['id']}/archive", json={})


def _asked(world: World, asset: str) -> dict[str, Any]:
    step = node("ask", "classify_text", {"asset": asset, "text": "An invoice", "minimum_confidence": 0})
    workflow = world.make(
        world.insider,
        world.here.workspace,
        graph([node("start", "start_manual"), step], [line("start", "ask")]),
        live=False,
    )
    started = world.insider.post(f"/api/workflows/{workflow}/runs", json={"draft": True, "input": {}})
    return world.told(world.insider, started.json()["id"]) if started.status_code == 202 else {}


def _zip(*names: str, content: bytes = b"root:x") -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name in names:
            archive.writestr(name, content)
    return buffer.getvalue()


def _tar() -> bytes:
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w:gz") as archive:
        for kind in (tarfile.SYMTYPE, tarfile.CHRTYPE, tarfile.LNKTYPE):
            member = tarfile.TarInfo("../../x")
            member.type, member.linkname = kind, "/etc/passwd"
            archive.addfile(member)
    return buffer.getvalue()


@attempt(
    "A67",
    "Archives with ../, links, devices and doubled names as documents and as models",
    UPLOAD,
    FILE_LOOK,
    START,
    ASSETS,
)
def archives(world: World) -> None:
    before = _outside(world)
    packed = {
        "slip.zip": _zip("../../x.txt", "/etc/cron.d/x", "..\\x"),
        "doubled.skops": _zip("schema.json", "schema.json"),
        "slip.xlsx": _zip("[Content_Types].xml", "xl/../../../x.txt"),
        "links.tar.gz": _tar(),
    }
    for name, data in packed.items():
        if made := put(world, name, data):
            _looked_at(world, made)
            _parsed(world, made, name)
    assert _outside(world) == before, "a member was written outside"


def _looked_at(world: World, file: str) -> None:
    place = f"/api/workspaces/{world.here.workspace}"
    looked = world.insider.post(f"{place}/model-files/look", json={"artifact": file})
    assert looked.status_code == 422, looked.text
    for runtime, task in (("skops", "classify"), ("onnx_model", "classify"), ("forecast", "forecast")):
        body = {"name": f"evil-{runtime}", "kind": "model", "task": task, "title": "x"}
        made = world.insider.post(
            f"{place}/assets", json={**body, "version": {"runtime": runtime, "config": {}, "artifact": file}}
        )
        if made.status_code == 201:  # its file is opened when it is asked
            told = _asked(world, f"evil-{runtime}")
            assert told.get("status") != "done", f"{runtime} answered from {file}"
            assert world.insider.post(f"/api/assets/{made.json()['id']}/archive", json={}).status_code < 500


def _parsed(world: World, file: str, name: str) -> dict[str, Any]:
    first = {"fields": [{"key": "document", "label": "Document", "type": "file"}]}
    steps = [
        node("start", "start_manual", first),
        node("read", "parse_document", {"file": {"$expr": "start.document"}}),
    ]
    workflow = world.make(world.insider, world.here.workspace, graph(steps, [line("start", "read")]), live=False)
    row = Artifact.objects.get(id=file)
    given = {"file_id": file, "name": name, "media_type": row.media_type, "size": row.size, "sha256": row.sha256}
    run = world.start(world.insider, workflow, draft=True, input={"document": given})
    return world.told(world.insider, run)


SCRIPTS = {
    "page.html": b"<!doctype html><script>fetch('/stolen')</script>",
    "image.svg": b"<svg xmlns='http://www.w3.org/2000/svg' onload=\"alert(1)\"/>",
    "feed.xml": b"<?xml version='1.0'?><?xml-stylesheet href='javascript:alert(1)'?><a/>",
    "both.gif": b"GIF89a/*<script>*/=1;alert(1)//",
    "text.txt": b"<script>alert(1)</script>",
    "x.pdf": b"%PDF-1.7\n<script>alert(1)</script>",
}


@attempt("A69", "Pages, pictures and feeds with scripts, opened by their address", UPLOAD, CONTENT, PREVIEW)
def opened_inline(world: World) -> None:
    for name, data in SCRIPTS.items():
        made = put(world, name, data)
        told = world.insider.get(f"/api/artifacts/{made}/content")
        assert told.headers["content-disposition"].startswith("attachment"), name
        assert told.headers["x-content-type-options"] == "nosniff"
        policy = told.headers["content-security-policy"]
        assert "sandbox" in policy and "default-src 'none'" in policy, policy
        shown = world.insider.get(f"/api/artifacts/{made}/preview")
        assert shown.headers["content-type"] in {"application/json", "application/problem+json"}


CELLS = ("=cmd|' /C calc'!A0", "@SUM(1+1)", "+1+1", "-1+1", "\t=1+1", "\r=1+1", '=HYPERLINK("http://evil.example")')


@attempt(
    "A70",
    "Formulas in names that end up in a table file: trail, usage, register",
    *(
        "api/workspaces/<uuid:workspace>/audit/export",
        "api/workspaces/<uuid:workspace>/usage/export",
        "api/workspaces/<uuid:workspace>/asset-register",
    ),
)
def formulas_in_cells(world: World) -> None:
    insider, place = world.insider, f"/api/workspaces/{world.here.workspace}"
    for cell in CELLS:
        made = insider.post(f"{place}/workflows", json={"name": cell})
        if made.status_code == 201:
            insider.post(f"/api/workflows/{made.json()['id']}/archive", json={"reason": cell})
        insider.post(
            f"{place}/assets",
            json={
                "name": f"n{hash(cell) % 10_000}",
                "kind": "prompt",
                "title": cell,
                "version": {"config": {"text": "x"}},
            },
        )
    exports = [
        f"{place}/audit/export?format=csv",
        f"{place}/usage/export?by=workflow",
        f"{place}/usage/export?by=calls",
        f"{place}/asset-register",
    ]
    for address in exports:
        answer = insider.get(address)
        if answer.status_code in {404, 422}:
            continue
        assert answer.headers["content-disposition"].startswith("attachment"), address
        for row in csv.reader(io.StringIO(answer.text.removeprefix("\ufeff"))):
            for cell in row:
                assert not cell.startswith(("=", "+", "-", "@", "\t", "\r")) or _is_number(cell), f"{address}: {cell!r}"


def _is_number(cell: str) -> bool:
    try:
        float(cell)
    except ValueError:
        return False
    return True


ENTITIES = b"<!ENTITY a0 'lol'>" + b"".join(f"<!ENTITY a{n} '{f'&a{n - 1};' * 10}'>".encode() for n in range(1, 10))
BOMBS = {
    "entity.html": b"<!DOCTYPE html [<!ENTITY x SYSTEM 'file:///etc/passwd'>]><html><body>&x;</body></html>",
    "laughs.html": b"<!DOCTYPE html [" + ENTITIES + b"]><html><body>&a9;</body></html>",
    "deep.html": b"<!doctype html>" + b"<div>" * 100_000,
    "deep.eml": b"From: a@example.com\nTo: b@example.com\nSubject: x\nMIME-Version: 1.0\n"
    + b'Content-Type: multipart/mixed; boundary="x"\n\n'
    + b'--x\nContent-Type: multipart/mixed; boundary="x"\n\n' * 3_000,
    "many.eml": b"From: a@example.com\nTo: b@example.com\nSubject: x\nMIME-Version: 1.0\n"
    + b'Content-Type: multipart/mixed; boundary="x"\n\n'
    + b"--x\nContent-Type: text/plain\n\nx\n" * 20_000
    + b"--x--",
    "wide.csv": b",".join([b"x"] * 100_000) + b"\n",
    "tags.txt": b"!!python/object/apply:os.system ['id']\n",
    "broken.pdf": b"%PDF-1.7\n1 0 obj<</Type/Catalog/Pages 1 0 R/Kids[1 0 R]>>endobj\ntrailer<</Root 1 0 R>>",
}


@attempt("A71", "Entities, laughs, YAML tags, mail in mail in mail, tables without end, circular PDF", UPLOAD, START)
def parser_bombs(world: World) -> None:
    for name, data in BOMBS.items():
        told = _parsed(world, put(world, name, data), name)
        assert told["status"] in {"done", "failed"}, f"{name}: {told['status']}"
        shown = json.dumps(told["values"])
        assert "root:" not in shown, name
        assert shown.count("lol") < 1_000, f"{name} was expanded"
        assert len(shown) < 10_000_000, f"{name} grew to {len(shown)} letters"
    world.work()


class Touch:
    """Unpickled, it would write a file."""

    def __init__(self, mark: Path) -> None:
        self._mark = mark

    def __reduce__(self) -> tuple[Any, ...]:
        return (Path.touch, (self._mark,))


@attempt("A73", "Pickles named .skops, .onnx, inside zips and as arrays of objects", UPLOAD, FILE_LOOK, ASSETS)
def pickles(world: World) -> None:
    mark = world.product.folder / "touched-by-a-pickle"
    raw = pickle.dumps(Touch(mark))
    array = io.BytesIO()
    np.save(array, np.array([Touch(mark)], dtype=object), allow_pickle=True)
    schema = json.dumps(
        {
            "protocol": 2,
            "_skops_version": "0.16.0",
            "__class__": "Touch",
            "__module__": "builtins",
            "__loader__": "ObjectNode",
            "content": {},
        }
    )
    evil = json.dumps(
        {
            "protocol": 2,
            "_skops_version": "0.16.0",
            "__class__": "system",
            "__module__": "posix",
            "__loader__": "TypeNode",
            "content": "id",
        }
    )
    for name, data in {
        "model.skops": raw,
        "model.onnx": raw,
        "zipped.skops": _zip("schema.json", "data.pkl", content=raw),
        "schema.skops": _zip("schema.json", content=schema.encode()),
        "system.skops": _zip("schema.json", content=evil.encode()),
        "array.npy": array.getvalue(),
    }.items():
        if made := put(world, name, data):
            _looked_at(world, made)
    assert not mark.exists(), "a pickle was opened"


@attempt("A74", "Swap the bytes of a stored file; swap two files", f"{STORE}files of the store", CONTENT)
def swapped_bytes(world: World) -> None:
    insider, root = world.insider, world.product.folder / "artifacts"
    first, second = put(world, "one.txt", b"the first of two"), put(world, "two.txt", b"the second of 2!")
    places = [root / Artifact.objects.get(id=one).place for one in (first, second)]
    contents = [place.read_bytes() for place in places]
    assert insider.get(f"/api/artifacts/{first}/content").status_code == 200
    for place, content in zip(places, reversed(contents), strict=True):
        place.chmod(0o600)
        place.write_bytes(content)
    try:
        for one in (first, second):
            assert insider.get(f"/api/artifacts/{one}/content").status_code == 410
    finally:
        for place, content in zip(places, contents, strict=True):
            place.write_bytes(content)
    assert insider.get(f"/api/artifacts/{first}/content").status_code == 200


GREEDY: tuple[dict[str, Any], ...] = (
    {"iterations": 10**9},
    {"n_jobs": -1},
    {"estimator": "os.system", "loss": "__import__('os').system('id')"},
    {"held_out": 0, "learning_rate": "1"},
)


@attempt(
    "A75",
    "Training with 10^9 trees, all processors, dotted names, 10^6 columns",
    "api/assets/<uuid:id>/trainings",
    "api/assets/<uuid:id>/table",
)
def greedy_training(world: World) -> None:
    insider, place = world.insider, f"/api/workspaces/{world.here.workspace}"
    made = insider.post(
        f"{place}/assets",
        json={"name": f"greedy-{secrets.token_hex(3)}", "kind": "model", "task": "predict", "title": "Greedy"},
    )
    asset = made.raise_for_status().json()["id"]
    rows = "x,y\n" + "".join(f"{number},{number % 2}\n" for number in range(60))
    file = put(world, "rows.csv", rows.encode())
    wide = put(
        world, "wide.csv", (",".join(f"c{n}" for n in range(200_000)) + "\n" + ",".join(["1"] * 200_000)).encode()
    )
    for parameters in GREEDY:
        body = {"file": file, "target": "y", "parameters": parameters}
        asked = insider.post(f"/api/assets/{asset}/trainings", json=body)
        if asked.status_code == 422:
            continue
        run = asked.raise_for_status().json()["run"]  # the step looks at them
        assert world.rest(insider, run)["status"] == "failed", f"it was trained with {parameters}"
    for body in (
        {"file": world.there.ids["artifact"], "target": "y"},
        {"data_set": world.there.ids["asset"], "target": "y"},
    ):
        assert insider.post(f"/api/assets/{asset}/trainings", json=body).status_code in {404, 422}, body
    looked = insider.post(f"/api/assets/{asset}/table", json={"file": wide})
    assert looked.status_code in {200, 422}, looked.text
