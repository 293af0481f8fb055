from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = []

    operations = [
        migrations.CreateModel(
            "Head",
            [
                ("pk", models.CompositePrimaryKey("chain", "shard", blank=True, editable=False, primary_key=True, serialize=False)),
                ("chain", models.CharField(max_length=20)),
                ("shard", models.SmallIntegerField()),
                ("seq", models.BigIntegerField()),
                ("hash", models.BinaryField()),
            ],
            {"abstract": False, "base_manager_name": "objects", "default_manager_name": "objects"},
        ),
        migrations.CreateModel(
            "Link",
            [
                ("pk", models.CompositePrimaryKey("chain", "shard", "seq", blank=True, editable=False, primary_key=True, serialize=False)),
                ("chain", models.CharField(max_length=20)),
                ("shard", models.SmallIntegerField()),
                ("seq", models.BigIntegerField()),
                ("row_id", models.UUIDField()),
                ("digest", models.BinaryField()),
                ("hash", models.BinaryField()),
            ],
            {"abstract": False, "base_manager_name": "objects", "default_manager_name": "objects"},
        ),
    ]
