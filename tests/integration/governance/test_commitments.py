"""Names and addresses of people are kept apart from the events that tell them."""

from __future__ import annotations

from types import SimpleNamespace
from uuid import UUID, uuid4

import pytest
from django.db import connection
from django.db.transaction import TransactionManagementError

from orchestrator.governance import audit
from orchestrator.governance.commitments import MARK, commitment_of
from orchestrator.governance.models import AuditEvent, AuditLink, AuditValue, Workspace
from orchestrator.governance.principal import Principal
from tests.integration.governance.tampering import maria, write


def record(workspace: Workspace, who: Principal, **event: object) -> AuditEvent:
    fields = {"object_type": "workflow", "object_id": uuid4(), **event}
    return audit.record(who, "workflow.changed", workspace_id=workspace.id, **fields)  # type: ignore[arg-type]


def test_an_event_holds_commitments_where_readers_see_names(workspace: Workspace) -> None:
    who = maria(ip="192.0.2.7")
    record(workspace, who, object_name="Invoices", after={"owner": "Vera", "paused": True}, detail={"person": "Finn"})
    link = AuditLink.objects.get(workspace_id=workspace.id)
    hidden = [link.actor_name, link.ip, link.after["owner"], link.detail["person"]]
    assert all(text.startswith(MARK) and len(text) == 74 for text in hidden)
    assert (link.object_name, link.after["paused"], link.actor_id) == ("Invoices", True, who.id)
    told = AuditEvent.objects.get(workspace_id=workspace.id)
    assert (told.actor_name, told.ip, told.after, told.detail) == (
        "Maria",
        "192.0.2.7",
        {"owner": "Vera", "paused": True},
        {"person": "Finn"},
    )
    assert audit.verify(workspace.id).whole


def test_a_value_can_be_shown_to_be_the_one_that_was_committed_to(workspace: Workspace) -> None:
    record(workspace, maria())
    value = AuditValue.objects.get(workspace_id=workspace.id)
    assert commitment_of(bytes(value.salt), value.value) == value.commitment
    assert value.commitment == AuditLink.objects.get(workspace_id=workspace.id).actor_name


@pytest.mark.parametrize("name", ["a,b", "%s", "{x}", '"; --', "\x1f,\x1e", "committed:" + "0" * 64, "Ünï\u2028"])
def test_odd_names_are_kept_once_and_read_as_they_were(workspace: Workspace, name: str) -> None:
    who = maria(name)
    for _ in range(2):
        record(workspace, who, detail={"person": name})
    assert AuditValue.objects.filter(workspace_id=workspace.id).count() == 2  # of Maria, and of somebody
    told = AuditEvent.objects.filter(workspace_id=workspace.id).latest("seq")
    assert (told.actor_name, told.detail) == (name, {"person": name})
    assert audit.verify(workspace.id).whole


@pytest.mark.parametrize(
    "text", [MARK + "0" * 64, f"Buying ({MARK}{'0' * 64})", f"{MARK} Berlin", f"{MARK}{'0' * 190}"]
)
def test_what_somebody_calls_a_thing_is_not_taken_for_a_commitment(workspace: Workspace, text: str) -> None:
    record(workspace, maria(), object_name=text, reason=text, before={text: 1}, after={"name": text, "all": [text]})
    assert audit.verify(workspace.id).whole
    told = AuditEvent.objects.get(workspace_id=workspace.id)
    plain = text.replace(MARK, "committed\uff1a")
    assert (told.object_name, told.reason, told.before) == (plain, plain, {plain: 1})
    assert (told.actor_name, told.after) == ("Maria", {"name": plain, "all": [plain]})


def test_the_same_value_of_the_same_person_is_kept_once(workspace: Workspace, other_workspace: Workspace) -> None:
    who, namesake = maria(), maria()
    for _ in range(3):
        record(workspace, who)
    record(workspace, namesake)
    record(other_workspace, who)
    kept = AuditValue.objects.order_by("workspace_id").values_list("workspace_id", "about")
    assert sorted(kept) == sorted([(workspace.id, who.id), (workspace.id, namesake.id), (other_workspace.id, who.id)])
    salts = set(AuditValue.objects.values_list("commitment", flat=True))
    assert len(salts) == 3


@pytest.mark.parametrize("object_type", ["member", "invitation", "person"])
def test_names_of_people_are_covered_as_objects_too(workspace: Workspace, object_type: str) -> None:
    about = uuid4()
    record(
        workspace,
        maria(),
        object_type=object_type,
        object_id=about,
        object_name="ada@example.com",
        before={"name": "Ada"},
    )
    link = AuditLink.objects.get(workspace_id=workspace.id)
    assert link.object_name.startswith(MARK)
    assert link.before["name"].startswith(MARK)
    assert AuditEvent.objects.get(workspace_id=workspace.id).before == {"name": "Ada"}


def test_names_in_lists_are_covered_one_by_one(workspace: Workspace) -> None:
    record(workspace, maria(), object_type="team", after={"name": "Buying", "members": ["Vera", "Finn"]})
    link = AuditLink.objects.get(workspace_id=workspace.id)
    assert link.after["name"] == "Buying"
    assert [text[: len(MARK)] for text in link.after["members"]] == [MARK, MARK]
    assert AuditEvent.objects.get(workspace_id=workspace.id).after["members"] == ["Vera", "Finn"]


def test_the_system_is_nobody_to_be_hidden(workspace: Workspace) -> None:
    write(workspace, "one")
    assert AuditLink.objects.get(workspace_id=workspace.id).actor_name == "terminal"
    assert not AuditValue.objects.exists()


def test_an_erased_value_is_shown_as_erased_and_the_rest_is_told(workspace: Workspace) -> None:
    record(workspace, maria(ip="192.0.2.7"), detail={"person": "Finn", "team": "Buying"})
    AuditValue.objects.filter(workspace_id=workspace.id).exclude(value="192.0.2.7").delete()
    told = AuditEvent.objects.get(workspace_id=workspace.id)
    assert (told.actor_name, told.ip, told.detail) == (
        "[erased]",
        "192.0.2.7",
        {"person": "[erased]", "team": "Buying"},
    )


def test_events_from_before_there_were_commitments_read_as_ever(workspace: Workspace) -> None:
    """What stood in the rows then stays there: it is part of their hash."""
    write(workspace, "one")
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE governance_auditevent DISABLE TRIGGER append_only")
        cursor.execute("UPDATE governance_auditevent SET actor_kind = 'person', actor_name = 'Old Maria', ip = '::1'")
    told = AuditEvent.objects.get(workspace_id=workspace.id)
    assert (told.actor_name, told.ip) == ("Old Maria", "::1")


def test_an_event_outside_of_a_transaction_is_refused(workspace: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(audit, "connection", SimpleNamespace(in_atomic_block=False))
    with pytest.raises(TransactionManagementError):
        record(workspace, maria())


def test_an_event_names_the_request_in_which_it_happened(browser_of, workspace: Workspace) -> None:
    admin = browser_of("admin", name="Maria")
    admin.patch(f"workspaces/{workspace.id}", {"name": "Pier"})
    refused = admin.get(f"workspaces/{workspace.id}/audit-events").json()
    changed, denied = AuditEvent.objects.filter(workspace_id=workspace.id).order_by("seq")
    assert denied.trace == refused["trace"]
    assert changed.trace not in ("", denied.trace)
    assert audit.verify(workspace.id).whole


class Robot(Principal):
    """An actor for whom a person answers."""

    natural_person = UUID(int=7)


def test_an_event_names_the_person_who_answers_for_the_actor(workspace: Workspace) -> None:
    robot = Robot(kind=maria().kind, id=uuid4(), name="Nightly import")
    record(workspace, robot)
    record(workspace, maria())
    told = AuditEvent.objects.filter(workspace_id=workspace.id).order_by("seq")
    assert list(told.values_list("on_behalf_of", flat=True)) == [UUID(int=7), None]
    assert audit.verify(workspace.id).whole


@pytest.mark.parametrize(
    "told",
    [
        {"after": {"for": "Vera", "prefix": "tutti_1"}},
        {"after": {"against": "Vera", "verbs": ["run:read"]}},
        {"detail": {"asked_by": "Vera"}},
        {"detail": {"payload": {"what": "team", "added": ["Vera"], "members": [str(UUID(int=7))]}}},
        {"detail": {"payload": {"what": "share", "whom": "Vera", "before": None}}},
        {"detail": {"payload": {"person": {"id": str(UUID(int=7)), "name": "Vera"}}}},
        {"detail": {"sessions": [{"address": "192.0.2.9", "device": "Vera"}]}},
        {"object_type": "workspace", "object_name": "vera@example.com"},
    ],
)
def test_names_are_covered_wherever_events_tell_them(workspace: Workspace, told: dict[str, object]) -> None:
    record(workspace, maria(), **told)
    link = str(vars(AuditLink.objects.get(workspace_id=workspace.id)))
    assert not any(text in link for text in ("Vera", "vera@", "192.0.2.9"))
    assert ("members" not in str(told)) or str(UUID(int=7)) in link
    event = AuditEvent.objects.get(workspace_id=workspace.id)
    assert {field: getattr(event, field) for field in told} == told
    assert audit.verify(workspace.id).whole
