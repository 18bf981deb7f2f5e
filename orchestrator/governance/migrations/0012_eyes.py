"""Requests say who stands behind them, and can become void."""

from __future__ import annotations

from django.db import migrations, models
from django.db.models import F

STATES = ["open", "approved", "declined", "withdrawn", "expired", "void", "done"]


def fill(apps, schema_editor):
    apps.get_model("governance", "Request").objects.update(person=F("requester_id"))


class Migration(migrations.Migration):
    dependencies = [("governance", "0011_access")]
    operations = [
        migrations.AddField("request", "person", models.UUIDField(null=True)),
        migrations.AlterField(
            "request",
            "state",
            models.CharField(choices=[(state, state.capitalize()) for state in STATES], default="open", max_length=10),
        ),
        migrations.RunPython(fill, migrations.RunPython.noop),
        migrations.AddIndex("request", models.Index(fields=["workspace", "-id"], name="requests_of_a_workspace")),
    ]
