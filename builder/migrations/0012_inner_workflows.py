from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("builder", "0011_uses_of_assets"),
    ]

    operations = [
        migrations.AddField(
            model_name="workflow",
            name="inner",
            field=models.CharField(blank=True, db_default="", default="", max_length=20),
        ),
        migrations.AddConstraint(
            model_name="workflow",
            constraint=models.UniqueConstraint(
                condition=models.Q(("inner", ""), _negated=True),
                fields=("workspace", "inner"),
                name="one_inner_workflow",
            ),
        ),
    ]
