import uuid_utils.compat
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("runs", "0009_noticed")]

    operations = [
        migrations.CreateModel(
            name="OutsideCall",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=uuid_utils.compat.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("workspace_id", models.UUIDField()),
                ("run_id", models.UUIDField()),
                ("node", models.CharField(max_length=60)),
                ("attempt", models.SmallIntegerField()),
                ("at", models.DateTimeField(auto_now_add=True)),
                (
                    "kind",
                    models.CharField(
                        choices=[("http", "Http"), ("tool", "Tool"), ("model", "Model"), ("mail", "Mail")], max_length=5
                    ),
                ),
                ("host", models.CharField(max_length=253)),
                ("port", models.PositiveIntegerField(null=True)),
                ("bytes", models.BigIntegerField()),
                ("asset", models.CharField(blank=True, max_length=200)),
                ("credential_id", models.UUIDField(null=True)),
            ],
            options={
                "db_table": "outside_calls",
                "indexes": [
                    models.Index(fields=["workspace_id", "-id"], name="outside_calls_list"),
                    models.Index(fields=["run_id", "-id"], name="outside_calls_of_run"),
                    models.Index(
                        condition=models.Q(("credential_id__isnull", False)),
                        fields=["credential_id", "-id"],
                        name="outside_calls_signed",
                    ),
                ],
            },
        ),
        migrations.AddIndex(
            model_name="runevent",
            index=models.Index(
                condition=models.Q(("kind", "step_unknown")),
                fields=["run_id", "seq"],
                name="run_events_unknown",
            ),
        ),
    ]
