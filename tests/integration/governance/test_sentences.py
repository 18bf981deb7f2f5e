"""The server and the browser say the same in English, and the browser says all of it in German."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

from orchestrator.governance.matrix import VERBS as MATRIX
from orchestrator.governance.models import AuditEvent
from orchestrator.governance.sentences import NOBODY, REFUSED, SENTENCES, VERBS, sentence_of
from orchestrator.governance.topics import TOPICS, Topic

MESSAGES = Path(__file__).parents[3] / "frontend/src/app/messages"


def words(language: str) -> dict[str, Any]:
    return dict(json.loads((MESSAGES / language / "audit.json").read_text()))


def flat(nested: dict[str, dict[str, str]], between: str) -> dict[str, str]:
    found = {f"{noun}{between}{verb}": text for noun, verbs in nested.items() for verb, text in verbs.items()}
    return {key: re.sub(r"\{\{(\w+)\}\}", r"{\1}", text) for key, text in found.items()}


def placeholders(texts: dict[str, str]) -> dict[str, set[str]]:
    return {key: set(re.findall(r"\{\w+\}", text)) for key, text in texts.items()}


@pytest.mark.ux(153)
def test_the_browser_says_what_the_server_says() -> None:
    english = words("en")
    assert flat(english["sentence"], ".") == SENTENCES
    assert flat(english["verb"], ":") == VERBS
    assert english["nobody"] == NOBODY
    assert english["refused"].replace("{{", "{").replace("}}", "}") == REFUSED


@pytest.mark.ux(182)
def test_each_sentence_is_said_in_german_with_the_same_facts() -> None:
    german = words("de")
    assert placeholders(flat(german["sentence"], ".")) == placeholders(SENTENCES)
    assert set(flat(german["verb"], ":")) == set(VERBS)


def test_every_verb_of_the_matrix_has_a_name() -> None:
    assert set(VERBS) == set(MATRIX)


def test_what_stands_in_an_entry_is_no_template() -> None:
    event = AuditEvent(action="member.removed", actor_name="{name.__class__}", object_name="{actor}", result="done")
    assert sentence_of(event) == "{name.__class__} removed “{actor}” from the workspace"


@pytest.mark.parametrize(
    ("topic", "actions"),
    [
        (Topic.PRIVILEGED, {"policy.created", "policy.lifted", "service_account.changed", "group_roles.changed"}),
        (Topic.PRIVILEGED, {"password.link_made", "second_factor.reset", "folder.shared", "member.admitted"}),
        (Topic.SIGN_IN, {"company_account.refused", "company_account.linked", "second_factor.refused"}),
        (Topic.DELETIONS, {"service_account.ended", "person.erased", "audit.pruned"}),
    ],
)
def test_who_asks_about_a_topic_is_told_of_all_that_belongs_to_it(topic: Topic, actions: set[str]) -> None:
    assert actions <= TOPICS[topic]
