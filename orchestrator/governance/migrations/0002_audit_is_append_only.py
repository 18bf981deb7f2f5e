"""The database itself refuses to change or remove what the trail says."""

from __future__ import annotations

from django.db import migrations

# ENABLE ALWAYS: the triggers also fire where session_replication_role is set to replica.
APPEND_ONLY = """
CREATE FUNCTION governance_audit_is_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'The audit trail is append-only: % on % is refused.', TG_OP, TG_TABLE_NAME
        USING ERRCODE = 'insufficient_privilege';
END $$;

CREATE FUNCTION governance_audit_head_moves_on() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.workspace_id <> OLD.workspace_id OR NEW.seq <> OLD.seq + 1 THEN
        RAISE EXCEPTION 'The audit trail is append-only: its head moves on by one event.'
            USING ERRCODE = 'insufficient_privilege';
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON governance_auditevent
    FOR EACH ROW EXECUTE FUNCTION governance_audit_is_append_only();
CREATE TRIGGER no_truncate BEFORE TRUNCATE ON governance_auditevent
    FOR EACH STATEMENT EXECUTE FUNCTION governance_audit_is_append_only();
CREATE TRIGGER moves_on BEFORE UPDATE ON governance_audithead
    FOR EACH ROW EXECUTE FUNCTION governance_audit_head_moves_on();
CREATE TRIGGER append_only BEFORE DELETE ON governance_audithead
    FOR EACH ROW EXECUTE FUNCTION governance_audit_is_append_only();
CREATE TRIGGER no_truncate BEFORE TRUNCATE ON governance_audithead
    FOR EACH STATEMENT EXECUTE FUNCTION governance_audit_is_append_only();

ALTER TABLE governance_auditevent ENABLE ALWAYS TRIGGER append_only;
ALTER TABLE governance_auditevent ENABLE ALWAYS TRIGGER no_truncate;
ALTER TABLE governance_audithead ENABLE ALWAYS TRIGGER moves_on;
ALTER TABLE governance_audithead ENABLE ALWAYS TRIGGER append_only;
ALTER TABLE governance_audithead ENABLE ALWAYS TRIGGER no_truncate;
"""

TAKE_AWAY = """
DROP TRIGGER append_only ON governance_auditevent;
DROP TRIGGER no_truncate ON governance_auditevent;
DROP TRIGGER moves_on ON governance_audithead;
DROP TRIGGER append_only ON governance_audithead;
DROP TRIGGER no_truncate ON governance_audithead;
DROP FUNCTION governance_audit_is_append_only();
DROP FUNCTION governance_audit_head_moves_on();
"""


class Migration(migrations.Migration):
    dependencies = [("governance", "0001_initial")]

    operations = [migrations.RunSQL(APPEND_ONLY, TAKE_AWAY)]
