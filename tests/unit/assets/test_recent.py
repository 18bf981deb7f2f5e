from __future__ import annotations

from uuid import UUID, uuid4

import pytest

from orchestrator.assets import versions
from orchestrator.assets.versions import KNOWN_FOR_S, Answering, Recent

KEY = (UUID(int=1), "risk@live")


def answering(number: int) -> Answering:
    return Answering(
        asset="risk",
        alias="live",
        arm="live",
        kind="model",
        task="score",
        sample=False,
        id=uuid4(),
        number=number,
        runtime="skops",
        config={},
        digest="",
        artifact_id=None,
    )


def test_a_process_follows_a_moved_alias_within_a_second(monkeypatch: pytest.MonkeyPatch) -> None:
    now = 100.0
    monkeypatch.setattr(versions.time, "monotonic", lambda: now)
    recent, one = Recent(KNOWN_FOR_S), answering(1)
    recent.keep(KEY, one)
    now += 0.99
    assert recent.get(KEY) is one
    now += 0.01
    assert KNOWN_FOR_S <= 1
    assert recent.get(KEY) is None


def test_what_is_forgotten_is_read_anew_at_once() -> None:
    recent = Recent(KNOWN_FOR_S)
    recent.keep(KEY, answering(1))
    recent.forget(KEY)
    recent.forget(KEY)
    assert recent.get(KEY) is None


def test_a_version_itself_is_kept_without_end_and_only_so_many_are(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(versions, "MOST_KNOWN", 3)
    recent = Recent(None)
    keys = [(UUID(int=number), "risk@live") for number in range(5)]
    for number, key in enumerate(keys):
        recent.keep(key, answering(number))
    assert [recent.get(key) is not None for key in keys] == [False, False, True, True, True]
