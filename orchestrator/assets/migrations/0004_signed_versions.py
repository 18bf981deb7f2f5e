"""Versions that are there already are signed; the history of aliases is never changed: the database sees to it."""

import hashlib
import json
from typing import Any

from django.db import migrations

from orchestrator.governance.signing import sign

UNLOCK = "ALTER TABLE assets_assetversion DISABLE TRIGGER assets_version_never_changes"
LOCK = "ALTER TABLE assets_assetversion ENABLE TRIGGER assets_version_never_changes"

FORWARD = """
CREATE FUNCTION assets_move_never_changes() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'The history of an alias never changes.' USING ERRCODE = 'restrict_violation';
END $$;

-- Only the person may be lost, when they are deleted.
CREATE TRIGGER assets_move_never_changes BEFORE UPDATE ON assets_aliasmove FOR EACH ROW
WHEN (
    to_jsonb(OLD) - 'by_id' IS DISTINCT FROM to_jsonb(NEW) - 'by_id'
    OR (NEW.by_id IS NOT NULL AND NEW.by_id IS DISTINCT FROM OLD.by_id)
)
EXECUTE FUNCTION assets_move_never_changes();

CREATE FUNCTION assets_move_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT FROM assets_asset WHERE id = OLD.asset_id) THEN
        RAISE EXCEPTION 'The history of an alias is kept as long as its asset.' USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NULL;
END $$;

CREATE CONSTRAINT TRIGGER assets_move_stays AFTER DELETE ON assets_aliasmove
DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION assets_move_stays();
"""

BACKWARD = """
DROP TRIGGER assets_move_stays ON assets_aliasmove;
DROP FUNCTION assets_move_stays();
DROP TRIGGER assets_move_never_changes ON assets_aliasmove;
DROP FUNCTION assets_move_never_changes();
"""


def sign_all(apps: Any, schema_editor: Any) -> None:
    """Only what still has the hash it was registered with."""
    versions = apps.get_model("assets", "AssetVersion").objects.filter(signed_by="")
    for version in versions.iterator():
        if _hash(version) == bytes(version.content_hash):
            version.signed_by, version.signature = sign(
                b"asset version " + version.id.bytes + bytes(version.content_hash)
            )
            version.save(update_fields=["signed_by", "signature"])


def _hash(version: Any) -> bytes:
    fields = ("runtime", "config", "digest", "inputs", "outputs")
    decisive = {name: getattr(version, name) for name in fields}
    text = json.dumps(decisive, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(text.encode()).digest()


class Migration(migrations.Migration):
    dependencies = [("assets", "0003_cards_and_calls")]
    operations = [
        migrations.RunSQL(UNLOCK, LOCK),
        migrations.RunPython(sign_all, migrations.RunPython.noop),
        migrations.RunSQL(LOCK, UNLOCK),
        migrations.RunSQL(FORWARD, BACKWARD),
    ]
