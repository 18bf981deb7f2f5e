from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("runs", "0011_clearing")]

    operations = [
        migrations.AddField(model_name="run", name="restored_seq", field=models.IntegerField(null=True)),
        migrations.CreateModel(
            name="Restoration",
            fields=[
                ("epoch", models.PositiveIntegerField(primary_key=True, serialize=False)),
                ("taken_at", models.DateTimeField()),
                ("restored_at", models.DateTimeField()),
                ("backup", models.CharField(max_length=64)),
            ],
            options={"db_table": "restorations"},
        ),
    ]
