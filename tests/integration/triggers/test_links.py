from __future__ import annotations

import hashlib
import hmac
import json
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest
from django.core import signing
from django.test import Client
from pytest_django import Settings
from uuid_utils.compat import uuid7

from builder.models import Workflow
from orchestrator.governance.models import AuditEvent, Membership, Workspace
from orchestrator.runs.models import Run
from orchestrator.runs.values import read_value
from orchestrator.triggers.models import IncomingLink
from tests.integration.authoring import Browser, edge, graph, node


def listening(access: str = "public", key: str = "call", **more: Any) -> dict[str, Any]:
    start = node(key, "start_link", config={"access": access}, **more)
    step = node("greet", "set_fields", config={"fields": [{"name": "greeting", "value": "hello"}]})
    return graph(start, step, edges=(edge(key, "greet"),))


def put_live(maria: Browser, workflow: Workflow, document: dict[str, Any]) -> None:
    assert maria.save(workflow, document).json()["problems"] == []
    assert maria.publish(workflow).status_code == 200


def link_of(maria: Browser, workflow: Workflow) -> dict[str, Any]:
    links: list[dict[str, Any]] = maria.get(f"workflows/{workflow.pk}/links").json()
    assert len(links) == 1
    return links[0]


def call(address: str, body: Any = b"", **headers: str) -> Any:
    raw = body if isinstance(body, bytes) else json.dumps(body).encode()
    sent = {name.replace("_", "-"): value for name, value in headers.items()}
    parts = urlsplit(address)
    return Client().post(
        parts.path, raw, content_type="application/json", headers=sent, query_params=dict(parse_qsl(parts.query))
    )


def signed(secret: str, raw: bytes) -> str:
    return f"sha256={hmac.new(secret.encode(), raw, hashlib.sha256).hexdigest()}"


@pytest.fixture
def address(maria: Browser, workflow: Workflow) -> str:
    """Of a live, public link."""
    put_live(maria, workflow, listening())
    return str(link_of(maria, workflow)["address"])


@pytest.fixture
def secret_link(maria: Browser, workflow: Workflow) -> tuple[str, str]:
    """Address and secret of a live link."""
    put_live(maria, workflow, listening("secret"))
    secret = maria.post(f"workflows/{workflow.pk}/links/call/secret")
    assert secret.status_code == 201
    return str(link_of(maria, workflow)["address"]), str(secret.json()["secret"])


def test_a_link_has_a_live_address_only_once_it_is_published(maria: Browser, workflow: Workflow) -> None:
    maria.save(workflow, listening())
    before = link_of(maria, workflow)
    assert (before["node"], before["address"], before["secret_set"]) == ("call", None, False)
    assert before["test_address"]
    maria.publish(workflow)
    assert "/hooks/" in link_of(maria, workflow)["address"]


def test_the_address_stays_from_version_to_version_and_goes_with_its_step(
    maria: Browser, workflow: Workflow, address: str
) -> None:
    put_live(maria, workflow, listening(note="the second version"))
    assert link_of(maria, workflow)["address"] == address
    put_live(maria, workflow, listening(key="other"))
    assert link_of(maria, workflow)["address"] != address
    assert call(address, {}).status_code == 404


def test_a_call_starts_a_run_of_the_live_version(workflow: Workflow, address: str) -> None:
    answer = call(f"{address}?source=shop", {"order": 7})
    assert answer.status_code == 202
    run = Run.objects.get(pk=answer.json()["run"])
    assert answer.json()["address"].endswith(f"/runs/{run.pk}")
    workflow.refresh_from_db()
    assert (run.workspace_id, run.version_id) == (workflow.workspace_id, workflow.live_version_id)
    assert (run.how, run.mode, run.started_by_id) == ("link", "live", None)
    taken = read_value(run.pk, run.workspace_id, 0)
    assert (taken["body"], taken["query"]) == ({"order": 7}, {"source": "shop"})


def test_a_public_link_can_be_opened_without_a_body(address: str) -> None:
    assert Client().get(urlsplit(address).path).status_code == 202


def test_the_same_idempotency_key_starts_one_run(address: str) -> None:
    first = call(address, {"order": 7}, idempotency_key="order-7")
    again = call(address, {"order": 7}, idempotency_key="order-7")
    other = call(address, {"order": 8}, idempotency_key="order-8")
    assert first.json()["run"] == again.json()["run"] != other.json()["run"]
    assert Run.objects.count() == 2


def test_an_idempotency_key_that_cannot_be_kept_is_refused(address: str) -> None:
    assert call(address, {}, idempotency_key="x" * 101).status_code == 400
    assert not Run.objects.exists()


def test_a_signed_call_is_taken(secret_link: tuple[str, str]) -> None:
    address, secret = secret_link
    raw = b'{"order": 7}'
    assert call(address, raw, x_tutti_signature=signed(secret, raw)).status_code == 202


@pytest.mark.parametrize(
    "signature",
    [
        None,
        "",
        "sha256=",
        signed("", b'{"order": 7}'),
        signed("wrong", b'{"order": 7}'),
        "sha1=" + hmac.new(b"wrong", b'{"order": 7}', hashlib.sha1).hexdigest(),
        "sha256=é",
    ],
)
def test_a_call_without_the_right_signature_is_refused(secret_link: tuple[str, str], signature: str | None) -> None:
    headers = {} if signature is None else {"x_tutti_signature": signature}
    answer = call(secret_link[0], b'{"order": 7}', **headers)
    assert (answer.status_code, answer.json()["code"]) == (401, "signature_invalid")
    assert not Run.objects.exists()


def test_a_refused_call_stands_in_the_trail_of_the_workflow(secret_link: tuple[str, str]) -> None:
    call(secret_link[0], b'{"order": 7}')
    workflow = Workflow.objects.get()
    event = AuditEvent.objects.get(workspace_id=workflow.workspace_id, result="denied")
    assert (event.actor_kind, event.object_type, event.object_id) == ("anonymous", "workflow", str(workflow.pk))
    assert event.detail == {"verb": "workflow:run", "method": "POST", "status": 401}
    assert event.ip


def test_a_signature_covers_every_byte_of_the_body(secret_link: tuple[str, str]) -> None:
    address, secret = secret_link
    signature = signed(secret, b'{"order": 7}')
    assert signature[:-1] != signature
    for raw, given in ((b'{"order":7}', signature), (b'{"order": 7} ', signature), (b'{"order": 7}', signature[:-1])):
        assert call(address, raw, x_tutti_signature=given).status_code == 401


def test_a_link_whose_secret_was_never_made_takes_nothing(maria: Browser, workflow: Workflow) -> None:
    put_live(maria, workflow, listening("secret"))
    answer = call(link_of(maria, workflow)["address"], b"{}", x_tutti_signature=signed("", b"{}"))
    assert answer.status_code == 401
    assert not Run.objects.exists()


def test_a_new_secret_ends_the_one_before(maria: Browser, workflow: Workflow, secret_link: tuple[str, str]) -> None:
    address, old = secret_link
    new = maria.post(f"workflows/{workflow.pk}/links/call/secret").json()["secret"]
    assert call(address, b"{}", x_tutti_signature=signed(old, b"{}")).status_code == 401
    assert call(address, b"{}", x_tutti_signature=signed(new, b"{}")).status_code == 202
    assert AuditEvent.objects.filter(action="link_secret.replaced", actor_id=maria.user.pk).count() == 2


def test_the_secret_is_stored_sealed_and_never_shown_again(
    maria: Browser, workflow: Workflow, secret_link: tuple[str, str]
) -> None:
    _, secret = secret_link
    shown = maria.get(f"workflows/{workflow.pk}/links")
    assert shown.json()[0]["secret_set"] is True
    assert secret not in shown.content.decode()
    row = IncomingLink.objects.get(workflow=workflow)
    assert secret.encode() not in bytes(row.sealed)


def test_a_secret_moved_to_another_link_opens_nothing(
    maria: Browser, workspace: Workspace, secret_link: tuple[str, str]
) -> None:
    _, secret = secret_link
    other = maria.make(workspace, "Other")
    put_live(maria, other, listening("secret"))
    stolen = IncomingLink.objects.exclude(sealed=b"").get()
    IncomingLink.objects.filter(workflow=other).update(key=stolen.key, sealed=bytes(stolen.sealed))
    answer = call(link_of(maria, other)["address"], b"{}", x_tutti_signature=signed(secret, b"{}"))
    assert answer.status_code == 401


def test_unknown_paused_archived_and_misused_addresses_answer_alike(
    maria: Browser, workflow: Workflow, address: str
) -> None:
    path = urlsplit(address).path

    def seen(answer: Any) -> tuple[int, dict[str, Any]]:
        return answer.status_code, {**answer.json(), "trace": ""}

    unknown = seen(call("/hooks/nothing-here", {}))
    assert unknown[0] == 404
    assert seen(Client().put(path)) == unknown
    assert seen(Client().options(path)) == unknown
    maria.post(f"workflows/{workflow.pk}/unpublish")
    assert seen(call(address, {})) == unknown
    maria.post(f"workflows/{workflow.pk}/archive")
    assert seen(call(address, {})) == unknown
    assert not Run.objects.exists()


def test_a_secret_link_is_no_address_for_a_get(secret_link: tuple[str, str]) -> None:
    path = urlsplit(secret_link[0]).path
    answer = Client().get(path, headers={"x-tutti-signature": signed(secret_link[1], b"")})
    assert answer.status_code == 404


def test_a_step_that_is_switched_off_is_no_address(maria: Browser, workflow: Workflow, address: str) -> None:
    document = listening(off=True)
    document["nodes"].append(node("start", "start_manual"))
    document["edges"].append(edge("start", "greet"))
    put_live(maria, workflow, document)
    assert call(address, {}).status_code == 404
    put_live(maria, workflow, listening(note="on again"))
    assert call(address, {}).status_code == 202


@pytest.mark.parametrize(
    "raw",
    [
        b'{"a": 1, "a": 2}',
        b'\xef\xbb\xbf{"a": 1}',
        b"{'a': 1}",
        b'{"a": NaN}',
        b'{"a": 1e999}',
        b'{"a": ' + b"9" * 30 + b"}",
        b'{"a": "\\u0000"}',
        b'{"a": "\\ud800"}',
        b"[" * 10_000 + b"]" * 10_000,
        b"[" * 101 + b"]" * 101,
        b"\xff\xfe",
        b"a=1&b=2",
    ],
    ids=str,
)
def test_a_body_that_two_readers_could_read_differently_is_refused(address: str, raw: bytes) -> None:
    answer = call(address, raw)
    assert (answer.status_code, answer.json()["code"]) == (400, "body_not_json")
    assert not Run.objects.exists()


def test_a_query_that_cannot_be_stored_is_refused(address: str) -> None:
    assert call(f"{address}?a=%00", {}).status_code == 400
    assert not Run.objects.exists()


def test_a_body_above_one_megabyte_is_refused(address: str) -> None:
    assert call(address, b'"' + b"x" * (1024 * 1024) + b'"').status_code == 413


def test_text_of_a_call_stays_text(address: str) -> None:
    hostile = {"__proto__": {"admin": True}, "name": "{{ secrets.X }}", "file": {"filepath": "/etc/passwd"}}
    answer = call(address, hostile)
    assert answer.status_code == 202
    run = Run.objects.get(pk=answer.json()["run"])
    assert read_value(run.pk, run.workspace_id, 0)["body"] == hostile


def test_one_link_takes_so_many_calls_a_minute(
    address: str, maria: Browser, workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("orchestrator.triggers.actions.links.CALLS", 2)
    assert [call(address, {}).status_code for _ in range(3)] == [202, 202, 429]
    refused = call(address, {})
    assert refused["Retry-After"] == "60"
    other = maria.make(workspace, "Other")
    put_live(maria, other, listening())
    assert call(link_of(maria, other)["address"], {}).status_code == 202


def test_strangers_cannot_use_up_the_calls_of_a_secret_link(
    secret_link: tuple[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("orchestrator.triggers.actions.links.CALLS", 2)
    address, secret = secret_link
    assert [call(address, b"{}").status_code for _ in range(4)] == [401] * 4
    assert call(address, b"{}", x_tutti_signature=signed(secret, b"{}")).status_code == 202


def test_the_test_address_runs_the_draft_as_the_person_who_asked_for_it(
    maria: Browser, workflow: Workflow, address: str
) -> None:
    maria.save(workflow, listening(note="not published"))
    answer = call(link_of(maria, workflow)["test_address"], {"order": 7})
    assert answer.status_code == 202
    run = Run.objects.select_related("version").get(pk=answer.json()["run"])
    assert (run.mode, run.started_by_id, run.version.number) == ("test", maria.user.pk, None)


def test_a_draft_that_cannot_run_says_why(maria: Browser, workflow: Workflow) -> None:
    circle = listening()
    circle["nodes"].append(node("again", "set_fields"))
    circle["edges"] += [edge("greet", "again"), edge("again", "greet")]
    maria.save(workflow, circle)
    answer = call(link_of(maria, workflow)["test_address"], {})
    assert (answer.status_code, answer.json()["code"]) == (422, "not_runnable")
    assert answer.json()["problems"][0]["code"] == "cycle"


def test_the_test_address_ends_with_the_right_to_run_drafts(maria: Browser, workflow: Workflow) -> None:
    maria.save(workflow, listening())
    tested = link_of(maria, workflow)["test_address"]
    assert call(tested, {}).status_code == 202
    Membership.objects.filter(user=maria.user).update(roles=["viewer"])
    assert call(tested, {}).status_code == 404
    Membership.objects.filter(user=maria.user).delete()
    assert call(tested, {}).status_code == 404


def test_forged_and_old_test_addresses_open_nothing(
    maria: Browser, workflow: Workflow, monkeypatch: pytest.MonkeyPatch
) -> None:
    maria.save(workflow, listening())
    tested = link_of(maria, workflow)["test_address"]
    assert call(tested[:-1] + ("A" if tested[-1] != "A" else "B"), {}).status_code == 404
    foreign = signing.dumps([str(workflow.pk), "call", str(maria.user.pk)], salt="another purpose")
    assert call(f"/hooks/test/{foreign}", {}).status_code == 404
    monkeypatch.setattr("django.core.signing.time.time", lambda: 4_000_000_000)
    assert call(tested, {}).status_code == 404


def test_a_secret_is_asked_for_in_tests_too(maria: Browser, workflow: Workflow) -> None:
    maria.save(workflow, listening("secret"))
    tested = link_of(maria, workflow)["test_address"]
    assert call(tested, b"{}").status_code == 401
    secret = maria.post(f"workflows/{workflow.pk}/links/call/secret").json()["secret"]
    assert call(tested, b"{}", x_tutti_signature=signed(secret, b"{}")).status_code == 202


def test_viewers_see_links_but_make_no_secret_and_test_nothing(
    viewer: Browser, maria: Browser, workflow: Workflow, address: str
) -> None:
    shown = link_of(viewer, workflow)
    assert (shown["address"], shown["test_address"]) == (address, None)
    assert viewer.post(f"workflows/{workflow.pk}/links/call/secret").status_code == 403


def test_links_of_another_workspace_do_not_exist(stranger: Browser, workflow: Workflow, address: str) -> None:
    for id in (workflow.pk, uuid7()):
        assert stranger.get(f"workflows/{id}/links").status_code == 404
        assert stranger.post(f"workflows/{id}/links/call/secret").status_code == 404


def test_a_step_that_is_no_link_gets_no_secret(maria: Browser, workflow: Workflow, address: str) -> None:
    assert maria.post(f"workflows/{workflow.pk}/links/greet/secret").status_code == 404


def test_a_call_is_taken_although_the_broker_is_away(address: str, settings: Settings) -> None:
    settings.CACHES = {"default": {**settings.CACHES["default"], "LOCATION": "redis://127.0.0.1:1/0"}}
    assert call(address, {"order": 7}).status_code == 202
    assert call("/hooks/nothing-here", {}).status_code == 404
