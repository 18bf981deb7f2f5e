from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("builder", "0016_keeping"),
        ("governance", "0014_protection"),
        ("runs", "0010_outside_calls"),
    ]

    operations = [
        migrations.AddField(
            model_name="runvalue",
            name="sealed",
            field=models.BinaryField(null=True),
        ),
        migrations.AddField(
            model_name="run",
            name="to_redact",
            field=models.BooleanField(db_default=False, default=False),
        ),
        migrations.AddField(
            model_name="run",
            name="redacted",
            field=models.JSONField(null=True),
        ),
        migrations.AddField(
            model_name="run",
            name="erased_at",
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name="run",
            name="erased_by",
            field=models.CharField(blank=True, db_default="", default="", max_length=40),
        ),
        migrations.AddIndex(
            model_name="run",
            index=models.Index(
                condition=models.Q(("ended_at__isnull", False), ("erased_at__isnull", True)),
                fields=["workflow", "ended_at"],
                name="runs_to_erase",
            ),
        ),
        migrations.AddIndex(
            model_name="run",
            index=models.Index(
                condition=models.Q(("ended_at__isnull", False), ("to_redact", True)),
                fields=["ended_at"],
                name="runs_to_redact",
            ),
        ),
    ]
