"""The product's own calls to the outside, and the secrets that travel with them."""

from __future__ import annotations

import asyncio
import base64
import json
import time
from pathlib import Path
from typing import Any
from urllib.parse import quote

import redis
from django.conf import settings

from orchestrator.connectors.http import HttpClient
from orchestrator.engine.errors import StepFailed
from orchestrator.governance.models import Workspace
from tests.integration.runs.graphs import graph, line, node
from tests.redteam.register import STORE, attempt
from tests.redteam.world import World

START = "api/workflows/<uuid:id>/runs"
TRIAL = "api/credentials/<uuid:id>/trial"
SERVER_LOOK = "api/workspaces/<uuid:workspace>/model-servers/look"
OPENAPI_LOOK = "api/workspaces/<uuid:workspace>/openapi/look"
MCP_LOOK = "api/workspaces/<uuid:workspace>/mcp/look"
META = "169.254.169.254"
CAPPED_S = 40


def calling(config: dict[str, Any]) -> dict[str, Any]:
    """A link-less graph with one HTTP step whose address is given at its start."""
    first = {"fields": [{"key": "url", "label": "Address"}]}
    nodes = [
        node("start", "start_manual", first),
        node("call", "http_request", {"url": {"$expr": "start.url"}, **config}),
    ]
    return graph(nodes, [line("start", "call")])


class Caller:
    """One live workflow that calls whatever address it is given."""

    def __init__(self, world: World, **config: Any) -> None:
        self._world = world
        self._workflow = world.make(world.insider, world.here.workspace, calling(config))
        self._runs: list[tuple[str, str]] = []

    def call(self, url: str) -> None:
        self._runs.append((url, self._world.start(self._world.insider, self._workflow, input={"url": url})))

    def outcomes(self) -> dict[str, dict[str, Any]]:
        """Of each address the run at its rest, with `code`: that of its error."""
        found = {}
        for url, run in self._runs:
            told = self._world.told(self._world.insider, run)
            failed = [step for step in told.get("steps", []) if step.get("error")]
            found[url] = {**told, "code": failed[0]["error"]["code"] if failed else ""}
        return found


class Closed:
    """While it stands, the first tenant may call nothing that is private."""

    def __init__(self, world: World) -> None:
        self._rows = Workspace.objects.filter(id=world.here.workspace)

    def __enter__(self) -> None:
        self._before = self._rows.values_list("allowed_hosts", flat=True).get()
        self._rows.update(allowed_hosts=[])

    def __exit__(self, *_: object) -> None:
        self._rows.update(allowed_hosts=self._before)


@attempt(
    "A47",
    "Private addresses in every spelling, from steps and from each door that calls outside",
    *(
        START,
        SERVER_LOOK,
        OPENAPI_LOOK,
        MCP_LOOK,
    ),
)
def private_addresses(world: World) -> None:
    port = world.web.host.rpartition(":")[2]
    hosts = ["127.0.0.1", "0.0.0.0", "[::1]", "localhost", "10.0.0.1", "192.168.1.1", "172.16.0.1", META, "2130706433"]
    hosts += ["017700000001", "0x7f000001", "127.1", "0177.0.0.1", f"[::ffff:{META}]", "[::ffff:7f00:1]", "[::]"]
    hosts += [
        "[64:ff9b::7f00:1]",
        "[fe80::1]",
        "[fd00::1]",
        "100.64.0.1",
        "127.0.0.1.",
        "LOCALHOST",
        "localtest.me",
        "[0:0:0:0:0:ffff:127.0.0.1]",
    ]
    with Closed(world):
        caller = Caller(world)
        for host in hosts:
            caller.call(f"http://{host}:{port}/stolen")
        for url, told in caller.outcomes().items():
            assert told["status"] == "failed", f"{url}: {told['status']}"
            assert told["code"] in {"egress_denied", "invalid_address", "unknown_host"}, f"{url}: {told['code']}"
        place = f"/api/workspaces/{world.here.workspace}"
        for host in ("127.0.0.1", "[::1]", META):
            address = f"http://{host}:{port}/stolen"
            for door, body in (
                ("model-servers/look", {"base_url": address, "model": "x"}),
                ("openapi/look", {"address": address}),
                ("mcp/look", {"url": address}),
            ):
                answer = world.insider.post(f"{place}/{door}", json=body)
                assert answer.status_code in {400, 409, 422, 502}, (
                    f"{door} {address}: {answer.status_code} {answer.text}"
                )
            trial = world.insider.post(
                f"/api/credentials/{world.here.ids['credential']}/trial", json={"address": address}
            )
            assert trial.json()["outcome"] == "unreachable"


@attempt(
    "A49", "A name that is public when it is looked at and private when it is called", "orchestrator.connectors.http"
)
def rebinding(world: World) -> None:
    port = int(world.web.host.rpartition(":")[2])

    async def call(answers: list[list[str]]) -> str:
        async def resolver(host: str, port: int) -> list[str]:
            return answers.pop(0) if len(answers) > 1 else answers[0]

        client = HttpClient(resolver=resolver)
        try:
            reply = await client.send("GET", f"http://rebind.example:{port}/stolen", timeout_s=2)
        except StepFailed as failed:
            return failed.error.code
        finally:
            await client.close()
        return str(reply.status)

    told = [
        asyncio.run(call(answers))
        for answers in (
            [["203.0.113.9"], ["127.0.0.1"]],
            [["127.0.0.1"]],
            [["8.8.8.8", "127.0.0.1"]],
            [["2606:4700::1111", "::1"]],
            [["::ffff:127.0.0.1"]],
            [[]],
        )
    ]
    assert "200" not in told, told
    assert told[1:5] == ["egress_denied"] * 4, told


@attempt("A50", "Addresses that two parsers read differently", START)
def two_parsers(world: World) -> None:
    port, host = world.web.host.rpartition(":")[2], "127.0.0.1"
    urls = [
        f"http://ok.example@{host}:{port}/stolen",
        f"http://ok.example:80@{host}:{port}/stolen",
        f"http://ok.example\\@{host}:{port}/stolen",
        f"http://{host}:{port}#@ok.example/stolen",
        f"http://{host}:{port}\t/stolen",
        f"http://{host}:{port}%00.ok.example/stolen",
        f"http://ok.example%2f@{host}:{port}/stolen",
        f"http:{host}:{port}/stolen",
        f"http:///{host}:{port}/stolen",
        f"http://①②⑦.⓪.⓪.①:{port}/stolen",
        f"http://127。0。0。1:{port}/stolen",
        f"http://[{host}]:{port}/stolen",
        f"http://{host}:{port}:80/stolen",
        f"http://{host}:0{port}/stolen",
        f" http://{host}:{port}/stolen",
        f"http://{host}:{port}\r\nHost: ok.example/stolen",
    ]
    with Closed(world):
        caller = Caller(world)
        for url in urls:
            caller.call(url)
        for url, told in caller.outcomes().items():
            assert told["status"] == "failed", f"{url!r}: {told['status']}"
            assert told["code"] in {"egress_denied", "invalid_address"}, f"{url!r}: {told['code']}"


@attempt("A51", "Other schemes than http and https", START)
def other_schemes(world: World) -> None:
    caller = Caller(world)
    port = world.web.host.rpartition(":")[2]
    for url in (
        "file:///etc/passwd",
        f"gopher://127.0.0.1:{port}/_GET%20/stolen",
        f"ftp://127.0.0.1:{port}/stolen",
        f"dict://127.0.0.1:{port}/stolen",
        "http+unix://%2Fvar%2Frun%2Fdocker.sock/info",
        "unix:/var/run/docker.sock",
        "data:text/plain,stolen",
        "jar:http://127.0.0.1!/x",
        "javascript:alert(1)",
        f"//{world.web.host}/stolen",
        f"HTTP\u212a://{world.web.host}/stolen",
    ):
        caller.call(url)
    for url, told in caller.outcomes().items():
        assert (told["status"], told["code"]) == ("failed", "invalid_address"), (
            f"{url}: {told['status']} {told['code']}"
        )


@attempt("A53", "Answers without end, a byte a second, 1:1000 packed, with 10,000 headers", START)
def heavy_answers(world: World) -> None:
    caller, began = Caller(world, timeout_s=10), time.monotonic()
    for name in ("endless", "dripping", "dense", "wordy"):
        caller.call(world.web.url(f"/open/{name}"))
    for url, told in caller.outcomes().items():
        assert told["status"] == "failed", f"{url}: {told['status']}"
    taken = time.monotonic() - began
    assert taken < CAPPED_S, f"they were borne for {taken:.0f} s"
    world.work()


@attempt("A39", "A connection aimed at somebody else: by address, by redirect, by what echoes headers", START, TRIAL)
def misused_connection(world: World) -> None:
    name, port = world.web.host.split(":")
    other = f"http://localhost:{port}"
    Workspace.objects.filter(id=world.here.workspace).update(
        allowed_hosts=[world.web.host, f"localhost:{port}", f"{name}:{port}"]
    )
    before = len(world.web.hits)
    caller = Caller(world, credential=world.here.ids["credential"])
    caller.call(f"{other}/open/direct")
    caller.call(world.web.url(f"/open/inwards?to={other}/open/redirected"))
    caller.call(world.web.url("/open/echo"))
    told = caller.outcomes()
    Workspace.objects.filter(id=world.here.workspace).update(allowed_hosts=[world.web.host])
    assert told[f"{other}/open/direct"]["code"] == "credential_host"
    elsewhere = [hit for hit in world.web.hits[before:] if hit.headers.get("Host", "").startswith("localhost")]
    assert not [hit for hit in elsewhere if world.secret in hit.text], "a redirect carried the secret along"
    at_home = [hit for hit in world.web.hits[before:] if world.secret in hit.text]
    assert at_home, "the connection is not used at all, so this attempt shows nothing"
    for hit in at_home:
        world.web.hits.remove(hit)  # its own host may know it
    shown = json.dumps(told[world.web.url("/open/echo")])
    for form in encodings(world.secret):
        assert form not in shown, "what the other side echoed shows the secret"
    trial = world.insider.post(
        f"/api/credentials/{world.here.ids['credential']}/trial", json={"address": f"{other}/open/x"}
    )
    assert trial.json()["code"] == "credential_host"


def encodings(secret: str) -> list[str]:
    raw = secret.encode()
    return [
        secret,
        base64.b64encode(raw).decode(),
        base64.urlsafe_b64encode(raw).decode().rstrip("="),
        raw.hex(),
        quote(secret, safe=""),
    ]


@attempt(
    "A62",
    "CR and LF in headers, recipients, subjects, file names and redirects",
    START,
    *(
        "api/workspaces/<uuid:workspace>/artifacts",
        "api/artifacts/<uuid:id>/content",
    ),
)
def line_breaks(world: World) -> None:
    first = {"fields": [{"key": "x", "label": "x"}]}
    evil = "a\r\nX-Evil: yes\r\nBcc: evil@example.com"
    url = world.web.url("/open/header")
    header = {"url": url, "headers": [{"name": "X-Mine", "value": {"$expr": "start.x"}}]}
    subject = {"to": "ann@example.com", "subject": {"$expr": "start.x"}, "body": "x"}
    to = {"to": {"$expr": "start.x"}, "subject": "x", "body": "x"}
    back = {**subject, "subject": "x", "reply_to": {"$expr": "start.x"}}
    for kind, config in (("http_request", header), ("send_mail", subject), ("send_mail", to), ("send_mail", back)):
        document = graph([node("start", "start_manual", first), node("step", kind, config)], [line("start", "step")])
        for value in (evil, evil.replace("\r", ""), "a\rb@example.com", "a@example.com\u2028Bcc: evil@example.com"):
            told = world.tried(document, x=value)
            assert told["status"] == "failed" or "\u2028" in value, f"{kind} {value!r}: {told['status']}"
    assert not [hit for hit in world.web.hits if "X-Evil" in hit.headers]
    assert not [letter for letter in world.mail.letters if any("evil" in one for one in letter.to)]
    assert not [letter for letter in world.mail.letters if "\nBcc:" in letter.text]
    files = {"file": ("a\r\nX-Evil: yes\r\n\r\n.txt", b"x", "text/plain")}
    made = world.insider.post(f"/api/workspaces/{world.here.workspace}/artifacts", files=files)
    if made.status_code == 201:
        answer = world.insider.get(f"/api/artifacts/{made.json()['file_id']}/content")
        assert "x-evil" not in answer.headers


@attempt(
    "A35",
    "Aim what the product sends by itself at the other tenant or the inside: trace, log, alert sinks",
    *(
        "api/workflows/<uuid:id>",
        "api/assets/<uuid:id>/watch",
    ),
)
def sinks(world: World) -> None:
    workflow, asset = world.here.ids["workflow"], world.here.ids["asset"]
    inside = {
        name: world.web.url() for name in ("webhook", "callback_url", "sink", "log_url", "trace_url", "notify_url")
    }
    world.insider.patch(f"/api/workflows/{workflow}", json=inside)
    them = {"hearers": [str(world.there.people["everything"].id)]}
    told = world.insider.patch(f"/api/workflows/{workflow}", json=them)
    assert told.is_error or told.json()["hearers"] == [], f"somebody of another tenant is told: {told.text[:200]}"
    world.insider.patch(f"/api/assets/{asset}/watch", json=inside)
    theirs = world.there.ids["workflow"]
    assert world.insider.patch(f"/api/workflows/{theirs}", json={"hearers": []}).status_code == 404
    assert world.insider.patch(f"/api/assets/{world.there.ids['asset']}/watch", json={}).status_code == 404


@attempt(
    "A87",
    "Read a connection back: list, trial, export, copy, the OpenAPI document",
    *(
        "api/workspaces/<uuid:workspace>/credentials",
        "api/workflows/<uuid:id>/export",
        "api/schema",
        TRIAL,
    ),
)
def read_back(world: World) -> None:
    place, ids = f"/api/workspaces/{world.here.workspace}", world.here.ids
    for role in ("everything", "owner", "admin", "connection_manager", "builder", "auditor"):
        person = world.as_role(role)
        listed = person.get(f"{place}/credentials").json()["results"]
        assert listed
        assert not set(listed[0]) & {"secret", "sealed", "token", "password", "value", "key"}
        for address in ("", "/secret", "/reveal", "/trial"):
            person.get(f"/api/credentials/{ids['credential']}{address}")
    person = world.insider
    workflow = world.make(person, world.here.workspace, calling({"credential": ids["credential"]}), live=False)
    document = person.get(f"/api/workflows/{workflow}/export").text
    assert ids["credential"] not in document
    copied = person.post(f"{place}/workflows", json={"name": "Copy", "copy_of": workflow}).raise_for_status().json()
    person.get(f"/api/workflows/{copied['id']}/draft")
    schema = person.get("/api/schema").text
    assert world.secret not in schema


@attempt(
    "A89",
    "Take a workflow with its connection into another tenant: export, import, template, copy",
    *(
        "api/workflows/<uuid:id>/export",
        "api/workspaces/<uuid:workspace>/imports",
        "api/workspaces/<uuid:workspace>/workflows",
    ),
)
def carried_over(world: World) -> None:
    person, ids = world.insider, world.here.ids
    config = {"credential": ids["credential"], "headers": [{"name": "X-Api-Key", "value": "typed-in-by-hand-4711"}]}
    workflow = world.make(person, world.here.workspace, calling(config), live=False)
    document = person.get(f"/api/workflows/{workflow}/export").raise_for_status().json()
    text = json.dumps(document)
    assert ids["credential"] not in text
    assert "typed-in-by-hand-4711" not in text
    other = world.as_role("everything", world.yard)
    taken = other.post(f"/api/workspaces/{world.yard.workspace}/imports", json={"document": document})
    assert taken.status_code == 201, taken.text
    draft = other.get(f"/api/workflows/{taken.json()['id']}/draft").json()
    assert ids["credential"] not in json.dumps(draft)
    with_id = json.loads(json.dumps(document))
    for one in with_id["graph"]["nodes"]:
        if one["key"] == "call":
            one["config"]["credential"] = ids["credential"]
    taken = other.post(f"/api/workspaces/{world.yard.workspace}/imports", json={"document": with_id})
    if taken.status_code == 201:
        answer = world.publish(other, taken.json()["id"])
        assert answer.status_code == 422, "a workflow went live with another tenant's connection"
    copied = other.post(f"/api/workspaces/{world.yard.workspace}/workflows", json={"name": "Copy", "copy_of": workflow})
    assert copied.status_code == 404


@attempt(
    "A90",
    "Copy the sealed secret to another row or tenant, cut it, name another key",
    f"{STORE}governance_credential",
    TRIAL,
)
def swapped_secrets(world: World) -> None:
    own, other = world.yard.ids["credential"], world.here.ids["credential"]
    person, address = world.as_role("everything", world.yard), world.web.url("/open/x")
    with world.database() as database:
        kept = database.execute("SELECT key, sealed FROM governance_credential WHERE id = %s", [own]).fetchone()
        stolen = database.execute("SELECT key, sealed FROM governance_credential WHERE id = %s", [other]).fetchone()
        assert kept and stolen
        for key, sealed in (
            (stolen[0], stolen[1]),
            (kept[0], kept[1][:-1]),
            (kept[0], b""),
            ("another", kept[1]),
            (kept[0], stolen[1]),
        ):
            database.execute("UPDATE governance_credential SET key = %s, sealed = %s WHERE id = %s", [key, sealed, own])
            told = person.post(f"/api/credentials/{own}/trial", json={"address": address}).json()
            assert (told["outcome"], told["code"]) == ("unreachable", "credential_unreadable"), told
        database.execute("UPDATE governance_credential SET key = %s, sealed = %s WHERE id = %s", [*kept, own])
        noted = database.execute(
            "SELECT count(*) FROM governance_auditevent WHERE action = 'credential.unreadable' AND workspace_id = %s",
            [world.yard.workspace],
        ).fetchone()
    assert noted and noted[0] >= 5, "nobody is told that a secret does not fit its row"
    assert not [hit for hit in world.web.hits if world.secret in hit.text]


@attempt(
    "A86",
    "Search everything for the planted secret: tables, broker, files, logs, processes",
    *(
        f"{STORE}every table",
        f"{STORE}every key of the broker",
        START,
        "api/workspaces/<uuid:workspace>/audit/export",
    ),
)
def searched_everywhere(world: World) -> None:
    misused_connection(world)
    person, forms = world.insider, encodings(world.secret)
    person.get(f"/api/workspaces/{world.here.workspace}/audit/export", params={"format": "jsonl"})
    with world.database() as database:
        tables = [row[0] for row in database.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")]
        for table in tables:
            for form in forms:
                found = database.execute(
                    f'SELECT count(*) FROM "{table}" t WHERE t::text LIKE %s',
                    [f"%{form}%"],
                ).fetchone()
                assert found == (0,), f"the secret stands in the table {table}"
    broker = redis.Redis.from_url(settings.REDIS_URL)
    for key in broker.scan_iter(count=1_000):
        dumped = broker.dump(key) or b""
        assert not any(form.encode() in dumped for form in forms), f"the secret stands in the broker under {key!r}"
    printed = "\n".join(world.product.lines)
    assert not any(form in printed for form in forms), "the secret stands in the log"
    _not_in_files(world.product.folder, forms)
    _not_in_processes(forms)


def _not_in_files(folder: Path, forms: list[str]) -> None:
    for file in folder.rglob("*"):
        if file.is_file() and file.stat().st_size < 50_000_000 and "keys" not in file.parts:
            content = file.read_bytes()
            assert not any(form.encode() in content for form in forms), (
                f"the secret stands in {file.relative_to(folder)}"
            )


def _not_in_processes(forms: list[str]) -> None:
    for name in ("cmdline", "environ"):
        for file in Path("/proc").glob(f"[0-9]*/{name}"):
            try:
                content = file.read_bytes()
            except OSError:
                continue  # it has ended, or is not ours
            assert not any(form.encode() in content for form in forms), "a process shows the secret"
