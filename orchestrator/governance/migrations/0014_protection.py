import django.contrib.postgres.fields
import django.db.models.deletion
import django.db.models.functions.datetime
import django.utils.timezone
import uuid_utils.compat
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("governance", "0013_trail"),
    ]

    operations = [
        migrations.AddField(
            model_name="credential",
            name="node_types",
            field=django.contrib.postgres.fields.ArrayField(
                base_field=models.CharField(max_length=60), blank=True, db_default=[], default=list, size=None
            ),
        ),
        migrations.AddField(
            model_name="credential",
            name="workflows",
            field=django.contrib.postgres.fields.ArrayField(
                base_field=models.UUIDField(), blank=True, db_default=[], default=list, size=None
            ),
        ),
        migrations.AddField(
            model_name="credential",
            name="secret_set_at",
            field=models.DateTimeField(
                db_default=django.db.models.functions.datetime.Now(), default=django.utils.timezone.now
            ),
        ),
        migrations.RunSQL(
            "UPDATE governance_credential SET secret_set_at = created_at", migrations.RunSQL.noop, elidable=True
        ),
        migrations.AddField(
            model_name="workspace",
            name="outside",
            field=models.CharField(
                choices=[("open", "Open"), ("listed", "Listed")], db_default="open", default="open", max_length=10
            ),
        ),
        migrations.AddField(
            model_name="workspace",
            name="listed_hosts",
            field=django.contrib.postgres.fields.ArrayField(
                base_field=models.CharField(max_length=253), blank=True, db_default=[], default=list, size=None
            ),
        ),
        migrations.AddField(
            model_name="workspace",
            name="denied_hosts",
            field=django.contrib.postgres.fields.ArrayField(
                base_field=models.CharField(max_length=253), blank=True, db_default=[], default=list, size=None
            ),
        ),
        migrations.AddField(
            model_name="workspace",
            name="encrypt_data",
            field=models.BooleanField(db_default=False, default=False),
        ),
        migrations.AddField(
            model_name="workspace",
            name="redact",
            field=django.contrib.postgres.fields.ArrayField(
                base_field=models.CharField(max_length=10), blank=True, db_default=[], default=list, size=None
            ),
        ),
        migrations.AddField(
            model_name="workspace",
            name="personal_fields",
            field=django.contrib.postgres.fields.ArrayField(
                base_field=models.CharField(max_length=100), blank=True, db_default=[], default=list, size=None
            ),
        ),
        migrations.AddField(
            model_name="workspace",
            name="keep_days",
            field=models.PositiveIntegerField(null=True),
        ),
        migrations.AddField(
            model_name="workspace",
            name="data_hold",
            field=models.CharField(blank=True, db_default="", default="", max_length=300),
        ),
        migrations.CreateModel(
            name="DataKey",
            fields=[
                ("key", models.CharField(max_length=40)),
                ("sealed", models.BinaryField()),
                (
                    "id",
                    models.UUIDField(
                        default=uuid_utils.compat.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                (
                    "workspace",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to="governance.workspace"
                    ),
                ),
            ],
            options={
                "abstract": False,
            },
        ),
    ]
