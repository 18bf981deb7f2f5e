"""A registered version never changes, and goes only together with its asset: the database sees to it."""

from django.db import migrations

FORWARD = """
CREATE FUNCTION assets_version_never_changes() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'A version of an asset never changes: register a new one.' USING ERRCODE = 'restrict_violation';
END $$;

-- Only the author may be lost, when the person is deleted.
CREATE TRIGGER assets_version_never_changes BEFORE UPDATE ON assets_assetversion FOR EACH ROW
WHEN (
    to_jsonb(OLD) - 'created_by_id' IS DISTINCT FROM to_jsonb(NEW) - 'created_by_id'
    OR (NEW.created_by_id IS NOT NULL AND NEW.created_by_id IS DISTINCT FROM OLD.created_by_id)
)
EXECUTE FUNCTION assets_version_never_changes();

CREATE FUNCTION assets_version_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT FROM assets_asset WHERE id = OLD.asset_id) THEN
        RAISE EXCEPTION 'A version is kept as long as its asset.' USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NULL;
END $$;

CREATE CONSTRAINT TRIGGER assets_version_stays AFTER DELETE ON assets_assetversion
DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION assets_version_stays();
"""

BACKWARD = """
DROP TRIGGER assets_version_stays ON assets_assetversion;
DROP FUNCTION assets_version_stays();
DROP TRIGGER assets_version_never_changes ON assets_assetversion;
DROP FUNCTION assets_version_never_changes();
"""


class Migration(migrations.Migration):
    dependencies = [("assets", "0001_initial")]
    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
