"""Code and templates: formulas, code steps, and whatever looks as if it were worked out."""

from __future__ import annotations

import json
import secrets
import time
from pathlib import Path
from typing import Any

from tests.integration.runs.graphs import graph, line, node
from tests.redteam.register import attempt
from tests.redteam.world import World

DRAFT = "api/workflows/<uuid:id>/draft"
TRIAL = "api/workflows/<uuid:id>/formulas/trial"
TRY = "api/workflows/<uuid:id>/steps/<str:node>/test"
START = "api/workflows/<uuid:id>/runs"
OBJECT_TEXT = ("<class", "<function", "<module", "<frame", "__subclasses__ of", "built-in method", "object at 0x")
LINEAR_S = 5

TEMPLATES = (
    "{{ ().__class__.__base__.__subclasses__() }}",
    "{{ ''.__class__.__mro__ }}",
    "{{ self._TemplateReference__context }}",
    "{{ config.items() }}",
    "{{ trigger.__class__ }}",
    "{{ request.application.__globals__ }}",
)
FORMATS = (
    "{{ x|attr('format') }}",
    "'{0.__class__.__init__.__globals__}'.format(x)",
    "f'{x.__class__}'",
    "{{ '%s' % x }}",
    "{{ x.format(x) }}",
    "'%(x)s' % x",
)
FRAMES = (
    "(x for x in [1]).gi_frame.f_back",
    "[x for x in [1]].__class__",
    "x.__traceback__.tb_frame",
    "lambda: 1",
    "__import__('os').system('id')",
    "[].map(x, x).__self__",
)


def _no_object(world: World, texts: tuple[str, ...]) -> None:
    """Through the trial of a formula, and as settings of steps that are run."""
    workflow = world.here.ids["workflow"]
    for text in texts:
        for value in (text, {"$text": text}, {"$text": f"{{{{ {text.strip('{} ')} }}}}"}, {"$expr": text.strip("{} ")}):
            answer = world.insider.post(
                f"/api/workflows/{workflow}/formulas/trial", json={"value": value, "scope": {"x": "y"}}
            )
            assert answer.status_code in {200, 422}, f"{value}: {answer.status_code}"
            _is_text(answer.text, text)
    steps = (
        node("url", "http_request", {"url": {"$text": texts[0]}}),
        node(
            "mail", "send_mail", {"to": "ann@example.com", "subject": {"$text": texts[0]}, "body": {"$text": texts[-1]}}
        ),
        node("when", "condition", {"when": {"$expr": texts[-1].strip("{} ")}}),
        node("ask", "approval", {"title": {"$text": texts[1]}}),
        node("set", "set_fields", {"fields": [{"name": "a", "value": {"$text": text}} for text in texts[:1]]}),
    )
    for step in steps:
        workflow = world.make(
            world.insider,
            world.here.workspace,
            graph([node("start", "start_manual"), step], [line("start", step["key"])]),
            live=False,
        )
        saved = world.insider.get(f"/api/workflows/{workflow}/draft").json()
        started = world.insider.post(f"/api/workflows/{workflow}/runs", json={"draft": True, "input": {}})
        assert started.status_code in {202, 422}, started.text
        if started.status_code == 202:
            told = world.told(world.insider, started.json()["id"])
            plain = "{{" not in json.dumps(step["config"]) and "$expr" not in step["config"].get("when", "")
            assert plain or told["status"] == "failed", f"{step['key']} ran with {texts}: {told['status']}"
            _is_text(json.dumps(told["values"]), texts[0])
        else:
            assert saved["problems"]


def _is_text(body: str, text: str) -> None:
    seen = [sign for sign in OBJECT_TEXT if sign in body]
    assert not seen, f"{text} shows {seen}: {body[:300]}"


@attempt("A01", "Template injection in every templated setting", DRAFT, TRIAL, START)
def templates(world: World) -> None:
    _no_object(world, TEMPLATES)


@attempt("A02", "Formatting tricks: attr filters, str.format, f-strings", DRAFT, TRIAL, START)
def formats(world: World) -> None:
    _no_object(world, FORMATS)


@attempt("A03", "Walks over frames, tracebacks and comprehensions", DRAFT, TRIAL, START)
def frames(world: World) -> None:
    _no_object(world, FRAMES)


def coded(code: str, **config: Any) -> dict[str, Any]:
    nodes = [node("start", "start_manual"), node("code", "run_code", {"code": code, **config})]
    return graph(nodes, [line("start", "code")])


@attempt(
    "A07",
    "Code with a side effect in decorators and defaults, given to whatever looks at it only",
    DRAFT,
    TRY,
    *(
        "api/workspaces/<uuid:workspace>/imports/look",
        "api/workflows/<uuid:id>/publish",
    ),
)
def looked_at_only(world: World) -> None:
    marks = [Path("/tmp") / f"tutti-canary-{secrets.token_hex(6)}" for _ in range(2)]
    code = (
        f"def f(x=open('{marks[0]}', 'w')):\n    pass\n\n"
        f"@(lambda g: open('{marks[1]}', 'w'))\ndef h():\n    pass\n\nresult = 1"
    )
    insider = world.insider
    workflow = world.make(insider, world.here.workspace, coded(code), live=False)
    insider.get(f"/api/workflows/{workflow}/draft")
    world.publish(insider, workflow)
    document = {"format": "tutti.workflow", "version": 1, "name": "Looked at", "graph": coded(code)}
    insider.post(f"/api/workspaces/{world.here.workspace}/imports/look", json={"document": document})
    for person in (world.stranger(), world.as_role("viewer"), world.as_role("operator")):
        answer = person.post(f"/api/workflows/{workflow}/steps/code/test", json={})
        assert answer.status_code in {401, 403}, answer.text
        assert world.save(world.as_role("viewer"), workflow, coded(code)).status_code == 403
    told = world.tried(coded(code))
    assert told["status"] == "failed"
    assert not [mark for mark in marks if mark.exists()], "code ran on this machine"


ESCAPES = (
    "import ctypes\nresult = ctypes.CDLL(None).getpid()",
    "import subprocess\nresult = subprocess.run(['id'], capture_output=True).stdout",
    "import os\nresult = os.fork()",
    "import os\nresult = dict(os.environ)",
    "import sys\nresult = str(sys._getframe().f_back)",
    "import sys\nsys.meta_path.insert(0, None)\nresult = str(sys.modules)",
    "result = [c.__name__ for c in ().__class__.__base__.__subclasses__()]",
    "result = (lambda: 0).__globals__",
    "result = __import__('os').listdir('/')",
    "result = open('/etc/passwd').read()",
    "result = eval('1 + 1')",
    "exec('import os')\nresult = 1",
    "import socket\nresult = socket.create_connection(('{host}', {port}))",
    "import urllib.request\nresult = urllib.request.urlopen('{url}').read().decode()",
    "import asyncio\nresult = str(asyncio.run(asyncio.open_connection('{host}', {port})))",
    "result = open('/proc/self/environ').read()",
    "result = open('/proc/1/environ').read()",
    "import pathlib\nresult = pathlib.Path('/proc/self/maps').read_text()",
    "import pathlib\npathlib.Path('{mark}').write_text('x')\nresult = 1",
    "open('{mark}', 'w').write('x')\nresult = 1",
    "import builtins\nresult = str(builtins.open)",
)


@attempt("A10", "The corpus of escapes in the code step: ctypes, processes, frames, import hooks, files", START, DRAFT)
def escapes(world: World) -> None:
    mark = Path("/tmp") / f"tutti-canary-{secrets.token_hex(6)}"
    host, _, port = world.web.host.partition(":")
    facts = {"{mark}": str(mark), "{host}": host, "{port}": port, "{url}": world.web.url()}
    for code in ESCAPES:
        for name, value in facts.items():
            code = code.replace(name, value)
        told = world.tried(coded(code))
        shown = json.dumps(told["values"])
        assert told["status"] == "failed" or _harmless(shown), f"{code!r}: {shown[:300]}"
        for sign in ("root:", "DATABASE_URL", "SECRET_KEY", "uid=", "site-packages"):
            assert sign not in shown, f"{code!r} shows {sign}"
    assert not mark.exists(), "a file of the host was written"


def _harmless(values: str) -> bool:
    """It gave something, but nothing of Python's inside."""
    return not any(sign in values for sign in OBJECT_TEXT)


@attempt("A09", "From code: the environment, other files, the database, the broker, the cloud's own address", START)
def reaching_out(world: World) -> None:
    services = world.product.services()
    targets = [services["database_url"], services["redis_url"], "http://169.254.169.254/latest/meta-data"]
    for target in targets:
        host, _, port = target.split("@")[-1].split("//")[-1].partition("/")[0].partition(":")
        code = (
            f"import socket\ns = socket.socket()\ns.settimeout(2)\ns.connect(('{host}', {port or 80}))\nresult = 'in'"
        )
        told = world.tried(coded(code))
        assert told["status"] == "failed", f"code reached {host}: {told['values']}"
    for path in (
        "/proc/self/environ",
        "/var/run/docker.sock",
        "../../.data/keys/django",
        str(world.product.folder / "keys/django"),
    ):
        told = world.tried(coded(f"result = open({path!r}).read()"))
        assert told["status"] == "failed", f"code read {path}"
    names = (
        "import socket\nsocket.socket(socket.AF_INET, socket.SOCK_DGRAM)"
        f".sendto(b'x', ('127.0.0.1', {world.names.port}))\nresult = 1"
    )
    assert world.tried(coded(names))["status"] == "failed"


RUNAWAYS = {
    "a loop without end": "while True:\n    pass",
    "much memory": "result = 'x' * 2_000_000_000",
    "memory by and by": "a = []\nwhile True:\n    a.append('x' * 1_000_000)",
    "much output": "for i in range(2_000_000):\n    print('x' * 50)\nresult = 1",
    "a large result": "result = ['x' * 1000] * 200_000",
    "deep recursion": "def f(n):\n    return f(n + 1)\nresult = f(0)",
    "large numbers": "result = 9 ** 9 ** 9",
    "a list of itself": "a = []\na.append(a)\nresult = a",
}


HARMLESS = ("much output", "a list of itself")
"""What is printed goes nowhere, and the interpreter writes such a list down with an end."""


@attempt("A11", "Loops without end, 10 GB, floods of output, numbers without bounds", START)
def runaways(world: World) -> None:
    person, runs = world.insider, {}
    for name, code in RUNAWAYS.items():
        workflow = world.make(person, world.here.workspace, coded(code, timeout_s=3), live=False)
        runs[name] = world.start(person, workflow, draft=True, input={})
    began = time.monotonic()
    for name, run in runs.items():
        told = world.rest(person, run, seconds=90)
        assert told["status"] == "failed" or name in HARMLESS, f"{name}: {told['status']}"
    world.notes.facts.append(f"all ended in {time.monotonic() - began:.0f} s")
    world.work()


EVIL = "a" * 50_000 + "!"


@attempt(
    "A103",
    "Patterns that take exponential time, in formulas, schemas, searches, files and exports",
    TRIAL,
    *(
        "api/workspaces/<uuid:workspace>/artifacts",
        "api/workspaces/<uuid:workspace>/workflows",
        "api/workflows/<uuid:id>/export",
        START,
    ),
)
def slow_patterns(world: World) -> None:
    insider, place = world.insider, f"/api/workspaces/{world.here.workspace}"
    trial = f"/api/workflows/{world.here.ids['workflow']}/formulas/trial"
    for pattern in ("(a+)+$", "(a|aa)+$", "(.*a){20}", "^(([a-z])+.)+[A-Z]([a-z])+$"):
        value = {"$expr": f"x.matches('{pattern}')"}
        _linear(world, pattern, lambda value=value: insider.post(trial, json={"value": value, "scope": {"x": EVIL}}))
    nested = ".map(a, [1,2,3,4,5,6,7,8,9,10]" * 6 + ")" * 6
    _linear(
        world, "nested map", lambda: insider.post(trial, json={"value": {"$expr": f"[1,2,3]{nested}"}, "scope": {}})
    )
    _linear(world, "search", lambda: insider.get(f"{place}/workflows", params={"search": "%_" * 100}))
    for name, data in {
        "comments": b"<!---->" * 9_000 + b"x",
        "comments in SVG": b"<?xml version='1.0'?>" + b"<!-- - -->" * 6_000 + b"x",
        "blanks": b" \n" * 30_000 + b"x",
        "headers": b"From: " * 10_000,
    }.items():
        files = {"file": ("evil.txt", data, "text/plain")}
        _linear(world, name, lambda files=files: insider.post(f"{place}/artifacts", files=files))
    texts = [node("start", "start_manual")]
    texts.append(node("call", "http_request", {"url": "http://x.example", "body": "?token" * 50_000}))
    workflow = world.make(insider, world.here.workspace, graph(texts, [line("start", "call")]), live=False)
    _linear(world, "export", lambda: insider.get(f"/api/workflows/{workflow}/export"))
    for name, text in {"capitals": "A" * 200_000, "digits": "1" * 200_000, "mail": "a@" * 100_000}.items():
        reading = node("read", "extract_fields", {"asset": "document-fields", "text": text})
        document = graph([node("start", "start_manual"), reading], [line("start", "read")])
        workflow = world.make(insider, world.here.workspace, document, live=False)
        started = insider.post(f"/api/workflows/{workflow}/runs", json={"draft": True, "input": {}})
        if started.status_code == 202:
            began = time.monotonic()
            world.rest(insider, started.json()["id"])
            taken = time.monotonic() - began
            assert taken < 4 * LINEAR_S, f"reading {name} took {taken:.1f} s"


def _linear(world: World, name: str, ask: Any) -> None:
    began = time.monotonic()
    ask()
    taken = time.monotonic() - began
    assert taken < LINEAR_S, f"{name} took {taken:.1f} s"
    assert world.stranger().get("/health/live").status_code == 200


@attempt(
    "A17",
    "Open, look at and take in documents whose steps call, spawn or load something",
    *(
        "api/workspaces/<uuid:workspace>/imports",
        "api/workspaces/<uuid:workspace>/imports/look",
        "api/workspaces/<uuid:workspace>/templates",
        DRAFT,
    ),
)
def opened_only(world: World) -> None:
    insider, place = world.insider, f"/api/workspaces/{world.here.workspace}"
    nodes = [
        node("start", "start_manual"),
        node("call", "http_request", {"url": world.web.url()}),
        node("code", "run_code", {"code": "while True:\n    pass"}),
        node("mail", "send_mail", {"to": "evil@example.com", "subject": "x", "body": "x"}),
    ]
    steps = graph(nodes, [line("start", "call"), line("call", "code"), line("code", "mail")])
    document = {"format": "tutti.workflow", "version": 1, "name": "Harmless", "graph": steps}
    document["description"] = f"![x]({world.web.url('/picture')})"
    looked = insider.post(f"{place}/imports/look", json={"document": document})
    assert looked.status_code == 200, looked.text
    taken = insider.post(f"{place}/imports", json={"document": document}).raise_for_status().json()
    insider.get(f"/api/workflows/{taken['id']}/draft")
    insider.get(f"/api/workflows/{taken['id']}")
    insider.get(f"{place}/templates")
    odd = [
        None,
        [],
        "x",
        {"format": "tutti.workflow"},
        {**document, "graph": "../../etc/passwd"},
        {**document, "version": 99},
    ]
    for one in odd:
        assert insider.post(f"{place}/imports", json={"document": one}).status_code == 422, one
