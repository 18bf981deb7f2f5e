"""A version says as whom it runs, who wrote it and who agreed to it; people agree to run a content beforehand."""

from __future__ import annotations

import django.contrib.postgres.fields
import django.db.models.deletion
import uuid_utils.compat
from django.conf import settings
from django.db import migrations, models

DROP = """
DROP TRIGGER builder_version_never_changes ON builder_version;
"""

FILL = """
UPDATE builder_version v SET run_as_id = v.published_by_id, run_as_name = u.name
FROM governance_user u WHERE u.id = v.published_by_id AND v.number IS NOT NULL;
UPDATE builder_draft SET person = changed_by_id;
SET CONSTRAINTS ALL IMMEDIATE;
SET CONSTRAINTS ALL DEFERRED;
"""

GUARD = """
CREATE TRIGGER builder_version_never_changes BEFORE UPDATE ON builder_version FOR EACH ROW
WHEN (
    (OLD.id, OLD.workflow_id, OLD.number, OLD.content_hash, OLD.note, OLD.published_at,
     OLD.request, OLD.run_as_name, OLD.scopes)
        IS DISTINCT FROM
    (NEW.id, NEW.workflow_id, NEW.number, NEW.content_hash, NEW.note, NEW.published_at,
     NEW.request, NEW.run_as_name, NEW.scopes)
    OR OLD.graph IS DISTINCT FROM NEW.graph
    OR (NEW.published_by_id IS NOT NULL AND NEW.published_by_id IS DISTINCT FROM OLD.published_by_id)
    OR (NEW.authored_by_id IS NOT NULL AND NEW.authored_by_id IS DISTINCT FROM OLD.authored_by_id)
    OR (NEW.approved_by_id IS NOT NULL AND NEW.approved_by_id IS DISTINCT FROM OLD.approved_by_id)
    OR (NEW.run_as_id IS NOT NULL AND NEW.run_as_id IS DISTINCT FROM OLD.run_as_id)
)
EXECUTE FUNCTION builder_version_never_changes();
"""

GUARD_BEFORE = """
CREATE TRIGGER builder_version_never_changes BEFORE UPDATE ON builder_version FOR EACH ROW
WHEN (
    (OLD.id, OLD.workflow_id, OLD.number, OLD.content_hash, OLD.note, OLD.published_at)
        IS DISTINCT FROM (NEW.id, NEW.workflow_id, NEW.number, NEW.content_hash, NEW.note, NEW.published_at)
    OR OLD.graph IS DISTINCT FROM NEW.graph
    OR (NEW.published_by_id IS NOT NULL AND NEW.published_by_id IS DISTINCT FROM OLD.published_by_id)
)
EXECUTE FUNCTION builder_version_never_changes();
"""


def person() -> models.ForeignKey:
    return models.ForeignKey(
        null=True,
        on_delete=django.db.models.deletion.SET_NULL,
        related_name="+",
        to=settings.AUTH_USER_MODEL,
    )


class Migration(migrations.Migration):
    dependencies = [
        ("builder", "0013_proposals"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]
    operations = [
        migrations.RunSQL(DROP, GUARD_BEFORE),
        migrations.AddField("version", "authored_by", person()),
        migrations.AddField("version", "approved_by", person()),
        migrations.AddField("version", "request", models.UUIDField(null=True)),
        migrations.AddField("version", "run_as", person()),
        migrations.AddField(
            "version", "run_as_name", models.CharField(blank=True, db_default="", default="", max_length=200)
        ),
        migrations.AddField(
            "version",
            "scopes",
            django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=40), null=True, size=None),
        ),
        migrations.AddField("draft", "person", models.UUIDField(null=True)),
        migrations.RunSQL(FILL, migrations.RunSQL.noop),
        migrations.RunSQL(GUARD, DROP),
        migrations.CreateModel(
            name="Acceptance",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=uuid_utils.compat.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("content_hash", models.BinaryField(max_length=32)),
                (
                    "scopes",
                    django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=40), size=None),
                ),
                ("request", models.UUIDField()),
                ("accepted_at", models.DateTimeField(auto_now_add=True)),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "workflow",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="acceptances",
                        to="builder.workflow",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("workflow", "user", "content_hash"), name="accepted_once")
                ],
            },
        ),
    ]
