import django.db.models.deletion
import uuid_utils.compat
from django.db import migrations, models

import orchestrator.triggers.models


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("builder", "0001_initial"),
        ("governance", "0001_initial"),
    ]

    operations = [
        migrations.CreateModel(
            name="IncomingLink",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=uuid_utils.compat.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("node", models.CharField(max_length=60)),
                ("token", models.CharField(default=orchestrator.triggers.models.new_token, max_length=60, unique=True)),
                ("key", models.CharField(blank=True, max_length=40)),
                ("sealed", models.BinaryField(default=bytes)),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                (
                    "workflow",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to="builder.workflow"
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
                "constraints": [models.UniqueConstraint(fields=("workflow", "node"), name="one_link_a_start")],
            },
        ),
    ]
