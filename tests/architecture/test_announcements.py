"""Calls upwards: every topic has a caller, every caller a topic, every subscriber exists."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from django.conf import settings
from django.utils.module_loading import import_string

SUBSCRIBERS = [(topic, name) for topic, names in settings.SUBSCRIBERS.items() for name in names]


def announced(root: Path) -> set[str]:
    sources = [path for room in ("orchestrator", "builder") for path in (root / room).rglob("*.py")]
    return {topic for path in sources for topic in re.findall(r'announce\(\s*"([a-z.]+)"', path.read_text())}


def test_topics_and_their_callers_match(root: Path) -> None:
    assert announced(root) == set(settings.SUBSCRIBERS)


@pytest.mark.parametrize(("topic", "name"), SUBSCRIBERS)
def test_a_subscriber_exists(topic: str, name: str) -> None:
    assert callable(import_string(name))
