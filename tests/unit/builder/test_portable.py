from __future__ import annotations

import time
from typing import Any

import pytest

from builder.portable import needs_of, portable
from builder.references import Kind
from orchestrator.engine.graph import Graph, Node, Policy

ACCOUNT = "0197a000-0000-7000-8000-000000000001"
FILE = {"file_id": "f1", "name": "a.pdf", "media_type": "application/pdf", "size": 1, "sha256": "00"}
NAMES = {(Kind.CREDENTIAL, ACCOUNT): "Stripe <live>"}


def cleaned(type: str, config: dict[str, Any], **more: Any) -> dict[str, Any]:
    return portable(Graph(nodes=(Node(key="step", type=type, config=config, **more),)), NAMES).nodes[0].config


def call(**config: Any) -> dict[str, Any]:
    return cleaned("http_request", {"url": "https://api.example.com", **config})


def test_an_account_becomes_a_placeholder_with_its_name_also_in_steps_that_are_off() -> None:
    assert call(credential=ACCOUNT)["credential"] == "<Stripe live>"
    assert call(credential="0197a000-0000-7000-8000-00000000ffff")["credential"] == "<Connection>"
    assert cleaned("http_request", {"credential": ACCOUNT}, off=True)["credential"] == "<Stripe live>"


def test_accounts_among_the_fallbacks_go_too() -> None:
    policy = Policy(fallbacks=({"credential": ACCOUNT},))
    graph = portable(Graph(nodes=(Node(key="step", type="http_request", policy=policy),)), NAMES)
    assert graph.nodes[0].policy.fallbacks == ({"credential": "<Stripe live>"},)


@pytest.mark.ux(162)
def test_what_is_called_like_a_secret_does_not_leave() -> None:
    headers = [{"name": "Authorization", "value": "Bearer sk-123"}, {"name": "Accept", "value": "application/json"}]
    assert call(headers=headers)["headers"] == [{"name": "Authorization", "value": "<Authorization>"}, headers[1]]
    assert call(json={"login": {"password": "s3cr3t"}})["json"] == {"login": {"password": "<Password>"}}
    assert call(url="https://a.example.com/?page=1&api_key=sk-123")["url"] == "https://a.example.com/?page=1&api_key="
    text = {"$text": "https://a.example.com/?token=sk-123&id={{ trigger.id }}"}
    assert call(url=text)["url"] == {"$text": "https://a.example.com/?token=&id={{ trigger.id }}"}


def test_a_long_text_of_names_of_secrets_takes_no_time() -> None:
    began = time.process_time()
    for text in ("?token" * 20_000, "?" + "token" * 20_000, "&token?" * 20_000):
        assert call(body=text)["body"] == text
    assert time.process_time() - began < 2


def test_formulas_and_ordinary_values_stay_as_they_are() -> None:
    config = {"token": {"$expr": "vars.token"}, "list": [1, None, "a"], "max_tokens": 5, "text": "The secret is out"}
    assert cleaned("set_fields", config) == config


def test_files_stay_behind() -> None:
    assert cleaned("send_mail", {"attachments": [FILE, {"$expr": "trigger.file"}]}) == {
        "attachments": [{"$expr": "trigger.file"}]
    }
    assert cleaned("approval", {"document": FILE})["document"] is None


@pytest.mark.ux(161)
def test_what_a_graph_needs_is_read_from_it_each_account_once() -> None:
    graph = Graph(
        nodes=(
            Node(key="a", type="demo_mail", config={"account": "<Mailbox>", "to": "<Your address>"}),
            Node(key="b", type="demo_mail", config={"account": "<Mailbox>"}),
            Node(key="c", type="http_request", config={"credential": "<Shop>"}),
            Node(key="d", type="classify_text", config={"asset": "document-type"}),
            Node(key="e", type="from_a_plug_in", config={"account": "<Mailbox>"}),
        )
    )
    needs = needs_of(graph)
    assert needs.connections == ["Mailbox", "Shop"]
    assert (needs.models, needs.types) == (["document-type"], ["from_a_plug_in"])
    assert needs.blanks == 2
