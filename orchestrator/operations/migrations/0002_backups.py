import django.contrib.postgres.fields
import uuid_utils.compat
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("operations", "0001_initial")]

    operations = [
        migrations.CreateModel(
            name="Backup",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=uuid_utils.compat.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                (
                    "by",
                    models.CharField(choices=[("schedule", "Schedule"), ("command", "Command")], max_length=10),
                ),
                ("started_at", models.DateTimeField()),
                ("ended_at", models.DateTimeField(null=True)),
                ("name", models.CharField(blank=True, default="", max_length=255)),
                ("size", models.BigIntegerField(default=0)),
                ("files", models.PositiveIntegerField(default=0)),
                ("lacking", models.PositiveIntegerField(default=0)),
                ("digest", models.CharField(blank=True, default="", max_length=64)),
                (
                    "keys",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=40), default=list, size=None
                    ),
                ),
                ("error", models.CharField(blank=True, default="", max_length=500)),
            ],
            options={"indexes": [models.Index(fields=["-started_at"], name="backups_newest")]},
        ),
        migrations.CreateModel(
            name="TrustAlert",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=uuid_utils.compat.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("card", models.CharField(max_length=20)),
                ("reason", models.CharField(max_length=40)),
                ("raised_at", models.DateTimeField()),
                ("ended_at", models.DateTimeField(null=True)),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("ended_at", None)), fields=("card",), name="one_open_alert_a_card"
                    )
                ]
            },
        ),
    ]
