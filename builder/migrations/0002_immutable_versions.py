"""A published version never changes, and goes only together with its workflow: the database sees to it."""

from django.db import migrations

FORWARD = """
CREATE FUNCTION builder_version_never_changes() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'A version of a workflow never changes: make a new one.' USING ERRCODE = 'restrict_violation';
END $$;

CREATE TRIGGER builder_version_never_changes BEFORE UPDATE ON builder_version FOR EACH ROW
WHEN (
    (OLD.id, OLD.workflow_id, OLD.number, OLD.content_hash, OLD.note, OLD.published_at)
        IS DISTINCT FROM (NEW.id, NEW.workflow_id, NEW.number, NEW.content_hash, NEW.note, NEW.published_at)
    OR OLD.graph IS DISTINCT FROM NEW.graph
    OR (NEW.published_by_id IS NOT NULL AND NEW.published_by_id IS DISTINCT FROM OLD.published_by_id)
)
EXECUTE FUNCTION builder_version_never_changes();

CREATE FUNCTION builder_version_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT FROM builder_workflow WHERE id = OLD.workflow_id) THEN
        RAISE EXCEPTION 'A version is kept as long as its workflow.' USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NULL;
END $$;

-- Looked at when the transaction ends: a workflow that goes takes its versions along, in whatever order.
CREATE CONSTRAINT TRIGGER builder_version_stays AFTER DELETE ON builder_version
DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION builder_version_stays();
"""

BACKWARD = """
DROP TRIGGER builder_version_stays ON builder_version;
DROP FUNCTION builder_version_stays();
DROP TRIGGER builder_version_never_changes ON builder_version;
DROP FUNCTION builder_version_never_changes();
"""


class Migration(migrations.Migration):
    dependencies = [("builder", "0001_initial")]
    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
