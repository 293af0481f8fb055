"""Children by name, as lists turn them over."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("register", "0002_walls")]

    operations = [
        migrations.AddIndex(
            "thing",
            models.Index(fields=("label", "id"), name="register_child_name", condition=models.Q(kind="child")),
        ),
    ]
