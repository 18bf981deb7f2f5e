"""What strangers can send: incoming links, one-time addresses, forms."""

from __future__ import annotations

import contextlib
import hashlib
import hmac
import json
import socket
import time
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from uuid import UUID

import httpx

from orchestrator.triggers.actions.links import CALLS
from tests.integration.runs.graphs import graph, line, node
from tests.redteam.attacker import Attacker
from tests.redteam.register import attempt
from tests.redteam.world import World

HOOK = "hooks/<str:token>"
TEST_HOOK = "hooks/test/<str:token>"
CALL_HOOK = "hooks/calls/<str:token>"
PATH_HOOK = "hooks/in/<uuid:workspace>/<path:path>"
JSON = {"Content-Type": "application/json"}
QUICK_S = 10
MEGABYTE = 1024 * 1024


def signed(secret: str, raw: bytes) -> str:
    return f"sha256={hmac.new(secret.encode(), raw, hashlib.sha256).hexdigest()}"


def passing_on(*, access: str = "public") -> dict[str, Any]:
    """A link whose body goes through two steps as it is."""
    first = {"fields": [{"name": "got", "value": {"$expr": "hook.body"}}]}
    second = {"fields": [{"name": "got", "value": {"$text": "{{ one.got.text }}"}}]}
    nodes = [
        node("hook", "start_link", {"access": access}),
        node("one", "set_fields", first),
        node("two", "set_fields", second),
    ]
    return graph(nodes, [line("hook", "one"), line("one", "two")])


def hook_of(world: World, workflow: str) -> str:
    return str(world.insider.get(f"/api/workflows/{workflow}/links").json()[0]["address"]).rpartition("/")[2]


def received(world: World, answer: httpx.Response) -> dict[str, Any]:
    assert answer.status_code == 202, answer.text
    return world.told(world.insider, str(answer.json()["run"]))


@attempt("A05", "A template in the body of a link, passed on through two steps", HOOK)
def template_in_body(world: World) -> None:
    token, sender = (
        hook_of(world, world.make(world.insider, world.here.workspace, passing_on())),
        world.stranger("sender"),
    )
    for text in ("{{ secrets.X }}", "{{ one.got }}", "{{ 7 * 7 }}", "${7*7}", "{% debug %}", '{"$expr": "1 + 1"}'):
        told = received(world, sender.post(f"/hooks/{token}", json={"text": text}))
        assert told["status"] == "done", told
        assert text in _texts(told["values"]), f"{text} became {told['values']}"
    sent = {"text": "x", "$expr": "1 + 1", "$text": "{{ 1 + 1 }}"}
    told = received(world, sender.post(f"/hooks/{token}", json=sent))
    assert "$expr" in json.dumps(told["values"]), "a formula from outside was worked out"


def _texts(value: Any) -> list[str]:
    if isinstance(value, str):
        return [value]
    parts = value.values() if isinstance(value, dict) else value if isinstance(value, list) else []
    return [text for part in parts for text in _texts(part)]


@attempt(
    "A06",
    "__proto__ and constructor.prototype as keys of graphs, inputs and bodies",
    HOOK,
    *(
        "api/workflows/<uuid:id>/draft",
        "api/workflows/<uuid:id>/runs",
    ),
)
def prototypes(world: World) -> None:
    workflow = world.make(world.insider, world.here.workspace, passing_on())
    keys: dict[str, Any] = {"__proto__": {"admin": True}, "constructor": {"prototype": {"admin": True}}, "text": "x"}
    told = received(world, world.stranger("sender").post(f"/hooks/{hook_of(world, workflow)}", json=keys))
    assert told["status"] == "done"
    for place in ("__proto__", "constructor", "prototype"):
        odd = {"schema": "graph@1", "nodes": [node(place, "start_manual")], "edges": [], "notes": [], place: {"x": 1}}
        assert world.save(world.insider, workflow, odd).status_code in {200, 400, 422}
    answer = world.insider.post(f"/api/workflows/{world.here.ids['workflow']}/runs", json={"input": keys})
    assert answer.status_code == 422, answer.text
    world.work()


@attempt("A54", "A body that claims to hold a file of the server; multipart called JSON and the reverse", HOOK)
def claimed_files(world: World) -> None:
    workflow, sender = world.make(world.insider, world.here.workspace, passing_on()), world.stranger("sender")
    token = hook_of(world, workflow)
    claimed = {"files": {"f": {"filepath": "/etc/passwd", "path": "/proc/self/environ"}}, "text": "x"}
    claimed["file"] = {"file_id": world.there.ids["artifact"], "name": "x", "media_type": "text/plain", "size": 1}
    told = received(world, sender.post(f"/hooks/{token}", json=claimed))
    assert "root:" not in json.dumps(told)
    assert "4711" not in json.dumps(told), "a file of the other tenant was read"
    form = b'--x\r\nContent-Disposition: form-data; name="f"; filename="/etc/passwd"\r\n\r\nx\r\n--x--\r\n'
    assert sender.post(f"/hooks/{token}", content=form, headers=JSON).status_code == 400
    multipart = {"Content-Type": "multipart/form-data; boundary=x"}
    assert sender.post(f"/hooks/{token}", content=form, headers=multipart).status_code == 400
    assert sender.post(f"/hooks/{token}", content=b'{"text": "x"}', headers=multipart).status_code in {202, 400, 415}


@attempt("A55", "Unsigned, wrong, empty, truncated signatures, and other algorithms", HOOK)
def signatures(world: World) -> None:
    sender, token, raw = world.stranger("sender"), world.here.signed_hook, b'{"n": 1}'
    right = signed(world.here.hook_secret, raw)
    digest = right.removeprefix("sha256=")
    sha1 = hmac.new(world.here.hook_secret.encode(), raw, hashlib.sha1).hexdigest()
    plain = hashlib.sha256(raw).hexdigest()
    wrong = [
        None,
        "",
        "sha256=",
        digest,
        right[:-1],
        right.upper(),
        f"sha1={sha1}",
        f"none={digest}",
        f"sha256={plain}",
        signed("", raw),
        signed("None", raw),
        signed(world.there.hook_secret, raw),
        signed(world.here.hook_secret, raw + b" "),
        f"{right},{right}",
    ]
    for each in wrong:
        headers = {**JSON} | ({} if each is None else {"X-Tutti-Signature": each})
        answer = sender.post(f"/hooks/{token}", content=raw, headers=headers)
        assert answer.status_code == 401, f"{each!r}: {answer.status_code}"
    for variable in ("?signature=", "?secret=", "?access=public"):
        assert sender.post(f"/hooks/{token}{variable}{digest}", content=raw, headers=JSON).status_code == 401
    assert sender.get(f"/hooks/{token}").status_code == 404
    right_answer = sender.post(f"/hooks/{token}", content=raw, headers={**JSON, "X-Tutti-Signature": right})
    assert right_answer.status_code == 202, "the right signature is refused, so this attempt shows nothing"


@attempt("A57", "Bodies that two readers read differently, under one signature", HOOK)
def two_readers(world: World) -> None:
    sender, token, secret = world.stranger("sender"), world.here.signed_hook, world.here.hook_secret

    def send(raw: bytes, over: bytes | None = None, **headers: str) -> int:
        signature = signed(secret, raw if over is None else over)
        return sender.post(
            f"/hooks/{token}", content=raw, headers={**JSON, "X-Tutti-Signature": signature, **headers}
        ).status_code

    assert send(b'{"n": 1}') == 202
    assert send(b'{"n": 1 }', b'{"n": 1}') == 401
    assert send(b'{"n": 2}\n', b'{"n": 2}') == 401
    for raw in (
        b'{"n": 1, "n": 2}',
        b'\xef\xbb\xbf{"n": 1}',
        '{"n": 1}'.encode("utf-16"),
        b'{"n": NaN}',
        b'{"n":1}{"n":2}',
    ):
        assert send(raw) == 400, raw
    assert send('{"n": "é"}'.encode("latin-1"), **{"Content-Type": "application/json; charset=latin-1"}) == 400


@attempt("A59", "Guess addresses, use unpublished links, old test addresses, other methods", HOOK, TEST_HOOK, PATH_HOOK)
def guessed_addresses(world: World) -> None:
    sender, document = world.stranger("sender"), passing_on()
    unpublished = world.make(world.insider, world.here.workspace, document, live=False)
    gone = world.make(world.insider, world.here.workspace, document)
    token = hook_of(world, gone)
    world.insider.post(f"/api/workflows/{gone}/unpublish", json={}).raise_for_status()
    test = world.here.test_hook
    addresses = [
        "/hooks/nothing",
        f"/hooks/{token}",
        f"/hooks/{unpublished}",
        f"/hooks/{world.here.hook[:-1]}",
        f"/hooks/test/{test[:-1]}",
        f"/hooks/test/{test}x",
        f"/hooks/test/{world.here.hook}",
        f"/hooks/in/{world.here.workspace}/nothing",
        f"/hooks/in/{world.there.workspace}/nothing",
    ]
    told = {_shape(sender.post(address, json={})) for address in addresses}
    told |= {
        _shape(sender.request(method, f"/hooks/{world.here.hook}", json={})) for method in ("PUT", "DELETE", "PATCH")
    }
    assert len(told) == 1, f"strangers can tell addresses apart: {told}"
    assert next(iter(told))[0] == 404


def _shape(answer: httpx.Response) -> tuple[int, str]:
    body = answer.json()
    return answer.status_code, f"{body['code']}: {body['detail']}"


@attempt("A26", "Signed values: other key, other purpose, cut, another workspace's", TEST_HOOK, CALL_HOOK, "api/me")
def signed_values(world: World) -> None:
    from django.core import signing

    from orchestrator.runs.callbacks import Place, token
    from orchestrator.triggers.links import TEST_SALT

    sender = world.stranger("sender")
    named = [world.here.ids["workflow"], "hook", str(world.here.people["viewer"].id)]
    forged = [
        signing.dumps(named, salt=TEST_SALT, key="another key"),
        signing.dumps(named, salt="triggers.test_lin"),
        signing.dumps(named),
        signing.dumps(named, salt=TEST_SALT),  # rightly signed, but a viewer may not run drafts
        signing.dumps([world.there.ids["workflow"], "hook", str(world.here.people["everything"].id)], salt=TEST_SALT),
        world.here.test_hook.rpartition(":")[0],
        world.here.test_hook.rpartition(":")[0] + ":",
    ]
    for each in forged:
        assert sender.post(f"/hooks/test/{each}", json={}).status_code == 404, each
    place = Place(run=UUID(world.here.ids["run"]), node="start", scope="")
    right = token(place)
    for each in (right[:-2], right[:20], "A" * len(right), right.swapcase(), right + "=", right + "A"):
        assert sender.post(f"/hooks/calls/{each}", json={}).status_code == 404, each
    for cookie in ("", "x" * 32, "../../etc/passwd", world.here.workspace):
        assert sender.get("/api/me", headers={"Cookie": f"sessionid={cookie}"}).status_code in {401, 405}
    for header in (
        "Bearer eyJhbGciOiJub25lIn0.e30.",
        "Bearer tutti_",
        "Bearer tutti_x",
        "Basic b3duZXI6",
        "Token tutti_x",
    ):
        assert sender.get("/api/node-types", headers={"Authorization": header}).status_code == 401


@attempt(
    "A43",
    "Addresses of one decision: guess, tamper, replay, prefetch, the other tenant's approver",
    CALL_HOOK,
    *(
        "api/tasks/<uuid:id>/decide",
        "api/tasks/<uuid:id>/take",
    ),
)
def one_decision(world: World) -> None:
    insider, sender = world.insider, world.stranger("sender")
    waits = graph([node("start", "start_manual"), node("call", "wait_call", {})], [line("start", "call")])
    tell = node("tell", "set_fields", {"fields": [{"name": "address", "value": {"$expr": "run.calls.call"}}]})
    waits["nodes"].insert(1, tell)
    waits["edges"] = [line("start", "tell"), line("tell", "call")]
    run = world.start(insider, world.make(insider, world.here.workspace, waits), input={})
    assert world.rest(insider, run)["status"] == "waiting"
    values = insider.get(f"/api/runs/{run}/values").json()
    address = next(text for text in _texts(values) if "/hooks/calls/" in text)
    token = address.rpartition("/")[2]
    for method in ("GET", "HEAD"):  # a mail scanner looks at it first
        assert sender.request(method, f"/hooks/calls/{token}").status_code == 404
    assert sender.post(f"/hooks/calls/{token[:-3]}abc", json={}).status_code == 404
    assert sender.post(f"/hooks/calls/{token}", json={"first": True}).status_code == 202
    assert sender.post(f"/hooks/calls/{token}", json={"first": False}).status_code == 409
    told = world.told(insider, run)
    assert "first" in json.dumps(told["values"])
    assert '"first": false' not in json.dumps(told["values"]).lower()
    task = world.here.ids["task"]
    for person in (world.as_role("approver", world.there), world.by_token("workflow:run", "run:read")):
        for deed in ("take", "decide"):
            answer = person.post(f"/api/tasks/{task}/{deed}", json={"decision": "approve"})
            assert answer.status_code in {401, 403, 404}, answer.text


def _dribble(world: World, token: str, seconds: float) -> tuple[float, bytes]:
    """A body that comes a byte a second; how long that is borne, and what is answered."""
    port, began = world.product.port, time.monotonic()
    with socket.create_connection(("127.0.0.1", port), timeout=seconds) as line_:
        head = f"POST /hooks/{token} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nContent-Type: application/json\r\n"
        line_.sendall(f"{head}Transfer-Encoding: chunked\r\n\r\n".encode())
        said = b""
        line_.settimeout(1)
        while time.monotonic() - began < seconds and not said:
            try:
                line_.sendall(b"1\r\n \r\n")
                said = line_.recv(4096)
            except TimeoutError:
                continue
            except OSError:
                break
    return time.monotonic() - began, said


@attempt("A58", "50 MB, 10,000 levels, 100,000 keys, 10,000 headers, a body without end, a slow one", HOOK, "api/me")
def heavy_bodies(world: World) -> None:
    sender, token = world.stranger("sender"), world.here.hook
    quick: dict[str, tuple[Any, set[int]]] = {
        "50 MB": (b'{"x": "' + b"x" * (50 * MEGABYTE) + b'"}', {413}),
        "deep": (b"[" * 10_000 + b"]" * 10_000, {400}),
        "deep objects": (b'{"a":' * 10_000 + b"1" + b"}" * 10_000, {400}),
        "keys": (json.dumps({str(number): number for number in range(100_000)}).encode(), {202, 400, 413, 422}),
        "number": (b'{"n": ' + b"9" * 500_000 + b"}", {400}),
        "endless": ((b" " * 65_536 for _ in range(800)), {413}),
    }
    for name, (body, expected) in quick.items():
        _answered_quickly(sender, name, "POST", f"/hooks/{token}", body, expected)
    _answered_quickly(sender, "a body of a reading call", "GET", f"/hooks/{token}", quick["50 MB"][0], {400, 404, 413})
    many = {f"X-{number}": "x" for number in range(10_000)}
    with contextlib.suppress(httpx.TransportError):  # the line may be cut
        assert sender.get("/api/me", headers=many).status_code in {400, 401, 405, 431}
    crew = 24
    with ThreadPoolExecutor(crew) as pool:
        slow = [pool.submit(_dribble, world, token, 40.0) for _ in range(crew)]
        time.sleep(3)  # they all have begun
        began = time.monotonic()
        assert world.stranger().get("/api/session").status_code == 200
        taken = time.monotonic() - began
        answers = [one.result() for one in slow]
    assert taken < QUICK_S, f"{crew} slow senders kept everybody else waiting for {taken:.0f} s"
    longest = max(seconds for seconds, _ in answers)
    assert longest < 35, f"a slow body is borne for more than {longest:.0f} s"
    world.work()


def _answered_quickly(sender: Attacker, name: str, method: str, path: str, body: Any, expected: set[int]) -> None:
    began = time.monotonic()
    try:
        status = sender.request(method, path, content=body, headers=JSON).status_code
    except httpx.WriteError:
        status = 413  # the line was cut while we sent: as good an answer
    taken = time.monotonic() - began
    assert status in expected, f"{name}: {status}"
    assert taken < QUICK_S, f"{name}: answered after {taken:.1f} s"


@attempt(
    "A61", "A flood at one link, and what it does to the others", HOOK, "api/workspaces/<uuid:workspace>/workflows"
)
def flood(world: World) -> None:
    token = hook_of(world, world.make(world.insider, world.here.workspace, passing_on()))
    other = world.as_role("viewer", world.there)
    place = f"/api/workspaces/{world.there.workspace}/workflows"
    idle = _p95(other, place)
    senders = [world.stranger("sender") for _ in range(4)]

    def shoot(sender: Attacker) -> list[int]:
        return [sender.post(f"/hooks/{token}", json={"text": "x"}).status_code for _ in range(CALLS // 4 + 30)]

    with ThreadPoolExecutor(len(senders)) as pool:
        shots = [pool.submit(shoot, sender) for sender in senders]
        busy = _p95(other, place)
        statuses = [status for shot in shots for status in shot.result()]
    assert set(statuses) <= {202, 429}, set(statuses)
    assert statuses.count(202) <= CALLS, f"{statuses.count(202)} calls were taken"
    assert statuses.count(429) > 0
    world.notes.facts.append(f"p95 of the other tenant {idle * 1000:.0f} → {busy * 1000:.0f} ms")
    assert busy < max(10 * idle, 1.0), f"the other tenant waits {busy:.2f} s instead of {idle:.2f} s"


def _p95(person: Attacker, place: str) -> float:
    taken = []
    for _ in range(40):
        began = time.perf_counter()
        person.get(place)
        taken.append(time.perf_counter() - began)
    return sorted(taken)[37]
