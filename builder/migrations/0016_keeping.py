import django.contrib.postgres.fields
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("builder", "0015_folder_grants"),
    ]

    operations = [
        migrations.AddField(
            model_name="workflow",
            name="keep_days",
            field=models.PositiveIntegerField(null=True),
        ),
        migrations.AddField(
            model_name="workflow",
            name="keep_none",
            field=models.BooleanField(db_default=False, default=False),
        ),
        migrations.AddField(
            model_name="workflow",
            name="personal_fields",
            field=django.contrib.postgres.fields.ArrayField(
                base_field=models.CharField(max_length=100), blank=True, db_default=[], default=list, size=None
            ),
        ),
    ]
