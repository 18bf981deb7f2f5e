from __future__ import annotations

import base64
import json
from io import StringIO
from uuid import uuid4

import pytest
from allauth.mfa.models import Authenticator
from django.core.management import CommandError, call_command
from django.db import connections

from orchestrator.governance import rotation, signing
from orchestrator.governance.actions.credentials import add_credential
from orchestrator.governance.credentials import reveal
from orchestrator.governance.errors import Unsealable
from orchestrator.governance.keys import KEY_BYTES, current_ring, ring, sealing_key
from orchestrator.governance.models import AuditEvent, Credential
from orchestrator.governance.principal import system
from orchestrator.governance.sealed import seal, unseal
from orchestrator.runs.callbacks import Place, read_token, token
from orchestrator.runs.store import connect

HERE = system("test")


@pytest.fixture
def folder(settings, tmp_path):
    settings.FIELD_KEYS, settings.DATA_DIR = "", tmp_path
    return tmp_path


def add(workspace, name: str) -> Credential:
    return add_credential(HERE, workspace.id, name=name, kind="bearer", secret={"token": name}, hosts=["example.com"])


def turn(*arguments: str) -> str:
    out = StringIO()
    call_command("rotate_keys", *arguments, stdout=out)
    return out.getvalue()


def test_every_secret_is_sealed_anew_and_the_old_key_opens_nothing_any_more(folder, workspace, monkeypatch):
    monkeypatch.setattr(rotation, "BATCH", 2)
    for number in range(5):
        add(workspace, f"account {number}")
    before = {row.id: bytes(row.sealed) for row in Credential.objects.all()}
    old = dict(ring())
    said = turn()
    assert "Credential: 2 of 5" in said
    assert "Credential: 5 of 5" in said
    assert "Taken out of the ring: k1." in said
    assert list(ring()) == ["k2"]
    for row in Credential.objects.all():
        assert row.key == "k2"
        assert bytes(row.sealed) != before[row.id]
        assert reveal(row) == {"token": row.name}
    kept = (folder / "keys" / "fields").read_text()
    assert base64.urlsafe_b64encode(old["k1"]).decode() not in kept
    assert (folder / "keys" / "fields").stat().st_mode & 0o777 == 0o600


def test_signatures_and_addresses_of_before_stay_good(folder, workspace):
    add(workspace, "CRM")
    signed, place = signing.sign(b"version 1"), Place(run=uuid4(), node="wait", scope="")
    address = token(place)
    turn()
    turn()
    assert list(ring()) == ["k3"]
    assert signing.is_signed(b"version 1", *signed)
    assert read_token(address) == place
    assert read_token(token(place)) == place
    assert token(place) != address


def test_the_trail_tells_of_it_and_names_no_key(folder, workspace):
    add(workspace, "CRM")
    turn()
    event = AuditEvent.objects.get(action="keys.rotated")
    assert (event.object_name, event.actor_name) == ("k2", "rotate_keys")
    assert event.detail == {"retired": ["k1"], "resealed": 1, "unreadable": 0}
    for key in ring().values():
        assert base64.urlsafe_b64encode(key).decode() not in json.dumps(event.detail)


def test_a_secret_that_no_key_opens_keeps_the_old_keys_and_is_named(folder, workspace):
    add(workspace, "CRM")
    broken = add(workspace, "Broken")
    Credential.objects.filter(id=broken.id).update(sealed=b"x" * 40)
    with pytest.raises(CommandError, match="1 could not be opened by any key"):
        turn()
    assert list(ring()) == ["k2", "k1"]
    assert reveal(Credential.objects.get(name="CRM")) == {"token": "CRM"}
    assert Credential.objects.get(name="CRM").key == "k2"


def test_keys_of_the_environment_are_turned_by_whoever_sets_them(settings, workspace):
    old, new = (base64.b64encode(bytes([number]) * KEY_BYTES).decode() for number in (251, 252))
    settings.FIELD_KEYS = f"k1:{old}"
    add(workspace, "CRM")
    with pytest.raises(CommandError, match="FIELD_KEYS holds one key only"):
        turn()
    settings.FIELD_KEYS = f"k2:{new},k1:{old}"
    after = turn().strip().splitlines()[-1]
    assert old not in after
    settings.FIELD_KEYS = after
    assert list(current_ring().keys) == ["k2"]
    assert reveal(Credential.objects.get(name="CRM")) == {"token": "CRM"}


def test_it_waits_for_what_began_with_the_old_key(folder, workspace, monkeypatch):
    monkeypatch.setattr(rotation, "PATIENCE_S", 0.3)
    add(workspace, "CRM")
    with connect() as other, other.transaction():
        other.execute("SELECT 1")
        with pytest.raises(CommandError, match="began before the new key is still open"):
            turn()
        assert list(ring()) == ["k2", "k1"]
    turn()
    assert list(ring()) == ["k3"]


def test_two_at_once_are_one(folder, workspace):
    with connect() as other:
        other.execute("SELECT pg_advisory_lock(%s)", [rotation.LOCK])
        with pytest.raises(CommandError, match="Another rotation is under way"):
            turn()
    assert connections["default"].is_usable()
    assert list(ring()) == ["k1"]


def test_the_state_names_keys_and_what_hangs_on_them(folder, workspace):
    add(workspace, "CRM")
    state = rotation.state()
    assert (state["sealing_key"], state["kept_in"], state["rotated_at"]) == ("k1", "data_folder", None)
    assert state["keys"] == [{"name": "k1", "sealed": 1, "in_ring": True}]
    turn()
    state = rotation.state()
    assert (state["sealing_key"], state["complete"]) == ("k2", True)
    assert state["rotated_at"] is not None


def reseal(authenticator: Authenticator) -> bool:
    """As the second factors of people do it."""
    name, key = sealing_key()
    sealed_by, _, text = authenticator.data["secret"].partition(":")
    if sealed_by == "nobody":
        raise Unsealable("it was altered")
    if sealed_by == name:
        return False
    data = unseal(ring()[sealed_by], base64.b64decode(text), b"test")
    authenticator.data["secret"] = f"{name}:{base64.b64encode(seal(key, data, b'test')).decode()}"
    return True


def test_what_a_library_keeps_sealed_is_sealed_anew_with_the_rest(folder, settings, person):
    settings.RESEALED = {"mfa.Authenticator": f"{__name__}.reseal"}
    name, key = sealing_key()
    text = f"{name}:{base64.b64encode(seal(key, b'TOTP', b'test')).decode()}"
    row = Authenticator.objects.create(user=person("viewer"), type=Authenticator.Type.TOTP, data={"secret": text})
    assert "Authenticator: 1 of 1" in turn()
    row.refresh_from_db()
    sealed_by, _, text = row.data["secret"].partition(":")
    assert unseal(ring()[sealed_by], base64.b64decode(text), b"test") == b"TOTP"
    assert list(ring()) == ["k2"]
    Authenticator.objects.filter(pk=row.pk).update(data={"secret": "nobody:x"})
    with pytest.raises(CommandError, match="1 could not be opened"):
        turn()
    assert list(ring()) == ["k3", "k2"]
