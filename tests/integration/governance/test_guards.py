"""A guard of the trail that is gone is told, and told again when it is back."""

from __future__ import annotations

from io import StringIO

import pytest
from django.core.management import call_command

from orchestrator.governance import audit
from orchestrator.governance.guards import missing_guards, watch_guards
from orchestrator.governance.models import AuditEvent
from tests.integration.governance.tampering import sql


def told() -> list[tuple[str, str, list[str]]]:
    events = AuditEvent.objects.filter(workspace_id=audit.INSTALLATION, action__startswith="guard.").order_by("seq")
    return [(event.action, event.result, event.detail["missing"]) for event in events]


def test_all_guards_are_awake(db: None) -> None:
    assert missing_guards() == []
    watch_guards()
    assert told() == []


@pytest.mark.parametrize(
    "statement",
    [
        "DROP TRIGGER append_only ON governance_auditevent",
        "ALTER TABLE governance_auditevent DISABLE TRIGGER append_only",
        "ALTER TABLE governance_auditevent ENABLE REPLICA TRIGGER append_only",
        "ALTER TABLE governance_auditevent ENABLE TRIGGER append_only",
    ],
)
def test_a_guard_that_is_gone_or_asleep_is_told_once(db: None, statement: str) -> None:
    sql(statement)
    watch_guards()
    watch_guards()
    assert told() == [("guard.lost", "failed", ["governance_auditevent.append_only"])]


def test_that_it_is_back_is_told_as_well(db: None) -> None:
    sql("ALTER TABLE governance_audithead DISABLE TRIGGER moves_on")
    watch_guards()
    sql("ALTER TABLE governance_audithead ENABLE ALWAYS TRIGGER moves_on")
    watch_guards()
    watch_guards()
    assert [action for action, _, _ in told()] == ["guard.lost", "guard.restored"]


def test_the_command_names_it(db: None) -> None:
    sql("ALTER TABLE governance_auditvalue DISABLE TRIGGER append_only")
    err = StringIO()
    with pytest.raises(SystemExit):
        call_command("verify_audit", stderr=err)
    assert "does not guard the trail any more: governance_auditvalue.append_only." in err.getvalue()
