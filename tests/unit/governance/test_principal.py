from __future__ import annotations

from uuid import uuid4

import pytest

from orchestrator.governance.errors import Denied
from orchestrator.governance.principal import Kind, Principal, anonymous, system

HERE, THERE = uuid4(), uuid4()


def test_roles_count_in_their_own_workspace_only():
    builder = Principal(kind=Kind.PERSON, id=uuid4(), roles={HERE: frozenset({"builder"})})
    assert builder.may("workflow:edit", HERE)
    assert not builder.may("workflow:edit", THERE)


def test_a_refusal_says_what_was_asked_and_where():
    viewer = Principal(kind=Kind.PERSON, id=uuid4(), roles={HERE: frozenset({"viewer"})})
    with pytest.raises(Denied) as refused:
        viewer.require("workflow:edit", HERE, object_type="workflow", object_id=THERE)
    assert (refused.value.verb, refused.value.workspace_id, refused.value.object_id) == ("workflow:edit", HERE, THERE)


def test_the_system_may_everything_and_strangers_nothing():
    assert system("sweep").may("audit:read", HERE)
    assert not anonymous("192.0.2.1").may("workspace:read", HERE)
