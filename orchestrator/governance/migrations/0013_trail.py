"""Personal values leave the chain, checkpoints are signed, and the trail's time can end."""

from __future__ import annotations

import django.db.models.deletion
import uuid_utils.compat
from django.conf import settings
from django.db import migrations, models
from django.db.models import Q

COMMITMENT = 80

# What people read: commitments are replaced by their values where these were not erased.
VIEW = """
CREATE FUNCTION governance_told(workspace uuid, facts jsonb) RETURNS jsonb LANGUAGE plpgsql STABLE AS $$
DECLARE
    told text := facts::text;
    known record;
BEGIN
    IF told IS NULL OR strpos(told, '"committed:') = 0 THEN
        RETURN facts;
    END IF;
    FOR known IN
        SELECT t.token, v.value
        FROM (SELECT DISTINCT m[1] AS token FROM regexp_matches(told, '"(committed:[0-9a-f]{64})"', 'g') m) t
        LEFT JOIN governance_auditvalue v ON v.workspace_id = workspace AND v.commitment = t.token
        ORDER BY v.value IS NOT NULL
    LOOP
        told := replace(told, '"' || known.token || '"', COALESCE(to_jsonb(known.value)::text, '"[erased]"'));
    END LOOP;
    RETURN told::jsonb;
END $$;

CREATE VIEW governance_trail AS
SELECT e.workspace_id, e.seq, e.at, e.actor_kind, e.actor_id,
       CASE WHEN e.actor_name ^@ 'committed:' THEN COALESCE(a.value, '[erased]') ELSE e.actor_name END AS actor_name,
       e.auth, e.token_id,
       CASE WHEN e.ip ^@ 'committed:' THEN COALESCE(i.value, '[erased]') ELSE e.ip END AS ip,
       e.action, e.object_type, e.object_id,
       CASE WHEN e.object_name ^@ 'committed:' THEN COALESCE(o.value, '[erased]') ELSE e.object_name END AS object_name,
       e.result, e.reason,
       governance_told(e.workspace_id, e.before) AS before,
       governance_told(e.workspace_id, e.after) AS after,
       governance_told(e.workspace_id, e.detail) AS detail,
       e.trace, e.on_behalf_of, e.prev_hash, e.hash
FROM governance_auditevent e
LEFT JOIN governance_auditvalue a ON a.workspace_id = e.workspace_id AND a.commitment = e.actor_name
LEFT JOIN governance_auditvalue i ON i.workspace_id = e.workspace_id AND i.commitment = e.ip
LEFT JOIN governance_auditvalue o ON o.workspace_id = e.workspace_id AND o.commitment = e.object_name;
"""
NO_VIEW = "DROP VIEW governance_trail; DROP FUNCTION governance_told(uuid, jsonb);"

# An event leaves only while its workspace is being pruned, when it is older than six months, nothing is held, and a
# signed checkpoint stands for it.
GUARDS = """
CREATE FUNCTION governance_audit_leaves_in_time() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF current_setting('governance.pruning', true) = OLD.workspace_id::text
       AND OLD.at < clock_timestamp() - interval '6 months'
       AND NOT EXISTS (SELECT 1 FROM governance_workspace w WHERE w.id = OLD.workspace_id AND w.legal_hold)
       AND EXISTS (SELECT 1 FROM governance_auditcheckpoint c
                   WHERE c.workspace_id = OLD.workspace_id AND c.seq >= OLD.seq) THEN
        RETURN OLD;
    END IF;
    RAISE EXCEPTION 'The audit trail is append-only: % on % is refused.', TG_OP, TG_TABLE_NAME
        USING ERRCODE = 'insufficient_privilege';
END $$;

CREATE FUNCTION governance_checkpoint_is_kept() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.kept_at IS NULL
       AND (NEW.id, NEW.workspace_id, NEW.seq, NEW.hash, NEW.at, NEW.key, NEW.signature)
         = (OLD.id, OLD.workspace_id, OLD.seq, OLD.hash, OLD.at, OLD.key, OLD.signature) THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'The audit trail is append-only: % on % is refused.', TG_OP, TG_TABLE_NAME
        USING ERRCODE = 'insufficient_privilege';
END $$;

DROP TRIGGER append_only ON governance_auditevent;
CREATE TRIGGER append_only BEFORE UPDATE ON governance_auditevent
    FOR EACH ROW EXECUTE FUNCTION governance_audit_is_append_only();
CREATE TRIGGER leaves_in_time BEFORE DELETE ON governance_auditevent
    FOR EACH ROW EXECUTE FUNCTION governance_audit_leaves_in_time();
CREATE TRIGGER append_only BEFORE UPDATE ON governance_auditvalue
    FOR EACH ROW EXECUTE FUNCTION governance_audit_is_append_only();
CREATE TRIGGER no_truncate BEFORE TRUNCATE ON governance_auditvalue
    FOR EACH STATEMENT EXECUTE FUNCTION governance_audit_is_append_only();
CREATE TRIGGER is_kept BEFORE UPDATE ON governance_auditcheckpoint
    FOR EACH ROW EXECUTE FUNCTION governance_checkpoint_is_kept();
CREATE TRIGGER append_only BEFORE DELETE ON governance_auditcheckpoint
    FOR EACH ROW EXECUTE FUNCTION governance_audit_is_append_only();
CREATE TRIGGER no_truncate BEFORE TRUNCATE ON governance_auditcheckpoint
    FOR EACH STATEMENT EXECUTE FUNCTION governance_audit_is_append_only();

ALTER TABLE governance_auditevent ENABLE ALWAYS TRIGGER append_only;
ALTER TABLE governance_auditevent ENABLE ALWAYS TRIGGER leaves_in_time;
ALTER TABLE governance_auditvalue ENABLE ALWAYS TRIGGER append_only;
ALTER TABLE governance_auditvalue ENABLE ALWAYS TRIGGER no_truncate;
ALTER TABLE governance_auditcheckpoint ENABLE ALWAYS TRIGGER is_kept;
ALTER TABLE governance_auditcheckpoint ENABLE ALWAYS TRIGGER append_only;
ALTER TABLE governance_auditcheckpoint ENABLE ALWAYS TRIGGER no_truncate;
"""
NO_GUARDS = """
DROP TRIGGER append_only ON governance_auditevent;
DROP TRIGGER leaves_in_time ON governance_auditevent;
DROP TRIGGER append_only ON governance_auditvalue;
DROP TRIGGER no_truncate ON governance_auditvalue;
DROP TRIGGER is_kept ON governance_auditcheckpoint;
DROP TRIGGER append_only ON governance_auditcheckpoint;
DROP TRIGGER no_truncate ON governance_auditcheckpoint;
DROP FUNCTION governance_audit_leaves_in_time();
DROP FUNCTION governance_checkpoint_is_kept();
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON governance_auditevent
    FOR EACH ROW EXECUTE FUNCTION governance_audit_is_append_only();
ALTER TABLE governance_auditevent ENABLE ALWAYS TRIGGER append_only;
"""

FIELDS_OF_AN_EVENT = [
    (
        "pk",
        models.CompositePrimaryKey(
            "workspace_id", "seq", blank=True, editable=False, primary_key=True, serialize=False
        ),
    ),
    ("workspace_id", models.UUIDField()),
    ("seq", models.BigIntegerField()),
    ("at", models.DateTimeField()),
    ("actor_kind", models.CharField(max_length=20)),
    ("actor_id", models.UUIDField(null=True)),
    ("actor_name", models.CharField(blank=True, max_length=200)),
    ("auth", models.CharField(blank=True, max_length=30)),
    ("token_id", models.UUIDField(null=True)),
    ("ip", models.CharField(blank=True, max_length=COMMITMENT)),
    ("action", models.CharField(max_length=60)),
    ("object_type", models.CharField(blank=True, max_length=40)),
    ("object_id", models.CharField(blank=True, max_length=64)),
    ("object_name", models.CharField(blank=True, max_length=200)),
    (
        "result",
        models.CharField(choices=[("done", "Done"), ("denied", "Denied"), ("failed", "Failed")], max_length=10),
    ),
    ("reason", models.TextField(blank=True)),
    ("before", models.JSONField(null=True)),
    ("after", models.JSONField(null=True)),
    ("detail", models.JSONField(null=True)),
    ("trace", models.CharField(blank=True, db_default="", default="", max_length=32)),
    ("on_behalf_of", models.UUIDField(null=True)),
    ("prev_hash", models.BinaryField(max_length=32)),
    ("hash", models.BinaryField(max_length=32)),
]


def own_id() -> tuple[str, models.UUIDField]:
    return "id", models.UUIDField(default=uuid_utils.compat.uuid7, editable=False, primary_key=True, serialize=False)


class Migration(migrations.Migration):
    dependencies = [("governance", "0012_eyes")]

    operations = [
        migrations.SeparateDatabaseAndState(
            state_operations=[
                migrations.RenameModel("AuditEvent", "AuditLink"),
                migrations.AlterModelTable("auditlink", "governance_auditevent"),
            ]
        ),
        migrations.AddField(
            "auditlink", "trace", models.CharField(blank=True, db_default="", default="", max_length=32)
        ),
        migrations.AddField("auditlink", "on_behalf_of", models.UUIDField(null=True)),
        migrations.AlterField("auditlink", "ip", models.CharField(blank=True, max_length=COMMITMENT)),
        migrations.AddField("workspace", "trail_months", models.PositiveSmallIntegerField(db_default=0, default=0)),
        migrations.AddField("workspace", "legal_hold", models.BooleanField(db_default=False, default=False)),
        migrations.CreateModel(
            name="AuditValue",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "workspace_id", "commitment", blank=True, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("workspace_id", models.UUIDField()),
                ("commitment", models.CharField(max_length=COMMITMENT)),
                ("about", models.UUIDField(null=True)),
                ("salt", models.BinaryField(max_length=16)),
                ("value", models.CharField(max_length=300)),
            ],
            options={
                "indexes": [
                    models.Index(fields=["workspace_id", "value"], name="audit_values"),
                    models.Index(
                        condition=Q(("about", None), _negated=True),
                        fields=["workspace_id", "about"],
                        name="audit_values_of_person",
                    ),
                ]
            },
        ),
        migrations.CreateModel(
            name="AuditCheckpoint",
            fields=[
                own_id(),
                ("workspace_id", models.UUIDField()),
                ("seq", models.BigIntegerField()),
                ("hash", models.BinaryField(max_length=32)),
                ("at", models.DateTimeField()),
                ("key", models.CharField(max_length=40)),
                ("signature", models.BinaryField(max_length=64)),
                ("kept_at", models.DateTimeField(null=True)),
            ],
            options={
                "indexes": [models.Index(condition=Q(("kept_at", None)), fields=["at"], name="checkpoints_to_keep")],
                "constraints": [models.UniqueConstraint(fields=("workspace_id", "seq"), name="one_checkpoint_a_link")],
            },
        ),
        migrations.CreateModel(
            name="AuditCheck",
            fields=[
                own_id(),
                (
                    "state",
                    models.CharField(
                        choices=[("asked", "Asked"), ("running", "Running"), ("whole", "Whole"), ("broken", "Broken")],
                        default="asked",
                        max_length=10,
                    ),
                ),
                ("asked_at", models.DateTimeField(auto_now_add=True)),
                ("beat_at", models.DateTimeField(null=True)),
                ("ended_at", models.DateTimeField(null=True)),
                ("events", models.BigIntegerField(default=0)),
                ("of", models.BigIntegerField(default=0)),
                ("logs", models.BigIntegerField(default=0)),
                ("checkpoints", models.BigIntegerField(default=0)),
                ("outside", models.BigIntegerField(null=True)),
                ("code", models.CharField(blank=True, max_length=40)),
                ("bad_seq", models.BigIntegerField(null=True)),
                ("finding", models.TextField(blank=True)),
                ("run", models.UUIDField(null=True)),
                (
                    "asked_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "workspace",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to="governance.workspace"
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["workspace", "-id"], name="checks_of_a_workspace")],
                "constraints": [
                    models.UniqueConstraint(
                        condition=Q(("state__in", ["asked", "running"])),
                        fields=("workspace",),
                        name="one_check_at_a_time",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="AuditEvent", fields=FIELDS_OF_AN_EVENT, options={"managed": False, "db_table": "governance_trail"}
        ),
        migrations.RunSQL(VIEW, NO_VIEW),
        migrations.RunSQL(GUARDS, NO_GUARDS),
    ]
