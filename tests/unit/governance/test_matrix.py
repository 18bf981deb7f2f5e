from __future__ import annotations

import pytest

from orchestrator.governance.matrix import COLUMNS, TABLE, VERBS, Role, verbs_of


def test_every_role_has_a_column_and_every_cell_names_one():
    assert {role for column in COLUMNS.values() for role in column} == set(Role)
    assert all(set(cells.split()) <= set(COLUMNS) for cells in TABLE.values())


def test_every_verb_is_held_by_somebody():
    assert [verb for verb, roles in VERBS.items() if not roles] == []


def test_an_owner_may_what_an_admin_may():
    assert verbs_of([Role.OWNER]) == verbs_of([Role.ADMIN])


def test_roles_add_up():
    assert verbs_of([Role.BUILDER, Role.AUDITOR]) == verbs_of([Role.BUILDER]) | verbs_of([Role.AUDITOR])


def test_somebody_without_a_role_or_with_an_unknown_one_may_nothing():
    assert verbs_of([]) == verbs_of(["root"]) == frozenset()


@pytest.mark.parametrize(
    ("role", "verb"),
    [
        (Role.ADMIN, "audit:read"),
        (Role.ADMIN, "workflow:edit"),
        (Role.ADMIN, "run:payload"),
        (Role.CONNECTION_MANAGER, "credential:use"),
        (Role.BUILDER, "workflow:publish"),
        (Role.BUILDER, "task:decide"),
        (Role.VIEWER, "workflow:run"),
        (Role.VIEWER, "run:payload"),
        (Role.PUBLISHER, "asset:replace"),
    ],
)
def test_duties_stay_apart(role: Role, verb: str):
    assert verb not in verbs_of([role])


def test_the_auditor_changes_nothing():
    changing = {"edit", "manage", "publish", "cancel", "decide", "modify", "replace", "run", "run_draft", "write"}
    assert {verb.split(":")[1] for verb in verbs_of([Role.AUDITOR])} & changing == set()
