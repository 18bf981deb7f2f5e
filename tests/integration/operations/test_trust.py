"""How the installation stands: what the cards say, whom it is told, and who may see it."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path
from smtplib import SMTPRecipientsRefused
from typing import Any

import pytest
from django.core import mail
from django.core.mail import EmailMessage
from django.db import connection
from django.utils import timezone
from pytest_django import Settings

from orchestrator.governance.actions.credentials import add_credential
from orchestrator.governance.audit import INSTALLATION
from orchestrator.governance.models import Credential, Workspace
from orchestrator.governance.principal import system
from orchestrator.operations import trust, trust_news
from orchestrator.operations.models import Backup, BackupBy, TrustAlert
from orchestrator.operations.trust_news import mail_trust, renew_alerts
from orchestrator.runs.models import Restoration
from tests.integration.authoring import Browser, join

pytestmark = pytest.mark.django_db
HERE = system("test")
MESSAGES = Path(__file__).parents[3] / "frontend/src/app/messages/en"


@pytest.fixture
def workspace() -> Workspace:
    return Workspace.objects.create(name="Harbour Tools")


@pytest.fixture
def adele(workspace: Workspace) -> Browser:
    """Answers for the installation."""
    return join(workspace, "admin", name="Adele")


@pytest.fixture
def rung(monkeypatch: pytest.MonkeyPatch, settings: Settings) -> list[Any]:
    """Mails that a worker is asked to send."""
    settings.EMAIL_URL = "smtp://mail.test"
    bells: list[Any] = []
    monkeypatch.setattr(trust_news, "ring_chore", lambda name, id: bells.append(id))
    return bells


def cards(browser: Browser, workspace: Workspace) -> dict[str, Any]:
    answer = browser.get(f"workspaces/{workspace.pk}/trust")
    assert answer.status_code == 200, answer.content
    return dict(answer.json())


def alerts(browser: Browser, workspace: Workspace) -> list[str]:
    return [one["reason"] for one in browser.get(f"workspaces/{workspace.pk}/trust/alerts").json()]


def backed_up(*, hours_ago: float, **fields: Any) -> Backup:
    at = timezone.now() - timedelta(hours=hours_ago)
    given = {"name": "tutti.tar", "size": 9, "keys": ["k1"], **fields}
    return Backup.objects.create(by=BackupBy.SCHEDULE, started_at=at, ended_at=at, **given)


@pytest.mark.parametrize("role", ["owner", "admin", "auditor"])
def test_those_who_answer_for_it_see_it(workspace: Workspace, role: str) -> None:
    browser = join(workspace, role, name="Ann")
    for page in ("trust", "trust/alerts", "health"):
        assert browser.get(f"workspaces/{workspace.pk}/{page}").status_code == 200


@pytest.mark.parametrize("role", ["builder", "operator", "viewer", "approver", "publisher", "steward"])
def test_nobody_else_does(workspace: Workspace, role: str) -> None:
    browser = join(workspace, role, name="Ben")
    other = join(Workspace.objects.create(name="Elsewhere"), "owner", name="Otto")
    for page in ("trust", "trust/alerts", "health"):
        assert browser.get(f"workspaces/{workspace.pk}/{page}").status_code == 403
        assert other.get(f"workspaces/{workspace.pk}/{page}").status_code == 404


def test_keys_are_named_with_what_they_sealed_and_never_shown(adele: Browser, workspace: Workspace) -> None:
    add_credential(HERE, workspace.pk, name="Bank", kind="bearer", hosts=["bank.test"], secret={"token": "secret-7"})
    answer = adele.get(f"workspaces/{workspace.pk}/trust")
    card = answer.json()["keys"]
    assert (card["standing"], card["sealing_key"]) == ("good", "k1")
    assert card["keys"] == [{"name": "k1", "sealed": 1, "in_ring": True}]
    assert b"secret-7" not in answer.content


def test_what_no_key_opens_is_told(adele: Browser, workspace: Workspace) -> None:
    add_credential(HERE, workspace.pk, name="Bank", kind="bearer", hosts=["bank.test"], secret={"token": "secret-7"})
    Credential.objects.update(key="lost")
    card = cards(adele, workspace)["keys"]
    assert (card["standing"], card["reason"]) == ("bad", "key_missing")


def test_an_old_key_is_told(adele: Browser, workspace: Workspace) -> None:
    Workspace.objects.update(created_at=timezone.now() - timedelta(days=400))
    assert cards(adele, workspace)["keys"]["reason"] == "key_old"


def test_a_trail_that_the_database_does_not_guard_is_told(adele: Browser, workspace: Workspace) -> None:
    assert cards(adele, workspace)["trail"]["guarded"] is True
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE governance_auditevent DISABLE TRIGGER append_only")
    card = cards(adele, workspace)["trail"]
    assert (card["guarded"], card["standing"], card["reason"]) == (False, "bad", "trail_unguarded")


@pytest.mark.parametrize(
    ("made", "scheduled", "reason"),
    [
        ([], False, "backup_none"),
        ([{"hours_ago": 1}], True, ""),
        ([{"hours_ago": 25}], True, ""),
        ([{"hours_ago": 27}], True, "backup_late"),
        ([{"hours_ago": 27}], False, ""),
        ([{"hours_ago": 24 * 8}], False, "backup_late"),
        ([{"hours_ago": 3}, {"hours_ago": 1, "name": "", "error": "No space left"}], True, "backup_failed"),
        ([{"hours_ago": 3, "name": "", "error": "No space left"}, {"hours_ago": 1}], True, ""),
        ([{"hours_ago": 1, "keys": ["k0", "k1"]}], True, "backup_keys_missing"),
        ([{"hours_ago": 1, "lacking": 2}], True, "backup_lacking"),
    ],
)
def test_backups_are_judged_by_the_last_ones(
    adele: Browser,
    workspace: Workspace,
    settings: Settings,
    tmp_path: Any,
    made: list[dict[str, Any]],
    scheduled: bool,
    reason: str,
) -> None:
    settings.BACKUP_DIR = tmp_path if scheduled else None
    for one in made:
        backed_up(**one)
    card = cards(adele, workspace)["backups"]
    assert card["reason"] == reason
    assert (card["standing"] == "good") == (reason == "")


def test_a_return_to_a_backup_is_shown(adele: Browser, workspace: Workspace) -> None:
    now = timezone.now()
    Restoration.objects.create(epoch=1, taken_at=now - timedelta(hours=5), restored_at=now, backup="0" * 64)
    card = cards(adele, workspace)["backups"]
    assert (card["restored_to"] < card["restored_at"]) is True


def test_refused_sign_ins_are_those_of_ones_own_people(adele: Browser, workspace: Workspace) -> None:
    elsewhere = join(Workspace.objects.create(name="Elsewhere"), "admin", name="Otto")
    for email in (adele.user.email, elsewhere.user.email, "nobody@example.com"):
        body = {"email": email, "password": "guessed it wrong"}
        adele.client.post("/_allauth/browser/v1/auth/login", body, content_type="application/json")
        adele.client.logout()
        adele.client.post("/_allauth/browser/v1/auth/login", body, content_type="application/json")
    adele.client.force_login(adele.user)
    card = cards(adele, workspace)["sign_ins"]
    assert {one["name"] for one in card["latest"]} == {adele.user.email}
    assert card["last_day"] == card["last_hour"] == len(card["latest"]) > 0


def test_many_refused_sign_ins_in_a_day_stand_out(
    adele: Browser, workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(trust, "MANY_REFUSALS", 1)
    adele.client.logout()
    body = {"email": adele.user.email, "password": "guessed it wrong"}
    adele.client.post("/_allauth/browser/v1/auth/login", body, content_type="application/json")
    adele.client.force_login(adele.user)
    assert cards(adele, workspace)["sign_ins"]["reason"] == "many_refused"


def test_what_is_bad_is_told_once_and_ends_by_itself(adele: Browser, workspace: Workspace, rung: list[Any]) -> None:
    backed_up(hours_ago=1, name="", error="No space left")
    renew_alerts()
    renew_alerts()
    assert alerts(adele, workspace) == ["backup_failed"]
    assert len(rung) == 1
    backed_up(hours_ago=0)
    renew_alerts()
    assert alerts(adele, workspace) == []
    assert TrustAlert.objects.get().ended_at is not None


def test_another_reason_is_told_anew(adele: Browser, workspace: Workspace, rung: list[Any]) -> None:
    backed_up(hours_ago=24 * 9)
    renew_alerts()
    backed_up(hours_ago=1, name="", error="No space left")
    renew_alerts()
    assert alerts(adele, workspace) == ["backup_failed"]
    assert len(rung) == 2


def test_an_installation_without_backups_rings_for_nobody(workspace: Workspace, adele: Browser) -> None:
    renew_alerts()
    assert alerts(adele, workspace) == []


def test_one_mail_goes_to_everybody_who_may_see_it(workspace: Workspace, adele: Browser, rung: list[Any]) -> None:
    join(workspace, "viewer", name="Vera")
    auditor = join(workspace, "auditor", name="Aldo")
    backed_up(hours_ago=24 * 9)
    renew_alerts()
    mail_trust(rung[0])
    assert sorted(one.to[0] for one in mail.outbox) == sorted([adele.user.email, auditor.user.email])
    assert mail.outbox[0].subject == "The last backup is too old"
    assert "/settings/trust" in mail.outbox[0].body


def test_an_address_that_is_refused_keeps_the_news_from_nobody_else(
    workspace: Workspace, adele: Browser, rung: list[Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    auditor = join(workspace, "auditor", name="Aldo")
    refused, other = sorted([adele.user.email, auditor.user.email])
    send = EmailMessage.send

    def picky(message: EmailMessage, *args: Any, **more: Any) -> int:
        if message.to == [refused]:
            raise SMTPRecipientsRefused({refused: (550, b"No such mailbox")})
        return send(message, *args, **more)

    monkeypatch.setattr(EmailMessage, "send", picky)
    backed_up(hours_ago=24 * 9)
    renew_alerts()
    mail_trust(rung[0])
    assert [one.to for one in mail.outbox] == [[other]]


def test_what_has_ended_is_not_mailed(workspace: Workspace, adele: Browser, rung: list[Any]) -> None:
    backed_up(hours_ago=24 * 9)
    renew_alerts()
    TrustAlert.objects.update(ended_at=timezone.now())
    mail_trust(rung[0])
    assert mail.outbox == []


def test_every_reason_that_is_told_can_be_said() -> None:
    said = json.loads((MESSAGES / "app.json").read_text())["bell"]["trust"]
    advised = json.loads((MESSAGES / "trust.json").read_text())["todo"]
    assert set(trust_news.TOLD) <= set(said) == set(advised)
    assert all(said[reason] == subject for reason, subject in trust_news.TOLD.items())


def test_the_installation_has_no_card_of_a_workspace(workspace: Workspace) -> None:
    assert trust.cards(INSTALLATION)["sign_ins"]["latest"] == []
