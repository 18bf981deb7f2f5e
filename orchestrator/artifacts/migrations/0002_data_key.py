from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("artifacts", "0001_initial"),
    ]

    operations = [
        migrations.AddField(
            model_name="artifact",
            name="data_key",
            field=models.UUIDField(null=True),
        ),
    ]
